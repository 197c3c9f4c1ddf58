"""What the address of a list asks, understood: each filter a column, an operator and a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from app.core import here
from app.core.kinds import BadValue, Date, Kind, Relation, Several
from app.core.listing.days import ONE_DAY, Span, shown, span_of
from app.core.reading import Column
from app.core.trees.paths import TreePath
from app.core.words import Say, joined, say

if TYPE_CHECKING:
    from app.core.listing.groups import Group

SIZES = (20, 50, 100)
USUAL_SIZE = 50
RESERVED = frozenset(
    {"q", "or", "is", "sort", "after", "before", "size", "view", "format", "page", "columns", "group", "density"}
    | {"as", "on", "open", "in"}
)
#: what a form sends for "from … to …", with its two ends beside it
RANGE = "range"

OPERATORS: dict[str, Say] = {
    "eq": say("等于", "is"),
    "neq": say("不等于", "is not"),
    "in": say("任一", "any of"),
    "all": say("全部含有", "all of"),
    "gte": say("不小于", "at least"),
    "lte": say("不大于", "at most"),
    "gt": say("大于", "more than"),
    "lt": say("小于", "less than"),
    "bt": say("介于", "between"),
    "ct": say("包含", "contains"),
    "sw": say("开头是", "begins with"),
    "null": say("为空", "is empty"),
}
#: what a form sends to ask for rows in which a choice was not filled in
UNFILLED = "-"
_FOR_DAYS: dict[str, Say] = {
    "gte": say("从", "from"), "lte": say("至", "until"),
    "gt": say("晚于", "after"), "lt": say("早于", "before"),
}  # fmt: skip
_FILLED = say("已填", "is filled in")


@dataclass(frozen=True)
class Between:
    """A figure from … to …, both within; None is open."""

    low: Any
    high: Any


@dataclass(frozen=True)
class Condition:
    """One filter: a column, an operator, and the value as typed and as read."""

    column: Column
    operator: str
    raw: str
    value: Any
    #: its key as it stood in the address, where that says it otherwise: `state=new,measured`
    said: str = ""

    @property
    def key(self) -> str:
        """By which it stands in an address."""
        if self.said:
            return self.said
        return self.column.name if self.operator == "eq" else f"{self.column.name}.{self.operator}"

    @property
    def in_words(self) -> str:
        return self.told({})

    def told(self, labels: Mapping[str, str]) -> str:
        """The sentence on a chip; `labels` names the rows of a relation by their ids."""
        label, said = self.column.field.label, OPERATORS[self.operator]
        if self.operator == "null":
            return f"{label} {said if self.value else _FILLED}"
        value = self._value_in_words(labels)
        kind = self.column.field.kind
        alone = isinstance(kind, TreePath) or (isinstance(kind, Several) and len(self.value) == 1)
        if alone or (self.operator == "eq" and "ct" not in self.column.field.kind.operators):  # not of free text
            return str(say("{label}：{value}", "{label}: {value}", label=label, value=value))
        if isinstance(self.column.field.kind, Date):
            said = _FOR_DAYS.get(self.operator, said)
        return f"{label} {said} {value}"

    def _value_in_words(self, labels: Mapping[str, str]) -> str:
        kind, value = self.column.field.kind, self.value
        if isinstance(value, Span):
            return shown(value)
        if isinstance(value, Between):
            return f"{kind.show(value.low)}–{kind.show(value.high)}"
        if isinstance(kind, TreePath):
            return self.raw  # and what is below it
        each = value if isinstance(value, list) else [value]
        if isinstance(kind, Relation):
            mine = here.me().staff_id if "me" in self.raw.split(",") else None
            return str(joined(str(ME) if key == mine else labels.get(str(key), "***") for key in each))
        return str(joined(kind.show(one) for one in each))


ME = say("我", "me")


@dataclass
class Asked:
    """What the address asks of a list, understood; `wrong` is what was not."""

    search: str = ""
    conditions: list[Condition] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    #: names of the register's own words, such as "mine" and "overdue", with what they mean
    words: "dict[str, Group]" = field(default_factory=dict)
    sort: list[tuple[Column, bool]] = field(default_factory=list)
    after: str = ""
    before: str = ""
    size: int = USUAL_SIZE
    wrong: list[str] = field(default_factory=list)

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.conditions or self.groups or self.words)

    def every(self) -> Iterator[Condition]:
        """Each condition, also those within groups."""
        yield from self.conditions
        for group in self.groups:
            yield from group.every()

    def for_the_journal(self) -> dict[str, str]:
        """The filters as they may be kept: what concerns a person's data is not."""
        told = {each.key: "***" if each.column.field.kind.personal else each.raw for each in self.conditions}
        for number, group in enumerate(self.groups, start=1):
            told[f"or {number}"] = "***" if any(e.column.field.kind.personal for e in group.every()) else group.text
        return told | {f"is {name}": "1" for name in self.words}


