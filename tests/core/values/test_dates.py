"""Dates and instants."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import BadValue, read_date, read_instant, show_date, show_instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-03",
        "2026-11-3",
        "2026/11/3",
        "2026.11.3",
        "20261103",
        20261103,
        20261103.0,
        "2026年11月3日",
        "2026 年 11 月 03 日",
        "2026年11月3号",
        "\uff12\uff10\uff12\uff16\uff0d\uff11\uff11\uff0d\uff13",
        "2026/11/3 0:00",
        "2026-11-03T00:00:00",
        "2026年11月3日14:05",
        date(2026, 11, 3),
        datetime(2026, 11, 3, 0, 0),
        datetime(2026, 11, 3, 14, 5),
    ],
)
def test_a_date_is_read_as_people_write_it(raw):
    assert read_date(raw) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("2026-02-30", "没有 2026-02-30"),
        ("2026-02-29", "没有"),
        ("2026-13-01", "没有"),
        ("0000-01-01", "没有"),
        ("20260230", "没有"),
        ("11/3/2026", "看不明白"),
        ("26-11-3", "看不明白"),
        ("2026-11/3", "看不明白"),
        ("2026-11", "看不明白"),
        ("11月3日", "看不明白"),
        ("明天", "看不明白"),
        ("2026-11-03 下午", "看不明白"),
        (46329.0, "看不明白"),
        ("٢٠٢٦-١١-٠٣", "看不明白"),
        (datetime(2026, 11, 3, tzinfo=UTC), "看不明白"),
        ("2026-11-03T00:00:00Z", "看不明白"),
        (time(14, 5), "看不明白"),
    ],
)
def test_an_impossible_or_doubtful_date_is_refused(raw, why):
    with pytest.raises(BadValue, match=why):
        read_date(raw)


@pytest.mark.parametrize(
    ("raw", "goes"),
    [
        ("1899-12-31", False),
        ("1900-01-01", True),
        ("2024-02-29", True),
        ("2100-12-31", True),
        ("2101-01-01", False),
        (date(1899, 12, 31), False),
        (date(9999, 12, 31), False),
    ],
)
def test_a_date_is_within_living_memory(raw, goes):
    if goes:
        assert show_date(read_date(raw)) == raw
    else:
        with pytest.raises(BadValue, match="1900-01-01 与 2100-12-31"):
            read_date(raw)


def test_the_bounds_may_be_narrower():
    bounds = {"earliest": date(2026, 1, 1), "latest": date(2026, 12, 31)}
    assert read_date("2026-01-01", **bounds) == date(2026, 1, 1)
    assert read_date("2026-12-31", **bounds) == date(2026, 12, 31)
    with pytest.raises(BadValue, match="2026-01-01 与 2026-12-31"):
        read_date("2027-01-01", **bounds)


@given(DAYS)
def test_a_date_that_is_shown_can_be_typed_again(day):
    assert read_date(show_date(day)) == day
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2026-11-23T14:05:00+08:00", datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        ("2026-11-23T06:05Z", datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        ("2026-11-23T01:05:00-0500", datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        ("2026-11-23 14:05", datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        ("2026-10-8 08:27:46", datetime(2026, 10, 8, 0, 27, 46, tzinfo=UTC)),
        ("2026/10/8 8:27", datetime(2026, 10, 8, 0, 27, tzinfo=UTC)),
        ("2026年11月23日14时05分", datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        ("2026-11-23T06:05:00.25Z", datetime(2026, 11, 23, 6, 5, 0, 250_000, tzinfo=UTC)),
        (datetime(2026, 11, 23, 14, 5), datetime(2026, 11, 23, 6, 5, tzinfo=UTC)),
        (
            datetime(2026, 11, 23, 7, 5, tzinfo=timezone(timedelta(hours=1))),
            datetime(2026, 11, 23, 6, 5, tzinfo=UTC),
        ),
    ],
)
def test_an_instant_is_kept_in_utc(raw, instant):
    read = read_instant(raw, SHANGHAI)
    assert read == instant
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("2026-11-23", "看不明白"),
        (date(2026, 11, 23), "看不明白"),
        ("14:05", "看不明白"),
        ("2026-11-23 14:5", "看不明白"),
        ("2026-11-23 14:05+8", "看不明白"),
        ("2026-11-23 14:05+24:00", "看不明白"),
        ("2026-11-23 24:00", "时刻"),
        ("2026-11-23 14:60", "时刻"),
        ("2026-11-23 23:59:60", "时刻"),
        ("2026-02-30 14:05", "没有 2026-02-30"),
        ("1899-12-31 14:05", "1900"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "1900"),
        (datetime(9999, 12, 31, 23, 59), "2100"),
    ],
)
def test_an_impossible_or_doubtful_instant_is_refused(raw, why):
    with pytest.raises(BadValue, match=why):
        read_instant(raw, SHANGHAI)


@pytest.mark.parametrize(
    ("wall", "goes"),
    [
        ("2026-03-29 01:59", True),
        ("2026-03-29 02:30", False),  # skipped
        ("2026-03-29 03:00", True),
        ("2026-10-25 02:30", False),  # twice
        ("2026-10-25 02:30+01:00", True),
        ("2026-10-25 03:00", True),
    ],
)
def test_a_wall_time_that_was_twice_or_never_needs_its_offset(wall, goes):
    if goes:
        assert show_instant(read_instant(wall, BERLIN), BERLIN) == wall[:16]
    else:
        with pytest.raises(BadValue, match="时钟调整"):
            read_instant(wall, BERLIN)


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 31)))
def test_an_instant_that_is_shown_can_be_typed_again(wall):
    minute = wall.replace(second=0, microsecond=0)
    instant = minute.replace(tzinfo=SHANGHAI).astimezone(UTC)
    assert show_instant(instant, SHANGHAI) == f"{minute:%Y-%m-%d %H:%M}"
    assert read_instant(show_instant(instant, SHANGHAI), SHANGHAI) == instant


def test_nothing_is_shown_as_nothing_and_an_instant_needs_a_zone():
    assert show_date(None) == ""
    assert show_instant(None, SHANGHAI) == ""
    with pytest.raises(ValueError, match="time zone"):
        show_instant(datetime(2026, 11, 23), SHANGHAI)
