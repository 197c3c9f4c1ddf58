"""rows of several tables on a receipt, comments of what was deleted, files that nothing names

Revision: 0035
After: 0034
"""

import sqlalchemy as sa
from alembic import op


revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

ONE_TABLE, SEVERAL = 'uq_batch_line_batch_id_row_id', 'uq_batch_line_batch_id_table_name_row_id'


def upgrade() -> None:
    with op.batch_alter_table('batch_line') as line:
        line.add_column(sa.Column('table_name', sa.String(length=64), server_default='', nullable=False))
        line.drop_constraint(op.f(ONE_TABLE), type_='unique')
        line.create_unique_constraint(op.f(SEVERAL), ['batch_id', 'table_name', 'row_id'])
    op.add_column('stored_file', sa.Column('let_go_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('left_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('table_name', sa.String(length=48), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_left_comment_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_left_comment'))
    )
    op.create_index('ix_left_comment_act', 'left_comment', ['act', 'table_name', 'row_id'])
    op.create_index('ix_left_comment_left_at', 'left_comment', ['left_at'])


def downgrade() -> None:
    op.drop_table('left_comment')
    op.drop_column('stored_file', 'let_go_at')
    op.execute("DELETE FROM batch_line WHERE table_name <> ''")
    with op.batch_alter_table('batch_line') as line:
        line.drop_constraint(op.f(SEVERAL), type_='unique')
        line.create_unique_constraint(op.f(ONE_TABLE), ['batch_id', 'row_id'])
        line.drop_column('table_name')
