"""The form of a register without code, read: verbs in numbered lines, rights in a grid of boxes.

verb_0_zh, verb_0_en, verb_0_name, verb_0_from (several), verb_0_to, verb_0_reason,
verb_0_other, verb_0_roles (several), verb_0_queue, verb_0_queue_zh, verb_0_queue_en
right_<role> (several verbs), own_<role>
"""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from app.core.register import Register
from app.core.words import Say, say

#: lines of verbs that the form has
LINES = 8
#: icons to choose from: drawn in app/static/icons.svg
ICONS = (
    "clipboard-list", "clipboard-check", "notes", "book", "briefcase", "calendar-event", "camera", "category",
    "certificate", "file-text", "flag", "gift", "hammer", "key", "list-check", "mail", "phone", "tools", "truck", "users",
)  # fmt: skip
#: how a form of several parts is shown
LAYOUTS = {
    "": say("各部分依次排在一页", "All parts on one page"), "tabs": say("每部分一个标签页", "A tab each"),
    "steps": say("登记时一步一步填写", "Step by step, while a record is entered"),
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
Faults = dict[str, Say | str]
GENERAL = frozenset({"read", "add", "edit", "delete", "import", "export", "attach", "reveal", "print", "manage", "do"})


@cache
def taken() -> frozenset[str]:
    """Names that a verb can't have: the general rights, and what the addresses of a register say already."""
    pages = inspect.getmembers(Register, lambda found: hasattr(found, "_urls"))
    return GENERAL | {step for _, page in pages for url, _ in page._urls for step in url.split("/")}


def verbs(given: Mapping[str, Any], states: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Faults]:
    """(verbs, queues, faults): a line without words is none."""
    found: list[dict[str, Any]] = []
    queues: list[dict[str, Any]] = []
    faults: Faults = {}
    for line in range(LINES):
        read = _line(given, f"verb_{line}_", states)
        if read is None:
            continue
        wrong = _fault(read, {each["name"] for each in found})
        if wrong is not None:
            faults[f"verb_{line}_name"] = wrong
        found.append(read)
        if given.get(f"verb_{line}_queue"):
            zh = str(given.get(f"verb_{line}_queue_zh") or "").strip()[:40] or f"待{read['zh']}"
            en = str(given.get(f"verb_{line}_queue_en") or "").strip()[:60] or f"To do: {read['en']}"
            queues.append({"verb": read["name"], "zh": zh, "en": en})
    return found, queues, faults


def unreachable(states: Sequence[str], verbs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The states that no way leads to from the first, in their order."""
    ways, reached = list(verbs), set(states[:1])
    while more := {each["end"] for each in ways if reached.intersection(each["start"])} - reached:
        reached |= more
    return [state for state in states if state not in reached]


def waits_for(verb: Mapping[str, Any], states: Iterable[str]) -> dict[str, str]:
    """Which rows wait for a verb, as filters of the list: in any state it may begin in, and by a rule of two
    people not one's own. None in states that are gone."""
    start = ",".join(state for state in states if state in verb["start"])
    if not start:
        return {}
    return {"state": start, **({"created_by.neq": "me"} if verb["other_person"] else {})}


def _line(given: Mapping[str, Any], sign: str, states: Sequence[str]) -> dict[str, Any] | None:
    zh, en = (str(given.get(f"{sign}{name}") or "").strip() for name in ("zh", "en"))
    if not zh and not en:
        return None
    name = str(given.get(f"{sign}name") or "").strip()
    plain = re.sub(r"[^a-z0-9]+", "_", en.lower()).strip("_")[:30]
    return {
        "name": name or plain, "zh": zh[:40], "en": en[:60],
        "start": [state for state in states if state in listed(given, f"{sign}from")],
        "end": end if (end := str(given.get(f"{sign}to") or "")) in states else "",
        "reason": bool(given.get(f"{sign}reason")), "other_person": bool(given.get(f"{sign}other")),
        "roles": listed(given, f"{sign}roles"),
    }  # fmt: skip


def _fault(read: Mapping[str, Any], before: set[str]) -> Say | None:
    if not read["zh"] or not read["en"]:
        return say("请写中文和英文名称。", "It needs its word in both languages.")
    if not _NAME.fullmatch(read["name"]) or len(read["name"]) > 30 or read["name"] in taken():
        return say("英文名称不能用作办理标识，请换一个。", "This English word can't be a verb's name; choose another.")
    if read["name"] in before:
        return say("有两个办理同名。", "Two verbs have this name.")
    if not read["start"] or not read["end"]:
        return say("请选择从哪些状态、到哪个状态。", "Choose the states it starts from and the one it leads to.")
    if not read["roles"]:
        return say("请选择谁可以办理。", "Choose who may do it.")
    return None


def listed(given: Mapping[str, Any], name: str) -> list[str]:
    """Several boxes of one name."""
    found = given.get(name) or []
    return [found] if isinstance(found, str) else list(found)


def rights(
    given: Mapping[str, Any], verbs: Iterable[Mapping[str, Any]], roles: Sequence[str], general: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """role -> its verbs and whether only its own rows. Whoever has anything else may read, too."""
    found: dict[str, dict[str, Any]] = {}
    for role in roles:
        chosen = set(listed(given, f"right_{role}"))
        held = [name for name in general if name in chosen]
        held += [each["name"] for each in verbs if role in each["roles"]]
        if held:
            held = held if "read" in held else ["read", *held]
            found[role] = {"verbs": " ".join(held), "own": bool(given.get(f"own_{role}"))}
    return found
