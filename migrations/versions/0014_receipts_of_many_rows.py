"""receipts of verbs on many rows

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('verb', sa.String(length=64), nullable=False),
    sa.Column('given', sa.Text(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=16), nullable=False),
    sa.Column('of_id', sa.Integer(), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['of_id'], ['batch.id'], name=op.f('fk_batch_of_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['ab_user.id'], name=op.f('fk_batch_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_index('ix_batch_owner', 'batch', ['owner_id', 'id'])
    op.create_table('batch_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('undoes', sa.String(length=32), nullable=False),
    sa.Column('rule', sa.String(length=48), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_line_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_line')),
    sa.UniqueConstraint('batch_id', 'row_id', name=op.f('uq_batch_line_batch_id_row_id'))
    )
    op.create_index('ix_batch_line_state', 'batch_line', ['batch_id', 'state', 'id'])


def downgrade() -> None:
    op.drop_index('ix_batch_line_state', table_name='batch_line')
    op.drop_table('batch_line')
    op.drop_index('ix_batch_owner', table_name='batch')
    op.drop_table('batch')
