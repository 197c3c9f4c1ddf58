"""exports in the background

Revision: 0025
After: 0024
"""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('export_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('columns', sa.String(length=2000), nullable=False),
    sa.Column('every', sa.String(length=8), nullable=False),
    sa.Column('on_day', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_state', sa.String(length=16), nullable=False),
    sa.Column('last_note', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['ab_user.id'], name=op.f('fk_export_schedule_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_schedule'))
    )
    op.create_index('ix_export_schedule_owner', 'export_schedule', ['owner_id'])
    op.create_index('ix_export_schedule_due', 'export_schedule', ['due_at'])
    op.create_table('export_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('schedule_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('columns', sa.String(length=2000), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('sight', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['ab_user.id'], name=op.f('fk_export_file_owner_id')),
    sa.ForeignKeyConstraint(['schedule_id'], ['export_schedule.id'], name=op.f('fk_export_file_schedule_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_file')),
    sa.UniqueConstraint('schedule_id', 'due_at', name=op.f('uq_export_file_schedule_id_due_at'))
    )
    op.create_index('ix_export_file_owner', 'export_file', ['owner_id', 'id'])
    op.create_index('ix_export_file_gone_at', 'export_file', ['gone_at'])


def downgrade() -> None:
    op.drop_table('export_file')
    op.drop_table('export_schedule')
