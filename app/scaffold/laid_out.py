"""Code laid out as the house lays it out: one line where it fits, else as its formatter would break it."""

import json
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 120


def quoted(text: str) -> str:
    """What somebody typed, as a string of code: never as code."""
    written = json.dumps(text, ensure_ascii=False)
    if text.count('"') > text.count("'"):
        return "'" + written[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return written


def plain(text: str) -> str:
    """The same within a docstring."""
    return text.replace("\\", "/").replace('"', "'")


def docstring(zh: str, en: str, indent: int = 4) -> str:
    both, first = f"{zh}: {en[:1].lower()}{en[1:]}.", f"{zh}."
    fits = width(both) + indent + 6 <= WIDTH
    return f'{" " * indent}"""{plain(both if fits else first)}"""'


def width(text: str) -> int:
    """A Chinese sign counts twice."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def called(head: str, arguments: Sequence[str], tail: str = "", indent: int = 4) -> list[str]:
    """`head(arguments)tail`, broken as one breaks a call."""
    space, inner = " " * indent, " " * (indent + 4)
    joined = ", ".join(arguments)
    if width(one := f"{space}{head}({joined}){tail}") <= WIDTH:
        return [one]
    if width(inner + joined) <= WIDTH:
        return [f"{space}{head}(", inner + joined, f"{space}){tail}"]
    return [f"{space}{head}(", *(f"{inner}{each}," for each in arguments), f"{space}){tail}"]


def members(head: str, given: Sequence[str], indent: int = 4) -> list[str]:
    """`head = (a, b)` without its brackets where it fits, one below the other where not."""
    space = " " * indent
    if width(one := f"{space}{head} = {', '.join(given)}") <= WIDTH:
        return [one]
    return [f"{space}{head} = (", *(f"{space}    {each}," for each in given), f"{space})"]


def mapping(head: str, entries: Iterable[tuple[str, str]], indent: int = 4) -> list[str]:
    space = " " * indent
    return [f"{space}{head} = {{", *(f"{space}    {quoted(key)}: {value}," for key, value in entries), f"{space}}}"]


def named(head: str, names: Sequence[str], indent: int = 4) -> list[str]:
    """`head = "one two three"`, over several lines where they are many."""
    space, lines, line = " " * indent, [], ""
    if width(one := f'{space}{head} = "{" ".join(names)}"') <= WIDTH:
        return [one]
    for name in names:
        if line and len(line) + len(name) > WIDTH - 20:
            lines.append(line)
            line = ""
        line += f" {name}" if line or lines else name
    return [f"{space}{head} = (", *(f'{space}    "{each}"' for each in [*lines, line]), f"{space})"]
