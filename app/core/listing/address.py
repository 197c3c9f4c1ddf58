"""What the address of a list asks, understood: each filter a column, an operator and a value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from app.core import here
from app.core.kinds import Kind, Relation
from app.core.reading import Column
from app.core.words import Say, say

SIZES = (20, 50, 100)
USUAL_SIZE = 50
#: today, or so many days after (or, with a minus sign, before) it
_DAY = re.compile(r"today([+-]\d{1,4})?")
RESERVED = frozenset({"q", "sort", "after", "before", "size", "view", "format", "page", "columns"})

OPERATORS: dict[str, Say] = {
    "eq": say("等于", "is"),
    "neq": say("不等于", "is not"),
    "gt": say("大于", "more than"),
    "gte": say("不小于", "at least"),
    "lt": say("小于", "less than"),
    "lte": say("不大于", "at most"),
    "ct": say("包含", "contains"),
    "sw": say("开头是", "begins with"),
    "in": say("任一", "any of"),
    "null": say("为空", "is empty"),
}


@dataclass(frozen=True)
class Condition:
    """One filter: a column, an operator, and the value as typed and as read."""

    column: Column
    operator: str
    raw: str
    value: Any

    @property
    def key(self) -> str:
        return self.column.name if self.operator == "eq" else f"{self.column.name}.{self.operator}"

    @property
    def in_words(self) -> str:
        kind = self.column.field.kind
        if self.operator == "null":
            shown = ""
        elif isinstance(self.value, list):
            shown = "、".join(kind.show(each) for each in self.value)
        else:
            shown = kind.show(self.value)
        return f"{self.column.field.label} {OPERATORS[self.operator]} {shown}".strip()


@dataclass
class Asked:
    """What the address asks of a list, understood; `wrong` is what was not."""

    search: str = ""
    conditions: list[Condition] = field(default_factory=list)
    sort: list[tuple[Column, bool]] = field(default_factory=list)
    after: str = ""
    before: str = ""
    size: int = USUAL_SIZE
    wrong: list[str] = field(default_factory=list)


def filters_in(args: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The (key, raw) pairs of an address that are filters, each as often as it stands there."""
    pairs = args.items(multi=True) if isinstance(args, MultiDict) else args.items()
    for key, raw in pairs:
        if key not in RESERVED and raw not in ("", None):
            yield key, str(raw)


def condition_on(column: Column, operator: str, raw: Any) -> Condition:
    """Raises KeyError for an operator that the column has not, BadValue for what can't be read."""
    kind = column.field.kind
    if operator == "eq" and isinstance(raw, str) and "," in raw and "in" in kind.operators:
        operator = "in"
    if operator not in kind.operators:
        raise KeyError(operator)
    return Condition(column, operator, str(raw), _read(kind, operator, raw))


def _read(kind: Kind, operator: str, raw: Any) -> Any:
    if operator == "null":
        return raw in (True, "1", "true", "yes")
    if operator == "in":
        parts = raw if isinstance(raw, list) else str(raw).split(",")
        return [_one(kind, part) for part in parts]
    if operator in ("ct", "sw"):
        return str(raw)[:80]
    return _one(kind, raw)


def _one(kind: Kind, raw: Any) -> Any:
    if raw == "me" and isinstance(kind, Relation) and kind.table == "staff":
        return here.me().staff_id
    if isinstance(raw, str) and (day := _DAY.fullmatch(raw)):
        return here.today() + timedelta(days=int(day[1] or 0))
    return kind.read(raw)


def size_in(raw: Any) -> int:
    try:
        return min(max(int(str(raw)), 1), max(SIZES))
    except ValueError:
        return USUAL_SIZE
