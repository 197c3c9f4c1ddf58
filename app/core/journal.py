"""The journal 操作日志: who did what, when, from where, before and after.

It is written by the session itself just before each commit, so no change of a record can
go round it: the rows that a transaction changed, under the act that changed them. Entries
are chained by hash in the order of their ids; triggers refuse changes to them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask_appbuilder import Model
from sqlalchemy import (
    JSON,
    Index,
    Integer,
    String,
    bindparam,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import crypt, here, kinds
from app.core.columns import UtcInstant
from app.core.record import Field, Record, added_fields, fields
from app.core.words import say

SAVED = "save"
#: what the seal of an identity number in an entry is bound to
SEAL = "journal"
_DELETED = text("verb = 'delete'")


class JournalEntry(Model):
    """One act upon one row (or upon none: a sign-in, an export). Never changed, never removed
    but by the named retention command."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_row", "table_name", "row_id", "id"),
        Index("ix_journal_entry_staff", "staff_id", "id"),
        Index("ix_journal_entry_verb", "verb", "id"),
        # The lists of what was deleted: of one register, and only those few entries.
        Index("ix_journal_entry_deleted", "table_name", "id", postgresql_where=_DELETED, sqlite_where=_DELETED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    user_id: Mapped[int | None] = mapped_column(Integer)
    staff_id: Mapped[int | None] = mapped_column(Integer)
    who: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    verb: Mapped[str] = mapped_column(String(48))
    table_name: Mapped[str] = mapped_column(String(48), default="")
    row_id: Mapped[int | None] = mapped_column(Integer)
    row_label: Mapped[str] = mapped_column(String(120), default="")
    result: Mapped[str] = mapped_column(String(16), default="done")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Model):
    """The one row that every writer locks: the last id and hash, and what was trimmed."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="")
    trim_before: Mapped[datetime | None] = mapped_column(UtcInstant)
    trimmed_hash: Mapped[str] = mapped_column(String(64), default="")


@dataclass
class Change:
    row: Record
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    deleted: bool = False


@dataclass
class Pending:
    """What a session has to journal at its next commit."""

    verb: str = SAVED
    subject: Record | None = None
    #: by what each row that was described is known, where a transaction has several (a form with its children)
    verbs: dict[Record, str] = field(default_factory=dict)
    note: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)
    act: str = field(default_factory=lambda: uuid4().hex)


def _pending(session: Session) -> Pending:
    pending = session.info.get("journal")
    if pending is None:
        pending = session.info["journal"] = Pending()
    return pending


def describe(session: Session, verb: str, subject: Record | None = None, **note: Any) -> None:
    """Say what the session's next commit is: the verb, its record, and what else to keep."""
    pending = _pending(session)
    pending.verb, pending.subject = verb, subject
    if subject is not None:
        pending.verbs[subject] = verb
    pending.note.update(note)


def note(session: Session, **note: Any) -> None:
    """What else to keep of an act that is described already: the receipt it stands on."""
    _pending(session).note.update(note)


def act_of(session: Session) -> str:
    """By what the entries of the session's next commit will be known."""
    return _pending(session).act


def add(
    session: Session, verb: str, *, table: str = "", row_id: int | None = None, label: str = "",
    result: str = "done", before: Any = None, after: Any = None, **note: Any,
) -> None:  # fmt: skip
    """An entry of its own, for what changes no record: a refusal, a reveal, an export."""
    _pending(session).extra.append(
        {"verb": verb, "table_name": table, "row_id": row_id, "row_label": label[:120],
         "result": result, "before": before, "after": after, "note": note or None}
    )  # fmt: skip


# --- what changed -------------------------------------------------------------------------


