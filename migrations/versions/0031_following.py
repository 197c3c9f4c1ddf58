"""following

Revision: 0031
After: 0030
"""

import sqlalchemy as sa
from alembic import op


revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('following',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=48), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_following_notice_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_following_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_following')),
    sa.UniqueConstraint('table_name', 'row_id', 'staff_id', name=op.f('uq_following_table_name_row_id_staff_id'))
    )
    op.create_index('ix_following_staff', 'following', ['staff_id', 'id'])


def downgrade() -> None:
    op.drop_index('ix_following_staff', table_name='following')
    op.drop_table('following')
    op.execute("DELETE FROM edition WHERE name = 'following'")
