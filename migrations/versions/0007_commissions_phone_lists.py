"""commissions, phone lists

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('commission_run',
    sa.Column('month', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('computed_by_id', sa.Integer(), nullable=True),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('state_reason', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(month) = 7', name=op.f('ck_commission_run_commission_run_month')),
    sa.CheckConstraint("state = 'draft' or approved_by_id is not null", name=op.f('ck_commission_run_commission_run_approved')),
    sa.CheckConstraint("state in ('draft', 'approved', 'locked')", name=op.f('ck_commission_run_commission_run_state')),
    sa.CheckConstraint('(computed_by_id is null) = (computed_at is null)', name=op.f('ck_commission_run_commission_run_computed')),
    sa.CheckConstraint('approved_by_id is null or approved_by_id <> computed_by_id', name=op.f('ck_commission_run_commission_run_two_people')),
    sa.CheckConstraint('total_fen between -99999999999999 and 99999999999999', name=op.f('ck_commission_run_total_fen_form')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['staff.id'], name=op.f('fk_commission_run_approved_by_id')),
    sa.ForeignKeyConstraint(['computed_by_id'], ['staff.id'], name=op.f('fk_commission_run_computed_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_commission_run_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commission_run')),
    sa.UniqueConstraint('month', name=op.f('uq_commission_run_month'))
    )
    with op.batch_alter_table('commission_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commission_run_approved_by_id'), ['approved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commission_run_computed_by_id'), ['computed_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commission_run_state'), ['state'], unique=False)

    op.create_table('phone_list',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('estate_name', sa.String(length=64), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('remarks', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("received_on between '1900-01-01' and '2100-12-31'", name=op.f('ck_phone_list_received_on_form')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_phone_list_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_list')),
    sa.UniqueConstraint('name', name=op.f('uq_phone_list_name'))
    )
    with op.batch_alter_table('phone_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_list_estate_name'), ['estate_name'], unique=False)

    op.create_table('phone_list_entry',
    sa.Column('phone_list_id', sa.Integer(), nullable=False),
    sa.Column('estate_name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('contact_name', sa.String(length=32), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("result in ('open', 'visited', 'signed', 'do_not_call')", name=op.f('ck_phone_list_entry_phone_list_entry_result')),
    sa.CheckConstraint('length(phone) between 5 and 20', name=op.f('ck_phone_list_entry_phone_form')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_phone_list_entry_created_by_id')),
    sa.ForeignKeyConstraint(['phone_list_id'], ['phone_list.id'], name=op.f('fk_phone_list_entry_phone_list_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_list_entry')),
    sa.UniqueConstraint('phone_list_id', 'phone', name=op.f('uq_phone_list_entry_phone_list_id_phone'))
    )
    with op.batch_alter_table('phone_list_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_list_entry_estate_name'), ['estate_name'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_list_entry_phone'), ['phone'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_list_entry_phone_list_id'), ['phone_list_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_list_entry_result'), ['result'], unique=False)

    op.create_table('commission_line',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('void_reason', sa.String(length=32), nullable=True),
    sa.Column('takes_back', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("rule in ('account_manager', 'front_desk', 'salesperson')", name=op.f('ck_commission_line_commission_line_rule')),
    sa.CheckConstraint('amount_fen <> 0 or void_reason is not null', name=op.f('ck_commission_line_commission_line_zero_says_why')),
    sa.CheckConstraint('amount_fen >= 0 or takes_back', name=op.f('ck_commission_line_commission_line_negative_takes_back')),
    sa.CheckConstraint('amount_fen between -99999999999999 and 99999999999999', name=op.f('ck_commission_line_amount_fen_form')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_commission_line_contract_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_commission_line_created_by_id')),
    sa.ForeignKeyConstraint(['run_id'], ['commission_run.id'], name=op.f('fk_commission_line_run_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_commission_line_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commission_line')),
    sa.UniqueConstraint('run_id', 'contract_id', 'staff_id', 'rule', 'takes_back', name=op.f('uq_commission_line_run_id_contract_id_staff_id_rule_takes_back'))
    )
    with op.batch_alter_table('commission_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commission_line_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commission_line_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commission_line_staff_id'), ['staff_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('commission_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commission_line_staff_id'))
        batch_op.drop_index(batch_op.f('ix_commission_line_run_id'))
        batch_op.drop_index(batch_op.f('ix_commission_line_contract_id'))

    op.drop_table('commission_line')
    with op.batch_alter_table('phone_list_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_list_entry_result'))
        batch_op.drop_index(batch_op.f('ix_phone_list_entry_phone_list_id'))
        batch_op.drop_index(batch_op.f('ix_phone_list_entry_phone'))
        batch_op.drop_index(batch_op.f('ix_phone_list_entry_estate_name'))

    op.drop_table('phone_list_entry')
    with op.batch_alter_table('phone_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phone_list_estate_name'))

    op.drop_table('phone_list')
    with op.batch_alter_table('commission_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commission_run_state'))
        batch_op.drop_index(batch_op.f('ix_commission_run_computed_by_id'))
        batch_op.drop_index(batch_op.f('ix_commission_run_approved_by_id'))

    op.drop_table('commission_run')
