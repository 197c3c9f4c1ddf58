"""Amounts in figures: yuan from people, fen from the API."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import MOST_FEN, BadValue, read_fen, read_money, show_money

FEN = st.integers(-MOST_FEN, MOST_FEN)


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        ("35000", 3_500_000),
        ("35,000元", 3_500_000),
        ("¥35000.00", 3_500_000),
        ("\uffe5\uff13\uff15\uff0c\uff10\uff10\uff10", 3_500_000),
        ("RMB 35,000", 3_500_000),
        ("人民币35000元整", 3_500_000),
        ("35 000", 3_500_000),
        ("3.5万", 3_500_000),
        ("3.5万元", 3_500_000),
        ("3\u30025万", 3_500_000),
        ("3.5w", 3_500_000),
        ("35千", 3_500_000),
        ("35k", 3_500_000),
        ("2.9999万", 2_999_900),
        ("1.2亿", 12_000_000_000),
        ("0", 0),
        ("0.00001万", 10),
        ("0.01", 1),
        (".5", 50),
        ("29999.99", 2_999_999),
        ("35000.000", 3_500_000),
        (35000, 3_500_000),
        (35000.0, 3_500_000),
        (35000.5, 3_500_050),
        (1234.5600000000002, 123_456),  # a sum of a spreadsheet, as Excel shows it
        (Decimal("35000.50"), 3_500_050),
    ],
)
def test_an_amount_is_read_as_people_write_it(raw, fen):
    assert read_money(raw) == fen


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("面议", "看不明白"),
        ("三万", "看不明白"),
        ("3-5万", "看不明白"),
        ("约3万", "看不明白"),
        ("3万左右", "看不明白"),
        ("35,00", "看不明白"),
        ("3,5000", "看不明白"),
        ("1e5", "看不明白"),
        ("NaN", "看不明白"),
        ("inf", "看不明白"),
        ("1.2.3", "看不明白"),
        ("٣٥٠٠٠", "看不明白"),
        ("$35", "看不明白"),
        ("0.001", "两位小数"),
        ("0.0000001万", "两位小数"),
        (0.005, "两位小数"),
        (Decimal("1.005"), "两位小数"),
        ("-20000", "负数"),
        ("\uff0d1", "负数"),
        (-1, "负数"),
        (-0.01, "负数"),
        (float("nan"), "数字"),
        (float("inf"), "数字"),
        (Decimal("sNaN"), "数字"),
        pytest.param(10**5000, "数字", id="huge"),
        (True, "看不明白"),
        ("9" * 61, "太长"),
    ],
)
def test_what_would_have_to_be_asked_about_is_refused(raw, why):
    with pytest.raises(BadValue, match=why):
        read_money(raw)


@pytest.mark.parametrize(("raw", "goes"), [("999,999,999.99", True), ("1,000,000,000", False), ("9999999亿", False)])
def test_an_amount_has_an_upper_bound(raw, goes):
    if goes:
        assert read_money(raw) == MOST_FEN
    else:
        with pytest.raises(BadValue, match=r"999,999,999\.99"):
            read_money(raw)


def test_the_bound_may_be_lower_and_below_zero_may_be_allowed():
    assert read_money("100", maximum=10_000) == 10_000
    with pytest.raises(BadValue, match=r"100\.00"):
        read_money("100.01", maximum=10_000)
    assert read_money("-50", allow_negative=True) == -5_000
    with pytest.raises(BadValue):
        read_money("-100.01", allow_negative=True, maximum=10_000)


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        (120000, 120_000),
        ("120000", 120_000),
        (0, 0),
        (MOST_FEN, MOST_FEN),
        (MOST_FEN + 1, None),
        (-1, None),
        (120000.0, None),
        (Decimal(120000), None),
        (True, None),
        ("1,200", None),
        ("1200.00", None),
        ("1.2万", None),
    ],
)
def test_the_api_writes_fen_as_an_integer(raw, fen):
    if fen is not None:
        assert read_fen(raw) == fen
    else:
        with pytest.raises(BadValue):
            read_fen(raw)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (None, ""),
        (0, "0.00"),
        (5, "0.05"),
        (120_000, "1,200.00"),
        (-5_000, "-50.00"),
        (-1, "-0.01"),
        (MOST_FEN, "999,999,999.99"),
    ],
)
def test_an_amount_is_shown_with_two_decimals(fen, shown):
    assert show_money(fen) == shown


@given(FEN)
def test_what_is_shown_can_be_typed_again(fen):
    assert read_money(show_money(fen), allow_negative=True) == fen
    assert read_fen(fen, allow_negative=True) == fen
    assert read_fen(str(fen), allow_negative=True) == fen


@given(FEN)
def test_a_number_cell_is_read_to_the_fen(fen):
    assert read_money(fen / 100, allow_negative=True) == fen
    assert read_money(Decimal(fen).scaleb(-2), allow_negative=True) == fen
