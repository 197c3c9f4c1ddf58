"""Which tables and columns the index keeps: what registers search, and what rows are called by."""

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from app.core.declaration import register_of
from app.core.kinds import Address, CreditCode, LongText, Phone, Text
from app.core.record import Field, Record, all_tables, fields

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: more than any id of a table
ROOM = 2**31
#: the column that holds the values of added fields
EXTRA = "extra"
#: longer texts are no names
LONGEST_NAME = 64


@dataclass(frozen=True)
class Part:
    """One column of a table: its pieces begin with `sign`, those of its pinyin with `read`."""

    field: Field
    sign: str
    read: str = ""


@dataclass(frozen=True)
class Source:
    """One table in the index."""

    model: type[Record]
    parts: tuple[Part, ...]
    #: with what the pieces of fields added without code begin (core/added): all of a row under one sign
    beside: str = ""

    @property
    def table(self) -> str:
        return self.model.__tablename__

    @cached_property
    def base(self) -> int:
        return self.base_of(self.table)

    @staticmethod
    def base_of(table: str) -> int:
        """A row stands in the index under this and its id."""
        return crc32(table.encode()) % 2**21 * ROOM

    @cached_property
    def mark(self) -> str:
        return _mark(self.table)

    def part_of(self, spot: Field) -> Part | None:
        """None for a column that the index does not keep."""
        if spot.added:
            return Part(spot, self.beside) if self.beside and isinstance(spot.kind, Text) else None
        return next((part for part in self.parts if part.field.name == spot.name), None)

    def columns(self) -> list[str]:
        """What the pieces are cut from."""
        return [part.field.attribute for part in self.parts] + ([EXTRA] if self.beside else [])


def source_of(model: type[Record]) -> Source | None:
    """None for a table in which nothing is searched for, and for registers without code, which share one."""
    if model.__table__.name != model.__tablename__:
        return None
    known, register = fields(model), register_of(model.__tablename__)
    wanted = [*(register.searched() if register else ()), model.__label__]
    spots = [known[name] for name in dict.fromkeys(wanted) if name in known and is_kept(model, known[name])]
    parts = [
        Part(spot, f"{_mark(model.__tablename__)}{_DIGITS[10 + place]}", _reading_sign(model, spot, place))
        for place, spot in enumerate(spots[:10])
    ]
    beside = f"{_mark(model.__tablename__)}z" if EXTRA in model.__table__.c else ""
    return Source(model, tuple(parts), beside) if parts or beside else None


def all_sources() -> list[Source]:
    found = [source_of(model) for model in all_tables()]
    return sorted((each for each in found if each is not None), key=lambda source: source.table)


def is_kept(model: type[Record], spot: Field) -> bool:
    """A text, a phone or a code that stands in the table in clear."""
    return isinstance(spot.kind, Text | Phone | CreditCode) and spot.attribute in model.__table__.c


def _reading_sign(model: type[Record], spot: Field, place: int) -> str:
    kind = spot.kind
    is_name = isinstance(kind, Text) and not isinstance(kind, LongText | Address) and kind.size <= LONGEST_NAME
    return f"{_mark(model.__tablename__)}{_DIGITS[place]}" if is_name and spot.name != "number" else ""


def _mark(table: str) -> str:
    """Two signs of the table: its pieces mix with another's at worst, its rows never do."""
    number = crc32(table.encode()) % 36**2
    return _DIGITS[number // 36] + _DIGITS[number % 36]
