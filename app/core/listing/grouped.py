"""A list shown grouped 分组: a heading for what its rows have in common, opened in place.

    ?group=state  &group=state,designer  &open=new  &open=new/12

Headings are counted and summed over at most `SUM_CAP` rows. Where there are more, the values are found one
after another by their index, and each is counted like the list, to `COUNT_CAP`: no sum is asked for. The rows
of a group are a page of the list (`page.py`) with one more filter.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.kinds import Date, Instant, Relation, Several, YesNo
from app.core.listing.address import Asked, Condition
from app.core.listing.figures import SUM_CAP, Total, has_few_values, summed, total_of
from app.core.listing.page import COUNT_CAP, Listing, Page
from app.core.reading import Column
from app.core.words import say

#: groups that are shown, rows of each at once, levels, and how many may be open
MOST_GROUPS, SHOWN, LEVELS, MOST_OPEN = 60, 20, 2, 20
#: stands in a path for the rows that have no value
EMPTY = "~"


@dataclass
class Heading:
    """One group: the filter that leads to its rows, how many they are, the sums of the figures."""

    by: Column
    raw: str
    label: str
    count: int
    capped: bool = False
    totals: list[Total] = field(default_factory=list)
    #: where it stands below the headings above it
    path: str = ""

    @property
    def key(self) -> str:
        return self.by.name if self.raw else f"{self.by.name}.null"

    @property
    def value(self) -> str:
        return self.raw or "1"

    @property
    def level(self) -> int:
        return self.path.count("/")


@dataclass
class Groups:
    """The headings of a list or of a group; `summed`: whether the rows were few enough to be summed."""

    headings: list[Heading]
    more: bool
    summed: bool


# --- by what -----------------------------------------------------------------------------------


def groupable(listing: Listing) -> list[Column]:
    """By what a list may be grouped: few values, a relation, or days by their month."""
    if not listing.register.grouped:
        return []
    wanted = dict.fromkeys([*listing.register.filtered(), *listing.register.listed()])
    return [c for name in wanted if (c := listing.usable.get(name)) and _groups(c)]


def _groups(column: Column) -> bool:
    kind = column.field.kind
    if isinstance(kind, Several):
        return False  # a row would stand in several groups
    return has_few_values(column) or isinstance(kind, Date) or (isinstance(kind, Relation) and not kind.many)


def columns_in(listing: Listing, raw: str) -> list[Column]:
    """Those that an address groups by, the outer one first."""
    known = {column.name: column for column in groupable(listing)}
    return [known[name] for name in dict.fromkeys(raw.split(",")) if name in known][:LEVELS]


# --- paths ---------------------------------------------------------------------------------------


def path_of(above: str, raw: str) -> str:
    step = quote(raw, safe="") or EMPTY
    return f"{above}/{step}" if above else step


def steps(listing: Listing, bys: list[Column], path: str) -> list[Condition]:
    """The filters that lead to the group at this path. Raises KeyError or BadValue for what is no path."""
    parts = path.split("/")
    if len(parts) > len(bys):
        raise KeyError(path)
    return [_step(listing, by, part) for by, part in zip(bys, parts, strict=False)]


def _step(listing: Listing, by: Column, part: str) -> Condition:
    if part == EMPTY:
        return listing.condition(by.name, "null", "1")
    return listing.condition(by.name, "eq", unquote(part))


def within(asked: Asked, steps: list[Condition]) -> Asked:
    return replace(asked, conditions=[*asked.conditions, *steps])


# --- rows ----------------------------------------------------------------------------------------


def rows(
    session: Session, listing: Listing, asked: Asked, steps: list[Condition], address: Hashable, after: str = ""
) -> Page:
    """The first rows of a group, or those after a place in it. `address`: all that was asked of the list but
    what is searched for, what it is grouped by and what is open."""
    narrowed = replace(within(asked, steps), size=SHOWN, after=after, before="")
    key = ("group", tuple((each.key, each.raw) for each in steps), address)
    return listing.page(session, narrowed, count=False, address=key)


# --- headings ------------------------------------------------------------------------------------


def headings(session: Session, listing: Listing, asked: Asked, by: Column, above: str = "") -> Groups:
    """The groups of what is asked, below the heading at `above`."""
    found = _summed(session, listing, asked, by)
    if found is None:
        counted = _counted(session, listing, asked, by)
        found = Groups(counted[:MOST_GROUPS], len(counted) > MOST_GROUPS, summed=False)
    for heading in found.headings:
        heading.path = path_of(above, heading.raw)
    return found


def _summed(session: Session, listing: Listing, asked: Asked, by: Column) -> Groups | None:
    """All in one statement; None when there are more rows than are summed."""
    columns = summed(listing)
    chosen = [getattr(listing.model, c.field.attribute).label(f"c{n}") for n, c in enumerate(columns)]
    query = listing.matching(select(_key(session, listing, by).label("key"), *chosen), asked)
    taken = query.limit(SUM_CAP + 1).subquery()
    figures = [each(taken.c[f"c{n}"]) for n in range(len(columns)) for each in (func.sum, func.count)]
    asked_for: Select[Any] = select(taken.c.key, func.count(), func.sum(func.count()).over(), *figures)
    order = taken.c.key.desc() if isinstance(by.field.kind, Date) else func.count().desc()
    query = asked_for.group_by(taken.c.key).order_by(order, taken.c.key).limit(MOST_GROUPS + 1)
    found = session.execute(query).all()
    if found and found[0][2] > SUM_CAP:
        return None
    lines = []
    for key, count, _, *rest in found[:MOST_GROUPS]:
        totals = [total_of(*each) for each in zip(columns, rest[::2], rest[1::2], strict=True)]
        lines.append(_heading(by, key, count, totals=totals))
    return Groups(_in_order(by, lines), len(found) > MOST_GROUPS, summed=True)


def _heading(by: Column, key: Any, count: int, **more: Any) -> Heading:
    """The label of a relation is filled in by who shows the groups: it is asked for all at once."""
    if key is None:
        return Heading(by, "", str(say("（空）", "(empty)")), count, **more)
    raw = ("1" if key else "0") if isinstance(key, bool) else str(key)
    kind = by.field.kind
    return Heading(by, raw, raw if isinstance(kind, Date | Relation) else kind.show(key), count, **more)


def _in_order(by: Column, lines: list[Heading]) -> list[Heading]:
    """A choice's values in the dictionary's order; empty comes last."""
    kind: Any = by.field.kind
    if not hasattr(kind, "options"):
        return lines
    places = {value: place for place, (value, _) in enumerate(kind.options)}
    return sorted(lines, key=lambda line: (not line.raw, places.get(line.raw, len(places))))


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


# --- where there are more rows than are summed -------------------------------------------------


def _counted(session: Session, listing: Listing, asked: Asked, by: Column) -> list[Heading]:
    """One more than is shown, to tell whether there are more."""
    found = []
    for key in _values(session, listing, asked, by):
        heading = _heading(by, key, 0)
        step = _step(listing, by, path_of("", heading.raw))
        count = listing.count(session, within(asked, [step]))
        if count:
            heading.count, heading.capped = min(count, COUNT_CAP), count > COUNT_CAP
            found.append(heading)
        if len(found) > MOST_GROUPS:
            break
    return found


def _values(session: Session, listing: Listing, asked: Asked, by: Column) -> Iterator[Any]:
    kind: Any = by.field.kind
    if isinstance(kind, YesNo):
        yield from (True, False)
    elif has_few_values(by):
        yield from (value for value, _ in kind.options)
    else:
        yield from _walked(session, listing, asked, by)
    if "null" in kind.operators:
        yield None


def _walked(session: Session, listing: Listing, asked: Asked, by: Column) -> Iterator[Any]:
    """From the largest value down, each found by the index behind the one before."""
    attribute = getattr(listing.model, by.field.attribute)
    query = listing.matching(select(attribute), asked).where(attribute.is_not(None))
    query = query.order_by(attribute.desc()).limit(1)
    value = session.execute(query).scalar()
    while value is not None:
        start = value
        if isinstance(value, date):  # moments are days, too
            day = here.in_house_time(value).date() if isinstance(value, datetime) else value
            first = day.replace(day=1)
            start = here.midnight(first) if isinstance(value, datetime) else first
            yield f"{first:%Y-%m}"
        else:
            yield value
        value = session.execute(query.where(attribute < start)).scalar()
