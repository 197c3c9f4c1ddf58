"""passes and sorted lists

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NEVER_EMPTY = ('customer_name', 'inquiry_on', 'source', 'state')
MAY_BE_EMPTY = ('estate_name', 'budget_fen', 'tier', 'renovation_on')


def upgrade() -> None:
    op.create_table('pass',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('permit_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('worker_name', sa.String(length=32), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('inside', sa.Boolean(), nullable=False),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.Column('check_token', sa.String(length=32), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("not inside or state in ('issued', 'lost')", name=op.f('ck_pass_inside_while_out')),
    sa.CheckConstraint("state in ('issued', 'lost', 'returned', 'revoked')", name=op.f('ck_pass_state')),
    sa.CheckConstraint('valid_from <= valid_until', name=op.f('ck_pass_dates_in_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_pass_created_by_id')),
    sa.ForeignKeyConstraint(['permit_id'], ['permit.id'], name=op.f('fk_pass_permit_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_pass_unit_id')),
    sa.ForeignKeyConstraint(['worker_id'], ['worker.id'], name=op.f('fk_pass_worker_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pass')),
    sa.UniqueConstraint('check_token', name=op.f('uq_pass_check_token')),
    sa.UniqueConstraint('number', name=op.f('uq_pass_number'))
    )
    with op.batch_alter_table('pass', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pass_inside'), ['inside'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_permit_id'), ['permit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_valid_until'), ['valid_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_worker_id'), ['worker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pass_worker_name'), ['worker_name'], unique=False)
        batch_op.create_index('uq_pass_open_worker', ['worker_id'], unique=True, sqlite_where=sa.text("state = 'issued'"), postgresql_where=sa.text("state = 'issued'"))

    op.create_table('gate_event',
    sa.Column('pass_id', sa.Integer(), nullable=False),
    sa.Column('direction', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(result = 'refused') = (reason is not null)", name=op.f('ck_gate_event_refused_with_reason')),
    sa.CheckConstraint("direction in ('in', 'out')", name=op.f('ck_gate_event_direction')),
    sa.CheckConstraint("result in ('admitted', 'refused')", name=op.f('ck_gate_event_result')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_gate_event_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_gate_event_created_by_id')),
    sa.ForeignKeyConstraint(['pass_id'], ['pass.id'], name=op.f('fk_gate_event_pass_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_event'))
    )
    with op.batch_alter_table('gate_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gate_event_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_gate_event_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gate_event_pass_id'), ['pass_id'], unique=False)

    op.drop_index('ix_lead_state', 'lead')
    empty_first = ' NULLS FIRST' if op.get_bind().dialect.name == 'postgresql' else ''
    for name in NEVER_EMPTY:
        op.create_index(f'ix_lead_{name}_sorted', 'lead', [name, 'id'])
    for name in MAY_BE_EMPTY:
        op.create_index(f'ix_lead_{name}_sorted', 'lead', [sa.text(name + empty_first), 'id'])

    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trade', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(op.f('ck_worker_trade'), "trade in ('electric', 'water', 'gas')")



def downgrade() -> None:
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_worker_trade'), type_='check')
        batch_op.drop_column('trade')

    for name in (*NEVER_EMPTY, *MAY_BE_EMPTY):
        op.drop_index(f'ix_lead_{name}_sorted', 'lead')
    op.create_index('ix_lead_state', 'lead', ['state'])

    with op.batch_alter_table('gate_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gate_event_pass_id'))
        batch_op.drop_index(batch_op.f('ix_gate_event_by_id'))
        batch_op.drop_index(batch_op.f('ix_gate_event_at'))

    op.drop_table('gate_event')
    with op.batch_alter_table('pass', schema=None) as batch_op:
        batch_op.drop_index('uq_pass_open_worker', sqlite_where=sa.text("state = 'issued'"), postgresql_where=sa.text("state = 'issued'"))
        batch_op.drop_index(batch_op.f('ix_pass_worker_name'))
        batch_op.drop_index(batch_op.f('ix_pass_worker_id'))
        batch_op.drop_index(batch_op.f('ix_pass_valid_until'))
        batch_op.drop_index(batch_op.f('ix_pass_unit_id'))
        batch_op.drop_index(batch_op.f('ix_pass_state'))
        batch_op.drop_index(batch_op.f('ix_pass_permit_id'))
        batch_op.drop_index(batch_op.f('ix_pass_inside'))

    op.drop_table('pass')
