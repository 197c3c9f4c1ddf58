"""The search box of one table: what has to hold of a row, and the newest rows that may answer.

    box = Box(Lead, columns)
    hits = box.hits(session, "张 8000", most=NEWEST)
    query.where(box.holds("张 8000", hits))

`holds` without hits is right, too: it then asks the index within the statement. A statement holds one
search at most, whose parameters have names: it can be kept, and asked for other words (listing/kept.py).

Among the columns may be relations: a row is then found by what the register of the related one searches, too. Those
are looked up first, by their own index and as this person may see them, and go in as ids.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
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
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from app.core import here, kinds
from app.core.crypt import blind_index
from app.core.declaration import register_of
from app.core.reading import Column, columns_for
from app.core.record import Record, fields
from app.core.rights import READ, may
from app.core.search import on_postgresql, on_sqlite
from app.core.search.pieces import Piece, pieces, pinyin_piece, words
from app.core.search.sources import ROOM, Part, is_kept, source_of
from app.extensions import db

#: of a frequent term so many are enough to fill a page and to be counted, and for a page of few rows among them
NEWEST, MANY = 400, 8000
_HITS_ON_SQLITE, _HITS_ON_POSTGRESQL = text(on_sqlite.HITS), text(on_postgresql.HITS).execution_options(prepared=True)
_INDEX: Any = table("search_index", column("id"), column("rowid"), column("search_index"), column("pieces"))


@dataclass(frozen=True)
class Hits:
    """Ids that may answer, newest first. `whole`: there are no others. `through`: relation -> the related rows that
    answer, whose rows answer with them."""

    ids: Sequence[int]
    whole: bool
    through: Mapping[str, list[int]] = field(default_factory=dict)

    @property
    def everywhere(self) -> bool:
        """Whether every row is looked at."""
        return not self.ids and not self.whole

    def to_all(self) -> "Hits":
        return replace(self, ids=(), whole=False)


#: for a frequent term in an order of its own: every row is looked at as the order has it, a page is soon full
ALL = Hits((), False)


class Box:
    """A text may be searched for in these columns of the table."""

    def __init__(self, model: Any, columns: Iterable[Column]) -> None:
        self.model, self.columns, self.source = model, tuple(columns), source_of(model)
        parts = [part for each in self.columns if self.source and (part := self.source.part_of(each.field))]
        self.parts: tuple[Part, ...] = tuple(parts)
        self.relations = {
            each.field.attribute: each.field.kind.table
            for each in self.columns
            if isinstance(each.field.kind, kinds.Relation)
        }

    def values(self, text: str, hits: Hits | None) -> dict[str, Any]:
        """The parameters of `holds`. Which ones there are decides what its statement looks like."""
        typed = words(text)
        given: dict[str, Any] = {f"search_{_manner(word)}_{n}": word for n, word in enumerate(typed)}
        given |= {name: value for name, value in self._exact(text) if value is not None}
        through = self.through(db.session, text) if hits is None else hits.through
        given |= {f"search_through_{name}": _ids(found) for name, found in through.items()}
        if not (typed and self.parts):
            return given
        given |= {f"search_read_{n}": read for n, word in enumerate(typed) if (read := self._read_like(word))}
        if hits is None:
            given["search_asked"] = self.expression(text)
        elif not hits.everywhere:
            given["search_hits"] = _ids(hits.ids)
        if _on_sqlite():
            ids = hits.ids if hits is not None else ()
            given["search_low"], given["search_high"] = self._range(*((ids[-1], ids[0]) if ids else (0, ROOM - 1)))
        return given

    def holds(self, text: str, hits: Hits | None = None) -> ColumnElement[bool]:
        """That each word typed is contained in one of the columns, or is how one of them is read."""
        given = self.values(text, hits)
        named: dict[str, Any] = {
            name: bindparam(name, value, type_=_type_of(name, value)) for name, value in given.items()
        }
        found = [getattr(self.model, name) == named[key] for key, name in self._exact_columns() if key in named]
        found += [
            _one_of(getattr(self.model, name), ids)
            for name in self.relations
            if (ids := named.get(f"search_through_{name}")) is not None
        ]
        typed = [name for name in named if name.startswith(("search_word_", "search_sign_"))]
        if typed and self.parts:
            found.append(and_(self._among(named), *(self._is_found(name, named) for name in typed)))
        elif typed:
            found += [and_(*(_contains(held, name, named[name]) for name in typed)) for held in self._texts()]
        return or_(*found) if found else false()

    def hits(self, session: Session, text: str, *, newest: int, most: int, below: int | None = None) -> Hits | None:
        """What the index answers: all that there are, or of more than `most` the newest; None when there is nothing
        to ask it. `below`: only older rows than this one, for a list that goes from new to old."""
        if not (words(text) and self.source and self.parts):
            return None
        through = self.through(session, text)
        base = self.source.base
        asked = {"low": base, "high": base + (ROOM if below is None else below), "asked": self.expression(text)}
        if _on_sqlite():
            ids = list(session.connection().execute(_HITS_ON_SQLITE, {**asked, "wanted": most + 1}).scalars())
            return Hits(ids, True, through) if len(ids) <= most else Hits(ids[:newest], False, through)
        asked |= {"mark": self.source.mark, "newest": newest, "most": most}
        found = session.connection().execute(_HITS_ON_POSTGRESQL, asked).one()
        return Hits(found.ids, found.whole, through)

    def through(self, session: Session, text: str) -> dict[str, list[int]]:
        """Relation -> the related rows that answer, if any: of a word that very many of them hold the newest."""
        if not (self.relations and words(text)):
            return {}
        found = _related(session, dict.fromkeys(self.relations.values()), text)
        return {name: ids for name, table in self.relations.items() if (ids := found.get(table))}

    def newest(self, text: str, limit: int) -> Any:
        """Table and id of the newest that may answer, as a part of a statement; None when there is nothing to ask."""
        if not (words(text) and self.source and self.parts):
            return None
        name, base, expression = self.source.name, self.source.base, self.expression(text)
        if not _on_sqlite():
            asked = (
                cast(expression, TSQUERY),
                self.source.mark,
                cast(base, db.BigInteger),
                cast(base + ROOM, db.BigInteger),
            )
            hits = func.search_newest(*asked, limit, limit).table_valued("ids", "whole")
            return select(cast(name, String), func.unnest(hits.c.ids))
        rows = _INDEX.c.rowid
        found = select((rows - base).label("id")).where(_matches(expression), rows > base, rows < base + ROOM)
        return select(cast(name, String), found.order_by(rows.desc()).limit(limit).subquery().c.id)

    # --- said to the index

    @cached_property
    def _side(self) -> ModuleType:
        return on_sqlite if _on_sqlite() else on_postgresql

    def expression(self, text: str) -> str:
        clauses = [(self._clause(word), any(not each.open for each in pieces(word))) for word in words(text)]
        telling = [clause for clause, tells in clauses if tells] or [clause for clause, _ in clauses]
        return str(self._side.every(telling))

    def _clause(self, word: str) -> str:
        side = self._side
        ways = [side.every([side.piece(part.sign, each) for each in pieces(word)]) for part in self.parts]
        return str(side.some([*ways, *self._readings(word)]))

    def _read_like(self, word: str) -> str:
        """Empty for what is no pinyin."""
        readings = self._readings(word)
        return str(self._side.some(readings)) if readings else ""

    def _readings(self, word: str) -> list[str]:
        asked: Piece | None = pinyin_piece(word)
        return [self._side.piece(part.read, asked) for part in self.parts if part.read] if asked else []

    # --- said to the table

    def _among(self, named: dict[str, Any]) -> ColumnElement[bool]:
        """The rows worth looking at."""
        if "search_hits" in named:
            return _one_of(self.model.id, named["search_hits"])
        if "search_asked" in named:
            return self.model.id.in_(self._rows(named["search_asked"], *self._range(0, ROOM - 1)))  # type: ignore[no-any-return]
        return true()

    def _is_found(self, name: str, named: dict[str, Any]) -> ColumnElement[bool]:
        contained = [_contains(getattr(self.model, part.field.attribute), name, named[name]) for part in self.parts]
        read = named.get(f"search_read_{name.rpartition('_')[2]}")
        return or_(*contained) if read is None else or_(*contained, self._is_read(read, named))

    def _is_read(self, read: Any, named: dict[str, Any]) -> ColumnElement[bool]:
        """Asked of few rows: of each by itself, or within the stretch of the hits."""
        assert self.source is not None
        if _on_sqlite():
            return self.model.id.in_(self._rows(read, named["search_low"], named["search_high"]))  # type: ignore[no-any-return]
        row = self.model.id + cast(self.source.base, db.BigInteger)
        # EXISTS would be answered for the whole index at once.
        return select(_matches(read)).where(_INDEX.c.id == row).correlate(self.model).scalar_subquery()

    def _rows(self, asked: Any, low: Any, high: Any) -> Any:
        assert self.source is not None
        rows = _INDEX.c.rowid if _on_sqlite() else _INDEX.c.id
        key = rows - self.source.base
        found = select(key if _on_sqlite() else cast(key, Integer))
        return found.where(_matches(asked), rows >= low, rows <= high)

    def _range(self, low: int, high: int) -> tuple[int, int]:
        assert self.source is not None
        return self.source.base + low, self.source.base + high

    def _texts(self) -> list[Any]:
        """Of what the index does not keep the texts themselves are asked."""
        return [
            getattr(self.model, each.field.attribute)
            for each in self.columns
            if isinstance(each.field.kind, kinds.Text)
        ]

    # --- found whole only: an identity number by its blind index, a number by its value

    def _exact(self, text: str) -> Iterator[tuple[str, Any]]:
        whole = text.isascii() and text.isdigit() and len(text) < 10
        for key, _ in self._exact_columns():
            yield key, blind_index(text) if key == "search_sealed" else int(text) if whole else None

    def _exact_columns(self) -> Iterator[tuple[str, str]]:
        for spot in (each.field for each in self.columns):
            if isinstance(spot.kind, kinds.IdNumber) and hasattr(self.model, f"{spot.attribute}_key"):
                yield "search_sealed", f"{spot.attribute}_key"
            elif isinstance(spot.kind, kinds.Integer) and not isinstance(spot.kind, kinds.IdNumber):
                yield "search_number", spot.attribute


def newest_in(
    session: Session, tables: Iterable[tuple[type[Record], list[Column]]], text: str, limit: int
) -> dict[str, list[int]]:
    """table -> the newest ids that may answer, for each table with any: one statement for all."""
    asked = [each for model, columns in tables if (each := Box(model, columns).newest(text, limit)) is not None]
    found: dict[str, list[int]] = {}
    for name, key in session.execute(union_all(*asked)) if asked else ():
        found.setdefault(name, []).append(key)
    return found


def labelled(
    model: type[Record], text: str, session: Session | None = None, most: int = MANY
) -> ColumnElement[bool]:  # fmt: skip
    """That a row is called like this: for typeaheads. With a session the index is asked first: where it has more than
    `most`, the rows are looked at one by one, in the order of the statement."""
    spot = fields(model)[model.__label__]
    if not is_kept(model, spot):
        return cast(getattr(model, spot.attribute), String).icontains(text, autoescape=True)
    box = Box(model, [Column(spot, READ)])
    hits = box.hits(session, text, newest=1, most=most) if session is not None else None
    return box.holds(text, hits if hits is None or hits.whole else ALL)


def _related(session: Session, names: Iterable[str], text: str) -> dict[str, list[int]]:
    """Rows of related registers as their own search finds them, one step only: one look into the index for all, and
    a statement for each that holds any."""
    boxes = {name: box for name in names if (box := _box_of(name))}
    hits = newest_in(session, [(each.model, list(each.columns)) for each in boxes.values()], text, MANY)
    found = {}
    for name, ids in hits.items():
        box = boxes[name]
        query = select(box.model.id).where(box.holds(text, Hits(sorted(ids, reverse=True), True)))
        found[name] = list(session.execute(query).scalars())
    return found


def _box_of(name: str) -> Box | None:
    """What this person may search of a register."""
    register, me = register_of(name), here.me()
    if register is None or not may(me, "read", name):
        return None
    seen = columns_for(register.model, register.searched(), me)
    return Box(register.model, [each for each in seen if each.comparable and not each.field.is_relation])


def _ids(found: Sequence[int]) -> str | list[int]:
    """One parameter, as the database takes it."""
    return json.dumps(list(found)) if _on_sqlite() else list(found)


def _on_sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


def _matches(asked: Any) -> ColumnElement[bool]:
    if _on_sqlite():
        return _INDEX.c.search_index.op("MATCH", is_comparison=True)(asked)  # type: ignore[no-any-return]
    return _INDEX.c.pieces.op("@@", is_comparison=True)(cast(asked, TSQUERY))  # type: ignore[no-any-return]


def _one_of(key: Any, ids: Any) -> ColumnElement[bool]:
    """One parameter however many they are: the statement stays the same."""
    if _on_sqlite():
        return key.in_(select(column("value")).select_from(func.json_each(ids)))  # type: ignore[no-any-return]
    return key == func.any(ids)  # type: ignore[no-any-return]


def _manner(word: str) -> str:
    """A `sign` has no large and small: it is looked for as it stands, at a quarter of the price of a `word`."""
    return "sign" if word.lower() == word.upper() else "word"


def _contains(held: Any, name: str, typed: Any) -> ColumnElement[bool]:
    place = func.instr if _on_sqlite() else func.strpos
    found = place(held, typed) if name.startswith("search_sign_") else place(func.lower(held), func.lower(typed))
    return found > literal_column("0")  # type: ignore[no-any-return]


def _type_of(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return ARRAY(Integer)
    return (Integer() if name == "search_number" else db.BigInteger()) if isinstance(value, int) else String()
