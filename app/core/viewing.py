"""Who saw a person's data in full: told when a record is opened, by page and by API alike.

What is masked tells nobody anything and is not told; lists and files are told as exports, or not at all.
"""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy.orm import Session

from app.core import journal
from app.core.answers import Busy
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
