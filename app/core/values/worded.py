"""The order of words: Chinese by pinyin, numbers within a text by their size, Latin without regard to capitals.

    101 < 1001    2栋 < 10栋    北苑 < 重庆路 < 丽景家园 < 阳光 < Apple < banana

`worded` gives a text to sort by: plain texts that it made stand in the order of the words. It follows the Unicode
collation for `zh` with numbers by value (ICU's `zh-u-kn-true`), so that SQLite and PostgreSQL sort alike: by signs,
as `signs.txt` has them, then capitals and wide forms behind plain ones, then by the text itself, so that no two texts
are equal. A sign has one reading whatever the word, but for 重庆, 沈阳 and 藏文: 长沙 stands under zhang.

`signs.txt` was made of ICU 72 (CLDR 42): punctuation and symbols, digits as signs (①), the 21,190 Chinese signs with
a reading, letters. Signs in one word differ only in their form. Chinese signs without a reading follow those with
one, and other scripts the letters, by their number in Unicode; ICU has strokes and rules of its own there.
"""

import re
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from unicodedata import category, normalize, unidata_version
from zlib import crc32

#: stand for a number, and for a sign that is read otherwise; from `_COUNTED` on for how long a number is and its
#: digits. No text holds them
_NUMBER, _BEHIND, _COUNTED = "\ufdd0", "\ufdd1", 0x10F000
_WITHIN = {ord(str(each)): chr(_COUNTED + each) for each in range(10)}
_DIGITS = re.compile(r"(\d+)")
#: words -> behind which sign they stand
_READ = {"重庆": "虫", "沈阳": "弞", "藏文": "銺"}
#: have no capitals or wide forms; what is simple has no numbers or signs that may be read otherwise, either
_PLAIN = re.compile("[0-9a-z \\-#/一-鿿]*")
_SIMPLE = re.compile("[a-z \\-#/一-沇沉-藎藐-里野-鿿]*")
_BLANKS = "\t\n\v\f\r\x85\u2028\u2029 "
#: parts what is given, less than any sign; the first and the last sign
_END, _FIRST, _LAST = "\x01", 0x10, "\ud7ff"
_CAPITAL, _WIDE = 20, 10
#: counted up when what follows makes another order
_RULES = 1


def worded(text: str) -> str:
    """Where the text stands among others."""
    if _SIMPLE.fullmatch(text):  # as most names are
        return f"{text.translate(_ranks())}{_END}{_END}{text}"
    numbered = _numbered(text)
    for word, before in _READ.items():
        numbered = numbered.replace(word, f"{before}{_BEHIND}{word[1:]}")
    if _PLAIN.fullmatch(text):
        return f"{numbered.translate(_ranks())}{_END}{_END}{text}"
    signs = normalize("NFKD", numbered).lower().translate(_ranks())
    return f"{signs}{_END}{_forms(numbered)}{_END}{text}"


@cache
def edition() -> int:
    """Another one, where texts may stand in another order than before."""
    known = f"{unidata_version} {(Path(__file__).parent / 'signs.txt').read_text('utf-8')} {_RULES}"
    return crc32(known.encode()) & 0x7FFFFFFF


def _numbered(text: str) -> str:
    parts = _DIGITS.split(text)
    parts[1::2] = map(_number, parts[1::2])
    return "".join(parts)


@lru_cache(20_000)  # rooms and houses have few numbers: half of the work with an address
def _number(given: str) -> str:
    """First by how many digits it has, then by these; noughts before it do not count."""
    digits = (given if given.isascii() else "".join(str(int(each)) for each in given)).lstrip("0")
    return f"{_NUMBER}{chr(_COUNTED + min(len(digits), 0xFFF))}{digits.translate(_WITHIN)}"


def _forms(numbered: str) -> str:
    ranks, places = _ranks(), _places()
    found = []
    for sign in numbered:
        spelled = normalize("NFKD", sign)
        wide = _WIDE if spelled != normalize("NFD", sign) else 0
        for each in spelled:
            small = each.lower()
            if ranks[ord(small[0])]:
                form = (_CAPITAL if small != each else 0) + wide + places.get(small, 0)
                found.append(chr(_FIRST + form))
    return "".join(found).rstrip(chr(_FIRST))


class _Ranks(dict[int, str]):
    """Number of a sign -> what stands for it; nothing for what only changes the sign before it."""

    def __init__(self, known: dict[int, str], unread: str, others: str) -> None:
        super().__init__(known)
        self._unread, self._others = unread, others

    def __missing__(self, code: int) -> str:
        if code >= _COUNTED:
            return chr(_FIRST + code - _COUNTED)
        if category(chr(code)) in ("Mn", "Me", "Cf", "Cc"):
            return ""
        is_chinese = 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF
        return (self._unread if is_chinese else self._others) + chr(code)


@cache
def _words() -> list[list[str]]:
    """Read when the first text is sorted: signs, digits as signs, Chinese, letters."""
    signs, digits, chinese, letters = (Path(__file__).parent / "signs.txt").read_text("utf-8").split("\n")[:4]
    return [[*_BLANKS, *signs.split(" ")], digits.split(" "), [*chinese], letters.split(" ")]


@cache
def _ranks() -> _Ranks:
    signs, digits, chinese, letters = _words()
    places = count(_FIRST)
    known = {ord(_BEHIND): _LAST}
    unread, others = [chr(0)], [chr(0)]
    for words in (signs, [_NUMBER], digits, chinese, unread, letters, others):
        for word in words:
            rank = chr(next(places))
            if word == chr(0):
                words[0] = rank
            else:
                known |= dict.fromkeys(map(ord, word), rank)
    return _Ranks(known, unread[0], others[0])


@cache
def _places() -> dict[str, int]:
    """Signs that differ from another only in their form: あ ぁ ア."""
    return {sign: place for words in _words() for word in words for place, sign in enumerate(word) if place}
