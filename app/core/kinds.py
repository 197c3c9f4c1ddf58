"""The kinds of value that a column, a verb's parameter or an import's cell can hold.

A kind reads what a person typed, shows it, puts it into JSON and masks it: once, for
pages, API, import, export and printed papers alike. Reading refuses with `BadValue`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from app.core import here, values
from app.core.values import BadValue
from app.core.words import Say, Words, say


@dataclass(frozen=True)
class Kind:
    """Plain text is the simplest kind. `personal` kinds are masked unless a role needs them."""

    widget: ClassVar[str] = "text"
    json_type: ClassVar[dict[str, Any]] = {"type": "string"}
    personal: ClassVar[bool] = False
    right_aligned: ClassVar[bool] = False
    #: how its signs are grouped while one types (js/grouped.js)
    grouped: ClassVar[str] = ""
    #: whether a list may be put in order by it, and whether that is the order of words (core/word_order.py)
    sortable: ClassVar[bool] = True
    worded: ClassVar[bool] = False
    #: operators a list may filter by; the first is what a plain `column=value` means
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "ct", "sw", "in", "null")

    def read(self, raw: Any) -> Any:
        """What was typed -> the value to store; None when empty. Raises BadValue."""
        return values.clean_text(raw, max_length=255)

    def read_json(self, raw: Any) -> Any:
        """The same for a JSON value of the API."""
        return self.read(raw)

    def show(self, value: Any) -> str:
        return "" if value is None else str(value)

    def to_json(self, value: Any) -> Any:
        return value

    def typed(self, value: Any) -> str:
        """The value as a form field holds it, so that it can be sent back unchanged."""
        return "" if value is None else str(value)

    def mask(self, value: Any) -> str:
        return values.mask_text(str(value)) if value is not None else ""


@dataclass(frozen=True)
class Text(Kind):
    worded: ClassVar[bool] = True
    size: int = 64

    def read(self, raw: Any) -> Any:
        return values.clean_text(raw, max_length=self.size)


@dataclass(frozen=True)
class LongText(Text):
    widget: ClassVar[str] = "textarea"
    size: int = 2000

    def read(self, raw: Any) -> Any:
        return values.clean_text(raw, max_length=self.size, multiline=True)


@dataclass(frozen=True)
class Anything(LongText):
    """A value whose kind depends on its row, such as a policy's figure: it is neither filtered nor ordered by."""

    json_type: ClassVar[dict[str, Any]] = {}
    operators: ClassVar[tuple[str, ...]] = ()

    def read_json(self, raw: Any) -> Any:
        """As it is sent: whoever knows the row says whether it fits."""
        if raw is None or isinstance(raw, str):
            return self.read(raw)
        if len(str(raw)) > self.size:
            raise BadValue(say("内容过长。", "That is too long."))
        return raw


@dataclass(frozen=True)
class Address(Text):
    """A home address: personal."""

    personal: ClassVar[bool] = True
    size: int = 120


@dataclass(frozen=True)
class Phone(Kind):
    widget: ClassVar[str] = "tel"
    grouped: ClassVar[str] = "phone"
    personal: ClassVar[bool] = True

    def read(self, raw: Any) -> Any:
        return values.read_phone(raw)

    def mask(self, value: Any) -> str:
        return values.mask_phone(value) if value else ""


@dataclass(frozen=True)
class IdNumber(Kind):
    """An identity number; `id_kind` is checked with the whole row (`values.read_id_number`)."""

    grouped: ClassVar[str] = "identity"
    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ("eq",)
    id_kind: str | None = "identity_card"

    def read(self, raw: Any) -> Any:
        if self.id_kind is None:
            return values.clean_text(raw, max_length=32)
        return values.read_id_number(self.id_kind, raw, today=here.today())

    def mask(self, value: Any) -> str:
        return values.mask_identity(value) if value else ""


@dataclass(frozen=True)
class CreditCode(Kind):
    """统一社会信用代码: a company's, public, with a check digit."""

    def read(self, raw: Any) -> Any:
        return values.read_credit_code(raw)


