"""Counts and measures: exact, within their bounds, never rounded on the quiet."""

import re
from collections.abc import Collection
from decimal import Context, Decimal

from app.core.values.bad import BadValue
from app.core.values.typed import LONGEST, typed
from app.core.words import say

EXACT = Context(prec=3 * LONGEST)
AREA_UNITS = ("平方米", "平米", "平方", "平", "㎡", "M²", "M2")
# Commas (or spaces) only where thousands end: 35,00 could be 35.00 or 3,500.
DIGITS = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_NUMBER = re.compile(rf"[+-]?(?:{DIGITS})")
_NOT_A_COUNT = say("请填写整数，如 12。", "Please enter a whole number, such as 12.")
_NOT_DEGREES = say("请填写度数，如 104.065123。", "Please enter degrees, such as 104.065123.")
_NOT_A_MEASURE = say("请填写数字，如 89.3。", "Please enter a number, such as 89.3.")


def read_integer(raw: object, minimum: int, maximum: int) -> int | None:
    """A whole number, both bounds allowed; None when empty. Raises BadValue."""
    text = typed(raw)
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or (number := to_decimal(text)) != number.to_integral_value():
        raise BadValue(_NOT_A_COUNT)
    refuse_outside(number, minimum, maximum)
    return int(number)


def read_decimal(
    raw: object,
    places: int,
    minimum: Decimal | int,
    maximum: Decimal | int,
    *,
    units: Collection[str] = AREA_UNITS,
) -> Decimal | None:
    """A number with exactly `places` decimals, bounds allowed: `89.3㎡` -> Decimal("89.30").

    `units` may stand behind it and are dropped. None when empty. Raises BadValue, also for more
    decimals than `places`.
    """
    text = _without_unit(typed(raw), units)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadValue(_NOT_A_MEASURE)
    number = to_decimal(text)
    refuse_outside(number, minimum, maximum)
    return with_places(number, places)


def read_degrees(raw: object, most: int) -> Decimal | None:
    """Degrees from -`most` to `most`, rounded to six decimals, ten centimetres on the ground: a map tells more."""
    text = _without_unit(typed(raw), ("°", "度"))
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadValue(_NOT_DEGREES)
    number = to_decimal(text)
    refuse_outside(number, -most, most)
    return number.quantize(Decimal("0.000001"), context=EXACT)


def to_decimal(text: str) -> Decimal:
    """The exact value of what matched DIGITS, with or without a sign."""
    return Decimal(text.replace(",", "").replace(" ", ""))


def with_places(number: Decimal, places: int) -> Decimal:
    """The same number written with `places` decimals; BadValue when it needs more."""
    rounded = number.quantize(Decimal(1).scaleb(-places), context=EXACT)
    if rounded != number:
        raise BadValue(say("最多 {places} 位小数。", "At most {places} decimals.", places=places))
    return rounded


def refuse_outside(number: Decimal, minimum: Decimal | int, maximum: Decimal | int) -> None:
    """BadValue unless minimum <= number <= maximum."""
    if not minimum <= number <= maximum:
        raise BadValue(
            say(
                "须在 {minimum} 与 {maximum} 之间。",
                "It has to be between {minimum} and {maximum}.",
                minimum=minimum,
                maximum=maximum,
            )
        )


def _without_unit(text: str, units: Collection[str]) -> str | None:
    if not text:
        return None
    unit = next((each for each in units if text.upper().endswith(each)), "")
    return text[: len(text) - len(unit)].rstrip()
