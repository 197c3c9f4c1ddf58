"""The order of a list, and the place in it at which a page begins: by the sort values of a row."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, false, or_
from sqlalchemy.orm import Session, aliased

from app.core.kinds import BadValue, Relation
from app.core.listing.conditions import equals
from app.core.reading import Column
from app.core.record import Record, table_named
from app.core.word_order import placed
from app.core.words import say

LARGEST_INTEGER = 2**63 - 1
STALE_CURSOR = say("翻页位置已失效。", "This place in the list is no longer valid.")

#: [(column, descending)], the key last so that the order is total
Sort = Sequence[tuple[Column, bool]]


def ordered(model: type[Record], query: Select[Any], sort: Sort, *, backwards: bool = False) -> Select[Any]:
    return joined(model, query, sort).order_by(*terms_of(model, sort, backwards=backwards))


def joined(model: type[Record], query: Select[Any], sort: Sort) -> Select[Any]:
    """With the rows that it is sorted by the names of."""
    for column, _ in sort:
        if column.way:
            other = _named_by(model, column)
            query = query.outerjoin(other, getattr(model, column.way[0].attribute) == other.id)
    return query


def attribute_of(model: type[Record], column: Column) -> Any:
    """What a row is sorted by: its own column, or what the row is called that it names."""
    return getattr(_named_by(model, column) if column.way else model, column.field.attribute)


def place_of(model: type[Record], column: Column) -> Any:
    """What is compared to put it in order."""
    return placed(column.field, attribute_of(model, column))


def _named_by(model: Any, column: Column) -> Any:
    spot = column.way[0]
    target: Any = table_named(cast(Relation, spot.kind).table)
    return _alias(model, spot.attribute, target)


@lru_cache(200)
def _alias(model: Any, attribute: str, target: Any) -> Any:
    """One for all parts of a statement."""
    return aliased(target, name=f"by_{attribute}")


def terms_of(model: type[Record], sort: Sort, *, backwards: bool = False) -> list[Any]:
    """What the rows are ordered by, the foremost first."""
    terms = []
    for column, descending in sort:
        place = place_of(model, column)
        term = place.desc() if descending is not backwards else place.asc()
        if _nullable(model, column):  # empty counts as the least, on every database
            term = term.nulls_last() if descending is not backwards else term.nulls_first()
        terms.append(term)
    return terms


def sort_columns(model: type[Record], sort: Sort) -> list[Any]:
    """What a row brings along so that its place can be told."""
    return [attribute_of(model, column).label(f"sort__{n}") for n, (column, _) in enumerate(sort)]


def cursor_of(sort: Sort, row: Any) -> str:
    """The place of a row, as it stands in an address."""
    values = [column.field.kind.to_json(getattr(row, f"sort__{n}")) for n, (column, _) in enumerate(sort)]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(sort: Sort, text: str) -> list[Any] | None:
    """The values in a cursor; a mangled one, or one of another order, is none."""
    raw = _uncursor(text, len(sort))
    if raw is None:
        return None
    try:
        return [_value_of(column, each) for (column, _), each in zip(sort, raw, strict=True)]
    except BadValue:
        return None


def beyond(
    model: type[Record], query: Select[Any], sort: Sort, cursor: list[Any] | None, *, backwards: bool
) -> tuple[Select[Any], Select[Any] | None]:
    """The statement for the rows past the cursor. An index finds the place by its first column; the
    second statement, where there is one, also asks for the empty ones at the end of a descending
    order, and is needed only when the first has too few."""
    if cursor is None:
        return query, None
    query = query.where(_beyond(model, sort, cursor, backwards=backwards))
    (column, descending), first = sort[0], cursor[0]
    if first is None:
        return query, None
    place, down = place_of(model, column), descending is not backwards
    narrow = query.where(place <= first if down else place >= first)
    return narrow, query if down and _nullable(model, column) else None


def rows_beyond(
    session: Session, model: type[Record], query: Select[Any], sort: Sort, cursor: list[Any] | None, *,
    size: int, backwards: bool,
) -> list[Any]:  # fmt: skip
    """The rows past the cursor, at most one more than a page has."""
    narrow, whole = beyond(model, query, sort, cursor, backwards=backwards)
    rows = list(session.execute(narrow))
    return list(session.execute(whole)) if whole is not None and len(rows) <= size else rows


def _beyond(model: type[Record], sort: Sort, cursor: list[Any], *, backwards: bool) -> ColumnElement[bool]:
    """Rows after the cursor's (before it, going backwards)."""
    tries: list[Any] = []
    same: list[Any] = []
    for (column, descending), value in zip(sort, cursor, strict=True):
        place = place_of(model, column)
        further = _past(place, value, down=descending is not backwards, nullable=_nullable(model, column))
        tries.append(and_(*same, further))
        same.append(equals(place, value))
    return or_(*tries)


def _past(attribute: Any, value: Any, *, down: bool, nullable: bool) -> Any:
    if value is None:
        return false() if down else attribute.is_not(None)
    further = attribute < value if down else attribute > value
    return or_(further, attribute.is_(None)) if down and nullable else further


def _nullable(model: type[Record], column: Column) -> bool:
    """An added field is empty in every row that is older; a row may name none, or none in reach."""
    return bool(column.way) or column.field.added or bool(model.__table__.c[column.field.attribute].nullable)


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
