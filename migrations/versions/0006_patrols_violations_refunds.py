"""patrols, violations, refunds

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('patrol',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['renovation_application.id'], name=op.f('fk_patrol_application_id')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_patrol_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_patrol_created_by_id')),
    sa.ForeignKeyConstraint(['photo_id'], ['stored_file.id'], name=op.f('fk_patrol_photo_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_patrol_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patrol')),
    sa.UniqueConstraint('number', name=op.f('uq_patrol_number')),
    sa.UniqueConstraint('photo_id', name=op.f('uq_patrol_photo_id'))
    )
    with op.batch_alter_table('patrol', schema=None) as batch_op:
        batch_op.create_index('ix_patrol_application_at', ['application_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_patrol_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_patrol_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_patrol_unit_id'), ['unit_id'], unique=False)

    op.create_table('refund',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('charge_id', sa.Integer(), nullable=False),
    sa.Column('payee_name', sa.String(length=64), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('deducted_fen', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(length=32), nullable=False),
    sa.Column('paid_by_id', sa.Integer(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("method in ('cash', 'card', 'transfer', 'wechat', 'alipay')", name=op.f('ck_refund_method')),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_refund_amount_not_negative')),
    sa.CheckConstraint('amount_fen between -99999999999999 and 99999999999999', name=op.f('ck_refund_amount_fen_form')),
    sa.CheckConstraint('deducted_fen >= 0', name=op.f('ck_refund_deducted_not_negative')),
    sa.CheckConstraint('deducted_fen between -99999999999999 and 99999999999999', name=op.f('ck_refund_deducted_fen_form')),
    sa.ForeignKeyConstraint(['charge_id'], ['charge.id'], name=op.f('fk_refund_charge_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_refund_created_by_id')),
    sa.ForeignKeyConstraint(['paid_by_id'], ['staff.id'], name=op.f('fk_refund_paid_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('charge_id', name=op.f('uq_refund_charge_id')),
    sa.UniqueConstraint('number', name=op.f('uq_refund_number'))
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refund_paid_at'), ['paid_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_paid_by_id'), ['paid_by_id'], unique=False)

    op.create_table('violation',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('contractor_id', sa.Integer(), nullable=True),
    sa.Column('patrol_id', sa.Integer(), nullable=True),
    sa.Column('scope_item_id', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by_id', sa.Integer(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('reported_to', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('rectified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'rectified') = (rectified_at is not null)", name=op.f('ck_violation_rectified_with_its_time')),
    sa.CheckConstraint("deadline between '1900-01-01' and '2100-12-31'", name=op.f('ck_violation_deadline_form')),
    sa.CheckConstraint("state <> 'reported' or reported_to is not null", name=op.f('ck_violation_reported_to_somebody')),
    sa.CheckConstraint("state in ('open', 'rectified', 'reported')", name=op.f('ck_violation_state')),
    sa.ForeignKeyConstraint(['application_id'], ['renovation_application.id'], name=op.f('fk_violation_application_id')),
    sa.ForeignKeyConstraint(['contractor_id'], ['contractor.id'], name=op.f('fk_violation_contractor_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_violation_created_by_id')),
    sa.ForeignKeyConstraint(['found_by_id'], ['staff.id'], name=op.f('fk_violation_found_by_id')),
    sa.ForeignKeyConstraint(['patrol_id'], ['patrol.id'], name=op.f('fk_violation_patrol_id')),
    sa.ForeignKeyConstraint(['photo_id'], ['stored_file.id'], name=op.f('fk_violation_photo_id')),
    sa.ForeignKeyConstraint(['scope_item_id'], ['scope_item.id'], name=op.f('fk_violation_scope_item_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_violation_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_violation')),
    sa.UniqueConstraint('number', name=op.f('uq_violation_number')),
    sa.UniqueConstraint('photo_id', name=op.f('uq_violation_photo_id'))
    )
    with op.batch_alter_table('violation', schema=None) as batch_op:
        batch_op.create_index('ix_violation_application_state', ['application_id', 'state'], unique=False)
        batch_op.create_index('ix_violation_contractor_found', ['contractor_id', 'found_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_violation_found_by_id'), ['found_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_violation_patrol_id'), ['patrol_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_violation_scope_item_id'), ['scope_item_id'], unique=False)
        batch_op.create_index('ix_violation_state_deadline', ['state', 'deadline'], unique=False)
        batch_op.create_index(batch_op.f('ix_violation_unit_id'), ['unit_id'], unique=False)

    op.create_table('deduction',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('violation_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_deduction_amount_positive')),
    sa.CheckConstraint('amount_fen between -99999999999999 and 99999999999999', name=op.f('ck_deduction_amount_fen_form')),
    sa.ForeignKeyConstraint(['application_id'], ['renovation_application.id'], name=op.f('fk_deduction_application_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_deduction_created_by_id')),
    sa.ForeignKeyConstraint(['violation_id'], ['violation.id'], name=op.f('fk_deduction_violation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deduction')),
    sa.UniqueConstraint('violation_id', name=op.f('uq_deduction_violation_id'))
    )
    with op.batch_alter_table('deduction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deduction_application_id'), ['application_id'], unique=False)

    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deducted_fen', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('released_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('released_by_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_charge_released_by_id'), ['released_by_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_charge_released_by_id'), 'staff', ['released_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_charge_deducted_fen_form'), 'deducted_fen between -99999999999999 and 99999999999999')
        batch_op.create_check_constraint(batch_op.f('ck_charge_deducted_from_it'), 'deducted_fen between 0 and amount_fen')
        batch_op.create_check_constraint(batch_op.f('ck_charge_refunded_when_released'), "state <> 'refunded' or released_at is not null")
    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.alter_column('deducted_fen', server_default=None)



def downgrade() -> None:
    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_charge_refunded_when_released'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_charge_deducted_from_it'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_charge_deducted_fen_form'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_charge_released_by_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_charge_released_by_id'))
        batch_op.drop_column('released_by_id')
        batch_op.drop_column('released_at')
        batch_op.drop_column('deducted_fen')

    with op.batch_alter_table('deduction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deduction_application_id'))

    op.drop_table('deduction')
    with op.batch_alter_table('violation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_violation_unit_id'))
        batch_op.drop_index('ix_violation_state_deadline')
        batch_op.drop_index(batch_op.f('ix_violation_scope_item_id'))
        batch_op.drop_index(batch_op.f('ix_violation_patrol_id'))
        batch_op.drop_index(batch_op.f('ix_violation_found_by_id'))
        batch_op.drop_index('ix_violation_contractor_found')
        batch_op.drop_index('ix_violation_application_state')

    op.drop_table('violation')
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_refund_paid_by_id'))
        batch_op.drop_index(batch_op.f('ix_refund_paid_at'))

    op.drop_table('refund')
    with op.batch_alter_table('patrol', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_patrol_unit_id'))
        batch_op.drop_index(batch_op.f('ix_patrol_by_id'))
        batch_op.drop_index(batch_op.f('ix_patrol_at'))
        batch_op.drop_index('ix_patrol_application_at')

    op.drop_table('patrol')
