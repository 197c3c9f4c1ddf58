"""Amounts in capital numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import capital_amount

DIGITS = {word: digit for digit, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (1_000, "壹拾元整"),
        (1_010, "壹拾元零壹角"),
        (120_000, "壹仟贰佰元整"),
        (100_100, "壹仟零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (10_000_000, "壹拾万元整"),
        (10_500_000, "壹拾万伍仟元整"),
        (100_000_000, "壹佰万元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_500_000, "壹亿零伍仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (11_000_001_000, "壹亿壹仟万零壹拾元整"),
        (100_500_000_000, "壹拾亿零伍佰万元整"),
        (99_999_999_999_999, "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (-5_000, "负伍拾元整"),
    ],
)
def test_an_amount_in_words(fen, words):
    assert capital_amount(fen) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
    ],
)
def test_the_examples_of_the_rules_themselves(fen, words):
    assert capital_amount(fen) == words


@pytest.mark.parametrize("fen", [10**14, -(10**14)])
def test_beyond_the_words_there_is_no_answer(fen):
    with pytest.raises(ValueError, match="10\\^12"):
        capital_amount(fen)


@given(st.integers(0, 10**14 - 1) | st.integers(0, 10**7))
def test_the_words_mean_the_amount_and_nothing_else(fen):
    words = capital_amount(fen)
    assert meaning(words) == fen
    assert "零零" not in words
    assert not words.startswith("零") or fen == 0
    assert words.endswith("整") == (fen % 100 == 0)


def meaning(words: str) -> int:
    """The fen that the words stand for, read from left to right."""
    yuan, rest = words.split("元") if "元" in words else ("", words)
    return _yuan(yuan) * 100 + _rest(rest)


def _yuan(words: str) -> int:
    total, section, digit = 0, 0, 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in PLACES:
            section, digit = section + digit * PLACES[word], 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[word]
            section, digit = 0, 0
    return total + section + digit


def _rest(words: str) -> int:
    total, digit = 0, 0
    for word in words:
        digit = DIGITS.get(word, digit)
        total += digit * {"角": 10, "分": 1}.get(word, 0)
    return total
