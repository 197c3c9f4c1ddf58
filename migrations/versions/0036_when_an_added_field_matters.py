"""when an added field matters

Revision: 0036
After: 0035
"""

import sqlalchemy as sa
from alembic import op


revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('added_field', sa.Column('only', sa.String(length=200), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('added_field', 'only')