@dataclass(frozen=True)
class Money(Kind):
    """An amount in fen. Typed in yuan by people, written in fen by the API."""

    widget: ClassVar[str] = "money"
    grouped: ClassVar[str] = "money"
    json_type: ClassVar[dict[str, Any]] = {"type": "integer"}
    right_aligned: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "gt", "gte", "lt", "lte", "null")

    def read(self, raw: Any) -> Any:
        return values.read_money(raw)

    def read_json(self, raw: Any) -> Any:
        return values.read_fen(raw)

    def show(self, value: Any) -> str:
        return "" if value is None else values.show_money(value)

    def typed(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value) / 100:.2f}"

    def mask(self, value: Any) -> str:
        return "***"


@dataclass(frozen=True)
class Date(Kind):
    widget: ClassVar[str] = "date"
    json_type: ClassVar[dict[str, Any]] = {"type": "string", "format": "date"}
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "gt", "gte", "lt", "lte", "null")
    earliest: date = date(1900, 1, 1)
    latest: date = date(2100, 12, 31)

    def read(self, raw: Any) -> Any:
        return values.read_date(raw, earliest=self.earliest, latest=self.latest)

    def show(self, value: Any) -> str:
        return "" if value is None else values.show_date(value)

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def typed(self, value: Any) -> str:
        return "" if value is None else str(value.isoformat())


@dataclass(frozen=True)
class Instant(Date):
    """A moment, kept in UTC, shown on the house's clock."""

    widget: ClassVar[str] = "datetime-local"
    json_type: ClassVar[dict[str, Any]] = {"type": "string", "format": "date-time"}

    def read(self, raw: Any) -> Any:
        return values.read_instant(raw, here.house_zone())

    def show(self, value: Any) -> str:
        return "" if value is None else values.show_instant(value, here.house_zone())

    def to_json(self, value: Any) -> Any:
        return None if value is None else here.in_house_time(value).isoformat()

    def typed(self, value: datetime | None) -> str:
        return "" if value is None else here.in_house_time(value).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Integer(Kind):
    widget: ClassVar[str] = "number"
    json_type: ClassVar[dict[str, Any]] = {"type": "integer"}
    right_aligned: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "gt", "gte", "lt", "lte", "null")
    minimum: int = 0
    maximum: int = 2_147_483_647

    def read(self, raw: Any) -> Any:
        return values.read_integer(raw, self.minimum, self.maximum)


@dataclass(frozen=True)
class Number(Kind):
    """An exact decimal number, such as a floor area in square metres."""

    widget: ClassVar[str] = "number"
    json_type: ClassVar[dict[str, Any]] = {"type": "number"}
    right_aligned: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = Integer.operators
    places: int = 2
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(100_000)

    def read(self, raw: Any) -> Any:
        return values.read_decimal(raw, self.places, self.minimum, self.maximum)

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:,.{self.places}f}"

    def to_json(self, value: Any) -> Any:
        return None if value is None else float(value)


@dataclass(frozen=True)
class Degrees(Number):
    """Of the globe, to about ten centimetres."""

    places: int = 6

    def read(self, raw: Any) -> Any:
        return values.read_degrees(raw, int(self.maximum))


@dataclass(frozen=True)
class Latitude(Degrees):
    """North of the equator; with a longitude beside it, it places a record on a map."""

    minimum: Decimal = Decimal(-90)
    maximum: Decimal = Decimal(90)


@dataclass(frozen=True)
class Longitude(Degrees):
    """East of Greenwich."""

    minimum: Decimal = Decimal(-180)
    maximum: Decimal = Decimal(180)


@dataclass(frozen=True)
class YesNo(Kind):
    widget: ClassVar[str] = "checkbox"
    json_type: ClassVar[dict[str, Any]] = {"type": "boolean"}
    operators: ClassVar[tuple[str, ...]] = ("eq",)

    def read(self, raw: Any) -> Any:
        return bool(values.read_yes_no(raw))

    def show(self, value: Any) -> str:
        return "" if value is None else str(say("是", "Yes") if value else say("否", "No"))

    def typed(self, value: Any) -> str:
        return "1" if value else ""


@dataclass(frozen=True)
class Answer(YesNo):
    """Yes or no, once somebody was asked: until then it is empty."""

    widget: ClassVar[str] = "select"
    operators: ClassVar[tuple[str, ...]] = ("eq", "null")

    def read(self, raw: Any) -> Any:
        return values.read_yes_no(raw)

    def typed(self, value: Any) -> str:
        return "" if value is None else "1" if value else "0"

    @property
    def options(self) -> list[tuple[str, Say]]:
        return [("1", say("是", "Yes")), ("0", say("否", "No"))]


