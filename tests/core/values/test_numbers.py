"""Counts and measures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import BadValue, read_decimal, read_integer


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("12", 12),
        ("+12", 12),
        ("1,200", 1200),
        ("\uff11\uff12", 12),
        (12, 12),
        (12.0, 12),
        ("12.0", 12),
        (Decimal("12"), 12),
        ("-5", -5),
        ("1200", 1200),
        ("1201", None),
        ("-6", None),
        ("12.5", None),
        (12.5, None),
        ("1e2", None),
        ("十二", None),
        ("12个", None),
        ("٣", None),
        ("²", None),
        (True, None),
        (float("inf"), None),
        pytest.param(10**5000, None, id="huge"),
    ],
)
def test_a_count_is_whole_and_within_its_bounds(raw, count):
    assert _read(read_integer, raw, minimum=-5, maximum=1200) == count


@pytest.mark.parametrize(
    ("raw", "area"),
    [
        ("89.3", "89.30"),
        ("89.3㎡", "89.30"),
        ("89.3 m²", "89.30"),
        ("89.3M2", "89.30"),
        ("89.3平方米", "89.30"),
        ("89.3平", "89.30"),
        ("\uff18\uff19\u30023", "89.30"),
        (89.3, "89.30"),
        (89, "89.00"),
        (189.29999999999998, "189.30"),
        ("89.300", "89.30"),
        ("0", "0.00"),
        ("1000", "1000.00"),
        ("1000.01", None),
        ("-0.01", None),
        ("89.333", None),
        ("约一百平", None),
        ("约100", None),
        ("89.3亩", None),
        ("㎡", None),
        ("80-90", None),
        ("NaN", None),
        (float("nan"), None),
        ("Infinity", None),
        ("1e2", None),
    ],
)
def test_a_floor_area_is_exact_and_may_carry_its_unit(raw, area):
    read = _read(read_decimal, raw, places=2, minimum=0, maximum=1000)
    assert (None if read is None else str(read)) == area


def test_only_the_units_that_are_asked_for_are_understood():
    bounds = {"places": 1, "minimum": 0, "maximum": 100}
    assert read_decimal("20%", units=("%",), **bounds) == 20
    with pytest.raises(BadValue):
        read_decimal("20㎡", units=("%",), **bounds)


def test_a_refusal_says_what_is_wanted():
    with pytest.raises(BadValue, match="须在 1 与 9 之间"):
        read_integer("10", minimum=1, maximum=9)
    with pytest.raises(BadValue, match="最多 1 位小数"):
        read_decimal("1.25", places=1, minimum=0, maximum=9)


@given(st.decimals(-9999, 9999, places=3))
def test_a_measure_is_never_rounded(number):
    read = _read(read_decimal, str(number), places=2, minimum=-9999, maximum=9999)
    assert read == (number if number == round(number, 2) else None)


@given(st.integers(-(10**15), 10**15))
def test_a_count_is_read_from_its_digits(number):
    for raw in (number, str(number), f"{number:,}"):
        assert read_integer(raw, minimum=-(10**15), maximum=10**15) == number


def _read(read, raw, **wanted):
    try:
        return read(raw, **wanted)
    except BadValue:
        return None
