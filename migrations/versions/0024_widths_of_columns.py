"""how wide a person left the columns of a list

Revision: 0024
After: 0023
"""

import sqlalchemy as sa
from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('list_view', sa.Column('widths', sa.String(length=1000), nullable=True))


def downgrade() -> None:
    op.drop_column('list_view', 'widths')
