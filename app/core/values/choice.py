"""One of a closed list, and yes or no, by any of the words that people write for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.core.values.bad import BadValue
from app.core.values.typed import half_width, typed
from app.core.words import Say, Words, say

W = TypeVar("W", bound=Words)

_YES = frozenset(("是", "对", "有", "√", "✓", "✔", "☑", "yes", "y", "true", "on", "1"))
_NO = frozenset(("否", "不", "不是", "无", "没有", "×", "✗", "✘", "no", "n", "false", "off", "0"))
#: what stands between several words of a list
_BETWEEN = re.compile(r"[,，、;；|\n]")
_NOT_YES_OR_NO = say("请填“是”或“否”。", "Please answer yes or no.")


def read_yes_no(raw: object) -> bool | None:
    """True for 是, yes, true, 1, √ …; False for 否, no, false, 0, × …; None when empty.

    Raises BadValue for anything else; a plain x too, which ticks one paper and crosses another.
    """
    if isinstance(raw, bool):
        return raw
    word = typed(raw).casefold()
    if word not in _YES | _NO | {""}:
        raise BadValue(_NOT_YES_OR_NO)
    return None if not word else word in _YES


def read_choice(raw: object, words: type[W], *, also: Mapping[str, W] | None = None) -> W | None:
    """The member of `words` meant by its value or its label, Chinese or English in any case.

    `also` gives further words for members (营业执照 for credit_code). None when empty. Raises
    BadValue with the list of labels for an unknown word, and for one that fits two members.
    """
    key = _key(typed(raw))
    if not key:
        return None
    meant = {each for each in words if key == _key(each.value)} or _meant(key, words, also or {})
    if len(meant) != 1:
        raise BadValue(_allowed(words))
    return meant.pop()


def read_choices(raw: object, words: type[W]) -> tuple[W, ...]:
    """The members meant by a list of words, or by a text that holds them apart by 、 or a comma; each once,
    in the order of the list. Empty for nothing. Raises BadValue with the list of labels."""
    if not isinstance(raw, list | tuple):
        text = typed(raw)
        raw = [text] if _meant(_key(text), words, {}) else _BETWEEN.split(text)
    meant = {found for each in raw if (found := read_choice(each, words)) is not None}
    return tuple(each for each in words if each in meant)


@dataclass(frozen=True)
class _Labels:
    """The labels of a list, in the language of whoever reads them."""

    words: type[Words]

    def __str__(self) -> str:
        return " / ".join(str(each.label) for each in self.words)


def _meant(key: str, words: type[W], also: Mapping[str, W]) -> set[W]:
    labelled = {each for each in words if key in (_key(each.label.zh), _key(each.label.en))}
    return labelled | {member for word, member in also.items() if key == _key(word)}


def _key(word: str) -> str:
    return half_width(word).replace("_", " ").strip().casefold()


def _allowed(words: type[Words]) -> Say:
    return say(
        "没有这一项，可填：{labels}。",
        "There is no such choice; it can be: {labels}.",
        labels=_Labels(words),
    )
