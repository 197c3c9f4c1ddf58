"""columns and rows of a role are adjusted, too

Revision: 0041
After: 0040
"""

import sqlalchemy as sa
from alembic import op


revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('right_change', sa.Column('value', sa.String(length=1000), nullable=False, server_default=''))


def downgrade() -> None:
    op.drop_column('right_change', 'value')
