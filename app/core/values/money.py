"""Money: people write yuan, the house keeps whole fen."""

import re
from decimal import Decimal

from app.core.values.bad import BadValue
from app.core.values.numbers import DIGITS, EXACT, to_decimal
from app.core.values.typed import is_number, typed
from app.core.words import Say, say

MOST_FEN = 99_999_999_999
_POWERS = {"千": 3, "K": 3, "万": 4, "W": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)\s*(?:¥|RMB|CNY|人民币)?\s*(?P<number>{DIGITS})"
    rf"\s*(?P<power>{'|'.join(sorted(_POWERS, key=len, reverse=True))})?"
    r"\s*(?:元|圆|块钱|块|RMB|CNY)?[整正]?"
)
_WHOLE = re.compile(r"-?[0-9]+")
_UNREADABLE = say(
    "金额看不明白，请写成数字，如 35000、35,000.00 或 3.5万。",
    "This is not an amount; please write it in figures, such as 35000, 35,000.00 or 3.5万.",
)
_NEGATIVE = say("金额不能为负数。", "An amount can't be negative.")
_PART_OF_A_FEN = say("金额最多两位小数。", "An amount has at most two decimals.")
_NOT_FEN = say(
    "金额以“分”为单位，须为整数，如 120000 表示 1,200.00 元。",
    "Money is a whole number of fen: 120000 is ¥1,200.00.",
)


def read_money(raw: object, *, allow_negative: bool = False, maximum: int = MOST_FEN) -> int | None:
    """Fen, from yuan as people write them: `35,000元`, `¥35000.00`, `3.5万`, a number cell 35000.5.

    `maximum` is in fen. None when empty. Raises BadValue for words, ranges, a part of a fen,
    nan and infinity, what is too large, and below zero unless `allow_negative`.
    """
    text = typed(raw).upper()
    if not text:
        return None
    amount = _AMOUNT.fullmatch(text)
    if amount is None:
        raise BadValue(_UNREADABLE)
    fen = EXACT.scaleb(to_decimal(amount["number"]), _POWERS.get(amount["power"] or "", 0) + 2)
    if fen != fen.to_integral_value():
        raise BadValue(_PART_OF_A_FEN)
    return _within(-fen if amount["sign"] == "-" else fen, allow_negative, maximum)


def read_fen(raw: object, *, allow_negative: bool = False, maximum: int = MOST_FEN) -> int | None:
    """Fen as the API writes them: an int or its digits, no float, no bool. Raises BadValue."""
    if is_number(raw) and not isinstance(raw, int):
        raise BadValue(_NOT_FEN)
    text = typed(raw)
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise BadValue(_NOT_FEN)
    return _within(Decimal(text), allow_negative, maximum)


def show_money(fen: int | None) -> str:
    """`120000` -> `1,200.00`; "" for None."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


def _within(fen: Decimal, allow_negative: bool, maximum: int) -> int:
    if fen < 0 and not allow_negative:
        raise BadValue(_NEGATIVE)
    if abs(fen) > maximum:
        raise BadValue(_too_much(maximum))
    return int(fen)


def _too_much(maximum: int) -> Say:
    return say(
        "金额太大，最多 {most} 元。",
        "The amount is too large: ¥{most} at most.",
        most=show_money(maximum),
    )
