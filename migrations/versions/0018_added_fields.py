"""fields without code: their definitions, and a column for their values in every table

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

TABLES = (
    'acceptance acceptance_item agreement application_document building call_entry champion charge claim closure'
    ' commission_line commission_run contract contractor credential decline_request deduction delegation department'
    ' dispatch drawing estate follow_up gate_event lead notice_receipt owner ownership pass patrol penalty_ticket'
    ' permit phone_list phone_list_entry policy receipt refund renovation_application resident scope_item season'
    ' skill_certificate staff transfer_slip undertaking unit violation worker'
).split()


def upgrade() -> None:
    op.create_table('added_field',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=48), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('zh', sa.String(length=40), nullable=False),
    sa.Column('en', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('personal', sa.Boolean(), nullable=False),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('indexed', sa.Boolean(), nullable=False),
    sa.Column('index_there', sa.Boolean(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('levels', sa.JSON(), nullable=False),
    sa.Column('archived', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_added_field_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_added_field')),
    sa.UniqueConstraint('table_name', 'name', name=op.f('uq_added_field_table_name_name'))
    )
    for table in TABLES:
        op.add_column(table, sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True))


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == 'postgresql':
        # The search index watches this column, too; `release` makes its triggers anew.
        watching = sa.text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'search\\_%' AND NOT tgisinternal")
        for trigger, table in connection.execute(watching).all():
            op.execute(f'DROP TRIGGER {trigger} ON {table}')
    # SQLite takes no column away that an index still reads.
    if op.get_bind().dialect.name == 'sqlite':
        found = op.get_bind().exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix!_%!_extra!_%' ESCAPE '!'"
        )
        for (name,) in found.fetchall():
            op.execute(f'DROP INDEX {name}')
    for table in reversed(TABLES):
        op.drop_column(table, 'extra')
    op.drop_table('added_field')
