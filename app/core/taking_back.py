"""Take back 改回: a change in a record's history, undone by a person who looks at it first.

The edit form opens with what the fields of that change held before it, beside what they hold now, and is saved
as any edit is. Only fields that this person types and sees in full; what verbs write has verbs to undo it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import forgetting, here, history, merging, saving
from app.core.answers import NotFound
from app.core.declaration import Declaration
from app.core.journal import JournalEntry
from app.core.kinds import Relation
from app.core.record import Field, Record, table_named
from app.core.rights import HIDDEN, level, may
from app.core.verbs import Act
from app.core.words import Say

#: the entry that a form takes back: in the address that opens it, and in the form itself
FIELD = "take_back"
#: what is no text of a form
_KEPT_ELSEWHERE = frozenset({"file", "signature"})


@dataclass(frozen=True)
class Side:
    """One field: as the form holds what it was, and both in words."""

    spot: Field
    then: Any
    was: str
    now: str


@dataclass(frozen=True)
class Earlier:
    """What a change may be taken back to; `left`: what else it changed, in words, and stays as it is."""

    entry: int
    who: str
    at: datetime
    sides: list[Side]
    left: list[Say]

    @property
    def given(self) -> dict[str, Any]:
        return {side.spot.name: side.then for side in self.sides}


def offered(session: Session, register: type[Declaration], row: Any) -> Callable[[JournalEntry], bool]:
    """Of which entries of the row's history this person may take something back."""
    if not (may(here.me(), "edit", register.table()) and register.entered_by_hand):
        return lambda _: False
    if saving.edit_blockers(register, row, Act(session, here.me())):
        return lambda _: False
    spots = _usable(register, row)
    return lambda entry: _is_change(entry) and any(_differs(spot, entry, row) for spot in spots)


def earlier(session: Session, register: type[Declaration], row: Any, entry_id: int) -> Earlier:
    """For a row that is in reach. Raises NotFound for what is no change in its history."""
    entry = _change(session, register.model, row.id, entry_id)
    if entry is None:
        raise NotFound()
    spots = [spot for spot in _usable(register, row) if _differs(spot, entry, row)]
    sides = [side for spot in spots if (side := _side(session, spot, entry, row)) is not None]
    taken = {side.spot.name for side in sides}
    left = [spot.label for spot in _told_of(register, entry) if spot.name not in taken]
    return Earlier(entry.id, entry.who, entry.at, sides, left)


def is_change_of(session: Session, model: type[Record], row_id: int, entry_id: int) -> bool:
    """Whether the entry tells of a change in the history of this row."""
    return _change(session, model, row_id, entry_id) is not None


def _change(session: Session, model: type[Record], row_id: int, entry_id: int) -> JournalEntry | None:
    query = history.entries_of(model, row_id).where(JournalEntry.id == entry_id)
    entry: JournalEntry | None = session.execute(query).scalar_one_or_none()
    return entry if entry is not None and _is_change(entry) else None


def _is_change(entry: JournalEntry) -> bool:
    return entry.result == "done" and bool(entry.before) and entry.after is not None


def _usable(register: type[Declaration], row: Any) -> list[Field]:
    """The fields that this person types into this row, seeing all of them."""
    forgotten = forgetting.taken_out_of(row)
    return [
        spot
        for spot in saving.writable(register, editing=True)
        if spot.kind.widget not in _KEPT_ELSEWHERE
        and not merging.is_masked(register, row, spot.name)
        and not (spot.attribute in forgotten or _may_be_forgotten(spot, row))
    ]


def _may_be_forgotten(spot: Field, row: Any) -> bool:
    """Personal data that a row holds no more stays away: nothing tells an emptied field from a forgotten one."""
    return spot.kind.personal and getattr(row, spot.attribute) in (None, "")


def _told_of(register: type[Declaration], entry: JournalEntry) -> Iterable[Field]:
    """What the entry changed and this person may know of."""
    known, after = register.fields(), entry.after or {}
    changed = [name for name, before in (entry.before or {}).items() if name in known and before != after.get(name)]
    hidden = {name for name in changed if level(here.me(), register.table(), name) == HIDDEN}
    return [known[name] for name in changed if name not in hidden | history.QUIET]


def _differs(spot: Field, entry: JournalEntry, row: Any) -> bool:
    """Whether the change touched the field, and it does not hold again what it held before."""
    before, after = entry.before or {}, entry.after or {}
    if spot.name not in before or before[spot.name] == after.get(spot.name):
        return False
    held = then(type(row), spot, before[spot.name])
    return held is not None and held != merging.typed(spot, getattr(row, spot.attribute))


def as_typed(spot: Field, kept: Any) -> Any:
    """A journalled value as the form would hold it; None for what can't be typed any more."""
    if spot.many:
        return [str(each) for each in kept or []]
    if kept is None:
        return ""
    if spot.is_relation:
        return str(kept)
    try:
        return spot.kind.typed(spot.kind.read_json(kept))
    except (ValueError, TypeError):  # sealed, or of a column that has changed its kind
        return None


def then(model: type[Record], spot: Field, kept: Any) -> Any:
    """The same for whoever sees the field in full: of what lies sealed, too."""
    if not isinstance(kept, dict):
        return as_typed(spot, kept)
    value = history.value_of(model, spot, kept)
    return None if value is None else spot.kind.typed(value)


def _side(session: Session, spot: Field, entry: JournalEntry, row: Any) -> Side | None:
    """None where what it was is out of this person's reach, or gone."""
    held = then(type(row), spot, (entry.before or {})[spot.name])
    now = merging.typed(spot, getattr(row, spot.attribute))
    labels = _labels(session, spot.kind, [held, now]) if isinstance(spot.kind, Relation) else {}
    named = held if isinstance(held, list) else [held]
    if spot.is_relation and any(each and each not in labels for each in named):
        return None
    return Side(spot, held, merging.in_words(spot, held, labels), merging.in_words(spot, now, labels))


def _labels(session: Session, kind: Relation, held: Iterable[Any]) -> dict[str, str]:
    """id -> label of the related rows that are in reach."""
    target = table_named(kind.table)
    ids = [int(each) for one in held for each in (one if isinstance(one, list) else [one]) if each]
    if target is None or not ids:
        return {}
    query = select(target.id, getattr(target, target.__label__)).where(target.id.in_(ids))
    return {str(key): str(label) for key, label in session.execute(query)}
