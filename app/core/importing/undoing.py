"""An import taken back as a whole 撤回导入: what it added goes, what it changed gets back what it held.

Only where nothing happened since (`since.py`); whatever stays is named, with the reason. It is a receipt of its
own, with the same lines as the import's, the last first: rows that name others go before them. A portion of lines
and what is done to their rows are one transaction, so a worker may die anywhere; and what stayed may be tried
again by a further receipt. Whoever made the import takes it back, for as long as they may import: that asks for
no right to delete, since nobody has done anything with these rows but they.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import here, jobs, journal, once, saving
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.declaration import Declaration, register_of
from app.core.deleting import along
from app.core.history import TOOK_BACK
from app.core.importing import receipt
from app.core.importing.receipt import Wrote
from app.core.importing.since import Fate, Going, judged, tables_in_order
from app.core.jobs.work import Running, Work
from app.core.receipts.choosing import LOOKED_AT, is_at_it, receipt_of
from app.core.receipts.doing import AT_ONCE, OnReceipt, begun, kind_of, reasons_of, rehearsal_of
from app.core.receipts.rehearsing import Verdict, judge_next
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.record import Record, table_named
from app.core.rights import may
from app.core.words import Say, say
from app.core.writing import write

#: the verb of such a receipt and of the journal's entries
VERB = TOOK_BACK
LABEL = say("撤回导入", "Take the import back")
#: lines of one transaction
STEP = 200
#: which lines of a receipt are meant
_MEANT = {
    How.UNDO: (LineState.WENT,), How.RETRY: (LineState.WAITING, LineState.REFUSED), How.JUDGED: (LineState.GOES,),
}  # fmt: skip


class Meant:
    """The lines of an earlier receipt that are to be taken back: of the import, of a rehearsal, of an earlier try."""

    def __init__(self, session: Session, register: type[Declaration], asked: Any) -> None:
        """Raises NotFound when there are none."""
        self.session, self.of = session, receipt_of(session, asked.get("receipt", ""))
        of_import = self.of.verb == receipt.VERB
        self.how = How.UNDO if of_import else How.JUDGED if asked.get("how") == How.JUDGED else How.RETRY
        at_it = is_at_it(session, self.of)
        self.states = [str(each) for each in _MEANT[self.how] if not (at_it and each is LineState.WAITING)]
        fits = self.of.table_name == register.table() and self.of.verb in (receipt.VERB, VERB)
        self.total = self._count() if fits else 0
        if not self.total:
            raise NotFound()

    @property
    def imported(self) -> Batch:
        """The import that it comes from."""
        found = self.of
        while found.verb != receipt.VERB:
            found = self.session.get_one(Batch, found.of_id)
        return found

    def _count(self) -> int:
        return int(self.session.execute(self._lines(func.count())).scalar_one())

    def _lines(self, *columns: Any) -> Select[Any]:
        query = select(*columns).select_from(BatchLine)
        return query.where(BatchLine.batch_id == self.of.id, BatchLine.state.in_(self.states))

    def _order(self) -> list[Any]:
        """What names others before them: as the tables lie, the youngest rows first."""
        if self.how is not How.UNDO:
            return [BatchLine.id]
        names = self.session.execute(self._lines(BatchLine.table_name).distinct()).scalars()
        places = {name: place for place, name in enumerate(tables_in_order(names))}
        return [case(places, value=BatchLine.table_name, else_=len(places)), BatchLine.row_id.desc()]

    def first(self, most: int) -> list[BatchLine]:
        """In the order in which they will be gone through; not of the session, since they are not on it yet."""
        act = BatchLine.act if self.how is How.UNDO else BatchLine.undoes
        query = self._lines(BatchLine.id, BatchLine.table_name, BatchLine.row_id, act)
        found = self.session.execute(query.order_by(*self._order()).limit(most))
        return [BatchLine(id=i, table_name=table, row_id=row, undoes=undoes) for i, table, row, undoes in found]

    def copied_to(self, batch: Batch) -> None:
        """As the waiting lines of a new receipt; in the database, however many there are."""
        act = BatchLine.act if self.how is How.UNDO else BatchLine.undoes
        empty = literal("")
        columns = (literal(batch.id), BatchLine.table_name, BatchLine.row_id, literal("waiting"), empty, act, empty)
        names = ["batch_id", "table_name", "row_id", "state", "act", "undoes", "rule"]
        lines = self._lines(*columns).order_by(*self._order())
        self.session.execute(insert(BatchLine).from_select(names, lines, include_defaults=False))


def foreseen(session: Session, meant: Meant) -> list[Fate]:
    """What would become of the first lines; nothing is written."""
    with session.no_autoflush:
        return judged(session, meant.first(LOOKED_AT), meant.imported.at, Going(), lock=False)


def begin(
    session: Session, register: type[Declaration], meant: Meant, *, token: str | None, rehearsal: bool = False
) -> Batch:
    """The receipt with its lines waiting, and the job where it needs one; the same for the same `token`."""
    if here.me().staff_id is None:
        raise Forbidden()
    key = once.key_of(f"{'dry' if rehearsal else 'undo'}.import.{register.table()}", token)
    return begun(session, key, lambda: _made(session, meant, rehearsal))


def _made(session: Session, meant: Meant, rehearsal: bool) -> Batch:
    file = receipt.file_of(meant.imported)
    batch = Batch(
        owner_id=here.me().user_id, table_name=meant.of.table_name, verb=VERB, total=meant.total, of_id=meant.of.id,
        how=str(How.DRY if rehearsal else meant.how), given=json.dumps({"file": file}, ensure_ascii=False),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    meant.copied_to(batch)
    if rehearsal or meant.total > AT_ONCE:
        label = rehearsal_of(LABEL) if rehearsal else LABEL
        what = say("{v}：{f}，{n} 行", "{v}: {f}, {n} rows", v=label, f=file, n=f"{meant.total:,}")
        kind = UndoRehearsal.kind if rehearsal else UndoImport.kind
        link = f"/receipts/{batch.id}"
        batch.job_id = jobs.ask_for(session, kind, what, {"batch": batch.id}, total=meant.total, link=link).id
    return batch


# --- doing it -----------------------------------------------------------------------------


def carry_out(session: Session, batch_id: int, job: Running | None = None) -> bool:
    """The next lines that wait, in one transaction; True when more do. Raises Forbidden."""
    return write(session, lambda: _portion(session, batch_id, job))


def _portion(session: Session, batch_id: int, job: Running | None) -> bool:
    kept = job.keep() if job is not None else None
    batch = session.get_one(Batch, batch_id)
    _ask(batch)
    waiting = _waiting(session, batch_id)
    lines = waiting[:STEP]
    fates = judged(session, lines, _imported_at(session, batch), Going(), lock=True)
    for table, group in groupby(fates, key=lambda fate: fate.table):
        _do(session, table, [fate for fate in group if not fate.why])
    _tell(session, batch, lines, fates)
    if kept is not None:
        kept.done += len(lines)
        kept.heartbeat_at = here.now()
    return len(waiting) > STEP


def _ask(batch: Batch) -> None:
    if not may(here.me(), receipt.VERB, batch.table_name) or register_of(batch.table_name) is None:
        raise Forbidden()


def _waiting(session: Session, batch_id: int) -> list[BatchLine]:
    query = select(BatchLine).where(BatchLine.batch_id == batch_id, BatchLine.state == str(LineState.WAITING))
    query = query.order_by(BatchLine.id).limit(STEP + 1).with_for_update()
    return list(session.execute(query.execution_options(populate_existing=True)).scalars())


def _imported_at(session: Session, batch: Batch) -> Any:
    found = batch
    while found.verb != receipt.VERB:
        found = session.get_one(Batch, found.of_id)
    return found.at


def _do(session: Session, table: str, fates: Sequence[Fate]) -> None:
    """All of one table that may go, at once; where the database refuses, one by one, to hear which."""
    added = [fate for fate in fates if fate.wrote is Wrote.ADDED]
    model, register = table_named(table), register_of(table)
    assert model is not None
    assert register is not None
    try:
        _remove(session, model, added)
    except IntegrityError:
        for fate in added:
            try:
                _remove(session, model, [fate])
            except IntegrityError as error:
                fate.why = reasons_of(Faulty(fault_of(error)))
    for fate in fates:
        if fate.wrote is Wrote.CHANGED:
            _put_back(session, register, fate)


def _remove(session: Session, model: type[Record], fates: Sequence[Fate]) -> None:
    if fates:
        with journal.held_back(session), here.in_whole_sight():
            along.delete_rows(session, model, [fate.row for fate in fates])


def _put_back(session: Session, register: type[Declaration], fate: Fate) -> None:
    try:
        with journal.held_back(session):
            saving.change_row(session, register, fate.row_id, fate.given, version=fate.row.version)
            journal.describe(session, VERB, fate.row)
    except IntegrityError as error:
        fate.why = reasons_of(Faulty(fault_of(error)))
    except (NotAllowed, Faulty, NotFound, Conflict, Forbidden) as refused:
        fate.why = reasons_of(refused)


def _tell(session: Session, batch: Batch, lines: Sequence[BatchLine], fates: Sequence[Fate]) -> None:
    """What became of each line; and to the journal, of which act this takes something back."""
    if not lines:
        return
    session.flush()
    act = journal.act_of(session)
    session.execute(update(BatchLine), [_as_kept(fate, LineState.WENT, act) for fate in fates])
    journal.describe(session, VERB, None, receipt=batch.id, undoes=lines[0].undoes)


def _as_kept(fate: Fate, good: LineState, act: str = "") -> dict[str, Any]:
    if fate.why:
        return {"id": fate.line, "state": str(LineState.REFUSED), "act": "", "rule": kind_of(fate.why[0]),
                "reasons": fate.why}  # fmt: skip
    return {"id": fate.line, "state": str(good), "act": act, "rule": str(fate.wrote), "reasons": None}


class UndoImport(OnReceipt):
    """Of more rows than anybody would wait for."""

    kind = "import_undo"

    def some(self, job: Running) -> bool:
        return carry_out(job.session, job.params["batch"], job)

    def in_words(self, found: Mapping[str, int]) -> Say:
        return in_words(found)


class UndoRehearsal(Work):
    """Every row judged beforehand."""

    kind = "import_undo_rehearsal"

    def step(self, job: Running) -> bool:
        return judge_next(job, lambda batch, lines: _verdicts(job.session, batch, [line[0] for line in lines]))


def _verdicts(session: Session, batch: Batch, ids: Sequence[int]) -> list[Verdict]:
    _ask(batch)
    query = select(BatchLine).where(BatchLine.id.in_(ids)).order_by(BatchLine.id)
    lines = list(session.execute(query).scalars())
    fates = judged(session, lines, _imported_at(session, batch), Going(batch.id), lock=False)
    told = [(fate.line, fate.why) for fate in fates]
    session.rollback()
    return told


def in_words(found: Mapping[str, int]) -> Say:
    return say("撤回 {n} 行，保留 {m} 行。", "{n} taken back, {m} stay.", n=found["went"], m=found["refused"])


__all__ = ["Meant", "begin", "carry_out", "foreseen", "in_words"]
