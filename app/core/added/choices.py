"""The values of a choice, one a line: `中文 | English`, with the stable value before a colon.

    good: 良好 | Good
    bad: 需整改 | To be repaired

A line without a value is given one. A value that is left out is no longer offered, but stays
readable in the rows that hold it; written again it is offered again.
"""

import re
from typing import Any

from app.core import values
from app.core.kinds import BadValue
from app.core.words import say

_VALUE = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST = 60
NONE = say("请至少写一个选项，每行一个。", "Write one choice a line, at least one.")


def read(raw: Any, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices as they are kept. Raises BadValue."""
    text = values.clean_text(raw, max_length=6000, multiline=True) or ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadValue(NONE)
    if len(lines) > MOST:
        raise BadValue(say("最多 {n} 个选项。", "At most {n} choices.", n=MOST))
    known = {each["zh"]: each["value"] for each in before}
    found: list[dict[str, Any]] = []
    for line in lines:
        found.append(_line(line, known, {each["value"] for each in [*before, *found]}))
        if found[-1]["value"] in {each["value"] for each in found[:-1]}:
            raise BadValue(say("「{line}」重复。", "“{line}” is there twice.", line=line[:40]))
    offered = {each["value"] for each in found}
    return found + [{**each, "gone": True} for each in before if each["value"] not in offered]


def _line(line: str, known: dict[str, str], taken: set[str]) -> dict[str, Any]:
    value, colon, rest = line.replace("：", ":").partition(":")
    value, rest = (value.strip(), rest) if colon else ("", line)
    zh, _, en = (part.strip() for part in rest.replace("｜", "|").partition("|"))
    if not zh or len(zh) > 40 or len(en) > 60 or (colon and not _VALUE.fullmatch(value)):
        raise BadValue(
            say("看不懂「{line}」，请写成 中文 | English。", "“{line}”: write Chinese | English.", line=line[:40])
        )
    value = value or known.get(zh, "") or _fresh(en or zh, taken)
    return {"value": value, "zh": zh, "en": en or zh, "gone": False}


def _fresh(label: str, taken: set[str]) -> str:
    """A value from the English word where there is one: `To be repaired` -> `to_be_repaired`."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower().encode("ascii", "ignore").decode()).strip("_")[:28]
    plain = plain if plain[:1].isalpha() else "c"
    numbered = (f"{plain}{n}" for n in range(1, len(taken) + 2))
    return next(each for each in (plain if plain != "c" else "c1", *numbered) if each not in taken)


def typed(choices: list[dict[str, Any]]) -> str:
    """The lines as the form shows them again."""
    return "\n".join(f"{c['value']}: {c['zh']} | {c['en']}" for c in choices if not c.get("gone"))
