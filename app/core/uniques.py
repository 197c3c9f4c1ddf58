"""What may stand once only, as the tables say it: by which fields a row is known among the others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, UniqueConstraint

from app.core.kinds import IdNumber
from app.core.record import Field, Record, fields


@dataclass(frozen=True)
class Unique:
    """Fields that stand together once only, `where` something holds of the row; None: in every row."""

    names: tuple[str, ...]
    where: Any = None
    #: the fields of which `where` speaks, and the one that it says is empty
    spoken_of: frozenset[str] = frozenset()
    empty: str = ""


def uniques(model: type[Record]) -> list[Unique]:
    """In the order of their first columns. One over a column that is no field is none of ours."""
    by_column = _by_column(model)
    found = {}
    for columns, where in _groups(model):
        names = tuple(by_column[each.name].name for each in columns if each.name in by_column)
        if names and len(names) == len(columns):
            found[names] = _unique(names, where, by_column)
    order = list(fields(model))
    return sorted(found.values(), key=lambda each: [order.index(name) for name in each.names])


def _unique(names: tuple[str, ...], where: Any, by_column: dict[str, Field]) -> Unique:
    if where is None:
        return Unique(names)
    spoken_of = frozenset(by_column[word].name for word in re.findall(r"\w+", str(where)) if word in by_column)
    empty = re.fullmatch(r"(\w+) is null", str(where), re.IGNORECASE)
    return Unique(names, where, spoken_of, by_column[empty[1]].name if empty and empty[1] in by_column else "")


def stored(model: type[Record], name: str) -> Any:
    """The attribute by which rows are found: of a sealed field its keyed hash."""
    spot = fields(model)[name]
    return getattr(model, f"{spot.attribute}_key" if isinstance(spot.kind, IdNumber) else spot.attribute)


def _groups(model: type[Record]) -> Iterator[tuple[list[Column[Any]], Any]]:
    table: Any = model.__table__
    for index in table.indexes:
        if index.unique:
            yield list(index.columns), index.dialect_options["sqlite"]["where"]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns), None


def _by_column(model: type[Record]) -> dict[str, Field]:
    """Column -> field; the keyed hash beside a sealed field is that field."""
    found = {}
    for spot in fields(model).values():
        found[spot.attribute] = spot
        if isinstance(spot.kind, IdNumber):
            found[f"{spot.attribute}_key"] = spot
    return found
