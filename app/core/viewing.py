"""Who saw a person's data in full: told when a record is opened, by page and by API alike.

What is masked tells nobody anything and is not told; lists and files are told as exports, or not at all.
"""

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


def tell(session: Session, table: str, seen: Seen) -> None:
    """Before anything else is read: it is a transaction of its own. On a full disk, reading goes on."""
    columns = in_full(seen)
    if not columns:
        return
    try:
        # A page does not wait for the disk.
        write(
            session, lambda: journal.add(session, VERB, table=table, row_id=seen.id, columns=columns), durable=False
        )  # fmt: skip
    except Busy:
        current_app.logger.warning("a record was opened while the journal could not be written")
