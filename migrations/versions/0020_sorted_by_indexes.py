"""lists are sorted and filtered by what an index holds

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

NEVER_EMPTY = {
    'acceptance': 'round',
    'acceptance_item': 'subject result',
    'application_document': 'kind',
    'call_entry': 'rings about',
    'charge': 'payer_name kind amount_fen',
    'claim': 'kind at standing',
    'closure': 'kind reason state proposed_at',
    'commission_line': 'rule amount_fen',
    'contract': 'amount_fen signed_on',
    'decline_request': 'state',
    'deduction': 'amount_fen',
    'dispatch': 'at',
    'drawing': 'drawing_version',
    'follow_up': 'way',
    'gate_event': 'direction result',
    'lead': 'touched_on',
    'notice_receipt': 'notice recipient',
    'owner': 'kind name id_kind',
    'pass': 'valid_from',
    'penalty_ticket': 'kind',
    'permit': 'issued_at state',
    'receipt': 'payer_name amount_fen method received_at state',
    'refund': 'payee_name amount_fen deducted_fen method',
    'renovation_application': 'applicant_kind applicant_phone work_mode starts_on ends_on',
    'resident': 'name relation',
    'unit': 'room state',
    'violation': 'found_at deadline',
    'worker': 'name',
}
MAY_BE_EMPTY = {
    'acceptance': 'decided_at',
    'acceptance_item': 'checked_at',
    'agreement': 'applicant_signer contractor_signer property_signer',
    'application_document': 'valid_until',
    'charge': 'due_on released_at',
    'closure': 'confirmed_at recalled_at recall_reason filed_at',
    'commission_line': 'void_reason',
    'contract': 'withdrawn_on',
    'decline_request': 'decision',
    'dispatch': 'ended_at end_kind',
    'drawing': 'remarks applicant_signer applicant_signed_at site_manager_signer site_manager_signed_at archived_at',
    'follow_up': 'next_on',
    'gate_event': 'reason',
    'lead': 'show_home_on filed_on',
    'notice_receipt': 'signer_name signed_at',
    'owner': 'phone',
    'ownership': 'since until',
    'phone_list_entry': 'contact_name',
    'resident': 'phone since until',
    'transfer_slip': 'hr_copied_on',
    'undertaking': 'signer_name signed_at',
    'unit': 'floor_area',
    'worker': 'phone trade',
}


def upgrade() -> None:
    empty_first = ' NULLS FIRST' if op.get_bind().dialect.name == 'postgresql' else ''
    for table, names in NEVER_EMPTY.items():
        for name in names.split():
            op.create_index(f'ix_{table}_{name}_sorted', table, [name, 'id'])
    for table, names in MAY_BE_EMPTY.items():
        for name in names.split():
            op.create_index(f'ix_{table}_{name}_sorted', table, [sa.text(name + empty_first), 'id'])
    op.drop_index('ix_charge_due_on', table_name='charge')
    op.create_index('ix_lead_created_by', 'lead', ['created_by_id', 'id'])


def downgrade() -> None:
    op.drop_index('ix_lead_created_by', table_name='lead')
    op.create_index('ix_charge_due_on', 'charge', ['due_on'])
    for tables in (NEVER_EMPTY, MAY_BE_EMPTY):
        for table, names in tables.items():
            for name in names.split():
                op.drop_index(f'ix_{table}_{name}_sorted', table_name=table)

