"""Phone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values import BadValue, mask_phone, read_phone, show_phone

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.from_regex(r"(0[12]0-[1-9][0-9]{7}|0755-[1-9][0-9]{6,7})(-[0-9]{1,6})?", fullmatch=True)
SERVICES = st.from_regex(r"[48]00[0-9]{7}", fullmatch=True)
PHONES = MOBILES | LANDLINES | SERVICES


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("13577272786", "13577272786"),
        ("135.8134.3987", "13581343987"),
        ("19999999999", "19999999999"),
        ("150 6679 6165", "15066796165"),
        ("135-8134-3987", "13581343987"),
        ("+8613581343987", "13581343987"),
        ("+86 135 8134 3987", "13581343987"),
        ("(+86)13581343987", "13581343987"),
        ("008613581343987", "13581343987"),
        ("8613581343987", "13581343987"),
        ("013581343987", "13581343987"),
        ("\uff11\uff18\uff16\uff14\uff17\uff13\uff10\uff11\uff13\uff19\uff16", "18647301396"),
        ("\u202d13581343987\u202c", "13581343987"),
        ("'13581343987", "13581343987"),
        (13577272786, "13577272786"),
        (13577272786.0, "13577272786"),
        ("13577272786.0", "13577272786"),
        ("12577272786", None),
        ("1358114385", None),
        ("135811438511", None),
        ("135 8114 3851 / 139 1111 2222", None),
        ("13581143851张三", None),
        ("无", None),
        ("٠١٣٥٨١١٤٣٨٥١", None),
        ("\u202e13581343987", None),
        (True, None),
        (1357727278.5, None),
        ("1357727278.5", None),
        ("13577272786.5", None),
    ],
)
def test_a_mobile_has_eleven_digits_however_they_are_written(raw, stored):
    assert _read(raw) == stored


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("0755-12345678", "0755-12345678"),
        ("075512345678", "0755-12345678"),
        ("(0755)12345678", "0755-12345678"),
        ("0755 1234 5678", "0755-12345678"),
        ("0755-1234-5678", "0755-12345678"),
        ("+86 755 1234 5678", "0755-12345678"),
        ("+86-10-62345678", "010-62345678"),
        ("010-62345678", "010-62345678"),
        ("02162345678", "021-62345678"),
        ("0755-2234567", "0755-2234567"),
        ("0755-12345678转801", "0755-12345678-801"),
        ("0755-12345678 分机: 801", "0755-12345678-801"),
        ("0755-12345678 ext. 801", "0755-12345678-801"),
        ("0755-12345678-801", "0755-12345678-801"),
        ("0755-2234567-8", "0755-2234567-8"),
        ("400-123-4567", "4001234567"),
        ("8001234567", "8001234567"),
        ("+86 400 123 4567", "4001234567"),
        ("12345678", None),
        ("010-6234567", None),
        ("0755-123456", None),
        ("0755-123456789", None),
        ("0055-12345678", None),
        ("0755-02345678", None),
        ("400-123-456", None),
        (75512345678.0, None),  # the cell has lost its 0
    ],
)
def test_a_landline_needs_its_area_code_and_may_have_an_extension(raw, stored):
    assert _read(raw) == stored


def test_a_number_that_excel_wrote_short_says_so():
    with pytest.raises(BadValue, match="Excel"):
        read_phone("1.35773E+10")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (None, ""),
        ("13800138000", "138 0013 8000"),
        ("0755-12345678-801", "0755-12345678-801"),
        ("4001234567", "400-123-4567"),
    ],
)
def test_a_phone_is_shown_in_groups(stored, shown):
    assert show_phone(stored) == shown


@given(PHONES)
def test_what_is_shown_can_be_typed_again(phone):
    assert read_phone(phone) == phone
    assert read_phone(show_phone(phone)) == phone


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (None, ""),
        ("", ""),
        ("13812345678", "138****5678"),
        ("0755-12345678", "0755-*****678"),
        ("0755-2234567-801", "0755-****567"),
        ("010-62345678", "010-*****678"),
        ("4001234567", "****"),
        ("123", "****"),
        ("138-1234-5678", "****"),
    ],
)
def test_a_mask_shows_the_ends_of_a_phone_and_nothing_of_the_unknown(stored, shown):
    assert mask_phone(stored) == shown


@given(PHONES | st.text())
def test_a_mask_never_shows_more_than_seven_digits(phone):
    assert sum(each.isdigit() for each in mask_phone(phone)) <= 7


def _read(raw):
    try:
        return read_phone(raw)
    except BadValue:
        return None
