"""acceptance signatures

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('acceptance',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('findings', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'open') = (decided_at is null)", name=op.f('ck_acceptance_decided_with_its_time')),
    sa.CheckConstraint("state in ('open', 'accepted', 'failed')", name=op.f('ck_acceptance_state')),
    sa.ForeignKeyConstraint(['application_id'], ['renovation_application.id'], name=op.f('fk_acceptance_application_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_acceptance_created_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_acceptance_decided_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_acceptance_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance')),
    sa.UniqueConstraint('application_id', 'round', name=op.f('uq_acceptance_application_id_round')),
    sa.UniqueConstraint('number', name=op.f('uq_acceptance_number'))
    )
    with op.batch_alter_table('acceptance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_acceptance_open', ['application_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('acceptance_item',
    sa.Column('acceptance_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('finding', sa.Text(), nullable=True),
    sa.Column('photo_id', sa.Integer(), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("result <> 'failed' or finding is not null", name=op.f('ck_acceptance_item_failed_with_its_finding')),
    sa.CheckConstraint("result in ('open', 'passed', 'failed')", name=op.f('ck_acceptance_item_result')),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_acceptance_item_acceptance_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['checked_by_id'], ['staff.id'], name=op.f('fk_acceptance_item_checked_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_acceptance_item_created_by_id')),
    sa.ForeignKeyConstraint(['photo_id'], ['stored_file.id'], name=op.f('fk_acceptance_item_photo_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_item')),
    sa.UniqueConstraint('acceptance_id', 'subject', name=op.f('uq_acceptance_item_acceptance_id_subject')),
    sa.UniqueConstraint('photo_id', name=op.f('uq_acceptance_item_photo_id'))
    )
    with op.batch_alter_table('acceptance_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_item_acceptance_id'), ['acceptance_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_item_checked_by_id'), ['checked_by_id'], unique=False)

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('applicant_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('contractor_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('property_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('scan_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_agreement_scan_id'), ['scan_id'])
        batch_op.create_foreign_key(batch_op.f('fk_agreement_scan_id'), 'stored_file', ['scan_id'], ['id'])

    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('split_from_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_charge_split_from_id'), ['split_from_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_charge_split_from_id'), 'charge', ['split_from_id'], ['id'])

    with op.batch_alter_table('drawing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('applicant_signer', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('applicant_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('site_manager_signer', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('site_manager_drawn', sa.Text(), nullable=True))

    with op.batch_alter_table('notice_receipt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signer_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('scan_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_notice_receipt_scan_id'), ['scan_id'])
        batch_op.create_foreign_key(batch_op.f('fk_notice_receipt_scan_id'), 'stored_file', ['scan_id'], ['id'])

    with op.batch_alter_table('renovation_application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('neighbours_told_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('neighbours_told_how', sa.String(length=64), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_renovation_application_neighbours_told_on_form'), "neighbours_told_on between '1900-01-01' and '2100-12-31'")

    with op.batch_alter_table('undertaking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signer_drawn', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('scan_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_undertaking_scan_id'), ['scan_id'])
        batch_op.create_foreign_key(batch_op.f('fk_undertaking_scan_id'), 'stored_file', ['scan_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('undertaking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_undertaking_scan_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_undertaking_scan_id'), type_='unique')
        batch_op.drop_column('scan_id')
        batch_op.drop_column('signer_drawn')

    with op.batch_alter_table('renovation_application', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_renovation_application_neighbours_told_on_form'), type_='check')
        batch_op.drop_column('neighbours_told_how')
        batch_op.drop_column('neighbours_told_on')

    with op.batch_alter_table('notice_receipt', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_notice_receipt_scan_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notice_receipt_scan_id'), type_='unique')
        batch_op.drop_column('scan_id')
        batch_op.drop_column('signer_drawn')

    with op.batch_alter_table('drawing', schema=None) as batch_op:
        batch_op.drop_column('site_manager_drawn')
        batch_op.drop_column('site_manager_signer')
        batch_op.drop_column('applicant_drawn')
        batch_op.drop_column('applicant_signer')

    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_charge_split_from_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_charge_split_from_id'))
        batch_op.drop_column('split_from_id')

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_agreement_scan_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_agreement_scan_id'), type_='unique')
        batch_op.drop_column('scan_id')
        batch_op.drop_column('property_drawn')
        batch_op.drop_column('contractor_drawn')
        batch_op.drop_column('applicant_drawn')

    with op.batch_alter_table('acceptance_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acceptance_item_checked_by_id'))
        batch_op.drop_index(batch_op.f('ix_acceptance_item_acceptance_id'))

    op.drop_table('acceptance_item')
    with op.batch_alter_table('acceptance', schema=None) as batch_op:
        batch_op.drop_index('uq_acceptance_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_acceptance_unit_id'))
        batch_op.drop_index(batch_op.f('ix_acceptance_state'))
        batch_op.drop_index(batch_op.f('ix_acceptance_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_acceptance_application_id'))

    op.drop_table('acceptance')
