"""What names a record, read from the foreign keys, whatever the register; and what goes with it when it is deleted.

Rows whose key cascades go along, each told to the journal, as the database alone would not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.core import comments, here
from app.core.blockers import Blocker, NotAllowed
from app.core.record import Field, Record, all_tables, fields
from app.core.words import say

#: rows that one deletion takes along
MOST_ALONG = 500
TOO_MANY = Blocker(
    "too_many_go_along", "",
    say("一起删除的记录超过 {n} 条。", "More than {n} records would go with it.", n=MOST_ALONG),
    say("请先分批删除它们。", "Delete them first, some at a time."),
)  # fmt: skip


@dataclass(frozen=True)
class Naming:
    """One field by which rows of a table name a row of another."""

    model: type[Record]
    spot: Field
    cascades: bool


def naming(target: type[Record]) -> list[Naming]:
    """The fields of all tables that name rows of this one."""
    return [each for model in all_tables() for each in _of_model(model, target)]


def _of_model(model: type[Record], target: type[Record]) -> Iterator[Naming]:
    for spot in fields(model).values():
        if not spot.is_relation or spot.added:
            continue
        if spot.many:
            attribute: Any = getattr(model, spot.attribute)
            if _target(attribute) is target and not _cascades(attribute.property.secondary, target.__table__):
                yield Naming(model, spot, cascades=False)
            continue
        for key in model.__table__.c[spot.attribute].foreign_keys:
            if key.column.table is target.__table__ and key.ondelete != "SET NULL":
                yield Naming(model, spot, cascades=key.ondelete == "CASCADE")


def _target(attribute: Any) -> Any:
    """Whose rows a list of a row holds."""
    return attribute.property.mapper.class_


def _cascades(table: Table, target: Any) -> bool:
    keys = [key for key in table.foreign_keys if key.column.table is target]
    return all(key.ondelete in ("CASCADE", "SET NULL") for key in keys)


def ids_of(session: Session, each: Naming, keys: Sequence[int], limit: int) -> list[int]:
    """Of all rows, whoever asks."""
    attribute = getattr(each.model, each.spot.attribute)
    query = select(each.model.id).limit(limit)
    query = query.where(attribute.any(_target(attribute).id.in_(keys)) if each.spot.many else attribute.in_(keys))
    with here.in_whole_sight():
        return list(session.execute(query).scalars())


def take_along(session: Session, target: type[Record], keys: Sequence[int], taken: int = 0) -> int:
    """Delete what goes with these rows, the deepest first, each with its own line in the journal. Answers how
    many; raises NotAllowed for too many. Within a transaction that has begun."""
    for each in naming(target):
        ids = ids_of(session, each, keys, MOST_ALONG + 1) if each.cascades else []
        if not ids:
            continue
        taken += len(ids)
        if taken > MOST_ALONG:
            raise NotAllowed([TOO_MANY])
        taken = take_along(session, each.model, ids, taken)
        _delete(session, each.model, ids)
    return taken


def _delete(session: Session, model: type[Record], ids: Sequence[int]) -> None:
    with here.in_whole_sight():
        delete_rows(session, model, list(session.execute(select(model).where(model.id.in_(ids))).scalars()))


def delete_rows(session: Session, model: type[Record], rows: Sequence[Record]) -> None:
    """These rows of one table and what was said of them, and nothing else. In whole sight."""
    comments.leave_with(session, model.__tablename__, [row.id for row in rows])
    for row in rows:
        load_lists(row)
        session.delete(row)
    session.flush()


def load_lists(row: Record) -> None:
    """So that the journal keeps what a row named in its lists, too."""
    for spot in fields(type(row)).values():
        if spot.many:
            getattr(row, spot.attribute)
