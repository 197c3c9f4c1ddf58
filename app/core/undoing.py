"""An act taken back leads to what stood before it, or is refused with the reason.

A verb back may lead elsewhere than where the row came from: a contractor that was suspended before it was barred
is active when it is restored. What stood is in the journal, under the act; a verb that may lead there reads it
from `act.back`, and no other state is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.blockers import Blocker, NotAllowed
from app.core.journal import JournalEntry
from app.core.kinds import Choice, YesNo
from app.core.record import fields
from app.core.words import say

if TYPE_CHECKING:
    from app.core.verbs import Act, Verb

FIX = say("请打开该条记录，办理合适的一项。", "Open the record, and do what fits.")


@dataclass(frozen=True)
class Stood:
    """What an act made of a row, by field, as the journal keeps it: the states and the yes or no of it."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


def stood(session: Session, table: str, undoes: Mapping[int, str]) -> dict[int, Stood]:
    """row -> what stood before the act that is taken back, and after it."""
    query = select(JournalEntry).where(
        JournalEntry.act.in_(set(undoes.values())), JournalEntry.table_name == table,
        JournalEntry.row_id.in_(list(undoes)), JournalEntry.result == "done",
    )  # fmt: skip
    return {
        each.row_id: Stood(each.before or {}, each.after or {})
        for each in session.execute(query).scalars()
        if each.row_id is not None and each.act == undoes.get(each.row_id)
    }


def blockers(verb: "Verb", row: Any, act: "Act") -> list[Blocker]:
    """Before it is done: the row stands as the act left it, and the verb leads to where it came from."""
    held = act.back.get(getattr(row, "id", 0))
    if held is None or "state" not in held.before:
        return []
    if str(row.state) != held.after.get("state"):
        return [Blocker("changed_since", "", say("此后状态又变过。", "Its state has changed since."), FIX)]
    if str(verb.next_state(row, act)) == held.before["state"]:
        return []
    return [_leads_elsewhere(row, "state", held.before["state"])]


def make_sure(row: Any, act: "Act") -> None:
    """After it was done, in the same transaction. Raises NotAllowed."""
    held = act.back.get(row.id)
    known = fields(type(row)) if held is not None else {}
    for name, before in (held.before if held is not None else {}).items():
        spot = known.get(name)
        if spot is None or not isinstance(spot.kind, Choice | YesNo):
            continue
        now = getattr(row, spot.attribute)
        if (bool(now) if isinstance(spot.kind, YesNo) else now and str(now)) != before:
            raise NotAllowed([_leads_elsewhere(row, name, before)])


def _leads_elsewhere(row: Any, name: str, before: Any) -> Blocker:
    spot = fields(type(row))[name]
    was = spot.kind.show(before) if isinstance(spot.kind, Choice) else spot.kind.show(bool(before))
    return Blocker(
        "not_as_before", "",
        say("原来的{f}是「{was}」，这样撤回恢复不了。", "{f} was “{was}”: taking it back would not lead there.", f=spot.label, was=was),
        FIX,
    )  # fmt: skip
