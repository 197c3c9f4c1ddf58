"""Policy 参数: the numbers that the rules use, dated, kept by the admin.

A rule never holds such a number itself. Each name is declared once by its domain with the
source's figure; the admin adds dated rows; an old case keeps the numbers of its day.
"""

import json
from collections.abc import Mapping
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
    """A policy's name, kind, the source's figure, its clause and what people call it."""

    name: str
    kind: kinds.Kind
    default: Any
    label: Say
    clause: str


_declared: dict[str, Declared] = {}


def declare(name: str, kind: kinds.Kind, default: Any, zh: str, en: str, clause: str) -> None:
    _declared[name] = Declared(name, kind, default, Say(zh, en), clause)


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


def read_value(known: Declared, raw: Any) -> Any:
    """What the admin typed, as the rule uses it: money in fen, lists as JSON. Raises BadValue."""
    if not isinstance(raw, str):
        return raw
    if isinstance(known.default, list | dict):
        return _read_json(raw, type(known.default))
    value = known.kind.read(raw)
    if value is None:
        raise BadValue(say("必须填写。", "This is required."))
    return known.kind.to_json(value)


def _read_json(raw: str, wanted: type) -> Any:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, wanted):
        raise BadValue(say("须为 JSON,格式与原值相同。", "JSON is needed, of the same shape as before."))
    return value
