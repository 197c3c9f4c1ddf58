"""The order of rows among those of one parent, put by hand: 1, 2, 3 … without gaps.

A table has one when a column of it is a `position` (core/columns.py). A new row is the last, wherever it comes
from; one that goes closes its gap; `arrange` moves some. Whoever changes an order holds its parent, so that two
people's changes come one after the other. Rows that only make room are not changed by anybody: they keep
their version, and the journal tells of those that were moved.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import event, func, inspect, select, update
from sqlalchemy.orm import Session

from app.core import gate, here, journal
from app.core.record import Record


@dataclass(frozen=True)
class Order:
    """How rows of a table stand in order: by which column, among the rows of which parent."""

    model: type[Record]
    column: str
    parent: str

    @property
    def place(self) -> Any:
        return getattr(self.model, self.column)

    @property
    def among(self) -> Any:
        return getattr(self.model, self.parent)

    def sorted(self, *, backwards: bool = False) -> tuple[Any, ...]:
        """Rows that were never placed stand behind the others."""
        if backwards:
            return self.place.desc().nulls_first(), self.model.id.desc()
        return self.place.asc().nulls_last(), self.model.id


def order_of(model: type[Record], relation: str | None = None) -> Order | None:
    """The table's order, where it has one (among the rows of this relation)."""
    found = _declared(model.__table__)
    if found is None or relation not in (None, found[1].removesuffix("_id")):
        return None
    return Order(model, *found)


@cache
def _declared(table: Any) -> tuple[str, str] | None:
    """(column, parent): asked at every flush."""
    return next(((each.key, each.info["among"]) for each in table.columns if each.info.get("among")), None)


def arrange(session: Session, order: Order, parent_id: int, wanted: Mapping[int, int]) -> None:
    """Put these rows at these places, within a transaction that has begun; the others close up and make room."""
    with here.in_whole_sight():
        session.flush()
        _hold(session, order, [parent_id])
        _number(session, order, parent_id)
        rows = {row.id: row for row in gate.reachable(session, order.model, list(wanted))}
        count = session.execute(select(func.count()).where(order.among == parent_id)).scalar_one()
        moved = _places({each: wanted[each] for each in wanted if each in rows}, count)
        now = {each: getattr(rows[each], order.column) for each in moved}
        if sorted(now.values()) != sorted(moved.values()):
            _make_room(session, order, parent_id, now, moved)
        for row_id, place in moved.items():
            if now[row_id] == place:
                _put(session, order, order.model.id == row_id, place)
                continue
            setattr(rows[row_id], order.column, place)
            journal.describe(session, "edit", rows[row_id])
        session.flush()


def _places(wanted: Mapping[int, int], count: int) -> dict[int, int]:
    """Each row's own place from 1 to `count`: of two that are wanted at the same, the first named comes first."""
    rows = sorted(wanted, key=lambda each: wanted[each])
    found: dict[int, int] = {}
    last = 0
    for left, row_id in zip(range(len(rows) - 1, -1, -1), rows, strict=True):
        last = min(max(wanted[row_id], last + 1), count - left)
        found[row_id] = last
    return found


def _make_room(
    session: Session, order: Order, parent_id: int, now: Mapping[int, int], moved: Mapping[int, int]
) -> None:
    """Take the moved rows out, let the others close up, and open a gap at each new place."""
    mine = order.among == parent_id
    _put(session, order, order.model.id.in_(list(moved)), None)
    for place in sorted(now.values(), reverse=True):
        _put(session, order, mine & (order.place > place), order.place - 1)
    for place in sorted(moved.values()):
        _put(session, order, mine & (order.place >= place), order.place + 1)


def _put(session: Session, order: Order, rows: Any, place: Any) -> None:
    """Straight to the table: no version of a row that only makes room, and no line in the journal."""
    asked = update(order.model).where(rows).values({order.column: place})
    session.execute(asked.execution_options(synchronize_session=False))


def _hold(session: Session, order: Order, parents: Iterable[int]) -> None:
    """On SQLite the writing transaction is alone anyway."""
    (key,) = order.model.__table__.c[order.parent].foreign_keys
    query = select(key.column).where(key.column.in_(sorted(parents))).order_by(key.column)
    session.execute(query.with_for_update())


def _number(session: Session, order: Order, parent_id: int) -> None:
    """Rows that were never placed are, behind the others."""
    unplaced = select(order.model.id).where(order.among == parent_id, order.place.is_(None)).limit(1)
    if session.execute(unplaced).scalar() is None:
        return
    number = func.row_number().over(order_by=order.sorted())
    places = select(order.model.id.label("id"), number.label("place")).where(order.among == parent_id).subquery()
    _put(session, order, order.model.id == places.c.id, places.c.place)


# --- rows that come and go ----------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _keep_in_order(session: Session, *_: Any) -> None:
    coming, going = _coming(session), _going(session)
    if not (coming or going):
        return
    with session.no_autoflush, here.in_whole_sight():
        for order in {*coming, *going}:
            _hold(session, order, {*coming.get(order, {}), *(parent for parent, _ in going.get(order, []))})
            for parent_id, place in sorted(going.get(order, []), reverse=True):
                _put(session, order, (order.among == parent_id) & (order.place > place), order.place - 1)
            _put_last(session, order, coming.get(order, {}))


def _coming(session: Session) -> dict[Order, dict[int, list[Any]]]:
    """New rows, and rows that come from another parent."""
    found: dict[Order, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in [*session.new, *session.dirty]:
        order = order_of(type(row)) if isinstance(row, Record) else None
        parent = getattr(row, order.parent) if order else None
        if order and parent and (row in session.new or _left(row, order)):
            found[order][parent].append(row)
    return found


def _going(session: Session) -> dict[Order, list[tuple[int, int]]]:
    """(parent, place) of rows that are deleted, or go to another parent."""
    found: dict[Order, list[tuple[int, int]]] = defaultdict(list)
    for row in [*session.deleted, *session.dirty]:
        order = order_of(type(row)) if isinstance(row, Record) else None
        if order is None or (place := getattr(row, order.column)) is None:
            continue
        parent = getattr(row, order.parent) if row in session.deleted else _left(row, order)
        if parent:
            found[order].append((parent, place))
    return found


def _left(row: Any, order: Order) -> int | None:
    """The parent that a changed row had before."""
    history = inspect(row).attrs[order.parent].history
    return history.deleted[0] if history.has_changes() and history.deleted else None


def _put_last(session: Session, order: Order, coming: Mapping[int, Sequence[Any]]) -> None:
    if not coming:
        return
    query = select(order.among, func.max(order.place)).where(order.among.in_(list(coming)))
    found = session.execute(query.group_by(order.among)).all()
    last = {parent: place or 0 for parent, place in found}
    for parent_id, rows in coming.items():
        for row in rows:
            last[parent_id] = last.get(parent_id, 0) + 1
            setattr(row, order.column, last[parent_id])
