"""Rows that are called alike told apart: by what stands once only together with their label, else by their number.

building "1" -> 丽景家园 1        owner 徐建国 -> 徐建国 YZ-2026-000012
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, or_, select
from sqlalchemy.orm import Session, aliased

from app.core import here
from app.core.kinds import Relation
from app.core.record import Field, Record, fields, placed_label, table_named
from app.core.rights import READ, WRITE, level
from app.core.uniques import uniques
from app.core.word_order import placed

#: values asked for in one statement
CHUNK = 2000
_BETWEEN = re.compile(r"[\s\-/·、,，:：()（）]+")


@dataclass(frozen=True)
class Named:
    """One row: what it is called, and what tells it from others that are called the same."""

    id: int
    label: str
    note: str
    first: bool

    @property
    def full(self) -> str:
        words = (self.note, self.label) if self.first else (self.label, self.note)
        return " ".join(each for each in words if each)

    def is_said(self, word: str) -> bool:
        said = _squeezed(word)
        return said in (_squeezed(self.note + self.label), _squeezed(self.label + self.note))


def _squeezed(word: str) -> str:
    return _BETWEEN.sub("", word).lower()


def query_of(model: type[Record]) -> tuple[Select[Any], bool]:
    """(id, label, what tells it apart…) of the rows in reach, and whether that comes before the label."""
    label, among = getattr(model, model.__label__), _together(model)
    query = select(model.id, label)
    if not among:
        number = next((spot for spot in _numbers(model) if spot.name != model.__label__), None)
        return (query.add_columns(getattr(model, number.attribute)) if number else query), False
    for spot in among:
        if not isinstance(spot.kind, Relation):
            query = query.add_columns(getattr(model, spot.attribute))
            continue
        target = table_named(spot.kind.table)
        assert target is not None
        other = aliased(target)
        named = getattr(other, target.__label__)
        query = query.outerjoin(other, getattr(model, spot.attribute) == other.id).add_columns(named)
    return query, True


def _together(model: type[Record]) -> list[Field]:
    """The fields with which the label stands once only."""
    known = fields(model)
    for unique in uniques(model):
        others = [known[name] for name in unique.names if name != model.__label__]
        if model.__label__ in unique.names and others and all(_is_told(model, spot) for spot in others):
            return others
    return []


def _numbers(model: type[Record]) -> list[Field]:
    known = fields(model)
    return [known[name] for name in ("number", "code") if name in known and _is_told(model, known[name])]


def _is_told(model: type[Record], spot: Field) -> bool:
    """What this person sees in full, and what is nobody's own."""
    return not spot.kind.personal and level(here.me(), model.__tablename__, spot.name) in (READ, WRITE)


def named(row: Sequence[Any], first: bool) -> Named:
    return Named(row[0], str(row[1]), " ".join(str(each) for each in row[2:] if each is not None), first)


def found(session: Session, kind: Relation, words: Iterable[str]) -> dict[str, list[Named]]:
    """word -> the rows that it may mean: by their label, code or number, else by their full name."""
    model = table_named(kind.table)
    assert model is not None
    label = getattr(model, model.__label__)
    keys = [label if isinstance(label.type, String) else cast(label, String)]
    spots = [fields(model).get(model.__label__)]
    spots += [spot for spot in _numbers(model) if spot.name != model.__label__]
    keys += [getattr(model, spot.attribute) for spot in spots[1:] if spot]
    meant: dict[str, list[Named]] = {}
    asked = sorted(set(words))
    for part in _parts(asked):
        fits = or_(*(placed(spot, key).in_(part) for spot, key in zip(spots, keys, strict=True)))
        for row, said in _rows(session, model, fits, keys):
            for word in said:
                meant.setdefault(word, []).append(row)
    unknown = [word for word in asked if word not in meant]
    for word, rows in _by_full_name(session, model, label, unknown).items():
        meant[word] = rows
    return meant


def _rows(
    session: Session, model: type[Record], fits: Any, keys: Sequence[Any] = ()
) -> Iterable[tuple[Named, set[str]]]:
    query, first = query_of(model)
    width = len(query.selected_columns)
    for row in session.execute(query.where(fits).add_columns(*keys).order_by(model.id)):
        yield named(row[:width], first), {str(each) for each in row[width:] if each is not None}


def _by_full_name(session: Session, model: type[Record], label: Any, words: Sequence[str]) -> dict[str, list[Named]]:
    """A label stands at the end of a full name, or at its beginning."""
    if not isinstance(label.type, String):
        return {}
    by_label: dict[str, set[str]] = {}
    for word in words:
        for place in range(1, len(word)):
            for part in (word[place:], word[:place]):
                by_label.setdefault(part.strip(" -/·、,，:：()（）　"), set()).add(word)
    meant: dict[str, dict[int, Named]] = {}
    for labels in _parts(sorted(by_label)):
        for row, _ in _rows(session, model, placed_label(model).in_(labels)):
            for word in by_label[row.label]:
                if row.note and row.is_said(word):
                    meant.setdefault(word, {})[row.id] = row
    return {word: list(rows.values()) for word, rows in meant.items()}


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
