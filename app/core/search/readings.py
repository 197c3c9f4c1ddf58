"""How signs are read, as rows for `search_reading`: one reading a sign, and surnames by themselves.

    张 -> zhang      ^单 -> shan      ^单于 -> chan, ^^单于 -> yu

`^` is what a name begins with, `^^` its second sign; both hold for names of up to four signs only.
"""

from collections.abc import Iterator

from app.core.search.pieces import small
from app.core.values.pinyin import LONGEST_PERSON, SURNAMES

#: signs of a name that are read; the longest syllable has six letters
READ = 8
#: counted up when a sign is to be read otherwise
EDITION = 1
_BLANKS = dict.fromkeys(map(ord, " \t\n\r"))
_FIRST, _LAST = 0x4E00, 0x9FFF


def rows() -> Iterator[dict[str, str]]:
    from pypinyin import lazy_pinyin  # late: its dictionary is a tenth of every command's start

    for point in range(_FIRST, _LAST + 1):
        read = lazy_pinyin(chr(point))[0]
        if read.isascii() and read.isalpha():
            yield {"word": chr(point), "syllable": read}
    for surname, read in SURNAMES.items():
        for place, syllable in enumerate(read.split(), start=1):
            yield {"word": "^" * place + surname, "syllable": syllable}


def ways(name: str, known: dict[str, str]) -> list[str]:
    """How a name may be typed: whole, from its second and its third sign on, and the initials of these.
    What the triggers do, said once more in Python for whoever wants to check them."""
    signs = small(name.translate(_BLANKS))
    if signs.isascii():
        return []
    read = [known.get(sign, sign if sign.isascii() and sign.isalnum() else "") for sign in signs[:READ]]
    if len(signs) <= LONGEST_PERSON:
        read[0] = known.get(f"^{signs[:2]}") or known.get(f"^{signs[0]}") or read[0]
        if len(signs) > 1:
            read[1] = known.get(f"^^{signs[:2]}") or read[1]
    initials = [syllable[:1] for syllable in read]
    return ["".join(each[start:]) for each in (read, initials) for start in range(3) if "".join(each[start:])]
