"""Who saw a person's data in full: told when a record is opened, by page and by API alike.

What is masked tells nobody anything and is not told; lists and files are told as exports, or not at all.
"""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.answers import Busy
from app.core.journal import JournalEntry
from app.core.reading import Seen
from app.core.writing import write

VERB = "view"


def in_full(seen: Seen) -> list[str]:
    """The personal columns of which this person sees everything, and there is something."""
    return [
        name
        for name, column in seen.columns.items()
        if column.field.kind.personal and column.field.kind.widget != "file"
        and seen.values.get(name) is not None and not seen.is_masked(name)
    ]  # fmt: skip


def tell(session: Session, table: str, *rows: Seen) -> None:
    """When all else is read, and before anything is sent: it is a transaction of its own, after which nothing
    that was read stands any more. On a full disk, reading goes on."""
    tell_of(session, table, [(seen.id, columns) for seen in rows if (columns := in_full(seen))])


def tell_once(session: Session, table: str, row: Seen) -> None:
    """The same for a page that somebody loads anew: within the same minute, with nothing done to the record in
    between, that is one look."""
    columns = in_full(row)
    if columns and not _is_told(session, table, row.id, columns):
        tell_of(session, table, [(row.id, columns)])


_LATEST = (
    select(JournalEntry.verb, JournalEntry.user_id, JournalEntry.address, JournalEntry.at, JournalEntry.note)
    .where(JournalEntry.table_name == bindparam("table"), JournalEntry.row_id == bindparam("row"))
    .order_by(JournalEntry.id.desc())
    .limit(1)
    .execution_options(prepared=True)
)


def _is_told(session: Session, table: str, row_id: int, columns: Sequence[str]) -> bool:
    """Whether the last that the journal tells of this row is this very look, and not longer ago than this minute."""
    last = session.execute(_LATEST, {"table": table, "row": row_id}).first()
    if last is None or last.verb != VERB or last.at < here.now().replace(second=0, microsecond=0):
        return False
    me = here.me()
    return (last.user_id, last.address, (last.note or {}).get("columns")) == (
        me.user_id,
        me.address[:45],
        list(columns),
    )


def tell_of(session: Session, table: str, told: Sequence[tuple[int, Sequence[str]]]) -> None:
    """The same by name: (row, columns), of a row that is shown but stands no more as well."""
    if not told:
        return

    def add() -> None:
        for row_id, columns in told:
            journal.add(session, VERB, table=table, row_id=row_id, columns=list(columns))

    try:
        write(session, add, durable=False)  # a page does not wait for the disk
    except Busy:
        current_app.logger.warning("a record was opened while the journal could not be written")
