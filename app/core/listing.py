"""One list of a register: what is asked for in the address, and the rows that answer it.

    ?q=张  &state=new  &budget_fen.gte=30000  &sort=-inquiry_on  &after=…  &size=50

Nonsense in the address is answered like the first page. A column that the person does not
see in full can't be searched, filtered or sorted by. Paging goes by keyset: the page after
the last row's sort values, at any depth for the price of the first.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import here
from app.core.declaration import Declaration
from app.core.kinds import BadValue, CreditCode, IdNumber, Integer, Kind, Phone, Relation, Text
from app.core.reading import Column, Seen, columns_for, query_for, seen_rows
from app.core.record import Field
from app.core.words import Say, say

COUNT_CAP = 1000
SIZES = (20, 50, 100)
LARGEST_INTEGER = 2**63 - 1
STALE_CURSOR = say("翻页位置已失效。", "This place in the list is no longer valid.")
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
class Page:
    """The rows of one page and the way on."""

    rows: list[Seen]
    columns: list[Column]
    count: int
    more: bool
    after: str | None
    before: str | None
    capped: bool = False


@dataclass
class Asked:
    """What the address asks of a list, understood; `wrong` is what was not."""

    search: str = ""
    conditions: list[Condition] = field(default_factory=list)
    sort: list[tuple[Column, bool]] = field(default_factory=list)
    after: str = ""
    before: str = ""
    size: int = 50
    wrong: list[str] = field(default_factory=list)


class Listing:
    """A register's rows as the acting person may see them."""

    def __init__(self, register: type[Declaration], wanted: list[str] | None = None) -> None:
        self.register = register
        self.model = register.model
        self.person = here.me()
        self.columns = columns_for(self.model, wanted or register.listed(), self.person)
        names = {*register.filtered(), *register.listed(), *register.searched()}
        self.usable = {c.name: c for c in columns_for(self.model, sorted(names), self.person) if c.comparable}

    # --- understanding the address ----------------------------------------------------------

    def asked(self, args: Mapping[str, Any]) -> Asked:
        asked = Asked(search=str(args.get("q") or "").strip()[:80])
        asked.after, asked.before = str(args.get("after") or ""), str(args.get("before") or "")
        asked.size = _size(args.get("size"))
        pairs = args.items(multi=True) if isinstance(args, MultiDict) else args.items()
        for key, raw in pairs:
            if key not in RESERVED and raw not in ("", None):
                self._understand(asked, key, str(raw))
        asked.sort = self.order(str(args.get("sort") or ""))
        return asked

    def _understand(self, asked: Asked, key: str, raw: str) -> None:
        name, _, operator = key.partition(".")
        try:
            asked.conditions.append(self.condition(name, operator or "eq", raw))
        except (BadValue, KeyError):
            asked.wrong.append(key)

    def condition(self, name: str, operator: str, raw: Any) -> Condition:
        """Raises KeyError for what may not be filtered by, BadValue for what can't be read."""
        column = self.usable[name]
        kind = column.field.kind
        if operator == "eq" and isinstance(raw, str) and "," in raw and "in" in kind.operators:
            operator = "in"
        if operator not in kind.operators:
            raise KeyError(operator)
        return Condition(column, operator, str(raw), self._read(kind, operator, raw))

    def _read(self, kind: Kind, operator: str, raw: Any) -> Any:
        if operator == "null":
            return raw in (True, "1", "true", "yes")
        if operator == "in":
            parts = raw if isinstance(raw, list) else str(raw).split(",")
            return [self._one(kind, part) for part in parts]
        if operator in ("ct", "sw"):
            return str(raw)[:80]
        return self._one(kind, raw)

    def _one(self, kind: Kind, raw: Any) -> Any:
        if raw == "me" and isinstance(kind, Relation) and kind.table == "staff":
            return self.person.staff_id
        if isinstance(raw, str) and (day := _DAY.fullmatch(raw)):
            return here.today() + timedelta(days=int(day[1] or 0))
        return kind.read(raw)

    def order(self, asked: str) -> list[tuple[Column, bool]]:
        """[(column, descending)], the key last so that the order is total."""
        known = {**self.usable, **{c.name: c for c in columns_for(self.model, ["id"], self.person)}}
        wanted = [part for part in asked.split(",") if part.lstrip("-") in known]
        wanted = wanted or [part for part in self.register.order.split() if part.lstrip("-") in known]
        order = [(known[part.lstrip("-")], part.startswith("-")) for part in wanted[:4]]
        if not any(column.name == "id" for column, _ in order):
            order.append((known["id"], order[0][1] if order else True))
        return order

    # --- asking the database ----------------------------------------------------------------

    def matching(self, query: Select[Any], asked: Asked) -> Select[Any]:
        """The query narrowed to what is searched and filtered for."""
        for condition in asked.conditions:
            query = query.where(self._criterion(condition))
        return query.where(self._found_by(asked.search)) if asked.search else query

    def _criterion(self, condition: Condition) -> ColumnElement[bool]:
        spot, value = condition.column.field, condition.value
        attribute = self._comparable(spot)
        if isinstance(spot.kind, IdNumber):
            return _sealed_equals(self.model, spot, value)
        match condition.operator:
            case "eq":
                return _is(attribute, value)
            case "neq":
                return or_(attribute != value, attribute.is_(None))
            case "in":
                return attribute.in_(value)
            case "null":
                return attribute.is_(None) if value else attribute.is_not(None)
            case "ct":
                return attribute.icontains(value, autoescape=True)
            case "sw":
                return attribute.istartswith(value, autoescape=True)
            case operator:
                return _COMPARE[operator](attribute, value)

    def _comparable(self, spot: Field) -> Any:
        return getattr(self.model, spot.attribute)

    def _found_by(self, text: str) -> ColumnElement[bool]:
        tries = [c for name in self.register.searched() if (c := self.usable.get(name))]
        found = [_contains(self.model, column.field, text) for column in tries]
        return or_(*found) if found else false()

    def query(self, asked: Asked) -> Select[Any]:
        return self.matching(query_for(self.model, self.columns), asked)

    def ordered(self, query: Select[Any], sort: list[tuple[Column, bool]], *, backwards: bool = False) -> Select[Any]:
        terms = []
        for column, descending in sort:
            attribute = getattr(self.model, column.field.attribute)
            term = attribute.desc() if descending is not backwards else attribute.asc()
            if self._nullable(column):  # empty counts as the least, on every database
                term = term.nulls_last() if descending is not backwards else term.nulls_first()
            terms.append(term)
        return query.order_by(*terms)

    def _nullable(self, column: Column) -> bool:
        return bool(self.model.__table__.c[column.field.attribute].nullable)

    def page(self, session: Session, asked: Asked, *, count: bool = True) -> Page:
        """One page: two statements, the rows and the capped count; without `count` one."""
        backwards = bool(asked.before) and not asked.after
        query = self.query(asked)
        query = query.add_columns(*self._sort_columns(asked))
        cursor = self._read_cursor(asked.sort, asked.before if backwards else asked.after)
        query = self.ordered(query, asked.sort, backwards=backwards).limit(asked.size + 1)
        rows = self._rows_beyond(session, query, asked, cursor, backwards=backwards)
        more = len(rows) > asked.size
        rows = rows[: asked.size]
        if backwards:
            rows.reverse()
        found = self.count(session, asked) if count else len(rows)
        has_after, has_before = (more, cursor is not None) if not backwards else (True, more)
        return Page(
            rows=seen_rows(self.columns, rows, self.person),
            columns=self.columns,
            count=min(found, COUNT_CAP),
            capped=found > COUNT_CAP,
            more=has_after,
            after=self._cursor(asked, rows[-1]) if rows and has_after else None,
            before=self._cursor(asked, rows[0]) if rows and has_before else None,
        )

    def count(self, session: Session, asked: Asked) -> int:
        """How many match, counted no further than the cap: "1000+" costs what 1000 costs."""
        query = self.matching(select(self.model.id), asked).limit(COUNT_CAP + 1)
        return int(session.execute(select(func.count()).select_from(query.subquery())).scalar_one())

    # --- keyset -----------------------------------------------------------------------------

    def _sort_columns(self, asked: Asked) -> list[Any]:
        return [
            getattr(self.model, column.field.attribute).label(f"sort__{number}")
            for number, (column, _) in enumerate(asked.sort)
        ]

    def _cursor(self, asked: Asked, row: Any) -> str:
        values = [
            column.field.kind.to_json(getattr(row, f"sort__{number}")) for number, (column, _) in enumerate(asked.sort)
        ]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read_cursor(self, sort: list[tuple[Column, bool]], text: str) -> list[Any] | None:
        """The values in a cursor; a mangled one, or one of another order, is none."""
        raw = _uncursor(text, len(sort))
        if raw is None:
            return None
        try:
            return [_value_of(column, each) for (column, _), each in zip(sort, raw, strict=True)]
        except BadValue:
            return None

    def _rows_beyond(
        self, session: Session, query: Select[Any], asked: Asked, cursor: list[Any] | None, *, backwards: bool
    ) -> list[Any]:
        """The rows past the cursor. An index finds the place by its first column; the empty
        ones at the end of a descending order are asked for only when the page reaches them."""
        if cursor is None:
            return list(session.execute(query))
        query = query.where(self._beyond(asked.sort, cursor, backwards=backwards))
        (column, descending), first = asked.sort[0], cursor[0]
        if first is None:
            return list(session.execute(query))
        attribute, down = getattr(self.model, column.field.attribute), descending is not backwards
        rows = list(session.execute(query.where(attribute <= first if down else attribute >= first)))
        if down and self._nullable(column) and len(rows) <= asked.size:
            return list(session.execute(query))
        return rows

    def _beyond(self, sort: list[tuple[Column, bool]], cursor: list[Any], *, backwards: bool) -> ColumnElement[bool]:
        """Rows after the cursor's (before it, going backwards)."""
        tries: list[Any] = []
        same: list[Any] = []
        for (column, descending), value in zip(sort, cursor, strict=True):
            attribute = getattr(self.model, column.field.attribute)
            tries.append(and_(*same, self._past(column, attribute, value, descending is not backwards)))
            same.append(_is(attribute, value))
        return or_(*tries)

    def _past(self, column: Column, attribute: Any, value: Any, down: bool) -> Any:
        if value is None:
            return false() if down else attribute.is_not(None)
        further = attribute < value if down else attribute > value
        return or_(further, attribute.is_(None)) if down and self._nullable(column) else further


