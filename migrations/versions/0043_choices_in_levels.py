"""choices in levels

Revision: 0043
After: 0042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('option_tree',
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('tree', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_option_tree_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_option_tree')),
    sa.UniqueConstraint('name', name=op.f('uq_option_tree_name'))
    )
    op.add_column('made_register', sa.Column('form_layout', sa.String(length=8), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('made_register', 'form_layout')
    op.drop_table('option_tree')
