"""Defining, changing and archiving a register without code: what the admin typed, checked, journalled."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, here, journal, menu, values
from app.core.added import choices
from app.core.answers import Faulty, NotFound
from app.core.constraints import MISSING
from app.core.declaration import register_of
from app.core.kinds import BadValue
from app.core.made import typed
from app.core.made.definitions import MadeRegister
from app.core.made.loading import EDITION, is_free
from app.core.numbering import Counter
from app.core.record import all_tables
from app.core.rights import ROLE_NAMES
from app.core.words import Say, say
from app.core.writing import write

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SERIES = re.compile(r"[A-Z]{2,6}")
LONGEST_NAME = 30
#: first steps of addresses that are no register's, and names that read as something else
RESERVED = frozenset(
    {"api", "static", "login", "logout", "account", "check", "health", "ready", "language", "made_record"}
)
#: what a role may be given beside the register's own verbs
GENERAL = ("read", "add", "edit", "delete", "export", "import")

WRONG_NAME = say(
    "以小写字母开头，只用小写字母、数字和下划线，最多 {n} 个字符。",
    "Small letters, digits and underscores, a letter first, at most {n} signs.", n=LONGEST_NAME,
)  # fmt: skip
TAKEN = say("这个名称已被使用，请换一个。", "This name is taken; choose another.")
WRONG_SERIES = say("编号前缀为 2 至 6 个大写字母。", "The prefix is two to six capital letters.")
SERIES_TAKEN = say("这个编号前缀已被使用。", "This prefix is taken.")


def create(session: Session, given: Mapping[str, Any], addresses: set[str]) -> MadeRegister:
    """Define a register. `addresses`: the first steps that lead elsewhere. Raises Faulty."""

    def work() -> MadeRegister:
        found = MadeRegister(by_id=here.me().staff_id)
        faults = _put_once(session, found, given, addresses) | _put(found, given)
        if faults:
            raise Faulty(faults)
        session.add(found)
        session.flush()
        _tell(session, "add", found, None)
        return found

    return _written(session, work)


def change(session: Session, register_id: int, given: Mapping[str, Any]) -> MadeRegister:
    """Everything but the name and the series. Raises NotFound, Faulty."""

    def work() -> MadeRegister:
        found = locked(session, register_id)
        before = kept(found)
        faults = _put(found, given)
        if faults:
            raise Faulty(faults)
        _tell(session, "edit", found, before)
        return found

    return _written(session, work)


def archive(session: Session, register_id: int, *, back: bool = False) -> MadeRegister:
    """Out of menu, pages and API, its records kept; or back again."""

    def work() -> MadeRegister:
        found = locked(session, register_id)
        before = kept(found)
        found.archived = not back
        _tell(session, "restore" if back else "archive", found, before)
        return found

    return _written(session, work)


def _written(session: Session, work: Any) -> MadeRegister:
    found: MadeRegister = write(session, work)
    editions.refresh(session)
    return found


def locked(session: Session, register_id: int) -> MadeRegister:
    query = select(MadeRegister).where(MadeRegister.id == register_id).with_for_update()
    found = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def kept(found: MadeRegister) -> dict[str, Any]:
    """The definition as the journal keeps it."""
    names = ("name", "zh", "en", "icon", "heading", "series", "states", "verbs", "rights", "queues", "archived")
    return {name: getattr(found, name) for name in names}


def _tell(session: Session, verb: str, found: MadeRegister, before: dict[str, Any] | None) -> None:
    editions.changed(session, EDITION)
    session.flush()
    after = kept(found)
    if before is not None:
        changed = [name for name in after if after[name] != before[name]]
        before, after = ({name: each[name] for name in changed} for each in (before, after))
    label = f"{found.name} {found.zh}"
    journal.add(session, verb, table="made_register", row_id=found.id, label=label, before=before, after=after)


# --- what was typed -----------------------------------------------------------------------


def _put_once(
    session: Session, found: MadeRegister, given: Mapping[str, Any], addresses: set[str]
) -> dict[str, Say | str]:
    """The name and the series: they stand in addresses and on paper."""
    faults: dict[str, Say | str] = {}
    found.name, found.series = (str(given.get(name) or "").strip() for name in ("name", "series"))
    if not _NAME.fullmatch(found.name) or len(found.name) > LONGEST_NAME:
        faults["name"] = WRONG_NAME if found.name else MISSING
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
    faults: dict[str, Say | str] = {}
    for name, size in (("zh", 40), ("en", 60)):
        try:
            setattr(found, name, values.clean_text(given.get(name), max_length=size) or "")
        except BadValue as bad:
            faults[name] = bad.sentence
        else:
            if not getattr(found, name):
                faults[name] = MISSING
    found.icon = str(given.get("icon") or "clipboard-list")
    if found.icon not in typed.ICONS:
        faults["icon"] = MISSING
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
    return faults | wrong
