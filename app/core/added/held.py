"""How the value of an added field lies in `extra`, and how the database reads it.

The same attribute serves both: on a row it is the value, on its model (or an alias of it) an
expression that filters, sorts and compares like a column. An expression never raises on what was
written under older rules: what can't be read as its kind is NULL. Personal figures and days lie sealed
(`{"sealed": "…"}`): they are read, and nothing is compared with them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Numeric, String, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core import crypt
from app.core.added.definitions import SEALED, AddedKind
from app.core.columns import WordList, listed_words
from app.core.record import Record

#: digits that a number may have before its point; what PostgreSQL reads back as one
WHOLE = "^-?[0-9]{1,18}$"
DECIMAL = "^-?[0-9]{1,14}([.][0-9]{1,6})?$"


class IsoDate(TypeDecorator[date]):
    """A day as ISO text, which sorts as the days do, on every database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return _day(value)


class Exact(TypeDecorator[Decimal]):
    """A number without the zeros that it was not given."""

    impl = Numeric(18, 4)
    cache_ok = True

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        return _decimal(value)


class Held(FunctionElement[Any]):
    """`held(extra, name)`: the member of the JSON, read as text. The name is written out, not
    bound, so that an index over the same expression is found; it holds letters and digits only."""

    inherit_cache = True


class HeldWhole(Held):
    inherit_cache = True


class HeldNumber(Held):
    inherit_cache = True


class HeldYesNo(Held):
    inherit_cache = True


def _parts(element: Held, compiler: Any) -> tuple[str, str]:
    column, name = element.clauses
    return compiler.process(column), compiler.process(name)


def _extracted(element: Held, compiler: Any) -> str:
    column, name = _parts(element, compiler)
    return f"json_extract({column}, '$.{name}')"


@compiles(Held, "sqlite")
def _on_sqlite(element: Held, compiler: Any, **_: Any) -> str:
    return f"CAST({_extracted(element, compiler)} AS TEXT)"


@compiles(HeldWhole, "sqlite")
def _whole_on_sqlite(element: Held, compiler: Any, **_: Any) -> str:
    found = _extracted(element, compiler)
    return f"(CASE WHEN typeof({found}) = 'integer' THEN {found} END)"


@compiles(HeldNumber, "sqlite")
def _number_on_sqlite(element: Held, compiler: Any, **_: Any) -> str:
    found = _extracted(element, compiler)
    return f"(CASE WHEN typeof({found}) IN ('integer', 'real') THEN {found} END)"


@compiles(HeldYesNo, "sqlite")
def _yes_no_on_sqlite(element: Held, compiler: Any, **_: Any) -> str:
    column, name = _parts(element, compiler)
    return f"(CASE json_type({column}, '$.{name}') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)"


@compiles(Held, "postgresql")
def _on_postgresql(element: Held, compiler: Any, **_: Any) -> str:
    column, name = _parts(element, compiler)
    return f"({column} ->> '{name}')"


@compiles(HeldYesNo, "postgresql")
def _yes_no_on_postgresql(element: Held, compiler: Any, **_: Any) -> str:
    column, name = _parts(element, compiler)
    return f"(CASE ({column} ->> '{name}') WHEN 'true' THEN true WHEN 'false' THEN false END)"


@compiles(HeldWhole, "postgresql")
def _whole_on_postgresql(element: Held, compiler: Any, **_: Any) -> str:
    return _if_it_reads(*_parts(element, compiler), WHOLE, "BIGINT")


@compiles(HeldNumber, "postgresql")
def _number_on_postgresql(element: Held, compiler: Any, **_: Any) -> str:
    return _if_it_reads(*_parts(element, compiler), DECIMAL, "NUMERIC")


def _if_it_reads(column: str, name: str, form: str, sql: str) -> str:
    text = f"({column} ->> '{name}')"
    return f"(CASE WHEN {text} ~ '{form}' THEN CAST({text} AS {sql}) END)"


def _same(value: Any) -> Any:
    return value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _answer(value: Any) -> bool | None:
    """Nobody was asked: neither yes nor no."""
    return value if isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(value)
    except (TypeError, ValueError):
        return None


def _decimal(value: Any) -> Decimal | None:
    try:
        found = None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
    if found is None or found != found.to_integral_value():
        return found if found is None else found.normalize()
    return found.quantize(Decimal(1))


@dataclass(frozen=True)
class Form:
    """How values of a kind are written into JSON, read from it, and compared by the database."""

    element: type[Held]
    sql: TypeEngine[Any]
    into: Callable[[Any], Any] = _same
    out: Callable[[Any], Any] = _same

    def expression(self, extra: Any, name: str) -> Any:
        found = self.element(extra, literal_column(name))
        found.type = self.sql
        return found


