"""print layouts

Revision: 0044
After: 0043
"""

import sqlalchemy as sa
from alembic import op


revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('print_layout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('usual', sa.Boolean(), nullable=False),
    sa.Column('archived', sa.Boolean(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_user_id'], ['ab_user.id'], name=op.f('fk_print_layout_by_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_layout')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_print_layout_key_version'))
    )


def downgrade() -> None:
    op.drop_table('print_layout')
