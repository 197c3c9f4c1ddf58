"""Days in words: what a filter on a date may say instead of a day, and the days that it means.

due_on=overdue   inquiry_on=this_week   signed_on=2026-11   created_at.gte=today-3
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.core import here
from app.core.kinds import Date, Instant
from app.core.words import Say, say

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From `start` on, until before `end`: days, or instants; None is open. `label` is how it was said."""

    start: Any
    end: Any
    label: Say | None = None


Days = Callable[[date], tuple[date | None, date | None]]
"""today -> the first day, and the day after the last"""


def _around(first: int, after_last: int) -> Days:
    return lambda today: (today + timedelta(days=first), today + timedelta(days=after_last))


def _week(shift: int) -> Days:
    def days(today: date) -> tuple[date, date]:
        monday = today - timedelta(days=today.weekday()) + shift * timedelta(days=7)
        return monday, monday + timedelta(days=7)

    return days


def _month(shift: int) -> Days:
    return lambda today: (month_after(today, shift), month_after(today, shift + 1))


def month_after(day: date, months: int) -> date:
    """The first of the month so many months after that of `day`."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


WORDS: dict[str, tuple[Say, Days]] = {
    "today": (say("今天", "today"), _around(0, 1)),
    "yesterday": (say("昨天", "yesterday"), _around(-1, 0)),
    "tomorrow": (say("明天", "tomorrow"), _around(1, 2)),
    "this_week": (say("本周", "this week"), _week(0)),
    "last_week": (say("上周", "last week"), _week(-1)),
    "next_week": (say("下周", "next week"), _week(1)),
    "this_month": (say("本月", "this month"), _month(0)),
    "last_month": (say("上月", "last month"), _month(-1)),
    "next_month": (say("下月", "next month"), _month(1)),
    "this_year": (say("今年", "this year"), lambda today: (date(today.year, 1, 1), date(today.year + 1, 1, 1))),
    "last_7_days": (say("近 7 天", "the last 7 days"), _around(-6, 1)),
    "last_30_days": (say("近 30 天", "the last 30 days"), _around(-29, 1)),
    "next_7_days": (say("今后 7 天", "the next 7 days"), _around(0, 7)),
    "next_30_days": (say("今后 30 天", "the next 30 days"), _around(0, 30)),
    "past": (say("今天以前", "before today"), lambda today: (None, today)),
    "to_come": (say("今天以后", "after today"), lambda today: (today + ONE_DAY, None)),
}
#: the words that a form offers; the builder and the address know all of them
USUAL_WORDS = frozenset(WORDS) - {"tomorrow", "next_week", "next_month", "this_year", "next_30_days", "to_come"}
#: today, or so many days after (or, with a minus sign, before) it
_DAY = re.compile(r"today([+-]\d{1,4})")
_SAID = re.compile(r"(\d{1,4}) ?天前|(\d{1,4}) ?天后|(\d{1,4}) days ago|in (\d{1,4}) days")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def span_of(kind: Date, raw: str) -> Span | None:
    """The days that `raw` means in a filter on a column of this kind; None when it is no such word.
    A plain day is one for a moment in time: the whole of that day."""
    found = _days(raw.strip(), plain=isinstance(kind, Instant))
    if found is None:
        return None
    start, end, label = found
    if isinstance(kind, Instant):
        start, end = (each and here.midnight(each) for each in (start, end))
    return Span(start, end, label)


def _days(raw: str, *, plain: bool) -> tuple[Any, Any, Say | None] | None:
    today = here.today()
    word = WORDS.get(raw) or _BY_LABEL.get(raw.lower())
    if word is not None:
        return *word[1](today), word[0]
    if (shift := _shift(raw)) is not None:
        day = today + timedelta(days=shift)
        return day, day + ONE_DAY, None
    try:
        if month := _MONTH.fullmatch(raw):
            first = date(int(month[1]), int(month[2]), 1)
            return first, month_after(first, 1), say("{y} 年 {m} 月", "{y}-{m}", y=first.year, m=f"{first.month:02}")
        if plain:
            day = date.fromisoformat(raw)
            return day, day + ONE_DAY, None
    except (ValueError, OverflowError):
        return None
    return None


_BY_LABEL = {spoken: word for word in WORDS.values() for spoken in (word[0].zh, word[0].en)}


def shown(span: Span) -> str:
    """How a chip tells it."""
    if span.label is not None:
        return str(span.label)
    first = span.start
    return str(here.in_house_time(first).date() if isinstance(first, datetime) else first)


def moving(raw: str) -> str:
    """How a form says days that move with today, so that the next search asks for them again; "" for any other."""
    raw = raw.strip()
    if word := WORDS.get(raw) or _BY_LABEL.get(raw.lower()):
        return str(word[0])
    days = _shift(raw)
    if days is None:
        return ""
    return str(say("{n} 天前", "{n} days ago", n=-days) if days < 0 else say("{n} 天后", "in {n} days", n=days))


def _shift(raw: str) -> int | None:
    """`today-3`, `3 天前` -> -3"""
    if shifted := _DAY.fullmatch(raw):
        return int(shifted[1])
    if not (said := _SAID.fullmatch(raw.lower())):
        return None
    before, after = said[1] or said[3], said[2] or said[4]
    return -int(before) if before else int(after)


def in_date_field(raw: str, *, last: bool = False) -> str:
    """What a field for a date shows of `raw`: it takes no words, and left empty it would lose the condition
    with the next search."""
    found = _days(raw.strip(), plain=True)
    if found is None:
        return raw
    start, end, _ = found
    day = (end and end - ONE_DAY) if last else start
    return str(day or "")
