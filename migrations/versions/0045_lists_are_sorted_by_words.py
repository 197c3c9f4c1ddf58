"""lists are sorted by words: a collation for them, and the indexes of texts in its order

PostgreSQL without ICU has no such order: the collation is then that of "C", and the doctor says so.

Revision: 0045
After: 0044
"""

import sqlalchemy as sa
from alembic import op


revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None

NEVER_EMPTY = {
    'charge': 'payer_name',
    'lead': 'customer_name',
    'owner': 'name',
    'pass': 'worker_name',
    'phone_list_entry': 'estate_name',
    'receipt': 'payer_name',
    'refund': 'payee_name',
    'renovation_application': 'applicant_name',
    'resident': 'name',
    'unit': 'full_name room',
    'worker': 'name',
}
MAY_BE_EMPTY = {
    'agreement': 'applicant_signer contractor_signer property_signer',
    'drawing': 'applicant_signer remarks site_manager_signer',
    'gate_event': 'reason',
    'lead': 'estate_name',
    'notice_receipt': 'signer_name',
    'phone_list_entry': 'contact_name',
    'undertaking': 'signer_name',
}
#: those that had an index of another name
PLAIN = {
    ('pass', 'worker_name'),
    ('phone_list_entry', 'estate_name'),
    ('renovation_application', 'applicant_name'),
    ('unit', 'full_name'),
}
HAS_ICU = "SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')"
OVER_WORDS = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%(zh(%'"


def upgrade() -> None:
    if _on_postgresql():
        has_icu = op.get_bind().scalar(sa.text(HAS_ICU))
        order = "(provider = icu, locale = 'zh-u-kn-true')" if has_icu else 'FROM "C"'
        op.execute(f'CREATE COLLATION zh {order}')
    for table, name, empty_first in _columns():
        held = f'{name} COLLATE zh{empty_first}' if _on_postgresql() else f'zh({name})'
        op.execute(f'CREATE INDEX ix_{table}_{name}_words ON {table} ({held}, id)')
        op.drop_index(_before(table, name), table_name=table)


def downgrade() -> None:
    for table, name, empty_first in _columns():
        columns = [name] if (table, name) in PLAIN else [sa.text(name + empty_first), 'id']
        op.create_index(_before(table, name), table, columns)
    if _on_postgresql():
        op.execute('DROP COLLATION zh CASCADE')  # and every index that asks for it
        return
    for (index,) in op.get_bind().execute(sa.text(OVER_WORDS)).all():
        op.execute(f'DROP INDEX {index}')


def _columns():
    first = ' NULLS FIRST' if _on_postgresql() else ''
    for tables, empty_first in ((NEVER_EMPTY, ''), (MAY_BE_EMPTY, first)):
        for table, names in tables.items():
            for name in names.split():
                yield table, name, empty_first


def _before(table, name):
    return f'ix_{table}_{name}' if (table, name) in PLAIN else f'ix_{table}_{name}_sorted'


def _on_postgresql():
    return op.get_bind().dialect.name == 'postgresql'