@dataclass(frozen=True)
class Choice(Kind):
    widget: ClassVar[str] = "select"
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "in", "null")
    words: type[Words] = Words

    def read(self, raw: Any) -> Any:
        return values.read_choice(raw, self.words)

    def show(self, value: Any) -> str:
        return "" if value is None else str(self.words(value).label)

    @property
    def options(self) -> list[tuple[str, Say]]:
        return [(str(word), word.label) for word in self.words]


@dataclass(frozen=True)
class Several(Kind):
    """Any number of a list, such as tags: their values as a tuple, in alphabetical order."""

    widget: ClassVar[str] = "several"
    json_type: ClassVar[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("in", "all", "null")
    words: type[Words] = Words

    def read(self, raw: Any) -> Any:
        return tuple(sorted(str(each) for each in values.read_choices(raw, self.words))) or None

    def labels(self, value: Any) -> list[str]:
        """What is chosen, in words, in the order in which it is offered; what is no longer known as it stands."""
        chosen = set(value or ())
        known = [word for word in self.words if word in chosen]
        return [*(str(word.label) for word in known), *sorted(chosen.difference(map(str, known)))]

    def show(self, value: Any) -> str:
        return "、".join(self.labels(value))

    def to_json(self, value: Any) -> Any:
        return None if value is None else list(value)

    def typed(self, value: Any) -> str:
        return ",".join(value or ())

    def mask(self, value: Any) -> str:
        return "***" if value else ""

    @property
    def options(self) -> list[tuple[str, Say]]:
        return [(str(word), word.label) for word in self.words]


@dataclass(frozen=True)
class Relation(Kind):
    """A row of another table, named by its id; `only` narrows what may be chosen. `within`: a field of the same row
    by which it is narrowed further, as a building is by its estate; the other table has a field of that name."""

    widget: ClassVar[str] = "relation"
    json_type: ClassVar[dict[str, Any]] = {"type": "integer"}
    operators: ClassVar[tuple[str, ...]] = ("eq", "neq", "in", "null")
    table: str = ""
    only: tuple[tuple[str, str], ...] = ()
    within: str = ""
    many: bool = False

    def read(self, raw: Any) -> Any:
        """An id, or with `many` a list of them. That the row exists and is this person's
        to name is asked by whoever holds the session (`core/gate.py`)."""
        if self.many:
            return [each for each in map(self._one, _listed(raw)) if each is not None]
        return self._one(raw)

    @staticmethod
    def _one(raw: Any) -> int | None:
        if isinstance(raw, dict):
            raw = raw.get("id")
        return values.read_integer(raw, 1, 2_147_483_647)


def _listed(raw: Any) -> list[Any]:
    if raw in (None, ""):
        return []
    if isinstance(raw, str):
        return [part for part in raw.replace(",", " ").split() if part]
    if isinstance(raw, list | tuple):
        return list(raw)
    return [raw]


@dataclass(frozen=True)
class File(Kind):
    """A scan or photograph kept outside the database; the column holds its stored id."""

    widget: ClassVar[str] = "file"
    json_type: ClassVar[dict[str, Any]] = {
        "type": "object",
        "required": ["id", "label"],
        "properties": {"id": {"type": "integer"}, "label": {"type": "string"}},
    }
    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ("null",)

    def show(self, value: Any) -> str:
        return "" if value is None else str(say("已上传", "Kept"))

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"id": value, "label": self.show(value)}

    def mask(self, value: Any) -> str:
        return self.show(value)


@dataclass(frozen=True)
class Drawn(Kind):
    """A signature drawn on the screen: strokes such as "10,20 11,22;40,20 41,25" on a sheet of 600 × 200."""

    widget: ClassVar[str] = "signature"
    personal: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ()

    def read(self, raw: Any) -> Any:
        return values.read_strokes(raw)

    def show(self, value: Any) -> str:
        return "" if value is None else str(say("已手写签名", "Signed by hand"))

    def mask(self, value: Any) -> str:
        return self.show(value)


__all__ = [
    "Address", "Answer", "Anything", "BadValue", "Choice", "CreditCode", "Date", "Degrees", "Drawn", "File", "IdNumber", "Instant",
    "Integer", "Kind", "Latitude", "LongText", "Longitude", "Money", "Number", "Phone", "Relation", "Several", "Text", "YesNo",
]  # fmt: skip
