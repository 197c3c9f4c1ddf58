"""One row in both ways, by one statement: as the person may see it, and whole, as rules judge it.

    seen, raw = whole.one(session, Lead, 7, register.shown())

A page of a record needs both. `raw` is the row that a query would answer (`gate.reachable`), of the same
session, and has passed the same gate.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from app.core import gate, here, reading
from app.core.reading import Seen
from app.core.record import Record


def one(session: Session, model: type[Record], row_id: int, wanted: Iterable[str]) -> tuple[Seen, Any] | None:
    """None when the row is out of reach."""
    columns = reading.columns_for(model, wanted, told=True)
    if _is_asked_apart(session, model, row_id):
        seen, found = reading.read_one(session, model, row_id, wanted), gate.reachable(session, model, [row_id])
        return (seen, found[0]) if seen is not None and found else None
    every = [getattr(model, each.key) for each in inspect(model).column_attrs]
    row = reading.prepared_row(session, model, columns, row_id, also=every)
    if row is None:
        return None
    seen = reading.seen_rows(columns, [row])[0]
    reading.add_many(session, model, seen)
    return seen, _row_of(session, model, row)


def _is_asked_apart(session: Session, model: type[Record], row_id: int) -> bool:
    """For the house, which has no sight; for what waits to be written; for a row that the session holds already."""
    if here.sees_everything() or session.new or session.dirty or inspect(model).polymorphic_on is not None:
        return True
    return identity_key(model, row_id) in session.identity_map


def _row_of(session: Session, model: type[Record], values: Any) -> Any:
    """The values as a row of this session that nobody has changed."""
    row = model()
    for each in inspect(model).column_attrs:
        set_committed_value(row, each.key, getattr(values, each.key))
    make_transient_to_detached(row)
    session.add(row)
    return row
