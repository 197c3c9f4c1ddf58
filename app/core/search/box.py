"""The search box of one table: what has to hold of a row, and the newest rows that may answer.

    hits = hits_of(session, Lead, columns, "张 8000", most=NEWEST)
    query.where(found_by(Lead, columns, "张 8000", hits))

`found_by` alone is right, too: it then asks the index within the statement.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from app.core import kinds
from app.core.crypt import blind_index
from app.core.reading import Column
from app.core.record import Field, Record, fields
from app.core.rights import READ
from app.core.search import on_postgresql, on_sqlite
from app.core.search.pieces import Piece, pieces, pinyin_piece, words
from app.core.search.sources import ROOM, Part, Source, is_kept, source_of
from app.extensions import db

#: of a frequent term so many are enough for "1000+", and for a page of few rows among them
NEWEST, MANY = 1200, 8000
_INDEX: Any = table("search_index", column("id"), column("rowid"), column("search_index"), column("pieces"))


@dataclass(frozen=True)
class Hits:
    """Ids that may answer, newest first. `whole`: there are no others."""

    ids: Sequence[int]
    whole: bool


#: for a frequent term in an order of its own: every row is looked at as the order has it, a page is soon full
ALL = Hits((), False)


def found_by(model: Any, columns: Iterable[Column], text: str, hits: Hits | None = None) -> ColumnElement[bool]:
    """That each word typed is contained in one of the columns, or is how one of them is read."""
    columns = list(columns)
    asked = _Asked.of(model, columns, text)
    found = [_is_exactly(model, each.field, text) for each in columns if _has_exact_value(each.field)]
    if asked is None:
        found += _plainly(model, columns, words(text))
    else:
        found.append(and_(asked.among(hits), *(asked.holds(word, hits) for word in asked.words)))
    return or_(*found) if found else false()


def hits_of(
    session: Session, model: type[Record], columns: Iterable[Column], text: str, *, most: int, below: int | None = None
) -> Hits | None:
    """What the index answers, no further than pays; None when there is nothing to ask it.
    `below`: only older rows than this one, for a list that goes from new to old."""
    asked = _Asked.of(model, list(columns), text)
    if asked is None:
        return None
    ids = asked.ids(session, most + 1, below)
    return Hits(ids[:most], len(ids) <= most)


def newest_in(
    session: Session, tables: Iterable[tuple[type[Record], list[Column]]], text: str, limit: int
) -> dict[str, list[int]]:
    """table -> the newest ids that may answer, for each table with any: one statement for all."""
    tried = [asked for model, columns in tables if (asked := _Asked.of(model, columns, text)) is not None]
    if not tried:
        return {}
    found: dict[str, list[int]] = {}
    for name, key in session.execute(union_all(*(asked.newest(limit) for asked in tried))):
        found.setdefault(name, []).append(key)
    return found


def labelled(model: type[Record], text: str) -> ColumnElement[bool]:
    """That a row is called like this: for typeaheads."""
    spot = fields(model)[model.__label__]
    if not is_kept(model, spot):
        return cast(getattr(model, spot.attribute), String).icontains(text, autoescape=True)
    return found_by(model, [Column(spot, READ)], text)


@dataclass(frozen=True)
class _Asked:
    """A text asked of some columns of a table."""

    source: Source
    model: Any
    parts: tuple[Part, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, model: Any, columns: list[Column], text: str) -> "_Asked | None":
        """None when no column is kept in the index, or nothing was typed."""
        source, typed = source_of(model), words(text)
        parts = [part for each in columns if source and (part := source.part_of(each.field))]
        return cls(source, model, tuple(parts), tuple(typed)) if source and parts and typed else None

    # --- said to the index

    def expression(self, side: ModuleType) -> str:
        clauses = [(self._clause(side, word), any(not each.open for each in pieces(word))) for word in self.words]
        telling = [clause for clause, tells in clauses if tells] or [clause for clause, _ in clauses]
        return str(side.every(telling))

    def _clause(self, side: ModuleType, word: str) -> str:
        ways = [side.every([side.piece(part.sign, each) for each in pieces(word)]) for part in self.parts]
        ways += self._read_like(side, word)
        return str(side.some(ways))

    def _read_like(self, side: ModuleType, word: str) -> list[str]:
        asked: Piece | None = pinyin_piece(word)
        return [side.piece(part.read, asked) for part in self.parts if part.read] if asked else []

    def ids(self, session: Session, wanted: int, below: int | None) -> list[int]:
        return [key for _, key in session.execute(self.newest(wanted, below))]

    def newest(self, wanted: int, below: int | None = None) -> Any:
        """Table and id of the newest that may answer."""
        name: Any = literal_column(f"'{self.source.table}'")
        base = self.source.base
        high = base + (ROOM if below is None else below)
        if not _on_sqlite():
            asked = cast(self.expression(on_postgresql), TSQUERY)
            return select(name, func.unnest(func.search_hits(asked, self.source.mark, base, high, wanted)))
        rows = _INDEX.c.rowid
        found = select((rows - base).label("id")).where(_matches(self.expression(on_sqlite)), rows > base, rows < high)
        newest = found.order_by(rows.desc()).limit(wanted).subquery()
        return select(name, newest.c.id)

    # --- said to the table

    def among(self, hits: Hits | None) -> ColumnElement[bool]:
        """The rows worth looking at."""
        if hits is None:
            return self.model.id.in_(self._rows(lambda side: self.expression(side)))  # type: ignore[no-any-return]
        return true() if hits is ALL else _one_of(self.model.id, hits.ids)

    def holds(self, word: str, hits: Hits | None) -> ColumnElement[bool]:
        contained = [getattr(self.model, part.field.attribute).icontains(word, autoescape=True) for part in self.parts]
        side = on_sqlite if _on_sqlite() else on_postgresql
        return or_(*contained, self._is_read(word, hits)) if self._read_like(side, word) else or_(*contained)

    def _is_read(self, word: str, hits: Hits | None) -> ColumnElement[bool]:
        """Asked of few rows: of each by itself, or within the stretch of the hits."""
        base = self.source.base
        if not _on_sqlite():
            asked = on_postgresql.some(self._read_like(on_postgresql, word))
            row = self.model.id + cast(base, db.BigInteger)
            return exists(select(1).where(_INDEX.c.id == row, _matches(asked)).correlate(self.model))
        ids = hits.ids if hits is not None else ()
        low, high = (ids[-1], ids[0]) if ids else (0, ROOM - 1)
        return self.model.id.in_(  # type: ignore[no-any-return]
            self._rows(lambda side: side.some(self._read_like(side, word)), low, high)
        )

    def _rows(self, expression: Callable[[ModuleType], str], low: int = 0, high: int = ROOM - 1) -> Any:
        base = self.source.base
        if _on_sqlite():
            rows = _INDEX.c.rowid
            return select(rows - base).where(_matches(expression(on_sqlite)), rows >= base + low, rows <= base + high)
        rows = _INDEX.c.id
        within = (rows >= base + low, rows <= base + high)
        return select(cast(rows - base, Integer)).where(_matches(expression(on_postgresql)), *within)


def _on_sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


def _matches(expression: str) -> ColumnElement[bool]:
    if _on_sqlite():
        return _INDEX.c.search_index.op("MATCH", is_comparison=True)(expression)  # type: ignore[no-any-return]
    return _INDEX.c.pieces.op("@@", is_comparison=True)(cast(expression, TSQUERY))  # type: ignore[no-any-return]


def _one_of(key: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """One parameter however many they are: the statement stays the same."""
    if _on_sqlite():
        return key.in_(select(column("value")).select_from(func.json_each(json.dumps(list(ids)))))  # type: ignore[no-any-return]
    return key == func.any(bindparam(None, list(ids), type_=ARRAY(Integer)))  # type: ignore[no-any-return]


def _plainly(model: Any, columns: Iterable[Column], typed: Sequence[str]) -> list[ColumnElement[bool]]:
    """Of a table that the index does not keep (registers without code) the texts themselves are asked."""
    texts = [getattr(model, each.field.attribute) for each in columns if isinstance(each.field.kind, kinds.Text)]
    return [and_(*(held.icontains(word, autoescape=True) for word in typed)) for held in texts] if typed else []


def _has_exact_value(spot: Field) -> bool:
    return isinstance(spot.kind, kinds.IdNumber | kinds.Integer)


def _is_exactly(model: Any, spot: Field, text: str) -> ColumnElement[bool]:
    """An identity number is found whole only, by its blind index; a number by its value."""
    if isinstance(spot.kind, kinds.IdNumber):
        key = getattr(model, f"{spot.attribute}_key", None)
        return false() if key is None else key == blind_index(text)
    whole = text.isascii() and text.isdigit() and len(text) < 10
    return getattr(model, spot.attribute) == int(text) if whole else false()
