"""Forgetting 匿名化: personal data that nobody needs any more is taken out, the record stays.

A domain says what of it is over and which columns then go (`forget`); what an admin added to the
table as personal goes with them. One command does it for all, tells the journal how many rows of
which table, and never keeps the old values anywhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func, literal, or_, select, update
from sqlalchemy.orm import Session

from app.core import files, here, journal
from app.core.added.definitions import AddedField, AddedKind
from app.core.added.held import FORMS
from app.core.journal import JournalEntry
from app.core.record import Record
from app.core.words import say
from app.core.writing import write

#: what stands where a name stood
GONE = "（已匿名）"
VERB = "forget"
BATCH = 500

#: model, which rows are over before a day, column -> what stands there afterwards
Forgotten = tuple[type[Record], Callable[[date], ColumnElement[bool]], Mapping[str, Any]]
_forgotten: list[Forgotten] = []
#: what is known only when it is asked: registers without code
_found: list[Callable[[], Iterable[Forgotten]]] = []

TOO_SOON = say("至少保留 {n} 天。", "It is kept for {n} days at least.", n=180)
KEPT_DAYS = 180


def forget(model: type[Record], over: Callable[[date], ColumnElement[bool]], **columns: Any) -> None:
    """Declare what of a table goes once a row is over; said by the domain beside its model."""
    _forgotten.append((model, over, columns))


def forget_found(find: Callable[[], Iterable[Forgotten]]) -> None:
    """The same for tables that come and go."""
    _found.append(find)


def numbered(model: type[Record], sign: str) -> ColumnElement[str]:
    """For a column that may be neither empty nor double: the sign and the row's id."""
    return literal(sign) + func.substr(literal("0000000000") + cast(model.id, String), -10)


def taken_out_of(row: Record) -> set[str]:
    """The columns of a row that were forgotten: no history brings them back."""
    gone: set[str] = set()
    for model, _, columns in _forgotten:
        plain = {name: value for name, value in columns.items() if not isinstance(value, ColumnElement)}
        if isinstance(row, model) and all(getattr(row, name) == value for name, value in plain.items()):
            gone |= set(columns)
    return gone


def carry_out(session: Session, before: date) -> dict[str, int]:
    """Forget what was over before a day; answers how many rows of each table. Running it again finds nothing.
    The journal keeps the day: what was deleted before it and is entered again later is forgotten then."""
    done: dict[str, int] = {}
    files.drop_let_go(session, before)
    write(session, lambda: journal.add(session, VERB, over_before=before.isoformat()))
    with here.in_whole_sight():
        for model, over, columns in _all():
            done[model.__tablename__] = done.get(model.__tablename__, 0) + _forget(
                session, model, over(before), columns
            )
    return done


def _all() -> list[Forgotten]:
    return [*_forgotten, *(each for find in _found for each in find())]


def catch_up(session: Session, row: Record, since: int) -> bool:
    """Of a record that was deleted and is entered again: what would have been forgotten since that entry of the
    journal, had it stood, is forgotten now. Within its transaction; answers whether anything was."""
    entry = JournalEntry
    runs = select(entry.note).where(entry.verb == VERB, entry.table_name == "", entry.id > since)
    days = [date.fromisoformat(note["over_before"]) for note in session.execute(runs).scalars() if note]
    if not days:
        return False
    model, caught = type(row), False
    with here.in_whole_sight():
        for _, over, columns in (each for each in _all() if each[0] is model):
            is_over = select(model.id).where(model.id == row.id, over(max(days)))
            if session.execute(is_over).first() is not None:
                _take_out(session, model, [row.id], columns, _personal_beside(session, model))
                caught = True
    if caught:
        session.expire(row)
    return caught


def _forget(session: Session, model: type[Record], over: ColumnElement[bool], columns: Mapping[str, Any]) -> int:
    beside = _personal_beside(session, model)
    held = [_is_held(model, name, value) for name, value in list(columns.items())[:1]]
    held += [FORMS[AddedKind.TEXT].expression(model.extra, name).is_not(None) for name in beside]
    total = 0
    query = select(model.id).where(over, or_(false(), *held)).order_by(model.id).limit(BATCH)
    while ids := list(session.execute(query).scalars()):
        files.drop(write(session, lambda ids=ids: _take_out(session, model, ids, columns, beside)))  # type: ignore[misc]
        total += len(ids)
    return total


def _is_held(model: type[Record], name: str, afterwards: Any) -> ColumnElement[bool]:
    """Whether a row still says what is to go."""
    column: ColumnElement[Any] = getattr(model, name)
    return column != GONE if afterwards == GONE else column.is_not(None)


def _personal_beside(session: Session, model: type[Record]) -> dict[str, str]:
    """Fields without code whose values go with the row's, and their kinds: personal ones and files, archived ones,
    too."""
    query = select(AddedField.name, AddedField.kind).where(
        AddedField.table_name == model.__tablename__, or_(AddedField.personal, AddedField.kind == AddedKind.FILE)
    )
    return dict(session.execute(query).tuples().all())


def _take_out(
    session: Session, model: type[Record], ids: Sequence[int], columns: Mapping[str, Any], beside: Mapping[str, str]
) -> list[str]:
    """Answers the files that are to be dropped after it."""
    # Straight to the table: through the session the journal would keep the values that are to go.
    order = update(model).where(model.id.in_(ids)).values({**columns, "version": model.version + 1})
    session.execute(order.execution_options(synchronize_session=False))
    query = select(model.id, model.extra).where(model.id.in_(ids), model.extra.is_not(None))
    scans = {name for name, kind in beside.items() if kind == AddedKind.FILE}
    named: list[int] = []
    for row_id, extra in session.execute(query).all() if beside else ():
        named += [held for name in scans if isinstance(held := extra.get(name), int)]
        left = {name: value for name, value in extra.items() if name not in beside}
        order = update(model).where(model.id == row_id).values(extra=left or None)
        session.execute(order.execution_options(synchronize_session=False))
    journal.add(session, VERB, table=model.__tablename__, rows=len(ids), first=ids[0], last=ids[-1])
    return files.let_go(session, named)
