"""How a table declares its columns: one line each, with the word in both languages.

    name: Mapped[str] = text("姓名", 32)
    amount_fen: Mapped[int] = money("金额", en="Amount")
    unit_id: Mapped[int] = ref("unit", "房屋")

The English word is the identifier spelled out, unless `en=` gives a better one.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Table,
    event,
)  # fmt: skip
from sqlalchemy import Date as SqlDate
from sqlalchemy import Text as SqlText
from sqlalchemy import text as sql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core import crypt, kinds, word_order
from app.core.personal import PersonalLongText, PersonalText
from app.core.structured import Json
from app.core.trees.paths import TreePath
from app.core.words import Words, spelled_out


class UtcInstant(TypeDecorator[datetime]):
    """Aware instants in and out; UTC in the database. A naive one is a mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text encrypted at rest, bound to its table and column."""

    impl = SqlText
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else crypt.encrypt(value, self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else crypt.decrypt(value, self.purpose)


class WordList(TypeDecorator[tuple[str, ...]]):
    """Several words of a list, as the text of a JSON list."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        return json.dumps(list(value)) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return listed_words(value)


def listed_words(held: Any) -> tuple[str, ...] | None:
    """The words of a JSON list, or of its text; None where there are none."""
    try:
        found = json.loads(held) if isinstance(held, str) else held
    except ValueError:
        return None
    return tuple(str(each) for each in found) or None if isinstance(found, list) else None


def column(sql: Any, kind: kinds.Kind, zh: str, *, en: str = "", help: Any = None, **options: Any) -> MappedColumn[Any]:
    """A column of `kind`, called `zh`; `help` is a `say` shown below the form field.
    `by_verb`: set by verbs and by the house, never typed. `sorted`: lists are sorted and filtered by it,
    so an index holds it. `public`: no personal datum, though its name sounds like one. `required`: asked for
    when it is typed, though older rows may be without."""
    foreign, by_verb = options.pop("foreign", None), options.pop("by_verb", False)
    info = {"kind": kind, "zh": zh, "en": en, "help": help, "by_verb": by_verb}
    info |= {word: options.pop(word) for word in ("sorted", "public", "required", "among") if word in options}
    args = (sql, foreign) if foreign is not None else (sql,)
    return mapped_column(*args, info=info, **options)


#: kind -> what the database itself asks of its values
FORMS: dict[type[kinds.Kind], str] = {
    kinds.Phone: "length({0}) between 5 and 20",
    kinds.CreditCode: "length({0}) = 18",
    kinds.IdNumber: "length({0}) > 32",  # sealed: never a number that one could read
    kinds.Date: "{0} between '1900-01-01' and '2100-12-31'",
    kinds.Money: "{0} between -99999999999999 and 99999999999999",
    kinds.Latitude: "{0} between -90 and 90",
    kinds.Longitude: "{0} between -180 and 180",
}


@event.listens_for(Table, "after_parent_attach")
def _ask_the_form(table: Table, _: Any) -> None:
    """What a kind checked is asked once more by a constraint named after its column."""
    for each in table.columns:
        form = FORMS.get(type(each.info.get("kind")))  # type: ignore[arg-type]
        if form and not each.info.get("asked"):  # a copy of the table brings its constraints along
            each.info["asked"] = True
            table.append_constraint(CheckConstraint(form.format(each.name), name=f"{each.name}_form"))


@event.listens_for(Table, "after_parent_attach")
def _index_the_sorted(table: Table, _: Any) -> None:
    """One index for each `sorted` column, with the key as the tiebreak of its list."""
    there = {index.name for index in table.indexes}
    for each in table.columns:
        if not each.info.get("sorted"):
            continue
        is_worded = each.info["kind"].worded and each.name != "number"
        made = word_order.indexes_for if is_worded else sorted_by
        for index in made(table.name, each.name, nullable=bool(each.nullable)):
            if index.name not in there:
                index._set_parent(table)


def text(zh: str, size: int = 64, **options: Any) -> MappedColumn[Any]:
    return column(String(size), kinds.Text(size=size), zh, **options)


def long_text(zh: str, size: int = 2000, **options: Any) -> MappedColumn[Any]:
    return column(SqlText, kinds.LongText(size=size), zh, **options)


def structured(zh: str, **options: Any) -> MappedColumn[Any]:
    """JSON: an object or a list (core/structured.py)."""
    return column(SqlText, Json(), zh, **options)


def path(zh: str, tree: str, **options: Any) -> MappedColumn[Any]:
    """A path of a tree of choices, by its name (core/trees)."""
    return column(String(200), TreePath(tree=tree), zh, **options)


def personal(zh: str, size: int = 200, *, several_lines: bool = False, **options: Any) -> MappedColumn[Any]:
    """Text about a person."""
    if several_lines:
        return column(SqlText, PersonalLongText(), zh, **options)
    return column(String(size), PersonalText(size=size), zh, **options)


def address(zh: str, size: int = 120, **options: Any) -> MappedColumn[Any]:
    return column(String(size), kinds.Address(size=size), zh, **options)


