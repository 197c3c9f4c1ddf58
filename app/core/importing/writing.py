"""Checking and writing a file: one transaction for all of it, in portions that memory does not notice."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core import gate, here, journal, once
from app.core.answers import Forbidden
from app.core.declaration import Declaration
from app.core.importing import hooks, receipt
from app.core.importing.entering import Entering
from app.core.importing.plan import CHANGED, FAULTY, NEW, Beat, Fault, How, Plan, plan_for, sheet_of
from app.core.rights import may
from app.core.sheets import Sheet
from app.core.writing import write


@dataclass
class Answer:
    """What an import found, and whether it was written."""

    rows: int
    good: int
    faulty: list[Fault]
    unknown: list[str]
    written: bool = False
    #: by which it is found again and taken back
    receipt: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    plan: Plan | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        faulty = [fault.as_json() for fault in self.faulty]
        return {
            "rows": self.rows,
            "good": self.good,
            "faulty": faulty,
            "unknown_columns": self.unknown,
            "written": self.written,
        }

    @classmethod
    def of(cls, plan: Plan) -> "Answer":
        counts = plan.counts()
        good = 0 if plan.faults else len(plan.lines) - counts[FAULTY]
        return cls(len(plan.lines), good, plan.faulty(), plan.unknown, counts=counts, plan=plan)


def bring_in(
    session: Session,
    register: type[Declaration],
    name: str,
    data: bytes,
    *,
    dry_run: bool = False,
    how: How | None = None,
) -> Answer:
    """Check a file and, unless there is a fault or it is a rehearsal, write all its rows.

    Raises Forbidden without the right, Faulty for a file that can't be read at all.
    """
    if not may(here.me(), "import", register.table()):
        raise Forbidden()
    how = how or How()
    sheet = sheet_of(register, name, data, any_header=how.mapping is not None)
    if dry_run:
        return Answer.of(look(session, register, sheet, how))
    return carry_out(session, register, name, sheet, how)


def carry_out(
    session: Session, register: type[Declaration], name: str, sheet: Sheet, how: How,
    *, token: str | None = None, beat: Beat | None = None, also: Any = None, seen: Any = None,
) -> Answer:  # fmt: skip
    """Plans, then writes when it may. `also` is done in the same transaction when it was written, `seen` with each
    plan, before the writing and after it. The plan is made before the write begins, so that nobody else waits for
    it, and is held against the rows again when they are locked."""
    plans = [plan_for(session, register, sheet, how, beat)]
    seen = seen or (lambda plan: None)
    seen(plans[0])
    key = once.key_of(f"import.{register.table()}", token)

    def work() -> Answer:
        if key and (earlier := once.answer_of(session, key)):
            return Answer(earlier["rows"], earlier["rows"], [], [], True, earlier.get("receipt"), earlier["counts"])
        plan = plans.pop() if plans else plan_for(session, register, sheet, how)
        if not _is_good(Answer.of(plan), how):
            return Answer.of(plan)
        kept = once.begin(session, key) if key else None
        batch = _enter(session, register, name, plan)
        answer = Answer.of(plan)
        answer.receipt = batch
        seen(plan)
        if not _is_good(answer, how):
            session.rollback()  # what the database and the registers refused is told, and nothing stays
            return answer
        answer.written = True
        if kept:
            kept.answer = {"rows": answer.good, "counts": answer.counts, "receipt": answer.receipt}
        if also is not None:
            also(answer)
        return answer

    return write(session, work)


def _is_good(answer: Answer, how: How) -> bool:
    whole = answer.plan is not None and not answer.plan.faults
    return whole and answer.good > 0 and (how.only_good or not answer.faulty)


def _enter(session: Session, register: type[Declaration], name: str, plan: Plan) -> int | None:
    """Answers its receipt."""
    rows = sum(line.fate in (NEW, CHANGED) for line in plan.lines)
    batch = receipt.begin(session, register.table(), name, rows)
    noted = {"receipt": batch.id} if batch is not None else {}
    journal.describe(session, "import", None, file=name[:80], rows=rows, **noted)
    journal.add(session, "import", table=register.table(), rows=rows, file=name[:80])
    written = Entering(session, register, plan).enter()
    if batch is not None:
        receipt.keep(session, batch, written)
    return batch.id if batch is not None else None


def look(session: Session, register: type[Declaration], sheet: Sheet, how: How, beat: Beat | None = None) -> Plan:
    """What would become of each line. Where only the writing knows it is written, and taken back."""
    plan = plan_for(session, register, sheet, how, beat)
    if not plan.faults and is_rehearsed(register, how):
        with suppress(_TakenBack):
            write(session, lambda: _rehearse(session, register, plan))
    session.rollback()
    return plan


def is_rehearsed(register: type[Declaration], how: How) -> bool:
    """Whether its rules are asked row by row, each in sight of those before it, or some rows are out of reach."""
    row_by_row = hooks.asked_row_by_row(register) or (bool(how.key) and hooks.edited_row_by_row(register))
    return row_by_row or not gate.sees_all(register.model, here.me())


class _TakenBack(Exception):  # noqa: N818 (how a rehearsal ends)
    pass


def _rehearse(session: Session, register: type[Declaration], plan: Plan) -> None:
    Entering(session, register, plan).enter()
    raise _TakenBack()
