"""Reports: figures by month, counted by the database, shown as a table and as bars, taken along as a file.

A domain declares what it counts; this says which months there are, and writes the file.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, Select, and_, case, func
from sqlalchemy.orm import Session

from app.core import here
from app.core.exporting import BOM, csv_text, safe_cell
from app.core.values import next_month, show_money
from app.core.words import Say

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """A month of the house's clock: from `start` until before `end`."""

    name: str
    start: datetime
    end: datetime

    def holds(self, moment: Any) -> ColumnElement[bool]:
        return and_(moment >= self.start, moment < self.end)

    def holds_day(self, day: Any) -> ColumnElement[bool]:
        """The same of a column that holds days."""
        first, after = here.in_house_time(self.start).date(), here.in_house_time(self.end).date()
        return and_(day >= first, day < after)


@dataclass(frozen=True)
class Figure:
    """One column of a report: a number for each line. `money`: in fen; `percent`: of a hundred."""

    label: Say
    values: Sequence[Any]
    money: bool = False
    percent: bool = False

    @property
    def largest(self) -> float:
        return max((float(value or 0) for value in self.values), default=0.0)

    def shown(self, place: int) -> str:
        value = self.values[place]
        if value is None:
            return "–"
        if self.money:
            return show_money(value)
        return f"{value:,.1f}".removesuffix(".0") + ("%" if self.percent else "")

    def share(self, place: int) -> int:
        """How long its bar is, in hundredths of the longest."""
        return round(100 * float(self.values[place] or 0) / self.largest) if self.largest else 0


DAY, WEEK, MONTH = "day", "week", "month"
#: how many of each fit on a page
AT_MOST = {DAY: 31, WEEK: 13, MONTH: MONTHS}


@dataclass(frozen=True)
class Line:
    """A row of a report that is no period: a designer, a channel, an estate."""

    name: str


def last_periods(today: date, unit: str) -> list[Month]:
    """Days, weeks (Monday to Sunday) or months of the house's clock, the newest first."""
    if unit == MONTH:
        return last_months(today)
    days = 7 if unit == WEEK else 1
    first = today - timedelta(days=today.weekday()) if unit == WEEK else today
    starts = [first - timedelta(days=days * back) for back in range(AT_MOST[unit])]
    return [
        Month(_called(start, unit), here.midnight(start), here.midnight(start + timedelta(days=days)))
        for start in starts
    ]


def _called(start: date, unit: str) -> str:
    return f"{start:%Y-%m-%d}" if unit == DAY else f"{start:%m-%d} – {start + timedelta(days=6):%m-%d}"


def last_months(today: date, count: int = MONTHS) -> list[Month]:
    """The month of `today` and those before it, the newest first."""
    months = []
    first = today.replace(day=1)
    after = next_month(first)
    for _ in range(count):
        months.append(Month(f"{first:%Y-%m}", here.midnight(first), here.midnight(after)))
        after, first = first, (first - timedelta(days=1)).replace(day=1)
    return months


def by_month(session: Session, query: Select[Any], moment: Any, months: Sequence[Month], worth: Any = 1) -> list[Any]:
    """`worth` summed over the rows of `query` whose `moment` lies in each month: one statement."""
    sums = [func.coalesce(func.sum(case((month.holds(moment), worth), else_=0)), 0) for month in months]
    found = session.execute(query.with_only_columns(*sums).where(moment >= months[-1].start)).one()
    return [int(value) for value in found]


def by_day(session: Session, query: Select[Any], day: Any, months: Sequence[Month], worth: Any = 1) -> list[Any]:
    """As `by_month`, of a column that holds days."""
    sums = [func.coalesce(func.sum(case((month.holds_day(day), worth), else_=0)), 0) for month in months]
    first = here.in_house_time(months[-1].start).date()
    found = session.execute(query.with_only_columns(*sums).where(day >= first)).one()
    return [int(value) for value in found]


def averages(session: Session, query: Select[Any], moment: Any, months: Sequence[Month], worth: Any) -> list[Any]:
    """The average of `worth` in each month, None where there is no row: one statement."""
    means = [func.avg(case((month.holds(moment), worth))) for month in months]
    found = session.execute(query.with_only_columns(*means).where(moment >= months[-1].start)).one()
    return [None if value is None else float(value) for value in found]


def days_between(session: Session, start: Any, end: Any) -> Any:
    """Days, with their fraction, in the words of either database."""
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(end) - func.julianday(start)
    return func.extract("epoch", end - start) / 86400.0


def as_file(name: str, months: Sequence[Month | Line], figures: Sequence[Figure], heading: Say, form: str) -> Response:
    """The report as CSV, or as a workbook."""
    rows = [[str(heading), *(str(figure.label) for figure in figures)]]
    for place, month in enumerate(months):
        rows.append([month.name, *(_cell(figure, place) for figure in figures)])
    if form == "xlsx":
        data, kind = _workbook(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        form, data, kind = "csv", _csv(rows), "text/csv; charset=utf-8"
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _cell(figure: Figure, place: int) -> Any:
    value = figure.values[place]
    if value is None:
        return ""
    return value / 100 if figure.money else round(value, 1)


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    safe = [[safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return (BOM + csv_text(safe)).encode()


def _workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    import xlsxwriter  # late: a worker starts sooner without it

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def share(part: Sequence[Any], whole: Sequence[Any]) -> list[float | None]:
    """Percent, line by line; None where there is nothing to divide by."""
    return [100 * p / w if w else None for p, w in zip(part, whole, strict=True)]