def phone(zh: str, **options: Any) -> MappedColumn[Any]:
    return column(String(20), kinds.Phone(), zh, **options)


def id_number(zh: str, purpose: str, id_kind: str | None = "identity_card", **options: Any) -> MappedColumn[Any]:
    """Encrypted; `purpose` is "table.column". Keep a `blind()` column beside it to find it."""
    return column(Sealed(purpose), kinds.IdNumber(id_kind=id_kind), zh, **options)


def blind(**options: Any) -> MappedColumn[Any]:
    """The keyed hash of an encrypted neighbour; never shown."""
    return mapped_column(String(64), info={"kind": None}, **options)


def drawn() -> MappedColumn[Any]:
    """The strokes of a signature (core/values/strokes.py); never a field: who may sign may see it."""
    return mapped_column(SqlText, info={"kind": None})


def credit_code(zh: str, **options: Any) -> MappedColumn[Any]:
    return column(String(18), kinds.CreditCode(), zh, **options)


def money(zh: str, **options: Any) -> MappedColumn[Any]:
    """Fen."""
    return column(BigInteger, kinds.Money(), zh, **options)


def on_date(zh: str, **options: Any) -> MappedColumn[Any]:
    return column(SqlDate, kinds.Date(), zh, **options)


def instant(zh: str, **options: Any) -> MappedColumn[Any]:
    return column(UtcInstant, kinds.Instant(), zh, **options)


def integer(zh: str, minimum: int = 0, maximum: int = 2_147_483_647, **o: Any) -> MappedColumn[Any]:
    return column(Integer, kinds.Integer(minimum=minimum, maximum=maximum), zh, **o)


def position(zh: str, among: str, **options: Any) -> MappedColumn[Any]:
    """The row's place among those of its parent, `among` the column that names it (core/ordering.py)."""
    return column(Integer, kinds.Integer(minimum=1), zh, by_verb=True, among=among, **options)


def number(
    zh: str, digits: int = 10, places: int = 2, minimum: int = 0, maximum: int = 100_000, **options: Any
) -> MappedColumn[Any]:
    kind = kinds.Number(places=places, minimum=Decimal(minimum), maximum=Decimal(maximum))
    return column(Numeric(digits, places), kind, zh, **options)


def longitude(zh: str = "经度", **options: Any) -> MappedColumn[Any]:
    """Of where a record lies; with a `latitude` beside it, its register has a map."""
    return column(Numeric(9, 6), kinds.Longitude(), zh, **options)


def latitude(zh: str = "纬度", **options: Any) -> MappedColumn[Any]:
    return column(Numeric(8, 6), kinds.Latitude(), zh, **options)


def yes_no(zh: str, *, unanswered: bool = False, **options: Any) -> MappedColumn[Any]:
    """No until it is ticked; with `unanswered` empty until somebody says yes or no."""
    if unanswered:
        return column(Boolean, kinds.Answer(), zh, **options)
    return column(Boolean, kinds.YesNo(), zh, default=options.pop("default", False), **options)


def choice(zh: str, words: type[Words], **options: Any) -> MappedColumn[Any]:
    return column(String(32), kinds.Choice(words=words), zh, **options)


def several(zh: str, words: type[Words], **options: Any) -> MappedColumn[Any]:
    """Any number of a list."""
    return column(WordList, kinds.Several(words=words), zh, **options)


def scan(zh: str, **options: Any) -> MappedColumn[Any]:
    """A file (core/files.py), attached on the record's page; its name ends in `_id`."""
    key = ForeignKey("stored_file.id")
    return column(Integer, kinds.File(), zh, foreign=key, by_verb=True, unique=True, **options)


def ref(
    table: str, zh: str, *, only: tuple[tuple[str, str], ...] = (), within: str = "", **options: Any
) -> MappedColumn[Any]:
    """A foreign key; its name ends in `_id`, and people and the API know it without. `within="estate"`: only rows
    of the estate that is chosen beside it."""
    options.setdefault("index", not options.get("unique"))
    ondelete = options.pop("ondelete", None)
    key = ForeignKey(f"{table}.id", ondelete=ondelete)
    return column(Integer, kinds.Relation(table=table, only=only, within=within), zh, foreign=key, **options)


def sorted_by(table: str, *names: str, nullable: bool = False) -> list[Index]:
    """Indexes for lists sorted by these columns: the key is in them as the tiebreak. Empty
    counts as the least everywhere, which PostgreSQL has to be told."""
    if not nullable:
        return [Index(f"ix_{table}_{name}_sorted", name, "id") for name in names]
    told = [
        Index(f"ix_{table}_{name}_sorted", sql(f"{name} NULLS FIRST"), "id").ddl_if(dialect="postgresql")
        for name in names
    ]
    return told + [Index(f"ix_{table}_{name}_sorted", name, "id").ddl_if(dialect="sqlite") for name in names]


def english(name: str, given: str) -> str:
    """`budget_fen` -> `Budget`, `unit_id` -> `Unit`, unless a word was given."""
    return given or spelled_out(name.removesuffix("_id").removesuffix("_fen"))
