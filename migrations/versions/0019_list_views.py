"""list views

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('list_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=2000), nullable=False),
    sa.Column('columns', sa.String(length=2000), nullable=False),
    sa.Column('density', sa.String(length=8), nullable=False),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('opens_with_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['opens_with_id'], ['list_view.id'], name=op.f('fk_list_view_opens_with_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_list_view_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_view')),
    sa.UniqueConstraint('user_id', 'register', 'role', 'name', name=op.f('uq_list_view_user_id_register_role_name'))
    )
    op.create_index('ix_list_view_shared', 'list_view', ['register', 'role'])


def downgrade() -> None:
    op.drop_index('ix_list_view_shared', table_name='list_view')
    op.drop_table('list_view')
