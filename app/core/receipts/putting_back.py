"""What a receipt wrote into a field is put back row by row: only where the row still holds what was written.

What a row held before is in the journal, under the act of its line. Whoever changed the field since is named,
and theirs stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import changing, forgetting, here, history, merging
from app.core.blockers import Blocker, NotAllowed
from app.core.declaration import Declaration
from app.core.journal import JournalEntry
from app.core.kinds import Relation
from app.core.record import Field, table_named
from app.core.taking_back import then
from app.core.values import show_instant
from app.core.words import say

#: later entries of a row among which its next change of the field is looked for
LOOKED_THROUGH = 50
GONE = Blocker(
    "no_earlier_value", "",
    say("操作日志里已没有原来的值。", "The journal no longer holds the earlier value."),
    say("请打开该条记录修改。", "Open the record and edit it."),
)  # fmt: skip
IS_SO = Blocker(
    "same",
    "",
    say("已经是原来的值。", "It holds the earlier value already."),
    say("不用再改。", "There is nothing to do."),
)


@dataclass(frozen=True)
class Was:
    """What an act made of the field, as a form holds both."""

    entry: int
    before: Any
    after: Any


def was(session: Session, register: type[Declaration], spot: Field, undoes: Mapping[int, str]) -> dict[int, Was]:
    """row -> what the act that is taken back did to it, also where that lies sealed: a field of many rows is
    changed only by whoever sees it in full. A row of which the journal holds nothing is not there."""
    query = select(JournalEntry).where(
        JournalEntry.act.in_(set(undoes.values())), JournalEntry.table_name == register.table(),
        JournalEntry.row_id.in_(list(undoes)), JournalEntry.result == "done",
    )  # fmt: skip
    found = {}
    for each in session.execute(query).scalars():
        before, after = each.before or {}, each.after or {}
        row_id = each.row_id or 0
        if each.act != undoes.get(row_id) or spot.name not in before or spot.name not in after:
            continue
        held, made = then(register.model, spot, before[spot.name]), then(register.model, spot, after[spot.name])
        if held is not None and made is not None:
            found[row_id] = Was(each.id, held, made)
    return found


def held_before(session: Session, spot: Field, row: Any, known: Was | None) -> Any:
    """What the row is to hold again, as a form sends it. Raises NotAllowed."""
    if known is None or spot.attribute in forgetting.taken_out_of(row):
        raise NotAllowed([GONE])
    now = merging.typed(spot, getattr(row, spot.attribute))
    if now == known.before:
        raise NotAllowed([IS_SO])
    if now != known.after:
        raise NotAllowed([_changed_since(session, spot, row, known)])
    return known.before


def _changed_since(session: Session, spot: Field, row: Any, known: Was) -> Blocker:
    later = (
        select(JournalEntry)
        .where(
            JournalEntry.table_name == row.__tablename__, JournalEntry.row_id == row.id, JournalEntry.id > known.entry,
            JournalEntry.result == "done",
        )
        .order_by(JournalEntry.id.desc()).limit(LOOKED_THROUGH)
    )  # fmt: skip
    told = next((each for each in session.execute(later).scalars() if spot.name in (each.after or {})), None)
    if told is None:
        return Blocker(
            "changed_since", "", say("后来又改过，保留现在的值。", "It was changed since, and stays."), GONE.fix
        )
    at = show_instant(told.at, here.house_zone())
    return Blocker(
        "changed_since", "",
        say("{who}后来改过，保留现在的值。", "{who} changed it since, and theirs stays.", who=told.who),
        say("改于 {at}。如仍要改回，请打开该条记录修改。", "On {at}. To change it all the same, open the record.", at=at),
    )  # fmt: skip


def wanted_back(session: Session, spot: Field, known: Mapping[int, Was]) -> changing.Wanted:
    """Of each row, what it held."""
    return lambda row: changing.read_value(session, spot, held_before(session, spot, row, known.get(row.id)))


def foreseen(
    session: Session, register: type[Declaration], spot: Field, undoes: Mapping[int, str]
) -> list[changing.Change]:
    """What would be put back into each row; nothing is written."""
    known = was(session, register, spot, undoes)
    labels = _labels(session, spot, known)
    changes = changing.foreseen(session, register, list(undoes), spot, wanted_back(session, spot, known))
    for each in changes:
        held = known.get(each.id)
        each.after = merging.in_words(spot, held.before, labels) if held else ""
    return changes


def _labels(session: Session, spot: Field, known: Mapping[int, Was]) -> dict[str, str]:
    target = table_named(spot.kind.table) if isinstance(spot.kind, Relation) else None
    ids = {int(each.before) for each in known.values() if target is not None and each.before}
    if target is None or not ids:
        return {}
    query = select(target.id, getattr(target, target.__label__)).where(target.id.in_(ids))
    return {str(key): str(label) for key, label in session.execute(query)}


def told(
    session: Session, register: type[Declaration], spot: Field, acts: Mapping[int, str]
) -> dict[int, tuple[str, str]]:
    """row -> (what it held, what it holds since) by these acts, as its history tells it."""
    query = select(JournalEntry).where(
        JournalEntry.act.in_(set(acts.values())), JournalEntry.table_name == register.table(),
        JournalEntry.row_id.in_(list(acts)),
    )  # fmt: skip
    entries = [each for each in session.execute(query).scalars() if each.act == acts.get(each.row_id or 0)]
    return history.told_of(session, register.model, entries, spot.name)


__all__ = ["GONE", "Was", "foreseen", "held_before", "told", "wanted_back", "was"]
