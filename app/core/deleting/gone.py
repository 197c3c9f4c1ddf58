"""What was deleted of a register, read from the journal, and a form filled from it: a mistake is mended in two clicks.

A row that is gone can't be asked whether it is in somebody's scope. So all deletions are told to whoever reaches
every row, and to everybody else their own. Columns are told as in a history: masked where the person's are, and
personal ones to all. For thirty days a deleted record may be entered again, with what went along (`back.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, literal_column, select
from sqlalchemy.orm import Session

from app.core import gate, here, history, journal, saving, viewing
from app.core.answers import NotFound
from app.core.declaration import Declaration, register_of
from app.core.journal import JournalEntry
from app.core.kinds import Relation
from app.core.record import Field, Record, table_named
from app.core.rights import MASKED, OWN, READ, WRITE, level, may
from app.core.words import Say

PAGE = 25
#: of whoever does not reach every row, so many deletions are looked through for their own
LOOKED_THROUGH = 2000
ENTERED_FOR = timedelta(days=30)
#: the act that enters one again; told of the record that is gone, with the id of the new one
AGAIN = history.AGAIN
#: the deletion that a form enters again: in the address that opens it, and in the form itself
FIELD = "again"
#: what is no text of a form
_LEFT_OUT = frozenset({"file", "signature"})


@dataclass(frozen=True)
class Gone:
    """One deletion; `now`: the record that it was entered again as, 0 where that is out of reach."""

    entry: int
    at: datetime
    who: str
    label: str
    facts: list[tuple[Say, str]]
    again: bool
    now: int | None = None


@dataclass(frozen=True)
class Kept:
    """A deleted record as a new form is filled with it; `masked`: what is kept of columns seen in part, as shown."""

    entry: int
    row_id: int
    at: datetime
    who: str
    label: str
    given: Mapping[str, Any]
    masked: Mapping[str, str] = field(default_factory=dict)


def enters_again(register: type[Declaration]) -> bool:
    return register.entered_by_hand and may(here.me(), "add", register.table())


# --- the list -----------------------------------------------------------------------------


def page(session: Session, register: type[Declaration], before: int | None = None) -> tuple[list[Gone], int | None]:
    """The newest first, and from which entry on there are earlier ones."""
    query = _deletions(register).order_by(JournalEntry.id.desc()).limit(PAGE + 1)
    query = query.where(JournalEntry.id < before) if before else query
    found = list(session.execute(query).scalars())
    shown = found[:PAGE]
    labels = history.labels_in(session, register.model, shown)
    since = _entered_since(session, register, shown)
    told = [_told(register, entry, labels, since.get(entry.id)) for entry in shown]
    return told, shown[-1].id if len(found) > PAGE else None


def _deletions(register: type[Declaration]) -> Select[Any]:
    """Those that this person may know of."""
    entry, table = JournalEntry, register.table()
    # Written out, so that the index of deletions is found.
    deleted = (entry.table_name == table, entry.verb == literal_column("'delete'"))
    query = select(entry).where(*deleted, entry.result == "done", entry.before.is_not(None))
    if gate.sees_all(register.model, here.me()):
        return query
    newest = select(entry.id).where(*deleted).order_by(entry.id.desc()).limit(LOOKED_THROUGH)
    return query.where(entry.id.in_(newest), entry.user_id == here.me().user_id)


def _told(register: type[Declaration], entry: JournalEntry, labels: history.Labels, now: int | None) -> Gone:
    line = history.line_of(register.model, entry, labels)
    fresh = now is None and entry.at > here.now() - ENTERED_FOR
    return Gone(
        entry.id, entry.at, entry.who, _label(register, entry, labels),
        [(label, before) for label, before, _ in line.changes if before], fresh and enters_again(register), now,
    )  # fmt: skip


def _label(register: type[Declaration], entry: JournalEntry, labels: history.Labels) -> str:
    return history.called_then(register, entry.before or {}, labels) or f"#{entry.row_id}"


def called(session: Session, rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What rows were called that are no longer there, as their deletion tells it and this person may read it: two
    statements a table."""
    wanted: dict[str, set[int]] = {}
    for table, row_id in rows:
        wanted.setdefault(table, set()).add(row_id)
    found: dict[tuple[str, int], str] = {}
    for table, ids in wanted.items():
        register = register_of(table)
        if register is None or not may(here.me(), "read", table):
            continue
        entry = JournalEntry
        deleted = (entry.table_name == table, entry.row_id.in_(ids), entry.verb == "delete", entry.result == "done")
        entries = list(session.execute(select(entry).where(*deleted).order_by(entry.id)).scalars())
        labels = history.labels_in(session, register.model, entries)
        found |= {(table, each.row_id or 0): _label(register, each, labels) for each in entries}
    return found