_COMPARE: dict[str, Any] = {
    "gt": lambda a, v: a > v,
    "gte": lambda a, v: a >= v,
    "lt": lambda a, v: a < v,
    "lte": lambda a, v: a <= v,
}


def _is(attribute: Any, value: Any) -> Any:
    return attribute.is_(None) if value is None else attribute == value


def _sealed_equals(model: Any, spot: Field, value: Any) -> Any:
    from app.core.crypt import blind_index

    index = getattr(model, f"{spot.attribute}_key", None)
    return false() if index is None or value is None else index == blind_index(value)


def _contains(model: Any, spot: Field, text: str) -> Any:
    attribute = getattr(model, spot.attribute)
    if isinstance(spot.kind, IdNumber):
        return _sealed_equals(model, spot, text)
    if isinstance(spot.kind, Phone) or spot.name == "number":
        return attribute.contains(text, autoescape=True)
    if isinstance(spot.kind, Integer):
        return attribute == int(text) if text.isascii() and text.isdigit() and len(text) < 10 else false()
    if not isinstance(spot.kind, Text | CreditCode):
        return false()
    return attribute.icontains(text, autoescape=True)


def _size(raw: Any) -> int:
    try:
        return min(max(int(str(raw)), 1), max(SIZES))
    except ValueError:
        return 50


