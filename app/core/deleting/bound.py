"""The page before a deletion: what goes with a record, and what holds it.

Nothing is counted beyond a hundred, nobody is told more of rows than they reach, and no count is waited for
longer than `listing/limits.py` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import comments, here
from app.core.declaration import Declaration, register_of
from app.core.deleting.along import MOST_ALONG, Naming, ids_of, naming
from app.core.kinds import File
from app.core.listing.limits import TooLong, at_most
from app.core.record import Record, all_tables, fields, word_for
from app.core.rights import may
from app.core.words import Say, say

#: rows of one kind that are counted, and that are named
COUNTED, NAMED = 100, 5
HOUSE = say("系统里的其他记录（如账号、评论）", "Other records of the house (accounts, comments)")


@dataclass(frozen=True)
class Bound:
    """Rows that name the record: how many of them this person reaches, and what the first are called."""

    table: str
    word: Say
    by: Say | None = None
    count: int = 0
    capped: bool = False
    named: Sequence[tuple[int, str]] = ()
    #: there are some that this person does not reach
    unseen: bool = False


@dataclass
class Ties:
    """All that a deletion touches; `in_time` is False where not all could be asked in time."""

    goes: list[Bound] = field(default_factory=list)
    holds: list[Bound] = field(default_factory=list)
    comments: int = 0
    files: int = 0
    too_many: bool = False
    in_time: bool = True


def ties_of(session: Session, register: type[Declaration], row_id: int) -> Ties:
    """For a row that is in reach; the transaction ends with it."""
    ties = Ties()
    try:
        with at_most(session):
            _add(session, ties, register.model, [row_id], set())
            if not ties.holds and any(_is_named(session, column, row_id) for column in of_the_house(register.model)):
                ties.holds.append(Bound("", HOUSE, unseen=True))
            ties.comments = len(comments.latest(session, register.table(), row_id, limit=COUNTED + 1))
            ties.files = _files(session, register.model, row_id)
    except TooLong:
        ties.in_time = False
    return ties


def named(session: Session, target: type[Record], ids: Sequence[int]) -> dict[int, list[Say]]:
    """row -> the words of the registers whose rows name it and do not go with it: one statement for each that
    could, as far as there is time. What hangs on rows that go along is told when they are deleted."""
    found: dict[int, list[Say]] = {}

    def add(query: Any, word: Say) -> None:
        for key in session.execute(query.limit(len(ids))).scalars():
            found.setdefault(key, []).append(word)

    try:
        with at_most(session), here.in_whole_sight():
            for each in naming(target) if ids else ():
                if not each.cascades:
                    add(_keys_named(each, target, ids), word_for(each.model))
            for column in of_the_house(target) if ids else ():
                add(select(column).where(column.in_(ids)).distinct(), HOUSE)
    except TooLong:
        pass
    return found


def _keys_named(each: Naming, target: type[Record], ids: Sequence[int]) -> Any:
    """Which of these rows of the target it names."""
    attribute = getattr(each.model, each.spot.attribute)
    if each.spot.many:
        return select(target.id).select_from(each.model).join(attribute).where(target.id.in_(ids)).distinct()
    return select(attribute).where(attribute.in_(ids)).distinct()


def _add(session: Session, ties: Ties, target: type[Record], keys: Sequence[int], known: set[Any]) -> None:
    """What names these rows; and, of what goes with them, what names that."""
    for each in naming(target):
        ids = ids_of(session, each, keys, (MOST_ALONG if each.cascades else COUNTED) + 1)
        ids = [row_id for row_id in ids if (each.model, row_id) not in known]
        if not ids:
            continue
        if not each.cascades:
            ties.holds.append(_bound(session, each, ids))
            continue
        known |= {(each.model, row_id) for row_id in ids}
        ties.goes.append(_bound(session, each, ids))
        ties.too_many = ties.too_many or len(known) > MOST_ALONG
        if not ties.too_many:
            _add(session, ties, each.model, ids, known)


def _bound(session: Session, each: Naming, ids: Sequence[int]) -> Bound:
    """In this person's name: rows out of reach are neither counted nor called."""
    model, table, asked = each.model, each.model.__tablename__, ids[: COUNTED + 1]
    seen: list[tuple[int, str]] = []
    if register_of(table) is not None and may(here.me(), "read", table):
        label = fields(model)[model.__label__]
        query = select(model.id, getattr(model, label.attribute)).where(model.id.in_(asked)).order_by(model.id)
        seen = [(key, label.kind.show(held) if held else str(key)) for key, held in session.execute(query)]
    return Bound(
        table, word_for(model), each.spot.label, min(len(seen), COUNTED), len(seen) > COUNTED, seen[:NAMED],
        unseen=len(seen) < len(asked),
    )  # fmt: skip


def _is_named(session: Session, column: Any, row_id: int) -> bool:
    return session.execute(select(column).where(column == row_id).limit(1)).first() is not None


def _files(session: Session, model: type[Record], row_id: int) -> int:
    kept = [getattr(model, spot.attribute) for spot in fields(model).values() if isinstance(spot.kind, File)]
    found = session.execute(select(*kept).where(model.id == row_id)).first() if kept else None
    return sum(1 for held in found or () if held is not None)


def of_the_house(target: type[Record]) -> Iterator[Any]:
    """Columns of tables that are no registers."""
    records = {model.__table__ for model in all_tables()}
    lists = [getattr(model, spot.attribute) for model in all_tables() for spot in fields(model).values() if spot.many]
    beside = records | {each.property.secondary for each in lists}
    for table in Model.metadata.tables.values():
        for key in table.foreign_keys if table not in beside else ():
            if key.column.table is target.__table__ and key.ondelete not in ("CASCADE", "SET NULL"):
                yield key.parent
