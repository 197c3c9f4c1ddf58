"""What holds for every reader: a value, nothing, or a refusal in both languages."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from app.core.values import (
    BadValue,
    clean_text,
    half_width,
    read_choice,
    read_credit_code,
    read_date,
    read_decimal,
    read_fen,
    read_id_number,
    read_identity_card,
    read_instant,
    read_integer,
    read_money,
    read_passport,
    read_phone,
    read_yes_no,
)
from app.core.words import Words, speaking
from tests.core.values.anything import ANYTHING

TODAY = date(2026, 11, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Answer(Words):
    SIGNED = "signed", "已签"
    OPEN = "open", "未签"


READERS = {
    "clean_text": (lambda raw: clean_text(raw, 40), str),
    "clean_text multiline": (lambda raw: clean_text(raw, 40, multiline=True), str),
    "read_phone": (read_phone, str),
    "read_identity_card": (lambda raw: read_identity_card(raw, TODAY), str),
    "read_passport": (read_passport, str),
    "read_credit_code": (read_credit_code, str),
    "read_id_number": (lambda raw: read_id_number("passport", raw, TODAY), str),
    "read_money": (read_money, int),
    "read_fen": (read_fen, int),
    "read_date": (read_date, date),
    "read_instant": (lambda raw: read_instant(raw, SHANGHAI), datetime),
    "read_integer": (lambda raw: read_integer(raw, minimum=-9, maximum=9999), int),
    "read_decimal": (lambda raw: read_decimal(raw, places=2, minimum=0, maximum=9999), Decimal),
    "read_yes_no": (read_yes_no, bool),
    "read_choice": (lambda raw: read_choice(raw, Answer), Answer),
}
EVERY_READER = pytest.mark.parametrize(("read", "kind"), list(READERS.values()), ids=list(READERS))
BLANK = [None, "", "  ", "\u3000", "\n", "\t "]
SHAPELESS = [[], {}, b"13800138000", object(), ["13800138000"], 1j]


@EVERY_READER
@given(raw=ANYTHING)
def test_a_reader_gives_a_value_or_nothing_or_refuses(read, kind, raw):
    value = _read(read, raw)
    assert value is None or type(value) is kind


@EVERY_READER
@given(raw=ANYTHING)
def test_what_was_read_can_be_read_again(read, kind, raw):
    value = _read(read, raw)
    if read is read_money:  # it reads yuan and gives fen
        read = read_fen
    assert read(value) == value


@EVERY_READER
@pytest.mark.parametrize("raw", BLANK, ids=repr)
def test_nothing_typed_is_nothing(read, kind, raw):
    assert read(raw) is None


@EVERY_READER
@pytest.mark.parametrize("raw", SHAPELESS, ids=lambda raw: type(raw).__name__)
def test_what_is_no_value_at_all_is_refused(read, kind, raw):
    with pytest.raises(BadValue):
        read(raw)


@EVERY_READER
def test_a_refusal_speaks_both_languages_and_keeps_the_value_to_itself(read, kind):
    with pytest.raises(BadValue) as refused:
        read("\u202e4403051990 13800138000")
    said = [str(refused.value)]
    with speaking("en"):
        said.append(str(refused.value))
    assert re.search("[\u4e00-\u9fff]", said[0])
    assert re.match("[A-Z][a-z]* [a-z0-9]", said[1])
    assert not re.search("4403|1380013", said[0] + said[1])


@pytest.mark.parametrize(
    ("full", "half"),
    [
        ("\uff10\uff11\uff19", "019"),
        ("\uff21\uff3a\uff41", "AZa"),
        ("\uffe5\uff13\uff0c\uff10\uff10\uff10\u3002\uff15", "\u00a53,000.5"),
        ("\uff08\uff0b\uff18\uff16\uff09\u30001", "(+86) 1"),
        ("\u2014\u2212\u2013", "---"),
        ("万元", "万元"),
        ("123", "123"),
    ],
)
def test_full_width_becomes_half_width_and_words_stay(full, half):
    assert half_width(full) == half


def _read(read, raw):
    """The value; None when it was refused with a sentence."""
    try:
        return read(raw)
    except BadValue as refused:
        return None if len(str(refused)) > 5 else refused
