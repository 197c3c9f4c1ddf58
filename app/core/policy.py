"""Policy 参数: the numbers that the rules use, dated, kept by the admin.

A rule never holds such a number itself. Each name is declared once by its domain with the
source's figure; the admin adds dated rows; an old case keeps the numbers of its day.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from app.core import kinds
from app.core.columns import column, on_date, ref, text
from app.core.kinds import BadValue
from app.core.record import Record
from app.core.words import Say, say


@dataclass(frozen=True)
class Declared:
    """A policy's name, kind, the source's figure, its clause and what people call it; `fits` tells
    of a list whether the rule can use it."""

    name: str
    kind: kinds.Kind
    default: Any
    label: Say
    clause: str
    fits: Callable[[Any], bool] | None = None


_declared: dict[str, Declared] = {}


def declare(
    name: str, kind: kinds.Kind, default: Any, zh: str, en: str, clause: str, fits: Callable[[Any], bool] | None = None
) -> None:
    _declared[name] = Declared(name, kind, default, Say(zh, en), clause, fits)


def each_of(words: Iterable[str]) -> Callable[[Any], bool]:
    """For `fits`: a list of these words, each once."""
    known = {str(word) for word in words}
    return lambda value: (
        all(isinstance(each, str) and each in known for each in value) and len(set(value)) == len(value)
    )


def declared() -> Mapping[str, Declared]:
    return _declared


class Policy(Record):
    """One figure of the rule book, from a day on; for one estate or for all."""

    __tablename__ = "policy"
    __zh__ = "规则参数"
    __label__ = "name"
    __table_args__ = (UniqueConstraint("name", "estate_id", "valid_from"),)

    name: Mapped[str] = text("参数", 64, index=True)
    estate_id: Mapped[int | None] = ref("estate", "小区")
    valid_from: Mapped[date] = on_date("自何日起", en="From")
    value: Mapped[Any] = column(JSON(none_as_null=True), kinds.Anything(), "值", nullable=False)
    note: Mapped[str | None] = text("说明", 200)


def in_force(session: Session, name: str, on: date, estate_id: int | None = None) -> Any:
    """The figure in force on a day: the estate's own if it has one, else the company's, else
    the one the domain was born with. KeyError for a name no domain declared."""
    default = _declared[name].default
    query = (
        select(Policy.value)
        .where(Policy.name == name, Policy.valid_from <= on)
        .where((Policy.estate_id == estate_id) | Policy.estate_id.is_(None))
        .order_by(Policy.estate_id.is_(None), Policy.valid_from.desc())
        .limit(1)
        .execution_options(gate="open")
    )
    found = session.execute(query).first()
    return default if found is None else found[0]


def all_in_force(session: Session, names: Iterable[str], on: date) -> dict[str, Any]:
    """The company's figures in force on a day, several in one statement."""
    found = {name: _declared[name].default for name in names}
    query = (
        select(Policy.name, Policy.value)
        .where(Policy.name.in_(list(found)), Policy.valid_from <= on, Policy.estate_id.is_(None))
        .order_by(Policy.valid_from)
        .execution_options(gate="open")
    )
    return found | dict(session.execute(query).tuples().all())


def read_value(known: Declared, raw: Any) -> Any:
    """What the admin typed, as the rule uses it: money in fen, lists as JSON. Raises BadValue."""
    if isinstance(known.default, list):
        return _read_list(known, raw)
    value = known.kind.read(raw) if isinstance(raw, str) else known.kind.read_json(raw)
    if value is None:
        raise BadValue(say("必须填写。", "This is required."))
    return known.kind.to_json(value)


def _read_list(known: Declared, raw: Any) -> list[Any]:
    """A rule that meets what it can't use would break at a clerk's desk: it is refused here."""
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or (known.fits is not None and not known.fits(value)):
        like = json.dumps(known.default, ensure_ascii=False)
        raise BadValue(say("须为 JSON 列表，格式如 {like}。", "A JSON list is needed, like {like}.", like=like))
    return value
