"""drafts

Revision: 0013
After: 0012
"""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('draft',
    sa.Column('user_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('form', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('user_id', 'form', name=op.f('pk_draft'))
    )
    op.create_index('ix_draft_at', 'draft', ['at'])


def downgrade() -> None:
    op.drop_index('ix_draft_at', table_name='draft')
    op.drop_table('draft')