def _kept(spot: Field, value: Any) -> Any:
    """A value as the journal keeps it. Identity numbers stay sealed."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(spot.kind, kinds.IdNumber)):
        return value if not isinstance(value, str) else str(value)
    if isinstance(spot.kind, kinds.IdNumber):
        return {"sealed": crypt.encrypt(value, SEAL)}
    return spot.kind.to_json(value) if not spot.many else sorted(each.id for each in value)


def _created(row: Record) -> Change:
    state: dict[str, Any] = inspect(row).dict
    after = {f.name: _kept(f, state[f.attribute]) for f in fields(type(row)).values() if f.attribute in state}
    return Change(row, None, after | _of_added(row, row.extra))


def _of_added(row: Record, extra: dict[str, Any] | None) -> dict[str, Any]:
    """The values of added fields, as they lie in the row; without those of fields no longer in force."""
    return {spot.name: extra[spot.name] for spot in added_fields(type(row)) if spot.name in extra} if extra else {}


def _changed(row: Record) -> Change | None:
    before, after = {}, {}
    state: Any = inspect(row)
    for spot in fields(type(row)).values():
        if spot.name in ("updated_at",) or spot.added:
            continue
        history = state.attrs[spot.attribute].history
        if not history.has_changes():
            continue
        old: Any
        new: Any
        if spot.many:  # the whole lists, as in every other field
            old, new = [*history.unchanged, *history.deleted], [*history.unchanged, *history.added]
        else:
            old, new = (part[0] if part else None for part in (history.deleted, history.added))
        before[spot.name], after[spot.name] = _kept(spot, old), _kept(spot, new)
    if (told := state.attrs.extra.history).has_changes():
        old, new = (_of_added(row, part[0] if part else None) for part in (told.deleted, told.added))
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                before[name], after[name] = old.get(name), new.get(name)
    return Change(row, before, after) if after else None


@event.listens_for(Session, "after_flush")
def _collect(session: Session, *_: Any) -> None:
    found: list[Change | None] = [_created(row) for row in session.new if isinstance(row, Record)]
    found += [_changed(row) for row in session.dirty if isinstance(row, Record)]
    found += [
        Change(row, _created(row).after, None, deleted=True) for row in session.deleted if isinstance(row, Record)
    ]
    changes = [change for change in found if change is not None]
    if changes:
        _pending(session).changes += changes


@event.listens_for(Session, "after_rollback")
@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, *_: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop("journal", None)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    pending = session.info.pop("journal", None)
    if pending is None or not (pending.changes or pending.extra or pending.subject is not None):
        return
    _append_and_tell(session, list(_entries(pending)), pending.act)


#: what an entry says where nothing else is said
_BARE: dict[str, Any] = {
    "table_name": "", "row_id": None, "row_label": "", "result": "done", "before": None, "after": None, "note": None,
}  # fmt: skip
#: what is told of a transaction's entries, just before they are written: the chain's lock is not held yet
Listener = Callable[[Session, list[dict[str, Any]]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """To what is done, in its own transaction: `listener(session, entries)` may add to it, but no record."""
    _listeners.append(listener)


def _append_and_tell(session: Session, entries: list[dict[str, Any]], act: str) -> None:
    told = [{**_BARE, **each} for each in entries] if _listeners else []
    for listener in _listeners:
        listener(session, told)
    append(session, entries, act)


@contextmanager
def held_back(session: Session) -> Iterator[None]:
    """What is done within is done or not, by itself: when it is refused nothing of it is told either."""
    pending = _pending(session)
    changes, extra = len(pending.changes), len(pending.extra)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del pending.changes[changes:], pending.extra[extra:]
        session.info["journal"] = pending
        raise


def settle(session: Session) -> None:
    """Writes what has changed so far and goes on with the same act: for a transaction of so many rows that
    they are let go of before its end."""
    session.flush()
    pending = _pending(session)
    extra, pending.extra = pending.extra, []
    _append_and_tell(session, list(_entries(pending)), pending.act)
    pending.changes, pending.extra = [], extra


def _entries(pending: Pending) -> Iterator[dict[str, Any]]:
    told = False
    for change in _merged(pending.changes):
        is_subject = pending.subject is None or change.row is pending.subject
        told = told or change.row is pending.subject
        yield {
            "verb": "delete" if change.deleted else pending.verbs.get(change.row, pending.verb),
            "table_name": change.row.__tablename__,
            "row_id": change.row.id,
            "row_label": str(change.row)[:120],
            "before": change.before,
            "after": change.after,
            "note": (pending.note or None) if is_subject else None,
        }
    if pending.subject is not None and not told:
        yield {
            "verb": pending.verb, "table_name": pending.subject.__tablename__,
            "row_id": pending.subject.id, "row_label": str(pending.subject)[:120],
            "note": pending.note or None,
        }  # fmt: skip
    yield from pending.extra


def _merged(changes: list[Change]) -> list[Change]:
    """Several flushes of one transaction are one change of a row."""
    merged: dict[int, Change] = {}
    for change in changes:
        earlier = merged.get(id(change.row))
        if earlier is None:
            merged[id(change.row)] = change
            continue
        earlier.deleted = change.deleted
        if earlier.before is not None and change.before is not None:
            earlier.before = {**change.before, **earlier.before}
        if earlier.after is not None and change.after is not None:
            earlier.after = {**earlier.after, **change.after}
    return list(merged.values())


# --- the chain ----------------------------------------------------------------------------

_HEAD: Any = JournalHead.__table__
_LOCKED_HEAD = (
    select(_HEAD.c.last_id, _HEAD.c.last_hash).where(_HEAD.c.id == 1).with_for_update().execution_options(prepared=True)
)
_NEW_HEAD = (
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(last_id=bindparam("last_id"), last_hash=bindparam("last_hash"))
    .execution_options(prepared=True)
)
_NEW_ENTRIES = insert(JournalEntry.__table__).execution_options(prepared=True)


def append(session: Session, entries: list[dict[str, Any]], act: str = "") -> None:
    """Chain and write the entries, under the lock of the head; the caller commits."""
    if not entries:
        return
    connection = session.connection()
    last_id, last_hash = connection.execute(_LOCKED_HEAD).one()
    person, act, at = here.me(), act or uuid4().hex, here.now()
    rows = []
    for entry in entries if person.key is None else _by_key(entries, person.key):
        last_id += 1
        row = {
            "id": last_id, "act": act, "at": at, "user_id": person.user_id,
            "staff_id": person.staff_id, "who": person.name[:64], "address": person.address[:45],
            **_BARE, **entry, "prev_hash": last_hash,
        }  # fmt: skip
        row["hash"] = last_hash = digest(row)
        rows.append(row)
    connection.execute(_NEW_ENTRIES, rows)
    connection.execute(_NEW_HEAD, {"last_id": last_id, "last_hash": last_hash})


def _by_key(entries: list[dict[str, Any]], key: here.Key) -> list[dict[str, Any]]:
    """Whoever's key it is did it, and by which key stands beside it."""
    return [{**each, "note": {**(each.get("note") or {}), "by_key": key.name}} for each in entries]


