"""Reading rows for people: only the columns they may see, relations as id and label.

Pages, API, exports and dialogs never hand out a table's row itself, but a `Seen`: plain
values that have passed the gate for rows and the table for columns.
"""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.core import editions, here, rights
from app.core.about import path_of
from app.core.here import Person, me
from app.core.kinds import Relation
from app.core.memory import Kept
from app.core.prepared import Prepared
from app.core.record import Field, Record, fields, table_named
from app.core.rights import HIDDEN, MASKED, OWN, READ, WRITE, level


@dataclass(frozen=True)
class Link:
    """A related row: its id and what it is called; the label is None when out of scope."""

    id: int
    label: str | None
    table: str
    #: whom or what it is about, where it goes by a number
    about: str = ""

    @property
    def said(self) -> str:
        return f"{self.label or ''} {self.about}".rstrip()

    def as_json(self) -> dict[str, Any] | None:
        return {"id": self.id, "label": self.label} if self.label is not None else None


@dataclass(frozen=True)
class Column:
    """A field as one person sees it."""

    field: Field
    level: str
    #: the relations by which it is reached, where it is a column of another table (core/listing/related.py)
    way: tuple[Field, ...] = ()
    #: of a relation to what goes by a number: the fields from there to a name (core/about.py)
    about: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def comparable(self) -> bool:
        """Whether one may filter and sort by it: only where every value is seen in full."""
        return self.level in (READ, WRITE) and bool(self.field.kind.operators)


class Seen:
    """One row as one person sees it."""

    __slots__ = ("columns", "id", "own", "values", "version")

    def __init__(self, columns: Sequence[Column], row: Any, own: bool) -> None:
        self.id: int = row.id
        self.version: int = row.version
        self.columns = {column.name: column for column in columns}
        self.own = own
        self.values = {column.name: self._value(column, row) for column in columns if not column.field.many}

    def _value(self, column: Column, row: Any) -> Any:
        spot = column.field
        if spot.is_relation:
            key = getattr(row, spot.attribute)
            label = getattr(row, f"{spot.attribute}__label")
            assert isinstance(spot.kind, Relation)
            about = getattr(row, f"{spot.attribute}__about") if column.about else None
            return None if key is None else Link(key, label, spot.kind.table, str(about or ""))
        return getattr(row, spot.attribute)

    def is_masked(self, name: str) -> bool:
        column = self.columns[name]
        if column.level.startswith(OWN):
            return not self.own
        return column.level == MASKED

    def shown(self, name: str) -> str:
        """The value in words, masked when it has to be."""
        value, spot = self.values.get(name), self.columns[name].field
        if value is None:
            return ""
        if isinstance(value, Link):
            return value.said
        if spot.many:
            return "、".join(link.label or "" for link in value)
        return spot.kind.mask(value) if self.is_masked(name) else spot.kind.show(value)

    def json(self, name: str) -> Any:
        value, spot = self.values.get(name), self.columns[name].field
        if value is None:
            return None
        if isinstance(value, Link):
            return value.as_json()
        if spot.many:
            return [link.as_json() for link in value]
        return spot.kind.mask(value) if self.is_masked(name) else spot.kind.to_json(value)

    def typed(self, name: str) -> str:
        value, spot = self.values.get(name), self.columns[name].field
        if value is None or self.is_masked(name):
            return ""
        return str(value.id) if isinstance(value, Link) else spot.kind.typed(value)


def columns_for(
    model: type[Record], wanted: Iterable[str], person: Person | None = None, *, told: bool = False
) -> list[Column]:
    """The wanted fields that the person may see at all, in that order. `told`: with whom or what a related row is
    about, unless it stands beside it."""
    person, known, table = person or me(), fields(model), model.__tablename__
    found = [Column(known[name], level(person, table, name)) for name in wanted if name in known]
    seen = [column for column in found if column.level != HIDDEN]
    if not told:
        return seen
    beside = {column.name for column in seen}
    paths = [path_of(column.field.kind, person) for column in seen]
    return [
        replace(each, about=path) if path and path[0] not in beside else each
        for each, path in zip(seen, paths, strict=True)
    ]


def query_for(model: type[Record], columns: Sequence[Column]) -> Select[Any]:
    """One statement for rows with their relations' labels; the gate adds the scope."""
    chosen: list[Any] = [model.id, model.version]
    joins: list[tuple[Any, Any]] = []
    for column in columns:
        spot = column.field
        if spot.many or spot.attribute in ("id", "version"):
            continue
        attribute = getattr(model, spot.attribute)
        chosen.append(attribute)
        if isinstance(spot.kind, Relation):
            target: Any = aliased(cast(type[Record], table_named(spot.kind.table)))
            chosen.append(getattr(target, target_label(spot.kind)).label(f"{spot.attribute}__label"))
            joins.append((target, attribute == target.id))
            if column.about:
                named, further = at_the_end(target, spot.kind, column.about)
                chosen.append(named.label(f"{spot.attribute}__about"))
                joins += further
    chosen += [
        getattr(model, name)
        for name in own_columns(columns)
        if name not in {c.key for c in chosen if hasattr(c, "key")}
    ]
    query = select(*chosen).select_from(model)
    for target, condition in joins:
        query = query.outerjoin(target, condition)
    return query


