"""Names, addresses, remarks: kept exactly as sent, or refused."""

import re
import unicodedata

from app.core.values.bad import BadValue
from app.core.values.typed import as_text
from app.core.words import Say, say

_PICTURE = "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_PICTURE_STYLE = "[\ufe0f\U0001f3fb-\U0001f3ff]*"
# Emoji joined by U+200D (a family), and flags spelled in tags (Scotland's): invisible, but wanted.
_JOINED_EMOJI = re.compile(
    f"{_PICTURE}{_PICTURE_STYLE}(?:\u200d{_PICTURE}{_PICTURE_STYLE})+|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
)
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_LOST = "\ufffd"  # what a decoder writes for a character it could not read


def clean_text(raw: object, max_length: int, *, multiline: bool = False) -> str | None:
    """The text as sent, without the blanks around it; None when nothing is left.

    `max_length` counts characters. Kept: rare characters, emoji, quotes, markup (pages escape it).
    A number cell counts as its digits (room 101.0 is "101"). Raises BadValue for what could fake
    another text or can't be stored: control characters (but line ends and tabs when `multiline`),
    text direction marks, invisible characters, half characters (surrogates); and for over-length.
    """
    text = as_text(raw).strip(" \t\r\n").replace("\r\n", "\n")
    _refuse_hidden(text, allowed="\n\t" if multiline else "")
    text = text.strip()
    if len(text) > max_length:
        raise BadValue(_too_long(len(text), max_length))
    return text or None


def mask_text(text: str | None, *, keep: int = 6) -> str:
    """A name or an address in part: its first `keep` characters, at most half of it, then `***`."""
    if not text:
        return ""
    return text[: min(keep, len(text) // 2)] + "***"


def _refuse_hidden(text: str, *, allowed: str) -> None:
    for place, character in enumerate(_JOINED_EMOJI.sub(_as_many_dots, text), start=1):
        if character not in allowed and _is_hidden(character):
            raise BadValue(_hidden(character, place))


def _as_many_dots(emoji: re.Match[str]) -> str:
    return "." * len(emoji.group())


def _is_hidden(character: str) -> bool:
    # Unassigned and private characters stay: rare names live there, newer than our tables.
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or character in _BLANKS
        or character == _LOST
        or _is_noncharacter(ord(character))
    )


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _hidden(character: str, place: int) -> Say:
    if character == "\n":
        return say(
            "此项只能写一行，请去掉换行。",
            "This field holds one line; please take out the line break.",
        )
    return say(
        "第 {place} 个字是看不见或不能保存的字符（{code}），请删去后重新填写。",
        "Character {place} can't be seen or stored ({code}); please delete it and type it again.",
        place=place,
        code=f"U+{ord(character):04X}",
    )


def _too_long(length: int, max_length: int) -> Say:
    return say(
        "最多 {most} 个字，现有 {length} 个，请缩短。",
        "At most {most} characters; there are {length}. Please shorten it.",
        most=max_length,
        length=length,
    )
