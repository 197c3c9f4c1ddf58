"""From whatever a form, the API or a cell holds to the plain text that the person meant."""

import re
from decimal import Decimal
from typing import TypeGuard

from app.core.values.bad import NOT_A_NUMBER, TOO_LONG, UNREADABLE, BadValue

LONGEST = 60  # characters; no number, date or phone comes near, so all arithmetic stays exact
_BIGGEST_POWER = 30

_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x3002: ".",  # the Chinese full stop: 3。5万
    0xFFE5: "\u00a5",  # the wide yuan sign
    0x2018: "'",
    0x2019: "'",
    0x2212: "-",  # minus
    **dict.fromkeys(range(0x2010, 0x2016), "-"),  # hyphens and dashes
}
# Copied along from chats and calling programs; they change nothing that the person sees.
# The two that turn the digits around (U+202E, U+2067) are not among them.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u202a\u202c\u202d\u2066\u2069\ufeff"))
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation as ASCII: for numbers only, never for names."""
    return text.translate(_HALF_WIDTH)


def typed(raw: object) -> str:
    """The text of a phone, a date, an amount …: half width, trimmed; "" when nothing was typed.

    A number cell counts as what it shows: 13577272786.0 is "13577272786".
    Raises BadValue for what is neither text nor a number, and for more than LONGEST characters.
    """
    text = half_width(as_text(raw)).translate(_UNSEEN).strip()
    if len(text) > LONGEST:
        raise BadValue(TOO_LONG)
    return text.removeprefix("'").strip()  # Excel's mark for "this is text"


def as_text(raw: object) -> str:
    """Text as it is, a number as its digits, nothing as ""; BadValue for anything else."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if is_number(raw):
        return plain_digits(raw)
    raise BadValue(UNREADABLE)


def is_number(raw: object) -> TypeGuard[int | float | Decimal]:
    """An int, a float or a Decimal; a bool is none."""
    return isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)


def plain_digits(raw: int | float | Decimal) -> str:
    """`35000.0` -> "35000", `1234.5600000000002` -> "1234.56"; BadValue for nan and infinity.

    A float counts to 15 significant digits: Excel neither shows nor keeps more.
    """
    number = Decimal(f"{raw:.15g}") if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite() or not _is_writable(number):
        raise BadValue(NOT_A_NUMBER)
    whole = number.to_integral_value()
    return format(whole if whole == number else number, "f")


def _is_writable(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    small_enough = not number or number.adjusted() <= _BIGGEST_POWER
    return isinstance(exponent, int) and -_BIGGEST_POWER <= exponent <= _BIGGEST_POWER and small_enough


def is_scientific(text: str) -> bool:
    """`4.40305E+17`: what Excel writes into a CSV file for a long number."""
    return _SCIENTIFIC.fullmatch(text) is not None