def at_the_end(target: Any, kind: Relation, path: Sequence[str]) -> tuple[Any, list[tuple[Any, Any]]]:
    """The name at the end of the path from a related row, and what has to be joined on the way."""
    joins: list[tuple[Any, Any]] = []
    value: Any = None
    for name in path:
        spot = fields(cast(type[Record], table_named(kind.table)))[name]
        value = getattr(target, spot.attribute)
        if isinstance(spot.kind, Relation):
            kind, key = spot.kind, value
            target = aliased(cast(type[Record], table_named(kind.table)))
            value = getattr(target, target_label(kind))
            joins.append((target, key == target.id))
    return value, joins


def target_label(kind: Relation) -> str:
    target = table_named(kind.table)
    assert target is not None, kind.table
    return target.__label__


def own_columns(columns: Iterable[Column]) -> list[str]:
    """Columns that decide whether a row is one's own, where a mask depends on it."""
    return sorted({part for c in columns if c.level.startswith(OWN) for part in c.level[len(OWN) :].split(",")})


def seen_rows(columns: Sequence[Column], rows: Iterable[Any], person: Person | None = None) -> list[Seen]:
    person, own = person or me(), own_columns(columns)
    return [
        Seen(columns, row, any(getattr(row, name) == person.staff_id for name in own) if own else False) for row in rows
    ]


def read_one(session: Session, model: type[Record], row_id: int, wanted: Iterable[str]) -> Seen | None:
    """The row as the person may see it, many-relations included; None when out of reach."""
    columns = columns_for(model, wanted, told=True)
    row = _one_row(session, model, columns, row_id)
    if row is None:
        return None
    seen = seen_rows(columns, [row])[0]
    add_many(session, model, seen)
    return seen


def add_many(session: Session, model: type[Record], seen: Seen) -> None:
    """The relations to many that the row has."""
    for column in seen.columns.values():
        if column.field.many:
            seen.values[column.name] = many_links(session, model, seen.id, column.field)


_kept: Kept[tuple[Prepared, Any]] = Kept(400)


def _one_row(session: Session, model: type[Record], columns: Sequence[Column], row_id: int) -> Any:
    """By a statement that is kept for the same sight and columns; the house's own, and what has not
    reached the database yet, is asked for anew."""
    if here.sees_everything() or session.new or session.dirty:
        return session.execute(query_for(model, columns).where(model.id == row_id)).first()
    return prepared_row(session, model, columns, row_id)


def prepared_row(
    session: Session, model: type[Record], columns: Sequence[Column], row_id: int, also: Sequence[Any] = ()
) -> Any:
    """One row by a kept statement, with what is to be read `also`; None when it is out of reach."""
    seen = tuple((column.field.attribute, column.level, column.about) for column in columns)
    person = here.me()
    sight = (person.sight, person.within, person.in_place_of)
    key = (model, seen, bool(also), sight, rights.edition(), editions.read_now(), session.get_bind().dialect.name)
    ready, row = _kept.get(key, lambda: _prepared(session, model, columns, also))
    found = ready.rows(session, {"row_id": row_id})
    return row._make(found[0]) if found else None


def _prepared(
    session: Session, model: type[Record], columns: Sequence[Column], also: Sequence[Any]
) -> tuple[Prepared, Any]:
    query = query_for(model, columns)
    asked = {each.key for each in query.selected_columns}
    query = query.add_columns(*(each for each in also if each.key not in asked))
    ready = Prepared(session, query.where(model.id == bindparam("row_id", 0, type_=model.id.type)), any_value=True)
    named: Any = namedtuple  # its names are known only now
    return ready, named("Row", ready.names, rename=True)


def many_links(session: Session, model: type[Record], row_id: int, spot: Field) -> list[Link]:
    assert isinstance(spot.kind, Relation)
    target = table_named(spot.kind.table)
    assert target is not None
    query = (
        select(target.id, getattr(target, target.__label__))
        .select_from(model)
        .join(getattr(model, spot.attribute))
        .where(model.id == row_id)
        .order_by(target.id)
    )
    return [Link(key, str(label), spot.kind.table) for key, label in session.execute(query)]
