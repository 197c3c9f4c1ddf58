"""following up

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_entry',
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('rings', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=32), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("about in ('decoration', 'progress', 'complaint', 'other')", name=op.f('ck_call_entry_call_entry_about')),
    sa.CheckConstraint('length(phone) between 5 and 20', name=op.f('ck_call_entry_phone_form')),
    sa.CheckConstraint('rings between 1 and 99', name=op.f('ck_call_entry_rings')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_call_entry_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_call_entry_created_by_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_call_entry_lead_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_entry'))
    )
    with op.batch_alter_table('call_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_entry_at'), ['at'], unique=False)
        batch_op.create_index('ix_call_entry_by_at', ['by_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_entry_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_entry_phone'), ['phone'], unique=False)

    op.create_table('follow_up',
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('way', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("next_on between '1900-01-01' and '2100-12-31'", name=op.f('ck_follow_up_next_on_form')),
    sa.CheckConstraint("way in ('phone', 'visit', 'message')", name=op.f('ck_follow_up_follow_up_way')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_follow_up_created_by_id')),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_follow_up_lead_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_follow_up_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index('ix_follow_up_staff_at', ['staff_id', 'at'], unique=False)

    op.create_table('penalty_ticket',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('major', sa.Boolean(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('closure_id', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('appeal', sa.Text(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("happened_on between '1900-01-01' and '2100-12-31'", name=op.f('ck_penalty_ticket_happened_on_form')),
    sa.CheckConstraint("kind in ('reception', 'desk_empty', 'calls', 'reports', 'cleanliness', 'copying', 'neglect', 'lost_order')", name=op.f('ck_penalty_ticket_penalty_ticket_kind')),
    sa.CheckConstraint("state in ('issued', 'appealed', 'upheld', 'withdrawn')", name=op.f('ck_penalty_ticket_penalty_ticket_state')),
    sa.CheckConstraint("state not in ('upheld', 'withdrawn') or decision is not null", name=op.f('ck_penalty_ticket_decided_with_its_reason')),
    sa.ForeignKeyConstraint(['closure_id'], ['closure.id'], name=op.f('fk_penalty_ticket_closure_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_penalty_ticket_created_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_penalty_ticket_decided_by_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_penalty_ticket_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_penalty_ticket')),
    sa.UniqueConstraint('number', name=op.f('uq_penalty_ticket_number'))
    )
    with op.batch_alter_table('penalty_ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_penalty_ticket_closure_id'), ['closure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_ticket_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_ticket_happened_on'), ['happened_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_ticket_staff_id'), ['staff_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_penalty_ticket_state'), ['state'], unique=False)

    with op.batch_alter_table('closure', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sampled', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('recalled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('recalled_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('recall_reason', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('recall_words', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_closure_recalled_by_id'), ['recalled_by_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_closure_recalled_by_id'), 'staff', ['recalled_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_closure_closure_recall_is_whole'), '(recalled_at is null) = (recalled_by_id is null) and (recalled_at is null) = (recall_reason is null) and (recalled_at is null) = (recall_words is null)')
    with op.batch_alter_table('closure', schema=None) as batch_op:
        batch_op.alter_column('sampled', server_default=None)

    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.add_column(sa.Column('show_home_ideas', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('filed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('touched_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('next_contact_on', sa.Date(), nullable=True))
    day = "date(updated_at)" if op.get_bind().dialect.name == "sqlite" else "updated_at::date"
    op.execute(f"UPDATE lead SET touched_on = {day}")
    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.alter_column('touched_on', existing_type=sa.Date(), nullable=False)
        for name in ('filed_on', 'touched_on', 'next_contact_on'):
            batch_op.create_check_constraint(batch_op.f(f'ck_lead_{name}_form'), f"{name} between '1900-01-01' and '2100-12-31'")
        batch_op.create_index('ix_lead_next_contact', ['next_contact_on'], unique=False)
        batch_op.create_index('ix_lead_state_touched', ['state', 'touched_on'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.drop_index('ix_lead_state_touched')
        batch_op.drop_index('ix_lead_next_contact')
        for name in ('filed_on', 'touched_on', 'next_contact_on'):
            batch_op.drop_constraint(batch_op.f(f'ck_lead_{name}_form'), type_='check')
        batch_op.drop_column('next_contact_on')
        batch_op.drop_column('touched_on')
        batch_op.drop_column('filed_on')
        batch_op.drop_column('show_home_ideas')

    with op.batch_alter_table('closure', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_closure_closure_recall_is_whole'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_closure_recalled_by_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_closure_recalled_by_id'))
        batch_op.drop_column('recall_words')
        batch_op.drop_column('recall_reason')
        batch_op.drop_column('recalled_by_id')
        batch_op.drop_column('recalled_at')
        batch_op.drop_column('sampled')

    with op.batch_alter_table('penalty_ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_penalty_ticket_state'))
        batch_op.drop_index(batch_op.f('ix_penalty_ticket_staff_id'))
        batch_op.drop_index(batch_op.f('ix_penalty_ticket_happened_on'))
        batch_op.drop_index(batch_op.f('ix_penalty_ticket_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_penalty_ticket_closure_id'))

    op.drop_table('penalty_ticket')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_up_staff_at')
        batch_op.drop_index(batch_op.f('ix_follow_up_lead_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_at'))

    op.drop_table('follow_up')
    with op.batch_alter_table('call_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_call_entry_phone'))
        batch_op.drop_index(batch_op.f('ix_call_entry_lead_id'))
        batch_op.drop_index('ix_call_entry_by_at')
        batch_op.drop_index(batch_op.f('ix_call_entry_at'))

    op.drop_table('call_entry')
