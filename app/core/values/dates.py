"""Dates and instants: as people write them in, as everybody reads them out."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from app.core.values.bad import BadValue
from app.core.values.typed import typed
from app.core.words import Say, say

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
_DAYS = (
    r"(?P<year>[0-9]{4})(?P<dash>[-/.])(?P<month>[0-9]{1,2})(?P=dash)(?P<day>[0-9]{1,2})",
    r"(?P<year>[0-9]{4})\s*年\s*(?P<month>[0-9]{1,2})\s*月\s*(?P<day>[0-9]{1,2})\s*[日号]",
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
)
_TIME = (
    r"(?:\s+|T|(?<=[日号]))(?P<hour>[0-9]{1,2})[:时点](?P<minute>[0-9]{2})分?"
    r"(?::?(?P<second>[0-9]{2})秒?(?:\.(?P<fraction>[0-9]{1,6})[0-9]*)?)?"
)
_ZONE = r"\s*(?P<zone>Z|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3]):?(?P<minutes>[0-5][0-9]))?"
_DATES = tuple(re.compile(f"{day}(?:{_TIME})?") for day in _DAYS)
_INSTANTS = tuple(re.compile(day + _TIME + _ZONE) for day in _DAYS)

_NOT_A_DATE = say("日期看不明白，请写成 2026-11-03。", "This is not a date; please write it as 2026-11-03.")
_NOT_AN_INSTANT = say(
    "日期和时间看不明白，请写成 2026-11-03 14:05。",
    "This is not a date with a time; please write it as 2026-11-03 14:05.",
)
_NO_SUCH_TIME = say("一天里没有这个时刻，请检查。", "There is no such time of day; please check it.")
_CLOCK_CHANGE = say(
    "这一刻因时钟调整而不存在或出现两次，请写明时差，如 +08:00。",
    "The clocks were changed then: this time was twice or never. Please add the offset, such as +08:00.",
)


def read_date(raw: object, *, earliest: date = EARLIEST, latest: date = LATEST) -> date | None:
    """A day: 2026-11-03, 2026/11/3, 2026.11.3, 20261103, 2026年11月3日 or a date cell.

    A time of day behind it is dropped, as Excel writes `2026/11/3 0:00`. None when empty.
    Raises BadValue for what is no date, is not in the calendar, is outside the bounds (both
    allowed), or could be read in two ways (11/3/2026, 26-11-3).
    """
    day = _cell_date(raw)
    if day is None and (text := typed(raw).upper()):
        day = _day(_match(_DATES, text, _NOT_A_DATE))
    return None if day is None else _within(day, earliest, latest)


def show_date(day: date | None) -> str:
    """`2026-11-03`; "" for None."""
    return "" if day is None else f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def written_day(day: date) -> str:
    """`2026年11月3日`: as papers say it."""
    return f"{day.year}年{day.month}月{day.day}日"


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def read_instant(raw: object, tz: tzinfo) -> datetime | None:
    """An instant in UTC from ISO 8601 with an offset, or from the clock on the wall in `tz`.

    Years 1900 to 2100; None when empty. Raises BadValue, also for a wall time that the clocks
    skipped or repeated.
    """
    moment = raw if isinstance(raw, datetime) else _moment(raw)
    if moment is None:
        return None
    _within(moment.date(), EARLIEST, LATEST)
    return (moment if moment.tzinfo else _on_the_wall(moment, tz)).astimezone(UTC)


def show_instant(instant: datetime | None, tz: tzinfo) -> str:
    """`2026-11-23 14:05` on the wall in `tz`; "" for None; ValueError without a time zone."""
    if instant is None:
        return ""
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant.astimezone(tz).replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def _cell_date(raw: object) -> date | None:
    if isinstance(raw, datetime):
        if raw.tzinfo:  # which day it is depends on where one asks
            raise BadValue(_NOT_A_DATE)
        return raw.date()
    return raw if isinstance(raw, date) else None


def _match(patterns: tuple[re.Pattern[str], ...], text: str, refusal: Say) -> re.Match[str]:
    for pattern in patterns:
        if found := pattern.fullmatch(text):
            return found
    raise BadValue(refusal)


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise BadValue(
            say(
                "日历上没有 {day} 这一天，请检查。",
                "There is no {day} in the calendar; please check it.",
                day="-".join((found["year"], found["month"], found["day"])),
            )
        ) from None


def _within(day: date, earliest: date, latest: date) -> date:
    if not earliest <= day <= latest:
        raise BadValue(
            say(
                "日期须在 {earliest} 与 {latest} 之间。",
                "The date has to be between {earliest} and {latest}.",
                earliest=show_date(earliest),
                latest=show_date(latest),
            )
        )
    return day


def _moment(raw: object) -> datetime | None:
    if isinstance(raw, date):  # a day without its time
        raise BadValue(_NOT_AN_INSTANT)
    text = typed(raw).upper()
    if not text:
        return None
    found = _match(_INSTANTS, text, _NOT_AN_INSTANT)
    day = _day(found)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    fraction = int((found["fraction"] or "").ljust(6, "0"))
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, fraction, _zone(found))
    except ValueError:
        raise BadValue(_NO_SUCH_TIME) from None


def _zone(found: re.Match[str]) -> tzinfo | None:
    if not found["zone"]:
        return None
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)


def _on_the_wall(moment: datetime, tz: tzinfo) -> datetime:
    first, second = (moment.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise BadValue(_CLOCK_CHANGE)
    return first
