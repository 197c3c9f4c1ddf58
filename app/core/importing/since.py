"""What has become of rows since an import wrote them, and whether they may be as they were before it.

A row that the import added goes where nothing was done with it since and nothing names it. A row that it changed
gets back what its fields held, where they still hold what the import wrote and no verb was done on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from app.core import comments, forgetting, gate, here, history, merging, saving
from app.core.answers import NotFound
from app.core.blockers import Blocker, NotAllowed
from app.core.declaration import Declaration, register_of
from app.core.deleting.along import Naming, naming
from app.core.deleting.bound import HOUSE, of_the_house
from app.core.importing.receipt import Wrote
from app.core.journal import JournalEntry
from app.core.receipts.doing import reasons_of
from app.core.receipts.putting_back import GONE, IS_SO
from app.core.receipts.table import BatchLine, LineState
from app.core.record import Field, Record, table_named, word_for
from app.core.rights import READ, WRITE, level, may
from app.core.taking_back import then
from app.core.values import show_instant
from app.core.verbs import Act, verb_named
from app.core.viewing import VERB as VIEW
from app.core.words import Say, say

#: a clock may have been set back a little between the receipt and its entries
CLOCKS = timedelta(hours=1)
NOT_YOURS_NOW = Blocker(
    "not_written_now", "",
    say("您现在不能填写其中的字段。", "Some of its fields are not yours to write now."),
    say("请有此权限的同事改回。", "Ask a colleague who may."),
)  # fmt: skip


@dataclass
class Fate:
    """One line: what is to become of its row, or why it stays. `given`: what a form would be sent with."""

    line: int
    table: str
    row_id: int
    wrote: Wrote = Wrote.ADDED
    row: Any = None
    given: dict[str, Any] = field(default_factory=dict)
    why: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Going:
    """Rows that go themselves, and so hold nothing: those judged before in this portion, and, of a rehearsal, the
    earlier ones on its receipt."""

    receipt: int | None = None
    here: dict[str, list[int]] = field(default_factory=dict)

    def among(self, table: str, row_id: Any) -> Any:
        """That the row of this id goes."""
        goes = [row_id.in_(self.here[table])] if self.here.get(table) else []
        if self.receipt is not None:
            line = aliased(BatchLine)
            goes.append(
                exists().where(
                    line.batch_id == self.receipt, line.table_name == table, line.row_id == row_id,
                    line.state == str(LineState.GOES),
                )
            )  # fmt: skip
        return or_(false(), *goes)


def judged(session: Session, lines: Sequence[BatchLine], since: datetime, going: Going, *, lock: bool) -> list[Fate]:
    """A fate for each line, in their order: of one table after the other. Writes nothing."""
    fates: list[Fate] = []
    for table in dict.fromkeys(line.table_name for line in lines):
        of_one = [line for line in lines if line.table_name == table]
        fates += _Judge(session, table, since, going).judged(of_one, lock=lock)
    return fates


class _Judge:
    """The lines of one table."""

    def __init__(self, session: Session, table: str, since: datetime, going: Going) -> None:
        self.session, self.table, self.since, self.going = session, table, since, going
        self.model, self.register, self.act = table_named(table), register_of(table), Act(session, here.me())

    def judged(self, lines: Sequence[BatchLine], *, lock: bool) -> list[Fate]:
        ids = [line.row_id for line in lines]
        if self.model is None or self.register is None:
            return [self._stays(line, NotFound()) for line in lines]
        rows = {row.id: row for row in gate.reachable(self.session, self.model, ids, lock=lock)}
        told = self._told(ids)
        fates = [self._fate(self.register, line, rows.get(line.row_id), told.get(line.row_id, [])) for line in lines]
        added = [each for each in fates if each.wrote is Wrote.ADDED and not each.why]
        held = self._held([each.row_id for each in added])
        for each in added:
            if each.row_id in held:
                each.why = reasons_of_blockers([held[each.row_id]])
        self.going.here.setdefault(self.table, []).extend(each.row_id for each in added if not each.why)
        return fates

    def _stays(self, line: BatchLine, refused: Exception) -> Fate:
        return Fate(line.id, self.table, line.row_id, why=reasons_of(refused))

    def _told(self, ids: Sequence[int]) -> dict[int, list[JournalEntry]]:
        """row -> what the journal tells of it since the import, the oldest first. Looks are no acts."""
        entry = JournalEntry
        query = select(entry).where(
            entry.table_name == self.table, entry.row_id.in_(ids), entry.result == "done", entry.verb != VIEW,
            entry.at >= self.since - CLOCKS,
        )  # fmt: skip
        found: dict[int, list[JournalEntry]] = {}
        for each in self.session.execute(query.order_by(entry.id)).scalars():
            found.setdefault(each.row_id or 0, []).append(each)
        return found

    def _fate(self, register: type[Declaration], line: BatchLine, row: Any, told: Sequence[JournalEntry]) -> Fate:
        wrote = next((each for each in told if each.act == line.undoes), None)
        later = [each for each in told if wrote is not None and each.id > wrote.id and each.act != wrote.act]
        if row is None or any(each.verb == "delete" for each in later):
            return self._stays(line, NotFound())  # gone, or another's by now: a database may give an id again
        fate = Fate(line.id, self.table, line.row_id, row=row)
        if wrote is None:
            fate.why = reasons_of_blockers([GONE])
        elif wrote.before:
            fate.wrote = Wrote.CHANGED
            fate.why = reasons_of_blockers(self._to_put_back(register, fate, wrote, later))
        else:
            fate.why = reasons_of_blockers(self._to_remove(register, row, wrote, later))
        return fate

    # --- what it added --------------------------------------------------------------------

    def _to_remove(self, register: type[Declaration], row: Any, wrote: JournalEntry, later: Sequence[JournalEntry]) -> list[Blocker]:  # fmt: skip
        done = next((each for each in reversed(later) if self._counts(each)), None)
        if done is not None:
            return [self._done_since(done)]
        if row.version != (wrote.after or {}).get("version", 1):  # what the journal does not tell by row
            return [_CHANGED]
        return saving.edit_blockers(register, row, self.act)

    def _counts(self, entry: JournalEntry) -> bool:
        """Whether an entry is something that was done with the row, and no look at it."""
        is_act = verb_named(self.table, entry.verb) is not None or entry.verb == comments.VERB
        return bool(entry.before) or bool(entry.after) or is_act

    def _held(self, ids: Sequence[int]) -> dict[int, Blocker]:
        """row -> what names it now. One statement for each kind of rows that may."""
        found: dict[int, Blocker] = {}
        assert self.model is not None
        for each in naming(self.model) if ids else ():
            for row_id in self._named_by(each, ids):
                found.setdefault(row_id, _in_use(each))
        for column in of_the_house(self.model) if ids else ():
            query = select(self.model.id).where(self.model.id.in_(ids), exists().where(column == self.model.id))
            with here.in_whole_sight():
                for row_id in self.session.execute(query).scalars():
                    found.setdefault(row_id, _IN_USE_BY_THE_HOUSE)
        return found

    def _named_by(self, each: Naming, ids: Sequence[int]) -> Sequence[int]:
        target: Any = self.model
        if each.spot.many:
            beside = getattr(each.model, each.spot.attribute).property.secondary.c
            column = next(c for c in beside for key in c.foreign_keys if key.column.table is target.__table__)
            query = select(target.id).where(target.id.in_(ids), exists().where(column == target.id))
        else:
            other: Any = aliased(each.model)
            named = getattr(other, each.spot.attribute) == target.id
            query = select(target.id).where(
                target.id.in_(ids), exists().where(named, ~self.going.among(each.model.__tablename__, other.id))
            )
        with here.in_whole_sight():
            return list(self.session.execute(query).scalars())

    # --- what it changed ------------------------------------------------------------------

    def _to_put_back(
        self, register: type[Declaration], fate: Fate, wrote: JournalEntry, later: Sequence[JournalEntry]
    ) -> list[Blocker]:
        row, before, after = fate.row, wrote.before or {}, wrote.after or {}
        done = next((each for each in reversed(later) if verb_named(self.table, each.verb) is not None), None)
        if done is not None:
            return [self._done_since(done)]
        spots = [spot for name, spot in register.fields().items() if name in after and name in register.edited()]
        writable = {spot.name for spot in saving.writable(register, editing=True)}
        if not all(
            spot.name in writable and level(here.me(), self.table, spot.name) in (READ, WRITE) for spot in spots
        ):
            return [NOT_YOURS_NOW]
        for spot in spots:
            held, made = (then(type(row), spot, state.get(spot.name)) for state in (before, after))
            if held is None or made is None or spot.attribute in forgetting.taken_out_of(row):
                return [GONE]
            now = merging.typed(spot, getattr(row, spot.attribute))
            if now != made:
                return [IS_SO if now == held and len(spots) == 1 else self._changed_since(spot, later)]
            fate.given[spot.name] = held
        return saving.edit_blockers(register, row, self.act)

    def _changed_since(self, spot: Field, later: Sequence[JournalEntry]) -> Blocker:
        entry = next((each for each in reversed(later) if spot.name in (each.after or {})), None)
        return _CHANGED if entry is None else self._done_since(entry)

    def _done_since(self, entry: JournalEntry) -> Blocker:
        verb, at = history.verb_word(self.table, entry.verb), show_instant(entry.at, here.house_zone())
        return Blocker(
            "done_since", "",
            say("{who}后来办过「{verb}」，保留不动。", "{who} did “{verb}” since: it stays.", who=entry.who, verb=verb),
            say("办于 {at}。如仍要撤回，请打开该条记录处理。", "On {at}. To take it back all the same, open the record.", at=at),
        )  # fmt: skip


_CHANGED = Blocker(
    "done_since", "", say("后来又改过，保留现在的值。", "It was changed since, and stays."),
    say("如仍要撤回，请打开该条记录处理。", "To take it back all the same, open the record."),
)  # fmt: skip


def _in_use(each: Naming) -> Blocker:
    """Which kind of rows, to whoever may read such; never which."""
    if not may(here.me(), "read", each.model.__tablename__):
        return _IN_USE_BY_THE_HOUSE
    return _named_in(word_for(each.model))


def _named_in(word: Say) -> Blocker:
    return Blocker(
        "named_since", "", say("现在已有{word}用到它，保留不动。", "{word} names it now: it stays.", word=word),
        say("请先处理用到它的记录。", "Deal with what names it first."),
    )  # fmt: skip


_IN_USE_BY_THE_HOUSE = _named_in(HOUSE)


def reasons_of_blockers(blockers: Iterable[Blocker]) -> list[dict[str, Any]]:
    found = list(blockers)
    return reasons_of(NotAllowed(found)) if found else []


def tables_in_order(model_names: Iterable[str]) -> list[str]:
    """Tables such that none names one that stands after it: what is removed first stands first."""
    wanted = set(model_names)
    return [table.name for table in reversed(Record.metadata.sorted_tables) if table.name in wanted]
