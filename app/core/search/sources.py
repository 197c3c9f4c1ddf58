"""Which tables and columns the index keeps: what registers search, and what rows are called by."""

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from app.core.declaration import register_of
from app.core.kinds import Address, CreditCode, LongText, Phone, Text
from app.core.made.definitions import MadeRecord
from app.core.personal import PersonalLongText
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
    """One table in the index. Registers without code share theirs: what is kept of a row, and asked for, then
    begins with the id of its register's definition, too."""

    model: type[Record]
    parts: tuple[Part, ...]
    #: with what the pieces of fields added without code begin (core/added), and their readings
    beside: str = ""
    beside_read: str = ""

    @property
    def name(self) -> str:
        """What the register is called by."""
        return self.model.__tablename__

    @cached_property
    def table(self) -> str:
        """Where the rows lie."""
        return str(self.model.__table__.name)  # type: ignore[attr-defined]

    @property
    def is_shared(self) -> bool:
        return issubclass(self.model, MadeRecord)

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
        """How it is asked for; None for a column that the index does not keep."""
        if not spot.added:
            found = next((part for part in self.parts if part.field.name == spot.name), None)
            return found and Part(spot, self._asked(found.sign), self._asked(found.read))
        if not (self.beside and isinstance(spot.kind, Text)):
            return None
        # One sign for all values, which are then held against their columns; readings are not, so they have one each.
        read = f"{self._asked(self.beside_read)}{spot.name}." if _is_read(spot) else ""
        return Part(spot, self._asked(self.beside), read)

    def _asked(self, sign: str) -> str:
        return f"{sign}{self.model.__definition__}." if sign and issubclass(self.model, MadeRecord) else sign

    def said(self, sign: str, row: str) -> str:
        """The sign of a row's pieces as an expression of SQL."""
        if not self.is_shared:
            return f"'{sign}'"
        definition = f"(SELECT d.id FROM made_register AS d WHERE d.name = {row}.register)"
        return f"'{sign}' || coalesce({definition}, 0) || '.'"

    def columns(self) -> list[str]:
        """What the pieces are cut from."""
        shared = ["register"] if self.is_shared else []
        return [*shared, *(part.field.attribute for part in self.parts), *([EXTRA] if self.beside else [])]


def source_of(model: type[Record]) -> Source | None:
    """None for a table in which nothing is searched for."""
    known, register, mark = fields(model), register_of(model.__tablename__), _mark(model.__table__.name)  # type: ignore[attr-defined]
    wanted = [*(register.searched() if register else ()), model.__label__]
    spots = [known[name] for name in dict.fromkeys(wanted) if name in known and is_kept(model, known[name])]
    parts = [
        Part(spot, f"{mark}{_DIGITS[10 + place]}", f"{mark}{_DIGITS[place]}" if _is_read(spot) else "")
        for place, spot in enumerate(spots[:10])
    ]
    beside = (f"{mark}z", f"{mark}y") if EXTRA in model.__table__.c else ("", "")  # type: ignore[attr-defined]
    return Source(model, tuple(parts), *beside) if parts or any(beside) else None


def all_sources() -> list[Source]:
    found = [source_of(model) for model in [*all_tables(), MadeRecord] if model is MadeRecord or not _is_made(model)]
    return sorted((each for each in found if each is not None), key=lambda source: source.table)


def is_kept(model: type[Record], spot: Field) -> bool:
    """A text, a phone or a code that stands in the table in clear."""
    return isinstance(spot.kind, Text | Phone | CreditCode) and spot.attribute in model.__table__.c


def _is_made(model: type[Record]) -> bool:
    """Its rows lie in the table that all registers without code share."""
    return issubclass(model, MadeRecord)


def _is_read(spot: Field) -> bool:
    """Whether it is a name, which may be typed as it is read."""
    kind = spot.kind
    if not isinstance(kind, Text) or isinstance(kind, LongText | PersonalLongText | Address):
        return False
    return (spot.added or kind.size <= LONGEST_NAME) and spot.name != "number"


def _mark(table: str) -> str:
    """Two signs of the table: its pieces mix with another's at worst, its rows never do."""
    number = crc32(table.encode()) % 36**2
    return _DIGITS[number // 36] + _DIGITS[number % 36]
