"""Defining, changing and archiving a register without code: what the admin typed, checked, journalled."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here, menu
from app.core.added import choices
from app.core.constraints import MISSING
from app.core.declaration import register_of
from app.core.defined import Definitions, fault_of_name, put_words
from app.core.kinds import BadValue
from app.core.made import typed
from app.core.made.definitions import MadeRegister
from app.core.made.loading import EDITION, is_free
from app.core.numbering import Counter
from app.core.record import all_tables
from app.core.rights import ROLE_NAMES
from app.core.words import Say, joined, say

#: in which the form sends the states that it has given a hint of
TOLD = "told_of"
_SERIES = re.compile(r"[A-Z]{2,6}")
#: first steps of addresses that are no register's, and names that read as something else
RESERVED = frozenset(
    {"api", "static", "login", "logout", "account", "check", "health", "ready", "language", "made_record"}
)
#: what a role may be given beside the register's own verbs
GENERAL = ("read", "add", "edit", "delete", "export", "import")

TAKEN = say("这个名称已被使用，请换一个。", "This name is taken; choose another.")
WRONG_SERIES = say("编号前缀为 2 至 6 个大写字母。", "The prefix is two to six capital letters.")
SERIES_TAKEN = say("这个编号前缀已被使用。", "This prefix is taken.")


_REGISTERS: Definitions[MadeRegister] = Definitions(
    MadeRegister, EDITION, "name zh en icon heading form_layout series states verbs rights queues archived",
    lambda found: f"{found.name} {found.zh}",
)  # fmt: skip


def create(session: Session, given: Mapping[str, Any], addresses: set[str]) -> MadeRegister:
    """Define a register. `addresses`: the first steps that lead elsewhere. Raises Faulty."""
    found = MadeRegister(by_id=here.me().staff_id)
    return _REGISTERS.create(
        session, found, lambda: _put_once(session, found, given, addresses) | _put(found, given)
    )  # fmt: skip


def change(session: Session, register_id: int, given: Mapping[str, Any]) -> MadeRegister:
    """Everything but the name and the series. Raises NotFound, Faulty."""
    return _REGISTERS.change(session, register_id, lambda found: _put(found, given))


def archive(session: Session, register_id: int, *, back: bool = False) -> MadeRegister:
    """Out of menu, pages and API, its records kept; or back again."""
    return _REGISTERS.archive(session, register_id, back=back)


# --- what was typed -----------------------------------------------------------------------


def _put_once(
    session: Session, found: MadeRegister, given: Mapping[str, Any], addresses: set[str]
) -> dict[str, Say | str]:
    """The name and the series: they stand in addresses and on paper."""
    faults: dict[str, Say | str] = {}
    found.name, found.series = (str(given.get(name) or "").strip() for name in ("name", "series"))
    if wrong := fault_of_name(found.name):
        faults["name"] = wrong
    elif _is_taken(session, found.name, addresses):
        faults["name"] = TAKEN
    if not _SERIES.fullmatch(found.series):
        faults["series"] = WRONG_SERIES if found.series else MISSING
    elif _is_series_taken(session, found.series):
        faults["series"] = SERIES_TAKEN
    return faults


def _is_taken(session: Session, name: str, addresses: set[str]) -> bool:
    known = session.execute(select(MadeRegister.id).where(MadeRegister.name == name)).scalar()
    elsewhere = name in RESERVED | addresses or register_of(name) is not None or not is_free(name)
    return known is not None or elsewhere or name in MadeRegister.metadata.tables


def _is_series_taken(session: Session, series: str) -> bool:
    queries = (
        select(MadeRegister.id).where(MadeRegister.series == series),
        select(Counter.id).where(Counter.series == series).limit(1),
    )
    used = {model.__series__ for model in all_tables()}
    return series in used or any(session.execute(query).scalar() is not None for query in queries)


def _put(found: MadeRegister, given: Mapping[str, Any]) -> dict[str, Say | str]:
    """What may be changed at any time."""
    faults = put_words(found, given)
    found.icon = str(given.get("icon") or "clipboard-list")
    if found.icon not in typed.ICONS:
        faults["icon"] = MISSING
    found.form_layout = layout if (layout := str(given.get("form_layout") or "")) in typed.LAYOUTS else ""
    headings = {heading.zh for heading in menu.headings()}
    found.heading = heading if (heading := str(given.get("heading") or "")) in headings else menu.DAILY.zh
    try:
        found.states = choices.read(given.get("states"), found.states or [])
    except BadValue as bad:
        return {**faults, "states": bad.sentence}
    states = [each["value"] for each in found.states if not each.get("gone")]
    found.verbs, found.queues, wrong = typed.verbs(given, states)
    found.rights = typed.rights(given, found.verbs, ROLE_NAMES, GENERAL)
    if not any("read" in each["verbs"].split() for each in found.rights.values()):
        faults["rights"] = say("至少要有一个岗位能查看。", "One role has to read it, at least.")
    return faults | wrong or _hint(found, given)


def _hint(found: MadeRegister, given: Mapping[str, Any]) -> dict[str, Say | str]:
    """Once: it may be meant so, and whoever saves again has been told of just these states."""
    words = {each["value"]: Say(each["zh"], each["en"]) for each in found.states if not each.get("gone")}
    left = typed.unreachable(list(words), found.verbs)
    if not left or str(given.get(TOLD) or "") == ",".join(left):
        return {}
    hint = say(
        "还没有保存。没有办理事项能到达：{names}，记录永远不会进入。请补上办理事项；确实如此的，再按一次保存。",
        "Not saved yet. No verb leads to: {names}; no record will ever be in them. Add a verb, or save again if it is meant so.",
        names=joined(words[each] for each in left),
    )  # fmt: skip
    return {"states": hint}
