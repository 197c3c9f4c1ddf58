"""until when work is permitted stands on its case; what nobody looked at on a sheet that failed is said

Revision: 0037
After: 0036
"""

import sqlalchemy as sa
from alembic import op


revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

CASE, ITEM = 'renovation_application', 'acceptance_item'
#: lists that a rule of two people narrows by who entered a row
BY_WHOM = (CASE, 'transfer_slip', 'penalty_ticket')
UNTIL = f'''UPDATE {CASE} SET permitted_until = (
    SELECT valid_until FROM permit WHERE permit.application_id = {CASE}.id
)'''
OF_AN_ENDED_CASE = f'''UPDATE acceptance SET state = 'failed', decided_at = (
    SELECT updated_at FROM {CASE} WHERE {CASE}.id = acceptance.application_id
) WHERE state = 'open' AND application_id IN (SELECT id FROM {CASE} WHERE state <> 'awaiting_acceptance')'''
UNSEEN = f'''UPDATE {ITEM} SET result = 'unseen' WHERE result = 'open' AND acceptance_id IN (
    SELECT id FROM acceptance WHERE state <> 'open'
)'''


def upgrade() -> None:
    with op.batch_alter_table(CASE, schema=None) as batch_op:
        batch_op.add_column(sa.Column('permitted_until', sa.Date(), nullable=True))
        batch_op.create_check_constraint(batch_op.f(f'ck_{CASE}_permitted_until_form'), "permitted_until between '1900-01-01' and '2100-12-31'")
    op.execute(UNTIL)
    empty_first = ' NULLS FIRST' if op.get_bind().dialect.name == 'postgresql' else ''
    op.execute(f'CREATE INDEX ix_{CASE}_permitted_until_sorted ON {CASE} (permitted_until{empty_first}, id)')
    _results("'open', 'passed', 'failed', 'unseen'")
    op.execute(OF_AN_ENDED_CASE)
    op.execute(UNSEEN)
    for table in BY_WHOM:
        op.create_index(f'ix_{table}_created_by', table, ['created_by_id', 'id'])


def downgrade() -> None:
    for table in BY_WHOM:
        op.drop_index(f'ix_{table}_created_by', table_name=table)
    op.execute(f"UPDATE {ITEM} SET result = 'open' WHERE result = 'unseen'")
    _results("'open', 'passed', 'failed'")
    op.drop_index(f'ix_{CASE}_permitted_until_sorted', table_name=CASE)
    with op.batch_alter_table(CASE, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{CASE}_permitted_until_form'), type_='check')
        batch_op.drop_column('permitted_until')


def _results(known: str) -> None:
    with op.batch_alter_table(ITEM, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{ITEM}_result'), type_='check')
        batch_op.create_check_constraint(batch_op.f(f'ck_{ITEM}_result'), f'result in ({known})')
