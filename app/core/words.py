"""Chinese and English side by side: a sentence can't exist in one language only.

Chinese is the first language of the house. `say` takes both texts at once, so nothing
is left untranslated, the rules stay pure, and the clerk's words stand beside the code.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from markupsafe import escape

LANGUAGES = ("zh", "en")
_language: ContextVar[str] = ContextVar("language", default="zh")


def language() -> str:
    """The language of whoever is being spoken to: "zh" or "en"."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` ("zh" or "en") within the block; anything else speaks Chinese."""
    token = _language.set(code if code in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


@dataclass(frozen=True)
class Say:
    """One sentence in both languages, filled in when it is spoken."""

    zh: str
    en: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        text = self.zh if language() == "zh" else self.en
        return text.format(**self.facts) if self.facts else text

    def __html__(self) -> str:
        return _escaped(str(self)) if self.facts else _escaped_once(self.zh if language() == "zh" else self.en)

    def __hash__(self) -> int:
        return hash((self.zh, self.en))


def _escaped(text: str) -> str:
    return str(escape(text))


#: of the sentences without facts there are some thousands, said over and over
_escaped_once = lru_cache(maxsize=8192)(_escaped)


def say(zh: str, en: str, **facts: Any) -> Say:
    """A sentence in Chinese and in English; `{name}` places are filled from `facts`."""
    return Say(zh, en, facts)


def joined(parts: Iterable[object], zh: str = "、", en: str = ", ") -> Say:
    """Several of them as one, in either language."""
    spoken, given = {}, list(parts)
    for code, between in (("zh", zh), ("en", en)):
        with speaking(code):
            spoken[code] = between.join(str(each) for each in given)
    return Say(spoken["zh"], spoken["en"])


class Words(StrEnum):
    """A closed list of values, each with its word in both languages.

    class Grade(Words):
        CHIEF = "chief", "首席设计师"                # English is the value, spelled out
        NONE = "none", "无", "Not a designer"        # or is given
    """

    label: Say

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Say(zh or value, en or spelled_out(value))
        return member

    def __init__(self, *_: str) -> None:
        """The words are taken in `__new__`."""


def spelled_out(identifier: str) -> str:
    """`customer_name` -> `Customer name`."""
    text = identifier.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
