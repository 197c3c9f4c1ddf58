"""What comes back with a deleted record that is entered again: the rows that went along, files, comments.

The rows are those that the journal tells of under the act of the deletion, and each goes the way of any new row:
rights, validation and hooks are asked, and what is refused is named and does not hold the others up. Where the
record's own hooks have made a row that stands in a row's place (the papers of an application), that one gets what
was typed. States, signatures and what else verbs write do not come back: they are done again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import comments, files, forgetting, gate, here, journal, saving
from app.core.answers import Faulty, NotFound, Refusal
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.declaration import Declaration, register_of
from app.core.deleting import gone
from app.core.deleting.along import MOST_ALONG
from app.core.journal import JournalEntry
from app.core.record import Field, Record, fields, table_named, word_for
from app.core.rights import may
from app.core.words import Say, joined, say


@dataclass
class Brought:
    """How much there is, or has come back; `left`: what has not, and why."""

    rows: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    files: int = 0
    left: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[Say]:
        found = [say("{n} 条{w}", "{n} of {w}", n=n, w=_word(table)) for table, n in self.rows.items() if n]
        if self.comments:
            found.append(say("{n} 条评论", "{n} comments", n=self.comments))
        if self.files:
            found.append(say("{n} 个附件", "{n} files", n=self.files))
        return found

    @property
    def told(self) -> str:
        """What came back, and what did not; "" where there was nothing."""
        words, told = self.words, ""
        if words:
            told += str(say("一起恢复了{w}。", " Also back: {w}.", w=joined(words, "、", ", ")))
        for table, why in self.left.items():
            told += str(say("有的{w}没有恢复：{why}", " Some of {w} did not come back: {why}", w=_word(table), why=why))
        return told


def _word(table: str) -> Say:
    model = table_named(table)
    return word_for(model) if model is not None else Say(table, table)


# --- before -------------------------------------------------------------------------------


def offered(session: Session, register: type[Declaration], entry_id: int) -> Brought:
    """What would come back with it, for the form that enters it again."""
    entry, found = gone.deletion(session, register, entry_id), Brought()
    found.comments = comments.left_with(session, entry.act, register.table(), entry.row_id or 0)
    found.files = len(list(_files(session, register, entry.before or {})))
    for each, other in _along(session, entry):
        found.rows[other.table()] += 1
        found.files += len(list(_files(session, other, each.before or {})))
        found.comments += comments.left_with(session, entry.act, other.table(), each.row_id or 0)
    return found


def _along(session: Session, entry: JournalEntry) -> Iterator[tuple[JournalEntry, type[Declaration]]]:
    """The rows that went because it went, of those that this person is told of; the nearest to it first. One act
    may have deleted more than that: the other rows of an import that was taken back."""
    known = {(entry.table_name, entry.row_id or 0)}
    query = select(JournalEntry).where(
        JournalEntry.act == entry.act, JournalEntry.id < entry.id, JournalEntry.verb == "delete",
        JournalEntry.result == "done",
    )  # fmt: skip
    for each in session.execute(query.order_by(JournalEntry.id.desc()).limit(MOST_ALONG)).scalars():
        other = register_of(each.table_name)
        if other is None or not any(key in known for key in _parents(other.model, each.before or {}).values()):
            continue
        known.add((each.table_name, each.row_id or 0))
        if _is_theirs(other, each):
            yield each, other


def _parents(model: type[Record], before: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """field -> the row without which this one could not be."""
    found = {}
    for spot in fields(model).values():
        if spot.is_relation and not spot.many and not spot.added and isinstance(held := before.get(spot.name), int):
            for key in model.__table__.c[spot.attribute].foreign_keys:
                if key.ondelete == "CASCADE":
                    found[spot.name] = key.column.table.name, held
    return found


def _is_theirs(register: type[Declaration], entry: JournalEntry) -> bool:
    """As in the list of deletions: to whoever reaches every row, else to whoever deleted it."""
    if not may(here.me(), "read", register.table()):
        return False
    return gate.sees_all(register.model, here.me()) or entry.user_id == here.me().user_id


def _files(session: Session, register: type[Declaration], before: dict[str, Any]) -> Iterator[tuple[Field, int]]:
    """The files that a row named, where they are still kept and this person may see and attach them."""
    for spot in files.file_columns(register):
        file_id = before.get(spot.name)
        if not isinstance(file_id, int) or not gone.in_full(register, before, spot):
            continue
        if files.may_attach(register, spot) and files.is_left(session, file_id):
            yield spot, file_id


# --- in the transaction of the new record ---------------------------------------------------


def bring(session: Session, register: type[Declaration], entry_id: int, row_id: int) -> Brought:
    """All that comes back with it. The record itself has just been entered."""
    entry, found = gone.deletion(session, register, entry_id), Brought()
    known = {(register.table(), entry.row_id or 0): row_id}
    _one(session, register, entry, entry.act, row_id, found)
    for each, other in list(_along(session, entry)):
        try:
            with journal.held_back(session):
                new = _entered(session, other, each, known)
                if new is None:
                    continue
                _one(session, other, each, entry.act, new, found)
                gone.tell(session, other, each, new)
        except IntegrityError as error:
            found.left[other.table()] = _why(Faulty(fault_of(error)))
        except (NotAllowed, Refusal) as refused:
            found.left[other.table()] = _why(refused)
        else:
            known[other.table(), each.row_id or 0] = new
            found.rows[other.table()] += 1
    return found


def _why(refused: NotAllowed | Refusal) -> str:
    if isinstance(refused, NotAllowed):
        return "".join(str(each.message) for each in refused.blockers)
    if isinstance(refused, Faulty):
        return "".join(str(each) for each in refused.faults.values())
    return str(refused.message)


def _one(session: Session, register: type[Declaration], entry: JournalEntry, act: str, row_id: int, found: Brought) -> None:  # fmt: skip
    """The files and comments of one row; and what has been forgotten meanwhile is forgotten of it, too."""
    with here.in_whole_sight():
        row: Any = session.get(register.model, row_id)
    kept = list(_files(session, register, entry.before or {}))
    for spot, file_id in kept:
        setattr(row, spot.attribute, file_id)
    found.files += len(kept)
    found.comments += comments.left_with(session, act, register.table(), entry.row_id or 0)
    comments.come_back(session, act, register.table(), entry.row_id or 0, row_id)
    with here.in_whole_sight():
        session.flush()
    forgetting.catch_up(session, row, entry.id)


def _entered(
    session: Session, register: type[Declaration], entry: JournalEntry, known: dict[tuple[str, int], int]
) -> int | None:
    """The id of the row that holds again what this one held; None where what it belonged to has not come back."""
    before = entry.before or {}
    named = _parents(register.model, before)
    parents = {name: known[key] for name, key in named.items() if key in known}
    if not parents:
        return None
    given = {**gone.typed_of(session, register, before), **gone.hidden_of(register, before)}
    stands = _in_its_place(session, register.model, parents, before)
    if stands is None:
        return saving.enter_row(session, register, {**given, **{name: str(new) for name, new in parents.items()}})
    spots = {spot.name for spot in saving.writable(register, editing=True)}
    typed = {name: value for name, value in given.items() if name in spots and name not in parents}
    if typed:
        saving.change_row(session, register, stands, typed)
    return stands


def _in_its_place(session: Session, model: type[Record], parents: dict[str, int], before: dict[str, Any]) -> int | None:
    """The row that the new record's hooks made where this one was: of the same parent, and of what may stand but
    once under it the same."""
    spots = {spot.attribute: spot for spot in fields(model).values()}
    for columns in _unique(model):
        if not all(name in spots for name in columns):
            continue
        wanted = {name: parents.get(spots[name].name, before.get(spots[name].name)) for name in columns}
        if not any(spots[name].name in parents for name in columns) or None in wanted.values():
            continue
        query = select(model.id).where(*(getattr(model, name) == value for name, value in wanted.items()))
        with here.in_whole_sight():
            found = session.execute(query).scalar_one_or_none()
        if found is not None and not gate.reachable(session, model, [found]):
            raise NotFound()
        return found
    return None


def _unique(model: type[Record]) -> Iterator[Sequence[str]]:
    for column in model.__table__.columns:
        if column.unique:
            yield [column.name]
    for constraint in model.__table__.constraints:  # type: ignore[attr-defined]
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]
