"""What was typed, as the index keeps it: words, and the pieces that a column must hold for each.

A value is kept without blanks and with small letters. At every place of it the index holds a piece:
three signs where it begins with a letter, digit or sign of ASCII, else two signs and the one.
"""

import re
from dataclasses import dataclass

MOST_WORDS = 5
MOST_PIECES = 6
#: how long a beginning of a pinyin stands in the index by itself
BEGINNING = 6
_APART = re.compile(r"[\s\x00-\x20\x7f]+")
_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Piece:
    """`open`: pieces that begin like this, for a word shorter than a piece."""

    text: str
    open: bool = False


def words(text: str) -> list[str]:
    """Each has to be found; in whichever column."""
    return [word for word in _APART.split(text) if word][:MOST_WORDS]


def small(text: str) -> str:
    return text.translate(_CAPITALS)


def pieces(word: str) -> list[Piece]:
    """What a value that contains the word must hold."""
    word = small(word)
    whole = [word[place : place + _size(sign)] for place, sign in enumerate(word) if place + _size(sign) <= len(word)]
    if not _is_ascii(word[-1]) and (len(word) == 1 or _is_ascii(word[-2])):
        whole.append(word[-1])
    if not whole:
        return [Piece(word, open=True)]
    return [Piece(each) for each in _some(list(dict.fromkeys(whole)))]


def pinyin_piece(word: str) -> Piece | None:
    """What a Chinese name that reads like this holds among its readings; None for what is no pinyin."""
    word = small(word)
    if not (word.isascii() and word.isalnum()) or word.isdigit():
        return None
    return Piece(word, open=len(word) > BEGINNING)


def _size(sign: str) -> int:
    return 3 if _is_ascii(sign) else 2


def _is_ascii(sign: str) -> bool:
    return sign < "\x80"


def _some(whole: list[str]) -> list[str]:
    """Few pieces tell nearly as much as all; the last ones tell more (a number's last digits)."""
    if len(whole) <= MOST_PIECES:
        return whole
    return [whole[0], *whole[-1 : -2 * MOST_PIECES : -2]][:MOST_PIECES]
