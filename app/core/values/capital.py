"""Amounts in capital numerals (人民币大写), as the rules for filling in vouchers have them.

支付结算办法, annex 1: where the rules leave a choice, the first of their own examples is followed.
"""

_NUMERALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_GROUPS = ("亿", "万", "")
_LIMIT_FEN = 10**14  # beyond 9999亿 the words would need a group of their own


def capital_amount(fen: int) -> str:
    """`120000` -> 壹仟贰佰元整. Below zero starts with 负; ValueError from 10^12 yuan on."""
    if abs(fen) >= _LIMIT_FEN:
        raise ValueError("capital numerals are written below 10^12 yuan")
    yuan, rest = divmod(abs(fen), 100)
    words = (_yuan(yuan) + _jiao_and_fen(yuan, rest)) or "零元整"
    return f"负{words}" if fen < 0 else words


def _yuan(yuan: int) -> str:
    """壹拾万柒仟元; empty below one yuan."""
    digits = f"{yuan:012d}"
    words, above = "", ""
    for group, name in zip((digits[:4], digits[4:8], digits[8:]), _GROUPS, strict=True):
        if group != "0000":
            passed_over = group.startswith("0") or above == "0000"
            words += ("零" if words and passed_over else "") + _thousands(group) + name
        above = group
    return f"{words}元" if words else ""


def _thousands(group: str) -> str:
    """`1001` -> 壹仟零壹."""
    words = ""
    for digit, place in zip(group, _PLACES, strict=True):
        words += "零" if digit == "0" else _NUMERALS[int(digit)] + place
    return _without_repeated_zeros(words)


def _without_repeated_zeros(words: str) -> str:
    while "零零" in words:
        words = words.replace("零零", "零")
    return words.strip("零")


def _jiao_and_fen(yuan: int, rest: int) -> str:
    """元 is closed by 整, 角 and 分 are not; 零 stands for what is missing between."""
    if not rest:
        return "整" if yuan else ""
    jiao, fen = divmod(rest, 10)
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    jiao_words = f"{_NUMERALS[jiao]}角" if jiao else ""
    return gap + jiao_words + (f"{_NUMERALS[fen]}分" if fen else "")
