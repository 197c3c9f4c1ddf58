"""Closed lists, and yes or no."""

import pytest

from app.core.values import BadValue, read_choice, read_yes_no
from app.core.words import Words, speaking


class Source(Words):
    WALK_IN = "walk_in", "上门"
    PHONE_LIST = "phone_list", "小区电话"
    REFERRAL = "referral", "老客户介绍"
    OTHER = "other", "其他(说明)", "Something else"


class Door(Words):
    LEFT = "left", "门"
    RIGHT = "right", "门"


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("walk_in", Source.WALK_IN),
        (Source.WALK_IN, Source.WALK_IN),
        ("WALK_IN", Source.WALK_IN),
        ("walk in", Source.WALK_IN),
        ("Walk in", Source.WALK_IN),
        ("上门", Source.WALK_IN),
        (" 小区电话 ", Source.PHONE_LIST),
        ("something ELSE", Source.OTHER),
        ("其他\uff08说明\uff09", Source.OTHER),
        ("other", Source.OTHER),
        ("朋友圈", None),
        ("上", None),
        ("walkin", None),
        (1, None),
        (True, None),
    ],
)
def test_a_choice_is_meant_by_its_value_or_its_label(raw, meant):
    assert _read(lambda each: read_choice(each, Source), raw) == meant


def test_a_refused_choice_lists_what_there_is():
    with pytest.raises(BadValue, match="上门 / 小区电话 / 老客户介绍") as refused:
        read_choice("朋友圈", Source)
    with speaking("en"):
        assert "Walk in / Phone list / Referral / Something else" in str(refused.value)


def test_further_words_may_be_given_for_a_member():
    assert read_choice("转介绍", Source, also={"转介绍": Source.REFERRAL}) is Source.REFERRAL
    with pytest.raises(BadValue):
        read_choice("转介绍", Source)


def test_a_word_that_fits_two_members_is_refused():
    with pytest.raises(BadValue):
        read_choice("门", Door)
    assert read_choice("left", Door) is Door.LEFT


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        *[(raw, True) for raw in (True, 1, 1.0, "1", "是", "Yes", "y", "TRUE", "on", "√", "✓", "有")],
        *[(raw, False) for raw in (False, 0, "0", "否", "No", "n", "false", "off", "×", "✗", "无")],
        *[(raw, None) for raw in ("x", "maybe", "2", 2, "是的吧", "-")],
    ],
)
def test_yes_and_no_have_many_words(raw, answer):
    assert _read(read_yes_no, raw) is answer


def _read(read, raw):
    try:
        return read(raw)
    except BadValue:
        return None
