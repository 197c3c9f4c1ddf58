"""which parts of a long form and record a person folded, and in which part an added field stands

Revision: 0028
After: 0027
"""

import sqlalchemy as sa
from alembic import op


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('list_view', sa.Column('folded', sa.String(length=400), nullable=True))
    op.add_column('added_field', sa.Column('part_zh', sa.String(length=40), server_default='', nullable=False))
    op.add_column('added_field', sa.Column('part_en', sa.String(length=60), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('added_field', 'part_en')
    op.drop_column('added_field', 'part_zh')
    op.drop_column('list_view', 'folded')
