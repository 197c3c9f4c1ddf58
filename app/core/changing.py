"""One field of many rows: which fields, and who would change; it is done with a receipt (receipts/changing.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core import gate, here, mattering, saving
from app.core.answers import Faulty
from app.core.blockers import NotAllowed
from app.core.brief import called, named_by
from app.core.declaration import Declaration
from app.core.reading import columns_for, query_for, seen_rows
from app.core.record import Field
from app.core.rights import READ, WRITE, level, may
from app.core.verbs import Act
from app.core.words import say

#: the row -> the value that it is to have. Raises NotAllowed or Faulty.
Wanted = Callable[[Any], Any]
#: rows that are changed while the person waits
CHANGE_CAP = 500
NOT_ASKED = say("这条记录不需要填这一项。", "It does not matter in this record.")
SAME = say("已经是这个值。", "It has this value already.")


@dataclass
class Change:
    """One row before it is changed: `why` it will not be."""

    id: int
    version: int
    label: str
    before: str = ""
    why: str = ""
    #: what it would hold, where that differs from row to row
    after: str = ""


def changeable(register: type[Declaration]) -> list[Field]:
    """The fields that this person may type in many rows at once: written in full, and alike for every row."""
    if not (may(here.me(), "edit", register.table()) and register.entered_by_hand):
        return []
    unique = {column.name for column in register.model.__table__.columns if column.unique}
    return [
        spot for spot in saving.writable(register, editing=True)
        if level(here.me(), register.table(), spot.name) in (READ, WRITE)
        and not spot.many and (spot.kind.operators or is_sealed(spot)) and spot.attribute not in unique and spot.kind.widget != "file"
    ]  # fmt: skip


def is_sealed(spot: Field) -> bool:
    """A figure or a day about a person, which no database compares."""
    return spot.added and spot.kind.personal and not spot.kind.operators and spot.kind.widget != "file"


def read_value(session: Session, spot: Field, raw: Any) -> Any:
    """What was typed for the field. Raises Faulty."""
    return saving.read_values(session, [spot], {spot.name: raw}, from_json=False, partial=False)[spot.name]


def for_all(value: Any) -> Wanted:
    """The same for every row."""
    return lambda _: value


def foreseen(
    session: Session, register: type[Declaration], ids: Sequence[int], spot: Field, wanted: Wanted
) -> list[Change]:
    """What would become of each row: nothing is written."""
    columns = columns_for(register.model, dict.fromkeys([*named_by(register), spot.name]), told=True)
    found = session.execute(query_for(register.model, columns).where(register.model.id.in_(ids)))
    seen = {each.id: each for each in seen_rows(columns, found)}
    rows = {row.id: row for row in gate.reachable(session, register.model, list(ids))}
    changes = []
    with session.no_autoflush:
        for row_id in (each for each in ids if each in rows and each in seen):
            told = seen[row_id]
            name = called(register, told)
            why = _in_words(refusal(session, register, rows[row_id], spot, wanted))
            changes.append(Change(row_id, told.version, name, told.shown(spot.name), why))
    session.rollback()  # the values were put only to hear what the rows say to them
    return changes


def refusal(
    session: Session, register: type[Declaration], row: Any, spot: Field, wanted: Wanted
) -> NotAllowed | Faulty | None:
    """Why the row would not be changed. The value is put into it, to hear what the row says: roll back after it."""
    try:
        value = wanted(row)
    except (NotAllowed, Faulty) as refused:
        return refused
    if getattr(row, spot.attribute) == value:
        return Faulty({spot.name: SAME})
    if blocked := saving.edit_blockers(register, row, Act(session, here.me())):
        return NotAllowed(blocked)
    saving.put(row, register.fields(), {spot.name: value})
    if value not in (None, "", False) and spot.name in mattering.idle_in(register, {}, row):
        return Faulty({spot.name: NOT_ASKED})
    faults = row.faults()
    return Faulty(faults) if faults else None


def _in_words(refused: NotAllowed | Faulty | None) -> str:
    if isinstance(refused, NotAllowed):
        return "".join(f"{each.message}{each.fix}" for each in refused.blockers)
    return "".join(str(each) for each in refused.faults.values()) if refused else ""
