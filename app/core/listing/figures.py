"""Figures beside a list: how many of each value, the sums of its columns, groups. Each is asked by itself, when a
person wants it, over at most so many rows: the list itself never pays for them."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.kinds import Date, Instant, Integer, Money, Number, Relation, Several, YesNo
from app.core.listing.address import UNFILLED, Asked
from app.core.listing.page import Listing
from app.core.reading import Column
from app.core.rights import READ, WRITE

#: rows that are looked at; "and more" beyond
FACET_CAP, SUM_CAP = 10_000, 50_000
MOST_GROUPS = 60


# --- how many of each value ------------------------------------------------------------------


def faceted(listing: Listing) -> list[Column]:
    """Columns of few values, by which the register is filtered."""
    return [c for name in listing.register.filtered() if (c := listing.usable.get(name)) and has_few_values(c)]


def has_few_values(column: Column) -> bool:
    kind = column.field.kind
    return isinstance(kind, YesNo) or hasattr(kind, "options")


def facets(session: Session, listing: Listing, asked: Asked) -> dict[str, dict[str, Any]]:
    """column -> how many rows each value has under the other filters; over `FACET_CAP` rows "at least"."""
    return {column.name: _facet(session, listing, asked, column) for column in faceted(listing)}


def _facet(session: Session, listing: Listing, asked: Asked, column: Column) -> dict[str, Any]:
    others = replace(asked, conditions=[each for each in asked.conditions if each.column.name != column.name])
    attribute = getattr(listing.model, column.field.attribute)
    rows = listing.matching(select(attribute.label("value")), others).limit(FACET_CAP + 1).subquery()
    found = session.execute(select(rows.c.value, func.count()).group_by(rows.c.value)).all()
    counts: Counter[str] = Counter()
    for value, count in found:
        for each in value if isinstance(value, tuple) else (value,):
            counts[_as_in_address(each)] += count
    total = sum(count for _, count in found)
    return {"counts": dict(counts), "total": min(total, FACET_CAP), "capped": total > FACET_CAP}


def _as_in_address(value: Any) -> str:
    if value is None:
        return UNFILLED
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


# --- sums ------------------------------------------------------------------------------------


@dataclass
class Total:
    """One column: its sum, and the mean of the rows that have a figure, in words ("" where none has)."""

    column: Column
    sum: Any
    mean: str


@dataclass
class Totals:
    """The sums of the list; None for them where it has more rows than are summed."""

    count: int
    sums: list[Total] | None


def summed(listing: Listing) -> list[Column]:
    """Columns of figures that this person sees in full."""
    return [
        c for c in listing.columns if _is_figure(c) and c.level in (READ, WRITE) and c.name not in ("id", "version")
    ]


def _is_figure(column: Column) -> bool:
    return isinstance(column.field.kind, Money | Integer | Number)


def totals(session: Session, listing: Listing, asked: Asked) -> Totals:
    columns = summed(listing)
    chosen = [getattr(listing.model, c.field.attribute).label(f"c{n}") for n, c in enumerate(columns)]
    rows = listing.matching(select(listing.model.id, *chosen), asked).limit(SUM_CAP + 1).subquery()
    wanted = [each(rows.c[f"c{n}"]) for n in range(len(columns)) for each in (func.sum, func.count)]
    count, *found = session.execute(select(func.count(), *wanted).select_from(rows)).one()
    if count > SUM_CAP:
        return Totals(SUM_CAP, None)
    return Totals(count, [_total(*each) for each in zip(columns, found[::2], found[1::2], strict=True)])


def _total(column: Column, total: Any, filled: int) -> Total:
    return Total(column, _figure(column, total), _mean(column, total, filled) if filled else "")


def _mean(column: Column, total: Any, filled: int) -> str:
    """Exact until it is rounded as the column shows it; of whole numbers to one place."""
    mean = Decimal(str(total)) / filled
    kind = column.field.kind
    if isinstance(kind, Integer):
        return f"{mean.quantize(Decimal('0.1'), ROUND_HALF_UP):,}"
    return str(kind.show(int(mean.quantize(Decimal(1), ROUND_HALF_UP)) if isinstance(kind, Money) else mean))


def _figure(column: Column, value: Any) -> Any:
    """A sum as its column shows it: PostgreSQL sums whole numbers into decimals."""
    if value is None:
        return 0
    return value if isinstance(column.field.kind, Number) else int(value)


# --- groups ----------------------------------------------------------------------------------


@dataclass
class Line:
    """One group: what its rows have in common, the filter that leads to them, how many, the sums."""

    label: str
    key: str
    raw: str
    count: int
    sums: list[Any]


@dataclass
class Groups:
    """The groups of a list; no lines where it has more rows than are grouped."""

    by: Column
    columns: list[Column]
    lines: list[Line] | None
    more: bool = False


def groupable(listing: Listing) -> list[Column]:
    """By what a list may be grouped: few values, a relation, or days by their month."""
    wanted = dict.fromkeys([*listing.register.filtered(), *listing.register.listed()])
    return [c for name in wanted if (c := listing.usable.get(name)) and _groups(c)]


def _groups(column: Column) -> bool:
    kind = column.field.kind
    if isinstance(kind, Several):
        return False  # a row would stand in several groups
    return has_few_values(column) or isinstance(kind, Date) or (isinstance(kind, Relation) and not kind.many)


def groups(session: Session, listing: Listing, asked: Asked, by: Column) -> Groups:
    columns = summed(listing)
    chosen = [getattr(listing.model, c.field.attribute).label(f"c{n}") for n, c in enumerate(columns)]
    query = listing.matching(select(_key(session, listing, by).label("key"), *chosen), asked)
    rows = query.limit(SUM_CAP + 1).subquery()
    sums = [func.sum(rows.c[f"c{n}"]) for n in range(len(columns))]
    asked_for: Select[Any] = select(rows.c.key, func.count(), func.sum(func.count()).over(), *sums).group_by(rows.c.key)
    order = rows.c.key.desc() if isinstance(by.field.kind, Date) else func.count().desc()
    found = session.execute(asked_for.order_by(order, rows.c.key).limit(MOST_GROUPS + 1)).all()
    if found and found[0][2] > SUM_CAP:
        return Groups(by, columns, None)
    lines = [
        _line(by, key, count, [_figure(c, each) for c, each in zip(columns, rest, strict=True)])
        for key, count, _, *rest in found
    ]
    return Groups(by, columns, lines[:MOST_GROUPS], more=len(lines) > MOST_GROUPS)


def _key(session: Session, listing: Listing, by: Column) -> Any:
    """What the rows of a group share; of days the month, on the house's clock."""
    attribute = getattr(listing.model, by.field.attribute)
    kind = by.field.kind
    if not isinstance(kind, Date):
        return attribute
    sqlite = session.get_bind().dialect.name == "sqlite"
    if isinstance(kind, Instant):
        shift = here.in_house_time(here.now()).utcoffset()
        assert shift is not None
        if sqlite:
            return func.strftime("%Y-%m", attribute, f"{int(shift.total_seconds() // 60):+} minutes")
        return func.to_char(func.timezone(here.house_zone().key, attribute), "YYYY-MM")
    return func.strftime("%Y-%m", attribute) if sqlite else func.to_char(attribute, "YYYY-MM")


def _line(by: Column, key: Any, count: int, sums: list[Any]) -> Line:
    """The label of a relation is filled in by who shows the groups: it is asked for all at once."""
    if key is None:
        return Line("", f"{by.name}.null", "1", count, sums)
    raw = _as_in_address(key)
    kind = by.field.kind
    label = raw if isinstance(kind, Date | Relation) else kind.show(key)
    return Line(label, by.name, raw, count, sums)
