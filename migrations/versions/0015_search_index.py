"""search index

The tables of the search box. What is in them, and the triggers that keep it, come from what the
registers declare: `release` fills them after the migrations (app/core/search/upkeep.py).

Revision: 0015
After: 0014
"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

SIGNS = "".join(chr(n) for n in range(33, 127) if not chr(n).isalnum()).replace('"', '""').replace("'", "''")


def upgrade() -> None:
    op.create_table('search_source',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('made', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_search_source'))
    )
    op.create_table('search_reading',
    sa.Column('word', sa.String(length=8), nullable=False),
    sa.Column('syllable', sa.String(length=8), nullable=False),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_search_reading'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('CREATE TABLE search_index (id BIGINT CONSTRAINT pk_search_index PRIMARY KEY, pieces TSVECTOR NOT NULL)')
        # Without a list of what waits: every search would have to read it from end to end.
        op.execute('CREATE INDEX ix_search_index_pieces ON search_index USING gin (pieces) WITH (fastupdate = off)')
        return
    op.create_table('search_place', sa.Column('n', sa.Integer(), nullable=False), sa.PrimaryKeyConstraint('n', name=op.f('pk_search_place')))
    op.get_bind().exec_driver_sql(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        f"pieces, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '{SIGNS}'\")"
    )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == 'postgresql':
        kept = connection.execute(sa.text("SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'search\\_%' AND pronamespace = current_schema()::regnamespace"))
        for function in kept.scalars().all():
            op.execute(f'DROP FUNCTION {function} CASCADE')
    else:
        kept = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search\\_%' ESCAPE '\\'"))
        for trigger in kept.scalars().all():
            op.execute(f'DROP TRIGGER {trigger}')
        op.drop_table('search_place')
    op.execute('DROP TABLE search_index')
    op.drop_table('search_reading')
    op.drop_table('search_source')
