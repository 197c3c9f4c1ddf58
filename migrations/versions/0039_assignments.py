"""what colleagues ask of each other; following by itself

Revision: 0039
After: 0038
"""

import sqlalchemy as sa
from alembic import op


revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=48), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_assignment_by_id')),
    sa.ForeignKeyConstraint(['to_id'], ['staff.id'], name=op.f('fk_assignment_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index('ix_assignment_row', 'assignment', ['table_name', 'row_id', 'id'])
    op.create_index('ix_assignment_to', 'assignment', ['to_id', 'state', 'table_name', 'row_id'])


    op.create_table('follow_wish',
    sa.Column('staff_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('by_itself', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_follow_wish_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_follow_wish'))
    )
    op.add_column('following', sa.Column('stopped', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.execute("DELETE FROM following WHERE stopped")
    op.drop_column('following', 'stopped')
    op.drop_table('follow_wish')
    op.drop_table('assignment')