def who_of(entry: JournalEntry) -> str:
    """In words: by whom, and by which of their keys."""
    name = (entry.note or {}).get("by_key")
    return str(say("{p}（密钥「{k}」）", "{p} (by key “{k}”)", p=entry.who, k=name)) if name else entry.who


def digest(row: dict[str, Any]) -> str:
    """The hash of an entry: of everything in it and of the hash before it, under a key that lies
    outside the database, so that whoever can write there can't mend the chain."""
    kept = {key: value for key, value in row.items() if key not in ("hash", "at")}
    kept["at"] = row["at"].isoformat()
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return crypt.keyed_hash(f"journal:{text}")


def first_broken(session: Session) -> int | None:
    """The id of the first entry that does not fit the chain; None when all is well."""
    head = session.execute(select(JournalHead).execution_options(populate_existing=True)).scalar_one()
    last_hash = head.trimmed_hash
    columns = list(JournalEntry.__table__.c)
    for found in session.execute(select(*columns).order_by(columns[0]).execution_options(yield_per=1000)):
        row = dict(found._mapping)
        if row["prev_hash"] != last_hash or digest(row) != row["hash"]:
            return int(row["id"])
        last_hash = row["hash"]
    return None if last_hash == head.last_hash else int(head.last_id)


#: entries younger than this are never removed
KEPT_DAYS = 180


def trim(session: Session, before: datetime) -> int:
    """Remove entries older than `before`, at least KEPT_DAYS ago; answers how many. The chain
    goes on from the last one removed, and the removal is itself an entry.

    Raises ValueError for a moment that is not long enough ago. Commits.
    """
    if before > here.now() - timedelta(days=KEPT_DAYS):
        raise ValueError("too young")
    head = session.execute(select(JournalHead).with_for_update()).scalar_one()
    # By place, not by time alone: after a clock was set back an old time may stand behind a young one.
    young = select(func.min(JournalEntry.id)).where(JournalEntry.at >= before).scalar_subquery()
    last = session.execute(
        select(JournalEntry.id, JournalEntry.hash)
        .where(JournalEntry.id < func.coalesce(young, head.last_id + 1))
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    head.trim_before, head.trimmed_hash = before, last.hash
    session.flush()
    gone = session.execute(delete(JournalEntry).where(JournalEntry.id <= last.id)).rowcount  # type: ignore[attr-defined]
    head.trim_before = None
    add(session, "journal_trim", before=before.isoformat(), entries=gone, last=last.id)
    session.commit()
    return int(gone)
