"""Figures and charts 数字与图表 of home: each leads to the list that it counts.

    figure("lead", say("近 7 天新客户", "New leads, 7 days"), inquiry_on__gte="today-6")
    chart("lead", say("近 30 天咨询", "Inquiries, 30 days"), over="inquiry_on", by="source")

A figure is a list's capped count; all figures of a person are one statement. A chart is one statement over
the days it shows, by the index of its day, and reads no more than the newest ROWS of them. Both are drawn by
the server, so that home is whole without a library and works as links; reports draw with ECharts (report_pages.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration, all_registers, register_of
from app.core.kinds import Choice
from app.core.listing import COUNT_CAP, Listing
from app.core.rights import may, verbs_allowed
from app.core.words import Say, say

#: rows that a chart reads at most
ROWS = 20_000
#: colours that the style sheet knows; what comes after the last is "others"
SERIES = 5
#: charts on home, and so statements for them
MOST = 3
#: verbs of whoever only looks
LOOKING = frozenset({"read", "print", "reveal"})
OTHERS = say("其他", "Others")
NOT_GIVEN = say("未填", "Not given")


@dataclass(frozen=True)
class FigureOf:
    """A list of a register of which home tells how long it is."""

    table: str
    label: Say
    filters: Mapping[str, str]


@dataclass(frozen=True)
class ChartOf:
    """Rows of a register by day, and by the values of a choice; `days` ending today."""

    table: str
    label: Say
    over: str
    by: str = ""
    days: int = 30


_figures: list[FigureOf] = []
_charts: list[ChartOf] = []


def figure(table: str, label: Say, **filters: str) -> None:
    """`filters` as of a queue: those of the list's address, `__` for the dot."""
    _figures.append(FigureOf(table, label, {name.replace("__", "."): value for name, value in filters.items()}))


def chart(table: str, label: Say, *, over: str, by: str = "", days: int = 30) -> None:
    """`over` is a column of days with an index; `by` a choice, whose values are the colours."""
    _charts.append(ChartOf(table, label, over, by, days))


def figures(session: Session) -> list[dict[str, Any]]:
    """What the acting person may read, counted in one statement."""
    shown: list[dict[str, Any]] = []
    parts = []
    for each, register in _mine([*_figures, *_whole_registers()]):
        listing = Listing(register)
        asked = listing.asked(each.filters)
        if asked.wrong:
            continue
        capped = listing.matching(select(listing.model.id), asked).limit(COUNT_CAP + 1).subquery()
        parts.append(select(literal(len(shown)), func.count()).select_from(capped))
        url = f"/{each.table}/?{urlencode(each.filters)}" if each.filters else f"/{each.table}/"
        shown.append({"label": each.label, "icon": register.icon, "url": url, "count": "0"})
    for place, count in session.execute(union_all(*parts)) if parts else ():
        shown[place]["count"] = f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)
    return shown


def _whole_registers() -> list[FigureOf]:
    """What asks to be on home and declares no figure of its own."""
    told = {each.table for each in _figures}
    registers = all_registers().items()
    return [
        FigureOf(table, register.title(), {}) for table, register in registers if register.on_home and table not in told
    ]


def _mine(declared: Sequence[Any]) -> list[tuple[Any, type[Declaration]]]:
    """Those of the person's own domain: tables they act on or take along; all they read, when that is none."""
    person = here.me()
    readable = [(each, register) for each in declared if (register := register_of(each.table))
                and may(person, "read", each.table)]  # fmt: skip
    return [pair for pair in readable if verbs_allowed(person, pair[0].table) - LOOKING] or readable


# --- charts -------------------------------------------------------------------------------


