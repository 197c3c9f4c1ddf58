"""One field of many rows, with a receipt: at once, or by a job where nobody would wait for so many.

On its receipt `verb` is `edit`, and `given` holds the field and what was typed; None where each row gets back what
it held. Each row goes through the form's write path in a transaction of its own, with its line, so that nothing is
done twice; it is tried again, and taken back, by receipts of their own.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import changing, gate, here, once, saving
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.declaration import Declaration, register_of
from app.core.jobs.work import Running, Work
from app.core.receipts import putting_back
from app.core.receipts.doing import (
    STEP,
    DoneAlready,
    OnReceipt,
    begun,
    lines_of,
    made,
    reasons_of,
    refuse,
    rehearsal_of,
    undoes_of,
    went,
)
from app.core.receipts.rehearsing import Verdict, judge_next
from app.core.receipts.selecting import Selection
from app.core.receipts.table import Batch, BatchLine, How
from app.core.record import Field
from app.core.words import Say, say
from app.core.writing import write

VERB = "edit"


def begin(
    session: Session, register: type[Declaration], ids: Sequence[int], spot: Field, raw: str | None,
    token: str | None, *, how: How = How.CHOSEN, of: Batch | None = None, rehearsal: bool = False,
    rest: Selection | None = None,
) -> Batch:  # fmt: skip
    """The receipt with its lines waiting, and the job where it needs one; the same for the same `token`. With no
    `raw` what the receipt `of` wrote is put back; a `rehearsal` only judges every row. Raises Faulty."""
    if spot.name not in {each.name for each in changing.changeable(register)}:
        raise Forbidden()
    undoes: dict[int, str] = {}
    if raw is None and rest is None:
        undoes = undoes_of(session, of, how, ids) if of is not None else {}
        ids = [each for each in ids if each in undoes]
        if not ids:
            raise NotFound()
    elif raw is not None:
        changing.read_value(session, spot, raw)
    key = once.key_of(f"{'dry_change' if rehearsal else 'change'}.{register.table()}", token)

    def make() -> Batch:
        batch = Batch(
            owner_id=here.me().user_id, table_name=register.table(), verb=VERB, total=len(ids),
            how=str(How.DRY if rehearsal else how),
            of_id=of.id if of is not None else None, given=json.dumps({spot.name: raw}, ensure_ascii=False),
        )  # fmt: skip
        kind = ManyChanged.kind if len(ids) > changing.CHANGE_CAP or rest else ""
        label = label_of(spot, back=raw is None)
        if rehearsal:
            kind, label = ManyForeseen.kind, rehearsal_of(label)
        made(session, batch, ids, undoes, kind, label, rest)
        return batch

    return begun(session, key, make)


def label_of(spot: Field, *, back: bool = False) -> Say:
    if back:
        return say("改回{f}", "{f} put back", f=spot.label)
    return say("修改{f}", "Change of {f}", f=spot.label)


def field_of(batch: Batch) -> tuple[Field, str | None] | None:
    """The field of such a receipt, and what was typed for it."""
    register = register_of(batch.table_name)
    if batch.verb != VERB or register is None:
        return None
    ((name, raw),) = json.loads(batch.given).items()
    spot = register.fields().get(name)
    return (spot, raw) if spot is not None else None


def carry_out(
    session: Session, batch_id: int, most: int = changing.CHANGE_CAP, job: Running | None = None,
    versions: Mapping[int, int] | None = None,
) -> bool:  # fmt: skip
    """Do the next lines that wait; True when more do. A row whose version is not that of `versions`, which the
    person has looked at, is left as it is. Raises Forbidden."""
    batch = session.get_one(Batch, batch_id)
    register, found = register_of(batch.table_name), field_of(batch)
    if register is None or found is None or found[0] not in changing.changeable(register):
        raise Forbidden()
    waiting = lines_of(session, batch_id, most)
    for line_id, row_id, undoes in waiting[:most]:
        _Line(session, register, *found, batch_id, line_id, row_id, undoes, job).do((versions or {}).get(row_id))
    return len(waiting) > most


def judged(session: Session, batch: Batch, lines: Sequence[Any]) -> list[Verdict]:
    """A verdict for each (line, row, act it takes back): nothing is written. Raises Forbidden."""
    register, found = register_of(batch.table_name), field_of(batch)
    if register is None or found is None or found[0] not in changing.changeable(register):
        raise Forbidden()
    spot, raw = found
    if raw is None:
        known = putting_back.was(session, register, spot, {row_id: undoes for _, row_id, undoes in lines})
        wanted = putting_back.wanted_back(session, spot, known)
    else:
        wanted = changing.for_all(changing.read_value(session, spot, raw))
    rows = {row.id: row for row in gate.reachable(session, register.model, [row_id for _, row_id, _ in lines])}
    told = []
    with session.no_autoflush:
        for line_id, row_id, _ in lines:
            row = rows.get(row_id)
            why = changing.refusal(session, register, row, spot, wanted) if row is not None else NotFound()
            told.append((line_id, reasons_of(why) if why is not None else []))
    session.rollback()
    return told


class _Line:
    """One row of it."""

    def __init__(
        self, session: Session, register: type[Declaration], spot: Field, raw: str | None, batch_id: int, line_id: int,
        row_id: int, undoes: str, job: Running | None,
    ) -> None:  # fmt: skip
        self.session, self.register, self.spot, self.raw = session, register, spot, raw
        self.batch_id, self.line_id, self.row_id, self.undoes, self.job = batch_id, line_id, row_id, undoes, job

    def do(self, version: int | None) -> None:
        try:
            typed, version = self._put_back() if self.raw is None else (self._typed(), version)
            saving.edit(
                self.session, self.register, self.row_id, {self.spot.name: typed}, version=version, also=self._went
            )
        except DoneAlready:
            return
        except (NotAllowed, Faulty, NotFound, Conflict, Forbidden) as refused:
            reasons = reasons_of(refused)
            write(self.session, lambda: refuse(self.session, self.line_id, reasons, self.job))

    def _went(self, _: int) -> None:
        undoes = {"undoes": self.undoes} if self.undoes else {}
        went(self.session, self.line_id, self.job, receipt=self.batch_id, **undoes)

    def _put_back(self) -> tuple[Any, int]:
        """What the row held, and the version on which that was looked at."""
        found = gate.reachable(self.session, self.register.model, [self.row_id])
        if not found:
            raise NotFound()
        known = putting_back.was(self.session, self.register, self.spot, {self.row_id: self.undoes})
        return putting_back.held_before(self.session, self.spot, found[0], known.get(self.row_id)), found[0].version

    def _typed(self) -> str | None:
        """Where the row has this value already, that is told, and nothing written."""
        value = changing.read_value(self.session, self.spot, self.raw)
        if self._holds(value):
            raise Faulty({self.spot.name: changing.SAME})
        return self.raw

    def _holds(self, value: Any) -> bool:
        if changing.is_sealed(self.spot):
            found = gate.reachable(self.session, self.register.model, [self.row_id])
            return bool(found) and getattr(found[0], self.spot.attribute) == value
        column = getattr(self.register.model, self.spot.attribute)
        query = select(column == value).where(self.register.model.id == self.row_id)
        return bool(self.session.execute(query).scalar())


class ManyChanged(OnReceipt):
    kind = "change"

    def some(self, job: Running) -> bool:
        return carry_out(job.session, job.params["batch"], STEP, job)


class ManyForeseen(Work):
    """Every row of a change judged beforehand."""

    kind = "change_rehearsal"

    def step(self, job: Running) -> bool:
        return judge_next(job, lambda batch, lines: judged(job.session, batch, lines))


__all__ = ["BatchLine", "begin", "carry_out", "field_of", "label_of"]