class SealedValue(TypeDecorator[Any]):
    """What lies sealed, opened; what was entered before the field was personal lies open."""

    impl = String
    cache_ok = True

    def __init__(self, kind: str, purpose: str) -> None:
        super().__init__()
        self.kind, self.purpose = kind, purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        raise TypeError("nothing is compared with a sealed value")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        try:
            held = json.loads(value) if value and value.startswith("{") else value
        except ValueError:
            return None
        return FORMS[self.kind].out(opened(held, self.purpose))


def opened(held: Any, purpose: str) -> Any:
    """A value of the JSON without its seal; None for what was not sealed here."""
    return crypt.opened(str(held.get("sealed") or ""), purpose) if isinstance(held, dict) else held


def sealed(held: Any, purpose: str) -> Any:
    """A value of the JSON under its seal."""
    return held if held is None or isinstance(held, dict) else {"sealed": crypt.encrypt(str(held), purpose)}


def purpose_of(table: str, name: str) -> str:
    """What a seal is bound to: it opens nowhere else."""
    return f"{table}.extra.{name}"


_TEXT = Form(Held, String(), str)
_ID = Form(HeldWhole, Integer(), int)
FORMS: dict[str, Form] = {
    AddedKind.TEXT: _TEXT,
    AddedKind.LONG_TEXT: _TEXT,
    AddedKind.CHOICE: _TEXT,
    AddedKind.SEVERAL: Form(Held, WordList(), list, listed_words),
    AddedKind.NUMBER: Form(HeldNumber, Exact(), float, _decimal),
    AddedKind.MONEY: Form(HeldWhole, BigInteger(), int, _whole),
    AddedKind.DATE: Form(Held, IsoDate(), date.isoformat, _day),
    AddedKind.YES_NO: Form(HeldYesNo, Boolean(), bool, _answer),
    AddedKind.PERSON: _ID,
    AddedKind.FILE: _ID,
    AddedKind.JSON: _TEXT,
    AddedKind.PATH: _TEXT,
}
#: kinds whose values stand in the order of words, as their kinds say (core/added/kinds.py)
WORDED = frozenset({AddedKind.TEXT, AddedKind.LONG_TEXT, AddedKind.PATH})


def attach(model: type[Record], name: str, kind: str, *, sealed: bool = False) -> None:
    """Give the model its attribute; the same once more changes nothing. It stays when the field
    is archived: somebody may be reading by it just now."""
    if _attached.get((model, name)) == (kind, sealed):
        return
    attribute = _sealable(model, name, kind, is_sealed=sealed) if kind in SEALED else _attribute(name, FORMS[kind])
    setattr(model, name, attribute)
    _attached[(model, name)] = (kind, sealed)


def is_attached(model: type[Record], name: str) -> bool:
    """Whether the attribute is one of ours, not one of the code's."""
    return (model, name) in _attached


_attached: dict[tuple[type[Record], str], tuple[str, bool]] = {}


def _attribute(name: str, form: Form) -> Any:
    def read(row: Any) -> Any:
        return form.out((row.extra or {}).get(name))

    def write(row: Any, value: Any) -> None:
        put(row, name, None if value is None else form.into(value))

    def compared(model: Any) -> Any:
        return form.expression(model.extra, name)

    read.__name__ = name
    return hybrid_property(read).setter(write).expression(compared)


def _sealable(model: type[Record], name: str, kind: str, *, is_sealed: bool) -> Any:
    form, purpose = FORMS[kind], purpose_of(model.__tablename__, name)

    def read(row: Any) -> Any:
        return form.out(opened((row.extra or {}).get(name), purpose))

    def write(row: Any, value: Any) -> None:
        held = (row.extra or {}).get(name)
        if isinstance(held, dict) is is_sealed and read(row) == value:
            return  # sealed anew it would look changed
        plain = None if value is None else form.into(value)
        put(row, name, sealed(plain, purpose) if is_sealed else plain)

    def compared(model: Any) -> Any:
        if not is_sealed:
            return form.expression(model.extra, name)
        return Form(Held, SealedValue(kind, purpose)).expression(model.extra, name)

    read.__name__ = name
    return hybrid_property(read).setter(write).expression(compared)


def put(row: Any, name: str, held: Any) -> None:
    """A value into the JSON of a row; None takes it out."""
    others = {key: each for key, each in (row.extra or {}).items() if key != name}
    row.extra = (others if held is None else {**others, name: held}) or None
