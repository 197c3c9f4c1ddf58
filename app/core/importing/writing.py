"""Writing an import: one transaction for all of it, in portions that memory does not notice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import gate, here, journal, once
from app.core.answers import Forbidden
from app.core.declaration import Declaration
from app.core.importing import receipt
from app.core.importing.matching import apply
from app.core.importing.plan import CHANGED, FAULTY, NEW, Beat, Fault, How, Line, Plan, parts, plan_for, sheet_of
from app.core.numbering import take_numbers
from app.core.record import Record
from app.core.rights import may
from app.core.sheets import Sheet
from app.core.verbs import Act
from app.core.words import say
from app.core.writing import write

#: rows that are flushed and journalled together
PORTION = 2000
MOVED = say("检查之后被别人改过，请重新检查。", "Somebody changed it since the check: check again.")


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
        return cls(len(plan.lines), good, plan.faulty(), plan.unknown, counts=counts)


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
        answer = Answer.of(plan_for(session, register, sheet, how))
        session.rollback()
        return answer
    return carry_out(session, register, name, sheet, how)


def carry_out(
    session: Session, register: type[Declaration], name: str, sheet: Sheet, how: How,
    *, token: str | None = None, beat: Beat | None = None, also: Any = None, seen: Any = None,
) -> Answer:  # fmt: skip
    """Plans, then writes when it may. `also` is done in the same transaction when it was written, `seen` with the plan before. The plan is made
    before the write begins, so that nobody else waits for it, and is held against the rows again when they are locked."""
    plans = [plan_for(session, register, sheet, how, beat)]
    if seen is not None:
        seen(plans[0])
    key = once.key_of(f"import.{register.table()}", token)

    def work() -> Answer:
        if key and (earlier := once.answer_of(session, key)):
            return Answer(earlier["rows"], earlier["rows"], [], [], True, earlier.get("receipt"), earlier["counts"])
        plan = plans.pop() if plans else plan_for(session, register, sheet, how)
        answer = Answer.of(plan)
        if plan.faults or (answer.faulty and not how.only_good) or not answer.good:
            return answer
        kept = once.begin(session, key) if key else None
        answer.receipt = _write(session, register, name, plan, beat)
        answer.written = True
        if kept:
            kept.answer = {"rows": answer.good, "counts": answer.counts, "receipt": answer.receipt}
        if also is not None:
            also(answer)
        return answer

    return write(session, work)


def _write(session: Session, register: type[Declaration], name: str, plan: Plan, beat: Beat | None) -> int | None:
    """Answers its receipt."""
    lines = [line for line in plan.lines if line.fate in (NEW, CHANGED)]
    batch = receipt.begin(session, register.table(), name, len(lines))
    noted = {"receipt": batch.id} if batch is not None else {}
    journal.describe(session, "import", None, file=name[:80], rows=len(lines), **noted)
    journal.add(session, "import", table=register.table(), rows=len(lines), file=name[:80])
    new = [line for line in lines if line.fate == NEW]
    records = [record for line in new for record in line.records]
    _number(session, records)
    _give_ids(session, records)
    if batch is not None:
        receipt.keep(session, batch, _written(register, records, lines))
    for start in range(0, len(records), PORTION):
        part = records[start : start + PORTION]
        with here.in_whole_sight():
            session.add_all(part)
            session.flush()
        _within_reach(session, register, part)
        journal.settle(session)
        if len(records) > PORTION:
            _let_go(session, part, records[start + PORTION :])
    _change(session, register, [line for line in lines if line.fate == CHANGED])
    return batch.id if batch is not None else None


def _written(
    register: type[Declaration], records: Iterable[Record], lines: Iterable[Line]
) -> Iterator[receipt.Written]:
    for record in records:
        yield record.__tablename__, record.id, receipt.Wrote.ADDED
    for line in lines:
        if line.fate == CHANGED and line.stands is not None:
            yield register.table(), line.stands.row_id, receipt.Wrote.CHANGED


def _let_go(session: Session, part: list[Record], rest: list[Record]) -> None:
    """Rows that are written and that no later one leans on need no more memory."""
    if len({type(row) for row in rest} | {type(row) for row in part}) > 1:
        return
    for row in part:
        session.expunge(row)


def _change(session: Session, register: type[Declaration], lines: list[Line]) -> None:
    """The rows that stand, locked and as they were when they were checked."""
    act = Act(session, here.me())
    for start in range(0, len(lines), PORTION):
        part = {line.stands.row_id if line.stands else 0: line for line in lines[start : start + PORTION]}
        rows = gate.reachable(session, register.model, list(part), lock=True)
        for row in rows:
            line = part[row.id]
            assert line.stands is not None
            if row.version != line.stands.version:
                raise Forbidden(MOVED)
            with here.in_whole_sight():
                apply(register, row, line.stands.changes, act)
        if len(rows) != len(part):
            raise Forbidden(MOVED)
        with here.in_whole_sight():
            session.flush()
        _within_reach(session, register, rows)
        journal.settle(session)


def _number(session: Session, records: Iterable[Record]) -> None:
    """Document numbers, taken in one go for each series."""
    waiting: dict[str, list[Any]] = {}
    for record in records:
        if record.__series__ and not getattr(record, "number", None):
            waiting.setdefault(record.__series__, []).append(record)
    for series, rows in waiting.items():
        for row, number in zip(rows, take_numbers(session, series, here.today().year, len(rows)), strict=True):
            row.number = number


def _give_ids(session: Session, records: Iterable[Record]) -> None:
    """Ids taken beforehand, so that rows go in by the thousand and not one by one to bring theirs back."""
    by_model: dict[type[Record], list[Record]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    for model, rows in by_model.items():
        for row, key in zip(rows, _next_ids(session, model, len(rows)), strict=True):
            row.id = key


def _next_ids(session: Session, model: type[Record], count: int) -> Iterable[int]:
    """From the sequence on PostgreSQL; on SQLite, where the write lock is ours, after the last."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(model.__table__.name, "id"))
        series = func.generate_series(1, count).table_valued("n")
        return list(session.connection().execute(select(sequence).select_from(series)).scalars())
    last = session.connection().execute(select(func.coalesce(func.max(model.__table__.c.id), 0))).scalar_one()
    return range(last + 1, last + count + 1)


def _within_reach(session: Session, register: type[Declaration], records: Iterable[Record]) -> None:
    ids = [record.id for record in records if isinstance(record, register.model)]
    for part in parts(ids):
        query = select(register.model.id).where(register.model.id.in_(part))
        if len(set(session.execute(query).scalars())) != len(part):
            raise Forbidden(say("有的行导入后不在您的数据范围内。", "Some rows would be out of your scope."))
