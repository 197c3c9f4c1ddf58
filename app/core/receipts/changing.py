"""One field of more rows than anybody would wait for: a job with a receipt, like a verb on many rows.

On its receipt `verb` is `edit`, and `given` holds the field and what was typed. Each row goes through the form's
write path in a transaction of its own, with its line, so that nothing is done twice.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import changing, here, journal, once, saving
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.declaration import Declaration, register_of
from app.core.jobs.table import JobState
from app.core.jobs.work import Running, Work
from app.core.receipts.doing import STEP, DoneAlready, Many, lines_of, locked, made, reasons_of, refuse
from app.core.receipts.table import Batch, BatchLine, LineState
from app.core.record import Field
from app.core.words import Say, say
from app.core.writing import write

VERB = "edit"


def begin(
    session: Session, register: type[Declaration], ids: Sequence[int], spot: Field, raw: str, token: str | None
) -> Batch:
    """The receipt with its lines waiting, and the job; the same for the same `token`. Raises Faulty."""
    if spot.name not in {each.name for each in changing.changeable(register)}:
        raise Forbidden()
    changing.read_value(session, spot, raw)
    key = once.key_of(f"change.{register.table()}", token)

    def work() -> int:
        if key and (earlier := once.answer_of(session, key)):
            return int(earlier["batch"])
        kept = once.begin(session, key) if key else None
        batch = Batch(
            owner_id=here.me().user_id, table_name=register.table(), verb=VERB, total=len(ids),
            given=json.dumps({spot.name: raw}, ensure_ascii=False),
        )  # fmt: skip
        made(session, batch, ids, {}, ManyChanged.kind, label_of(spot))
        if kept:
            kept.answer = {"batch": batch.id}
        return batch.id

    return session.get_one(Batch, write(session, work))


def label_of(spot: Field) -> Say:
    return say("修改{f}", "Change of {f}", f=spot.label)


def field_of(batch: Batch) -> tuple[Field, str] | None:
    """The field of such a receipt, and what was typed for it."""
    register = register_of(batch.table_name)
    if batch.verb != VERB or register is None:
        return None
    ((name, raw),) = json.loads(batch.given).items()
    spot = register.fields().get(name)
    return (spot, raw) if spot is not None else None


class ManyChanged(Work):
    kind = "change"

    def step(self, job: Running) -> bool:
        session, batch = job.session, job.session.get_one(Batch, job.params["batch"])
        register, found = register_of(batch.table_name), field_of(batch)
        if register is None or found is None or found[0] not in changing.changeable(register):
            raise Forbidden()
        waiting = lines_of(session, batch.id, STEP)
        for line_id, row_id, _ in waiting[:STEP]:
            self._line(job, register, *found, line_id, row_id)
        more = len(waiting) > STEP
        if not more:
            write(session, lambda: Many().sum_up(job))
        return more

    def _line(
        self, job: Running, register: type[Declaration], spot: Field, raw: str, line_id: int, row_id: int
    ) -> None:
        session, receipt = job.session, job.params["batch"]

        def went(_: int) -> None:
            line = locked(session, line_id)
            if line.state == LineState.WENT:
                raise DoneAlready()
            line.state, line.act, line.rule, line.reasons = str(LineState.WENT), journal.act_of(session), "", None
            journal.note(session, receipt=receipt)
            job.keep().done += 1

        try:
            if self._is_so(session, register, spot, raw, row_id):
                raise Faulty({spot.name: changing.SAME})
            saving.edit(session, register, row_id, {spot.name: raw}, also=went)
        except DoneAlready:
            return
        except (NotAllowed, Faulty, NotFound, Conflict, Forbidden) as refused:
            reasons = reasons_of(refused)
            write(session, lambda: refuse(session, line_id, reasons, job))

    @staticmethod
    def _is_so(session: Session, register: type[Declaration], spot: Field, raw: Any, row_id: int) -> bool:
        """Whether the row has this value already: then it is told, not written."""
        column = getattr(register.model, spot.attribute)
        return bool(
            session.execute(
                select(column == changing.read_value(session, spot, raw)).where(register.model.id == row_id)
            ).scalar()
        )

    def over(self, job: Running, state: JobState) -> None:
        """Lines that still wait stay so, and the receipt names them."""


__all__ = ["BatchLine", "begin", "field_of", "label_of"]
