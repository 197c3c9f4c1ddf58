"""Cells as they were found in the sheets that offices send."""

from datetime import date

import pytest

from app.core.values import (
    BadValue,
    clean_text,
    read_date,
    read_decimal,
    read_id_number,
    read_money,
    read_phone,
)

TODAY = date(2026, 11, 23)


def area(raw):
    return read_decimal(raw, places=2, minimum=1, maximum=10_000)


def identity(raw):
    return read_id_number("identity_card", raw, TODAY)


def name(raw):
    return clean_text(raw, 60)


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (name, "  黄军 "),
        (name, "郑轩䶮"),
        (name, "美居装饰工程有限公司\uff08分公司\uff09"),
        (read_phone, "150 6679 6165"),
        (read_phone, "+8613581343987"),
        (read_phone, "\uff11\uff18\uff16\uff14\uff17\uff13\uff10\uff11\uff13\uff19\uff16"),
        (read_phone, 19978784118.0),
        (area, "52.1"),
        (area, 69.8),
        (read_money, "260000"),
        (read_money, "36,000元"),
        (read_money, "2.9999万"),
        (read_money, "26万"),
        (read_date, "2027/2/6"),
        (read_date, "2026年11月10日"),
        (identity, "510107196601207320"),
        (identity, "31011519900423540X"),
    ],
)
def test_what_a_person_at_the_counter_understands_is_accepted(read, cell):
    assert read(cell) is not None


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (read_phone, "1358114385"),
        (read_phone, "无"),
        (area, "约一百平"),
        (read_money, "面议"),
        (read_money, "-20000"),
        (read_date, "2026-02-30"),
        (identity, 3.101151987062516e17),
        (identity, "510107196601207321"),
    ],
)
def test_what_they_would_have_to_ask_about_is_refused(read, cell):
    with pytest.raises(BadValue):
        read(cell)


def test_no_cell_is_run_as_a_formula():
    formula = '=HYPERLINK("http://127.0.0.1/","报价")'
    assert name(formula) == formula
    for read in (read_phone, read_money, read_date, area, identity):
        with pytest.raises(BadValue):
            read("=1+1")
