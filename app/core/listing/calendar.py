"""A list as a calendar 日历: six weeks of one of its days, the first records of each.

    ?as=calendar  &on=due_on  &page=2026-11

The same search, filters, scope and masks as the list. What is asked for are ids: of the whole six weeks at
once where they are few, else the first of each day, so that a month costs no more than its page shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import names
from app.core.kinds import Date, Instant
from app.core.listing import keyset
from app.core.listing.address import Asked
from app.core.listing.days import ONE_DAY
from app.core.listing.page import Listing
from app.core.prepared import Prepared
from app.core.reading import Column, Seen, query_for, seen_rows

#: records that a day shows, and how far the others are counted
SHOWN, MOST_A_DAY = 3, 100
#: rows of six weeks that are asked for at once
AT_ONCE = 2000
DAYS = 42
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 1)


@dataclass
class Day:
    """One day: its first records, and how many others there are; `capped`: or more."""

    date: date
    rows: list[Seen]
    more: int
    capped: bool


@dataclass
class Month:
    """Six weeks from the Monday before the first of a month."""

    first: date
    days: list[Day]

    @property
    def weeks(self) -> Iterator[list[Day]]:
        """Without those that lie wholly beyond the month."""
        for start in range(0, DAYS, 7):
            week = self.days[start : start + 7]
            if any(day.date.month == self.first.month for day in week):
                yield week


def day_columns(listing: Listing) -> list[Column]:
    """The days that a list may be laid out by: first that by which something is due, then its columns."""
    register = listing.register
    wanted = dict.fromkeys([*names(register.due)[:1], *register.listed(), *register.filtered()])
    found = (listing.usable.get(name) for name in wanted)
    return [column for column in found if column is not None and isinstance(column.field.kind, Date)]


def month_in(raw: str) -> date:
    """The first of the month in an address; what can't be read is this month."""
    try:
        found = datetime.strptime(raw, "%Y-%m").date()  # noqa: DTZ007 (a month, not a moment)
    except ValueError:
        found = here.today().replace(day=1)
    return min(max(found, EARLIEST), LATEST)


def month(session: Session, listing: Listing, asked: Asked, column: Column, first: date) -> Month:
    """`listing` has the columns that a record is told by."""
    monday = first - timedelta(days=first.weekday())
    days = [monday + n * ONE_DAY for n in range(DAYS)]
    ids = _ids(session, listing, asked, column, days)
    seen = _seen(session, listing, [key for each in ids.values() for key in each[:SHOWN]])
    return Month(first, [_day(day, ids.get(day, []), seen) for day in days])


def _day(day: date, ids: list[int], seen: dict[int, Seen]) -> Day:
    more = len(ids[:MOST_A_DAY]) - len(ids[:SHOWN])
    return Day(day, [seen[key] for key in ids[:SHOWN] if key in seen], more, len(ids) > MOST_A_DAY)


def _ids(session: Session, listing: Listing, asked: Asked, column: Column, days: list[date]) -> dict[date, list[int]]:
    query = _query(listing, asked, column)
    attribute = getattr(listing.model, column.field.attribute)
    moment: Callable[[date], Any] = here.midnight if isinstance(column.field.kind, Instant) else _as_it_is
    within = _within(session, attribute, moment(days[0]), moment(days[-1] + ONE_DAY))
    rows = session.execute(query.where(*within).limit(AT_ONCE + 1)).all()
    if len(rows) > AT_ONCE:
        return _day_by_day(session, query, attribute, moment, days)
    found: dict[date, list[int]] = {}
    for key, held in rows:
        day = here.in_house_time(held).date() if isinstance(held, datetime) else held
        found.setdefault(day, []).append(key)
    return found


def _query(listing: Listing, asked: Asked, column: Column) -> Select[Any]:
    attribute = getattr(listing.model, column.field.attribute)
    by_key = [(each, False) for each, _ in listing.order("id")]
    query = listing.matching(select(listing.model.id, attribute), asked)
    return keyset.ordered(listing.model, query, [(column, False), *by_key])


def _within(session: Session, attribute: Any, start: Any, end: Any) -> list[Any]:
    """By the index of the days. SQLite would rather take that of a filter, which leads to more rows every year."""
    ends = [attribute >= start, attribute < end]
    if session.get_bind().dialect.name != "sqlite":
        return ends
    return [func.likelihood(each, literal_column("0.001")) for each in ends]


def _day_by_day(
    session: Session, query: Select[Any], attribute: Any, moment: Callable[[date], Any], days: list[date]
) -> dict[date, list[int]]:
    """One statement, asked for each day."""
    start, end = (bindparam(name, moment(days[0]), type_=attribute.type) for name in ("day_start", "day_end"))
    one = Prepared(session, query.where(*_within(session, attribute, start, end)).limit(MOST_A_DAY + 1))
    return {
        day: [row[0] for row in one.rows(session, {"day_start": moment(day), "day_end": moment(day + ONE_DAY)})]
        for day in days
    }


def _as_it_is(day: date) -> Any:
    return day


def _seen(session: Session, listing: Listing, ids: list[int]) -> dict[int, Seen]:
    query = query_for(listing.model, listing.columns).where(listing.model.id.in_(ids))
    return {row.id: row for row in seen_rows(listing.columns, session.execute(query))} if ids else {}