def _entered_since(session: Session, register: type[Declaration], shown: Sequence[JournalEntry]) -> dict[int, int]:
    """deletion -> the id of the record as which it was entered again, while that stands in reach; else 0."""
    entries = _acts(session, register, AGAIN, [each.row_id for each in shown if each.row_id])
    new = {each.id: each.note["new"] for each in entries}
    reached = {row.id for row in gate.reachable(session, register.model, list(new.values()))}
    # A database may give the id of a deleted row again: what stands there then is another's.
    left = {each.row_id: each.id for each in _acts(session, register, "delete", list(new.values()))}
    return {
        each.note["deletion"]: new[each.id] if new[each.id] in reached and left.get(new[each.id], 0) < each.id else 0
        for each in entries
    }


def _acts(session: Session, register: type[Declaration], verb: str, ids: Sequence[int]) -> list[Any]:
    """What was done to these rows by this verb, the latest last."""
    entry = JournalEntry
    query = select(entry.id, entry.row_id, entry.note).where(
        entry.table_name == register.table(), entry.row_id.in_(ids), entry.verb == verb, entry.result == "done"
    )
    return list(session.execute(query.order_by(entry.id))) if ids else []


# --- entering it again --------------------------------------------------------------------


def kept(session: Session, register: type[Declaration], entry_id: int) -> Kept:
    """What a new form is filled with; what is seen in full is told to the journal as seen. Raises NotFound."""
    entry = deletion(session, register, entry_id)
    before, spots = entry.before or {}, saving.writable(register, editing=False)
    labels = history.labels_in(session, register.model, [entry])
    given = typed_of(session, register, before)
    found = Kept(
        entry.id, entry.row_id or 0, entry.at, entry.who, _label(register, entry, labels), given,
        {spot.name: spot.kind.mask(value) for spot, value in _in_part(register, before)},
    )  # fmt: skip
    personal = [spot.name for spot in spots if spot.kind.personal and spot.name in given]
    viewing.tell_of(session, register.table(), [(found.row_id, personal)] if personal else [])
    return found


def typed_of(session: Session, register: type[Declaration], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a row held, as its form would be sent; of what this person writes and sees in full."""
    return {
        spot.name: typed
        for spot in saving.writable(register, editing=False)
        if in_full(register, before, spot) and (typed := _typed(session, register.model, spot, before.get(spot.name)))
    }


def hidden_of(register: type[Declaration], before: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what they see in part: it goes from record to record, and is not shown."""
    return {spot.name: spot.kind.typed(value) for spot, value in _in_part(register, before)}


def deletion(session: Session, register: type[Declaration], entry_id: int) -> JournalEntry:
    query = _deletions(register).where(JournalEntry.id == entry_id, JournalEntry.at > here.now() - ENTERED_FOR)
    entry = session.execute(query).scalar_one_or_none()
    if entry is None or not enters_again(register):
        raise NotFound()
    return entry  # type: ignore[no-any-return]


def is_kept(session: Session, register: type[Declaration], entry_id: int) -> bool:
    """Whether it may still be entered again: a form may have been open for long."""
    try:
        deletion(session, register, entry_id)
    except NotFound:
        return False
    return True


def completed(session: Session, register: type[Declaration], entry_id: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """A form that came back, with what was kept of the columns that its writer sees in part and left empty."""
    entry = deletion(session, register, entry_id)
    hidden = hidden_of(register, entry.before or {})
    return {**given, **{name: typed for name, typed in hidden.items() if given.get(name) in (None, "")}}


def tell(session: Session, register: type[Declaration], entry: JournalEntry, row_id: int) -> None:
    """In the transaction that enters it: of which deletion the new record comes."""
    table = register.table()
    journal.add(session, AGAIN, table=table, row_id=entry.row_id, label=entry.row_label, deletion=entry.id, new=row_id)


def in_full(register: type[Declaration], before: Mapping[str, Any], spot: Field) -> bool:
    """Whether the person saw the whole of this column of that row."""
    rule = level(here.me(), register.table(), spot.name)
    if rule.startswith(OWN):
        named = [before.get(column.removesuffix("_id")) for column in rule[len(OWN) :].split(",")]
        return here.me().staff_id is not None and here.me().staff_id in named
    return rule in (READ, WRITE)


def _in_part(register: type[Declaration], before: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
    """What stands in columns that are masked for the person in every row. Not of those whose mask depends on
    the row: entered as one's own, it would be unmasked."""
    for spot in saving.writable(register, editing=False):
        if (
            level(here.me(), register.table(), spot.name) == MASKED
            and spot.kind.widget not in _LEFT_OUT
            and not spot.many
        ):
            value = history.value_of(register.model, spot, before.get(spot.name))
            if value is not None:
                yield spot, value


def _typed(session: Session, model: type[Record], spot: Field, held: Any) -> Any:
    """As a form holds it; a relation only where what it names is still in reach."""
    if isinstance(spot.kind, Relation):
        ids = _reached(session, spot.kind, held if isinstance(held, list) else [held])
        return ids if spot.many else "".join(ids)
    value = None if spot.kind.widget in _LEFT_OUT else history.value_of(model, spot, held)
    return "" if value is None else spot.kind.typed(value)


def _reached(session: Session, kind: Relation, held: Sequence[Any]) -> list[str]:
    target, ids = table_named(kind.table), [each for each in held if isinstance(each, int)]
    if target is None or not ids:
        return []
    return [str(row.id) for row in gate.reachable(session, target, ids)]
