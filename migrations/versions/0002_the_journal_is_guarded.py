"""the journal is guarded

Entries are never changed; they are removed only by the retention command, which says in
`journal_head.trim_before`, within its transaction, up to when it removes.

Revision: 0002
After: 0001
"""

from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER journal_entry_stays BEFORE UPDATE ON journal_entry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_entry_is_kept BEFORE DELETE ON journal_entry
       WHEN OLD.at >= COALESCE((SELECT trim_before FROM journal_head), '')
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION journal_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND OLD.at < (SELECT trim_before FROM journal_head) THEN
           RETURN OLD;
         END IF;
         RAISE EXCEPTION 'the journal is append-only';
       END $$""",
    """CREATE TRIGGER journal_entry_stays BEFORE UPDATE OR DELETE ON journal_entry
       FOR EACH ROW EXECUTE FUNCTION journal_entry_guard()""",
    """CREATE TRIGGER journal_entry_is_kept BEFORE TRUNCATE ON journal_entry
       FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_guard()""",
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER journal_entry_is_kept ON journal_entry")
        op.execute("DROP TRIGGER journal_entry_stays ON journal_entry")
        op.execute("DROP FUNCTION journal_entry_guard()")
    else:
        op.execute("DROP TRIGGER journal_entry_is_kept")
        op.execute("DROP TRIGGER journal_entry_stays")
