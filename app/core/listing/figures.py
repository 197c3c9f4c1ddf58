"""Figures beside a list: how many of each value, the sums of its columns. Each is asked by itself, when a
person wants it, over at most so many rows: the list itself never pays for them."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.kinds import Degrees, Integer, Money, Number, YesNo
from app.core.listing.address import UNFILLED, Asked
from app.core.listing.groups import Group
from app.core.listing.page import Listing
from app.core.reading import Column
from app.core.rights import READ, WRITE

#: rows that are looked at; "and more" beyond
FACET_CAP, WORD_CAP, SUM_CAP = 10_000, 1000, 50_000


# --- how many of each value ------------------------------------------------------------------


def faceted(listing: Listing) -> list[Column]:
    """Columns of few values, by which the register is filtered."""
    return [c for name in listing.register.filtered() if (c := listing.usable.get(name)) and has_few_values(c)]


def has_few_values(column: Column) -> bool:
    kind = column.field.kind
    return isinstance(kind, YesNo) or hasattr(kind, "options")


def facets(session: Session, listing: Listing, asked: Asked) -> dict[str, dict[str, Any]]:
    """column -> how many rows each value has under the other filters; over `FACET_CAP` rows "at least". Under "is"
    how many each of the register's own words has."""
    found = {column.name: _facet(session, listing, asked, column) for column in faceted(listing)}
    if words := listing.words():
        counts = {name: _of_word(session, listing, asked, name, means) for name, (_, means) in words.items()}
        found["is"] = {"counts": {name: f"{WORD_CAP}+" if n > WORD_CAP else n for name, n in counts.items()}}
    return found


def _of_word(session: Session, listing: Listing, asked: Asked, name: str, means: Group) -> int:
    narrowed = replace(asked, words={**asked.words, name: means})
    return int(session.execute(listing.counted(narrowed, WORD_CAP)).scalar_one())


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
    kind = column.field.kind
    return isinstance(kind, Money | Integer | Number) and not isinstance(kind, Degrees)


def totals(session: Session, listing: Listing, asked: Asked) -> Totals:
    columns = summed(listing)
    chosen = [getattr(listing.model, c.field.attribute).label(f"c{n}") for n, c in enumerate(columns)]
    rows = listing.matching(select(listing.model.id, *chosen), asked).limit(SUM_CAP + 1).subquery()
    wanted = [each(rows.c[f"c{n}"]) for n in range(len(columns)) for each in (func.sum, func.count)]
    count, *found = session.execute(select(func.count(), *wanted).select_from(rows)).one()
    if count > SUM_CAP:
        return Totals(SUM_CAP, None)
    return Totals(count, [total_of(*each) for each in zip(columns, found[::2], found[1::2], strict=True)])


def total_of(column: Column, total: Any, filled: int) -> Total:
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