@dataclass
class Series:
    """One colour of a chart: a value of the choice, and how many on each day."""

    value: str
    label: str
    colour: int
    counts: dict[date, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass
class Chart:
    """A chart as it is drawn: its days from the left, each a pile of the series."""

    label: Say
    table: str
    over: str
    by: str
    days: list[date]
    series: list[Series]
    capped: bool

    @cached_property
    def totals(self) -> dict[date, int]:
        return {day: sum(each.counts.get(day, 0) for each in self.series) for day in self.days}

    @property
    def total(self) -> int:
        return sum(self.totals.values())

    @property
    def largest(self) -> int:
        return max(self.totals.values(), default=0)

    @property
    def url(self) -> str:
        return self._list({f"{self.over}.gte": self.days[0].isoformat(), f"{self.over}.lte": self.days[-1].isoformat()})

    def url_of(self, series: Series) -> str:
        """The list of one colour; of what is put together as others, the whole list."""
        if not series.value:
            return self.url
        return f"{self.url}&{urlencode({self.by: series.value})}"

    def _list(self, filters: Mapping[str, str]) -> str:
        return f"/{self.table}/?{urlencode(filters)}"

    def bars(self) -> list[dict[str, Any]]:
        """A bar for each day, in a drawing of 100 for the largest: where its pieces begin and end."""
        return [
            {"day": day, "url": self._list({self.over: day.isoformat()}), "total": self.totals[day], "pieces": self._pieces(day)}
            for day in self.days
        ]  # fmt: skip

    def _pieces(self, day: date) -> list[tuple[int, float, float]]:
        """(colour, top, height) of each series that has something on this day."""
        pieces, top = [], 100.0
        for each in self.series:
            height = 100.0 * each.counts.get(day, 0) / (self.largest or 1)
            if height:
                top -= height
                pieces.append((each.colour, round(top, 2), round(height, 2)))
        return pieces


def charts(session: Session) -> list[Chart]:
    """Those of registers that the acting person reads, where they see the columns in full."""
    made = []
    for each, register in _mine(_charts)[:MOST]:
        drawn = _drawn(session, register, each)
        if drawn is not None and drawn.total:
            made.append(drawn)
    return made


def _drawn(session: Session, register: type[Declaration], wanted: ChartOf) -> Chart | None:
    listing, today = Listing(register), here.today()
    if {wanted.over, wanted.by} - {""} - set(listing.usable):
        return None
    days = [today - timedelta(days=back) for back in reversed(range(wanted.days))]
    day = getattr(register.model, listing.usable[wanted.over].field.attribute)
    split = getattr(register.model, listing.usable[wanted.by].field.attribute) if wanted.by else literal("")
    newest = select(day.label("day"), split.label("split")).where(day >= days[0], day <= today).order_by(day.desc())
    rows = newest.limit(ROWS).subquery()
    counted = session.execute(
        select(rows.c.day, rows.c.split, func.count()).group_by(rows.c.day, rows.c.split)
    ).tuples().all()  # fmt: skip
    kind = listing.usable[wanted.by].field.kind if wanted.by else None
    series = _series(counted, kind if isinstance(kind, Choice) else None)
    return Chart(wanted.label, wanted.table, wanted.over, wanted.by, days, series, sum(n for *_, n in counted) >= ROWS)


def _series(counted: Any, kind: Choice | None) -> list[Series]:
    """The most frequent values, each with a colour of its own; the rest together."""
    found: dict[str, Series] = {}
    for day, value, count in counted:
        key = str(value or "")
        label = kind.show(value) if kind and value else str(NOT_GIVEN if kind else "")
        found.setdefault(key, Series(key, label, 0)).counts[day] = int(count)
    ranked = sorted(found.values(), key=lambda each: (-each.total, each.value))
    for number, each in enumerate(ranked[:SERIES]):
        each.colour = number + 1
    if len(ranked) <= SERIES:
        return ranked
    others = Series("", str(OTHERS), SERIES + 1)
    for each in ranked[SERIES:]:
        for day, count in each.counts.items():
            others.counts[day] = others.counts.get(day, 0) + count
    return [*ranked[:SERIES], others]
