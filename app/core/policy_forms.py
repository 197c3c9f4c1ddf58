"""How a figure of the rule book is told and typed: money, a number, yes or no, or a list in rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.core.kinds import BadValue, Money
from app.core.policy import Declared, read_value
from app.core.values import show_date
from app.core.words import Say, joined, say

#: empty rows of a list's form
ROOM = 3
NONE = say("（无）", "(none)")


def in_words(known: Declared, value: Any) -> Say | str:
    """The figure as people say it; what can't be told is shown as it stands."""
    if not isinstance(known.default, list):
        return f"¥{known.kind.show(value)}" if isinstance(known.kind, Money) else known.kind.show(value)
    if not isinstance(value, list):
        return str(value)
    if not value:
        return NONE
    if known.entered == "ranks":
        places = (joined(_words(known, group)) for group in value)
        return joined((say("{n}. {w}", "{n}. {w}", n=n, w=words) for n, words in enumerate(places, 1)), "；", "; ")
    if known.entered == "days":
        return joined(_day(each) for each in value)
    return joined(_words(known, value)) if known.words else joined(value)


def _words(known: Declared, values: Sequence[str]) -> list[Say | str]:
    labels = {str(word): word.label for word in known.words or ()}
    return [labels.get(each, each) for each in values]


def _day(text: str) -> str:
    try:
        return show_date(date.fromisoformat(text))
    except ValueError:
        return text


def asked_for(known: Declared, given: Any) -> Any:
    """The value that a form holds, as the rule uses it. Raises BadValue."""
    return read_value(known, _raw(known, given))


def _raw(known: Declared, given: Any) -> Any:
    """`given` is a MultiDict: a list comes as repeated fields."""
    if known.entered in ("choices", "days"):
        return [each for each in given.getlist("value") if each]
    if known.entered == "hours":
        spans = zip(given.getlist("from"), given.getlist("to"), strict=False)
        return [f"{start}-{end}" for start, end in spans if start or end]
    if known.entered == "ranks":
        return _ranked(known, given)
    if known.kind.widget == "checkbox":
        return given.get("value", "") or "0"
    return given.get("value", "")


def _ranked(known: Declared, given: Mapping[str, str]) -> list[list[str]]:
    """Each word has a place, or none; words of one place stand side by side."""
    groups: dict[int, list[str]] = {}
    for word in known.words or ():
        place = given.get(f"place_{word}", "")
        if place and not (place.isdigit() and len(place) < 3):
            raise BadValue(say("请选择名次。", "Choose a place."))
        if place:
            groups.setdefault(int(place), []).append(str(word))
    return [groups[place] for place in sorted(groups)]


def fields_for(known: Declared, value: Any) -> dict[str, Any]:
    """What the form shows of a value that stands."""
    if known.entered == "hours":
        return {"spans": [each.split("-", 1) for each in value] + [["", ""]] * ROOM}
    if known.entered == "days":
        return {"days": [*value, *[""] * ROOM]}
    if known.entered == "ranks":
        places = {word: place for place, group in enumerate(value, 1) for word in group}
        return {"places": [(word, places.get(str(word), "")) for word in known.words or ()]}
    if known.entered == "choices":
        return {"chosen": {str(each) for each in value}}
    return {"typed": known.kind.typed(value)}