def _uncursor(text: str, width: int) -> list[Any] | None:
    """The values in a cursor, or None for no cursor or a mangled one."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return values if isinstance(values, list) and len(values) == width else None


_JSON_TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool}


def _value_of(column: Column, raw: Any) -> Any:
    """A cursor's value as its column compares it. Raises BadValue for what no cursor of ours holds."""
    if raw is None:
        return None
    told = column.field.kind.json_type
    is_odd = isinstance(raw, bool) is not (told["type"] == "boolean")
    if is_odd or not isinstance(raw, _JSON_TYPES[told["type"]]):
        raise BadValue(STALE_CURSOR)
    try:
        return _FROM_JSON.get(told.get("format", told["type"]), _as_it_is)(raw)
    except ValueError:
        raise BadValue(STALE_CURSOR) from None


def _instant(raw: str) -> datetime:
    moment = datetime.fromisoformat(raw)
    if moment.tzinfo is None or not 1900 < moment.year < 9000:
        raise ValueError(raw)
    return moment


def _figure(raw: float) -> float:
    if not abs(raw) <= LARGEST_INTEGER:  # also what is no number at all
        raise ValueError(raw)
    return raw


def _words(raw: str) -> str:
    raw.encode()  # half a surrogate pair raises
    if "\0" in raw:
        raise ValueError(raw)
    return raw


def _as_it_is(raw: Any) -> Any:
    return raw


_FROM_JSON: dict[str, Any] = {
    "date": date.fromisoformat, "date-time": _instant, "integer": _figure, "number": _figure, "string": _words,
}  # fmt: skip
