"""Forgetting 匿名化: personal data that nobody needs any more is taken out, the record stays.

A domain says what of it is over and which columns then go (`forget`). One command does it for
all, tells the journal how many rows of which table, and never keeps the old values anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, update
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.record import Record
from app.core.words import say
from app.core.writing import write

#: what stands where a name stood
GONE = "（已匿名）"
BATCH = 500

#: model, which rows are over before a day, column -> what stands there afterwards
Forgotten = tuple[type[Record], Callable[[date], ColumnElement[bool]], Mapping[str, Any]]
_forgotten: list[Forgotten] = []

TOO_SOON = say("至少保留 {n} 天。", "It is kept for {n} days at least.", n=180)
KEPT_DAYS = 180


def forget(model: type[Record], over: Callable[[date], ColumnElement[bool]], **columns: Any) -> None:
    """Declare what of a table goes once a row is over; said by the domain beside its model."""
    _forgotten.append((model, over, columns))


def numbered(model: type[Record], sign: str) -> ColumnElement[str]:
    """For a column that may be neither empty nor double: the sign and the row's id."""
    return literal(sign) + func.substr(literal("0000000000") + cast(model.id, String), -10)


def carry_out(session: Session, before: date) -> dict[str, int]:
    """Forget what was over before a day; answers how many rows of each table. Running it again finds nothing."""
    done: dict[str, int] = {}
    with here.in_whole_sight():
        for model, over, columns in _forgotten:
            done[model.__tablename__] = done.get(model.__tablename__, 0) + _forget(
                session, model, over(before), columns
            )
    return done


def _forget(session: Session, model: type[Record], over: ColumnElement[bool], columns: Mapping[str, Any]) -> int:
    name = next(iter(columns))
    fresh = (
        and_(over, getattr(model, name) != GONE)
        if columns[name] == GONE
        else and_(over, getattr(model, name).is_not(None))
    )
    total = 0
    while ids := list(session.execute(select(model.id).where(fresh).order_by(model.id).limit(BATCH)).scalars()):
        total += write(session, lambda ids=ids: _take_out(session, model, ids, columns))  # type: ignore[misc]
    return total


def _take_out(session: Session, model: type[Record], ids: Sequence[int], columns: Mapping[str, Any]) -> int:
    # Straight to the table: through the session the journal would keep the values that are to go.
    order = update(model).where(model.id.in_(ids)).values({**columns, "version": model.version + 1})
    session.execute(order.execution_options(synchronize_session=False))
    journal.add(session, "forget", table=model.__tablename__, rows=len(ids), first=ids[0], last=ids[-1])
    return len(ids)
