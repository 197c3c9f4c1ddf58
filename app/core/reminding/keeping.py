"""Declaring, changing, stopping a reminder; which of them are in force, in every worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, here, narrowing
from app.core.answers import Faulty, NotFound
from app.core.declaration import register_of
from app.core.defined import Definitions, Faults, put_words
from app.core.hooks.keeping import GENERAL
from app.core.kinds import Date, Instant, Relation
from app.core.narrowing import Condition
from app.core.reminding.table import MOST_DAYS, Reminder
from app.core.verbs import verbs_of
from app.core.words import Say, say
from app.core.writing import write

EDITION = "reminders"
MISSING_WHEN = say("请选发生什么，或某个日期的前后几天。", "Choose what happens, or days before or after a day.")
MISSING_WHOM = say("请至少选一个岗位或一栏员工。", "Choose a role or a column of staff, at least.")

_REMINDERS: Definitions[Reminder] = Definitions(
    Reminder, EDITION, "zh en table_name verbs day_of days condition roles people archived",
    lambda found: f"{found.zh} {found.table_name}",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A reminder as plain values: asked at every commit."""

    id: int
    zh: str
    en: str
    table: str
    verbs: frozenset[str]
    day_of: str
    days: int
    condition: Condition = field(hash=False)
    roles: frozenset[str]
    people: tuple[str, ...]

    @classmethod
    def of(cls, row: Reminder) -> "Rule":
        return cls(
            row.id, row.zh, row.en, row.table_name, frozenset(row.verbs), row.day_of, row.days, condition_of(row),
            frozenset(row.roles), tuple(row.people),
        )  # fmt: skip


_in_force: dict[str, list[Rule]] = {}


def load(session: Session) -> None:
    found: dict[str, list[Rule]] = {}
    for each in session.execute(select(Reminder).where(Reminder.archived.is_(False)).order_by(Reminder.id)).scalars():
        found.setdefault(each.table_name, []).append(Rule.of(each))
    _in_force.clear()
    _in_force.update(found)


def in_force(table: str) -> Sequence[Rule]:
    return _in_force.get(table, ())


# --- what may be chosen -------------------------------------------------------------------


def happenings(table: str) -> dict[str, Say]:
    """What may be told of a register: name -> what it is called. Of what is deleted nobody sees anything any more."""
    general = {name: word for name, word in GENERAL.items() if name != "delete"}
    return {**general, **{name: verb.label for name, verb in verbs_of(table).items()}}


def days_of(table: str) -> dict[str, Say]:
    spots = narrowing.columns(table)
    return {
        each.name: each.label for each in spots if isinstance(each.kind, Date) and not isinstance(each.kind, Instant)
    }


def people_of(table: str) -> dict[str, Say]:
    spots = narrowing.columns(table)
    return {each.name: each.label for each in spots if isinstance(each.kind, Relation) and each.kind.table == "staff"}


def condition_of(row: Reminder) -> Condition:
    return parse_qs(row.condition)


# --- defining -----------------------------------------------------------------------------


def create(session: Session, given: Mapping[str, Any]) -> Reminder:
    """`given`: table, zh, en, verbs, day_of, days, condition, roles, people. Raises Faulty, with every fault at its place;
    NotFound for no register."""
    found = Reminder(by_id=here.me().staff_id, table_name=str(given.get("table") or ""))
    if register_of(found.table_name) is None:
        raise NotFound()
    return _REMINDERS.create(session, found, lambda: _put(found, given))


def change(session: Session, reminder_id: int, given: Mapping[str, Any]) -> Reminder:
    """Everything but the register. Raises NotFound, Faulty."""
    return _REMINDERS.change(session, reminder_id, lambda found: _put(found, given))


def stop(session: Session, reminder_id: int, *, back: bool = False) -> Reminder:
    """Nobody is told any more; or again, of what happens from now on."""

    found = _REMINDERS.archive(session, reminder_id, back=back)

    def work() -> None:
        _REMINDERS.locked(session, reminder_id).looked_at = _yesterday()

    if back:
        write(session, work)
    return found


def _put(found: Reminder, given: Mapping[str, Any]) -> Faults:
    faults = put_words(found, given)
    faults |= _put_when(found, given)
    try:
        kept = narrowing.read(found.table_name, given.get("condition") or {})
        found.condition = urlencode(kept, doseq=True)
        if len(found.condition) > 1000:
            faults["condition"] = say("条件太多，请减少几项。", "There are too many conditions: choose fewer.")
    except Faulty as faulty:
        faults |= {f"condition.{key}": fault for key, fault in faulty.faults.items()}
    found.roles = sorted(map(str, given.get("roles") or []))[:40]
    found.people = [name for name in people_of(found.table_name) if name in (given.get("people") or [])]
    if not (found.roles or found.people):
        faults["roles"] = MISSING_WHOM
    return faults


def _put_when(found: Reminder, given: Mapping[str, Any]) -> Faults:
    before = (found.day_of, found.days)
    found.verbs = [name for name in happenings(found.table_name) if name in (given.get("verbs") or [])]
    found.day_of = name if (name := str(given.get("day_of") or "")) in days_of(found.table_name) else ""
    number = str(given.get("days") or "0").strip()
    if not (found.verbs or found.day_of):
        return {"verbs": MISSING_WHEN}
    if not (number.isascii() and number.isdigit() and int(number[:6]) <= MOST_DAYS):
        return {"days": say("请填写 0 至 {n} 的天数。", "Days, from 0 to {n}.", n=MOST_DAYS)}
    sign = -1 if given.get("before") in (True, "1") else 1
    found.days = sign * int(number) if found.day_of else 0
    if (found.day_of, found.days) != before:
        found.looked_at = _yesterday()
    return {}


def _yesterday() -> Any:
    return here.today() - timedelta(days=1)


editions.loader(EDITION, load)