def filters_in(args: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The (key, raw) pairs of an address that are filters, each as often as it stands there."""
    pairs = args.items(multi=True) if isinstance(args, MultiDict) else args.items()
    for key, raw in pairs:
        if key not in RESERVED and raw not in ("", None, RANGE):
            yield key, str(raw)


def read_key(key: str) -> tuple[str, str]:
    """(column, operator) of a key: `state`, `state.in`, `lead.source`, `lead.source.in`."""
    name, _, last = key.rpartition(".")
    return (name, last) if name and last in OPERATORS else (key, "eq")


def searched_in(args: Mapping[str, Any]) -> str:
    """What stands in the search box."""
    return str(args.get("q") or "").strip()[:80]


def all_of(args: Mapping[str, Any], key: str) -> list[str]:
    """Every value of a key that may stand in the address more than once."""
    found = args.getlist(key) if isinstance(args, MultiDict) else [args.get(key)]
    return [str(each) for each in found if each]


def operators_of(kind: Kind) -> tuple[str, ...]:
    """How a column may be filtered by: what its kind says, and between, wherever there is more and less."""
    return (*kind.operators, "bt") if "gte" in kind.operators else kind.operators


def condition_on(column: Column, operator: str, raw: Any) -> Condition:
    """Raises KeyError for an operator that the column has not, BadValue for what can't be read."""
    kind = column.field.kind
    if operator == "eq" and isinstance(raw, str) and "," in raw and "in" in kind.operators:
        operator = "in"
    if operator == "eq" and isinstance(kind, Several) and raw != UNFILLED:
        operator = "in"
    if operator == "eq" and raw == UNFILLED and "null" in kind.operators and hasattr(kind, "options"):
        operator, raw = "null", "1"
    if operator not in operators_of(kind):
        raise KeyError(operator)
    if isinstance(kind, TreePath) and operator == "eq":
        return Condition(column, "in", str(raw), kind.under(str(raw)), said=column.name)
    value = _read(kind, operator, raw)
    if value is None and operator in ("gt", "gte", "lt", "lte"):
        raise BadValue(say("请填写要比较的值。", "Say what it is to be compared with."))
    return Condition(column, operator, str(raw), value)


def _read(kind: Kind, operator: str, raw: Any) -> Any:
    if operator == "null":
        return raw in (True, "1", "true", "yes")
    if isinstance(kind, Several):
        if not (words := kind.read(raw)):
            raise BadValue(say("请至少选一项。", "Choose one at least."))
        return [(each,) for each in words]
    if operator == "in":
        parts = raw if isinstance(raw, list) else str(raw).split(",")
        return [_one(kind, part) for part in parts]
    if operator in ("ct", "sw"):
        if "\0" in str(raw):
            raise BadValue(say("内容不能包含空字符。", "No text holds this sign."))
        return str(raw)[:80]
    if operator == "bt":
        return _between(kind, str(raw))
    return _one(kind, raw)


def _between(kind: Kind, raw: str) -> Any:
    low, dots, high = raw.partition("..")
    ends = [_one(kind, end) if end.strip() else None for end in (low, high)]
    if not dots or ends == [None, None]:
        raise BadValue(say("请填写“从..到”。", "Give it as “from..to”."))
    if isinstance(kind, Date):
        start, end = (
            each if isinstance(each, Span) or each is None else span_of(kind, str(each)) or each for each in ends
        )
        first = start.start if isinstance(start, Span) else start
        last = end.end if isinstance(end, Span) else end and end + ONE_DAY
        return Span(first, last, say("{a} 至 {b}", "{a} to {b}", a=low.strip() or "…", b=high.strip() or "…"))
    return Between(*ends)


def _one(kind: Kind, raw: Any) -> Any:
    if raw == "me" and isinstance(kind, Relation) and kind.table == "staff":
        return here.me().staff_id
    if isinstance(raw, str) and isinstance(kind, Date) and (span := span_of(kind, raw)):
        return span
    return kind.read(raw)


def size_in(raw: Any, usual: int = USUAL_SIZE) -> int:
    try:
        return min(max(int(str(raw)), 1), max(SIZES))
    except ValueError:
        return usual
