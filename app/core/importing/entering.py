"""Writing the lines of a file: each new row by the hooks that a form goes through, in portions, within the
caller's transaction. A line that is refused is told so and leaves nothing behind; whoever called says whether
the others stay. A rehearsal is the same, taken back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import gate, here, journal
from app.core.answers import Faulty, Forbidden
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.declaration import Declaration
from app.core.importing import hooks
from app.core.importing.matching import apply, parts
from app.core.importing.plan import CHANGED, NEW, PORTION, Line, Plan
from app.core.importing.receipt import Written, Wrote
from app.core.numbering import take_numbers
from app.core.record import Record
from app.core.saving import edit_blockers
from app.core.verbs import Act
from app.core.words import Say, joined, say

#: lines that the database alone refused: after so many it is not asked about each of the others
MOST_UNFORESEEN = 100
MOVED = say("检查之后被别人改过，请重新检查。", "Somebody changed it since the check: check again.")
OUT_OF_SCOPE = say("导入后不在您的数据范围内。", "It would be out of your scope.")
TOO_MANY = say(
    "写入时有太多行被拒绝，请核对整个文件。", "Too many rows were refused in writing: look at the whole file."
)
Refused = Sequence[tuple[Line, Mapping[str, Say | str]]]


class _Refused(Exception):  # noqa: N818 (carries what is wrong, line by line)
    def __init__(self, lines: Refused) -> None:
        super().__init__()
        self.lines = lines


class Entering:
    """One import: `enter()` writes the good lines of its plan, and marks those that turn out not to be."""

    def __init__(self, session: Session, register: type[Declaration], plan: Plan) -> None:
        self.session, self.register, self.plan = session, register, plan
        self.act = Act(session, here.me())
        self.seen_whole = gate.sees_all(register.model, here.me())
        self.unforeseen = 0
        self.last: dict[type[Record], int] = {}
        self.written: list[Written] = []

    def enter(self) -> list[Written]:
        """Answers what was made of which row."""
        new = [line for line in self.plan.lines if line.fate == NEW]
        for part in parts(new, PORTION):
            self._by_turns(part, self._add, hooks.row_by_row(row for line in part for row in line.records))
            self._let_go(part, all_of_a_kind=len({type(row) for line in new for row in line.records}) == 1)
        changed = [line for line in self.plan.lines if line.fate == CHANGED]
        for part in parts(changed, PORTION):
            self._by_turns(part, self._change, hooks.edited_row_by_row(self.register))
        return self.written

    def _by_turns(self, lines: Sequence[Line], do: Callable[[Sequence[Line]], None], one_by_one: bool) -> None:
        for turn in parts(lines, 1 if one_by_one else PORTION):
            self._try(turn, do)
        journal.settle(self.session)

    def _try(self, lines: Sequence[Line], do: Callable[[Sequence[Line]], None]) -> None:
        """What is refused is told by line and done without; where it is not known which line it is, by halves."""
        if not lines:
            return
        try:
            with journal.held_back(self.session):
                do(lines)
            return
        except _Refused as refused:
            told = refused.lines
        except (Faulty, NotAllowed, Forbidden, IntegrityError) as refusal:
            told = [(lines[0], _in_words(refusal))] if len(lines) == 1 else []
            self._count(refusal, len(lines))
        self._forget(lines)
        for line, faults in told:
            line.faults |= {self.plan.headers.get(name, name): sentence for name, sentence in faults.items()}
        half = len(lines) if told else len(lines) // 2
        self._try([line for line in lines[:half] if not line.faults], do)
        self._try([line for line in lines[half:] if not line.faults], do)

    def _count(self, refusal: Exception, lines: int) -> None:
        self.unforeseen += lines == 1 and isinstance(refusal, IntegrityError)
        if self.unforeseen > MOST_UNFORESEEN:
            raise Faulty({"": TOO_MANY})

    def _add(self, lines: Sequence[Line]) -> None:
        owned = [(line, row) for line in lines for row in line.records]
        rows = [row for _, row in owned]
        with here.in_whole_sight():
            if refused := hooks.before(owned, self.act):
                raise _Refused(refused)
            self._number(rows)
            self._give_ids(rows)
            self.session.add_all(rows)
            self.session.flush()
            hooks.after(rows, self.act)
            self.session.flush()
        self._within_reach([(line, row.id) for line, row in owned if isinstance(row, self.register.model)])
        self.written += [(row.__tablename__, row.id, Wrote.ADDED) for row in rows]

    def _change(self, lines: Sequence[Line]) -> None:
        """The rows that stand, locked and as they were when they were checked."""
        ids = [line.stands.row_id for line in lines if line.stands is not None]
        rows = {row.id: row for row in gate.reachable(self.session, self.register.model, ids, lock=True)}
        with here.in_whole_sight(), self.session.no_autoflush:
            told = [(line, self._change_one(line, rows.get(key))) for line, key in zip(lines, ids, strict=True)]
            if refused := [(line, faults) for line, faults in told if faults]:
                raise _Refused(refused)
            self.session.flush()
        self._within_reach(list(zip(lines, ids, strict=True)))
        self.written += [(self.register.table(), key, Wrote.CHANGED) for key in ids]

    def _change_one(self, line: Line, row: Any) -> Mapping[str, Say | str]:
        """What is wrong with it, if anything is."""
        assert line.stands is not None
        if row is None or row.version != line.stands.version:
            return {"": MOVED}
        if blockers := edit_blockers(self.register, row, self.act):
            return {"": joined([each.message for each in blockers], "", " ")}
        return apply(self.register, row, line.stands.changes, self.act)

    def _within_reach(self, owned: Sequence[tuple[Line, int]]) -> None:
        """A row can't be brought, or moved, to where its writer may not reach."""
        if self.seen_whole:
            return
        query = select(self.register.model.id).where(self.register.model.id.in_([key for _, key in owned]))
        reached = set(self.session.execute(query).scalars())
        if left := [(line, {"": OUT_OF_SCOPE}) for line, key in owned if key not in reached]:
            raise _Refused(left)

    def _number(self, rows: Sequence[Any]) -> None:
        """Document numbers, taken in one go for each series."""
        waiting: dict[str, list[Any]] = {}
        for row in rows:
            if row.__series__ and not getattr(row, "number", None):
                waiting.setdefault(row.__series__, []).append(row)
        for series, own in waiting.items():
            for row, number in zip(own, take_numbers(self.session, series, self.act.today.year, len(own)), strict=True):
                row.number = number

    def _give_ids(self, rows: Sequence[Record]) -> None:
        """Ids taken beforehand, so that rows go in by the thousand and not one by one to bring theirs back."""
        by_model: dict[type[Record], list[Record]] = {}
        for row in rows:
            by_model.setdefault(type(row), []).append(row)
        for model, own in by_model.items():
            for row, key in zip(own, self._next_ids(model, len(own)), strict=True):
                row.id = key

    def _next_ids(self, model: type[Record], count: int) -> Sequence[int]:
        """From the sequence on PostgreSQL; on SQLite, where the write lock is ours, after the last."""
        if self.session.get_bind().dialect.name == "postgresql":
            sequence = func.nextval(func.pg_get_serial_sequence(model.__table__.name, "id"))
            series = func.generate_series(1, count).table_valued("n")
            return list(self.session.connection().execute(select(sequence).select_from(series)).scalars())
        largest = select(func.coalesce(func.max(model.__table__.c.id), 0))
        last = max(self.session.connection().execute(largest).scalar_one(), self.last.get(model, 0))
        self.last[model] = last + count
        return range(last + 1, last + count + 1)

    def _forget(self, lines: Sequence[Line]) -> None:
        """What rows were given for a try that came to nothing: its numbers are free again."""
        for line in lines:
            for row in line.records:
                row.id = None  # type: ignore[assignment]
                if row.__series__:
                    row.number = None  # type: ignore[attr-defined]

    def _let_go(self, lines: Sequence[Line], *, all_of_a_kind: bool) -> None:
        """Rows that are written and that no later one leans on need no more memory."""
        for line in lines if all_of_a_kind else ():
            for row in line.records:
                if row in self.session:
                    self.session.expunge(row)


def _in_words(refusal: Exception) -> Mapping[str, Say | str]:
    if isinstance(refusal, IntegrityError):
        return fault_of(refusal)
    if isinstance(refusal, Faulty):
        return refusal.faults
    if isinstance(refusal, NotAllowed):
        return {"": joined([each.message for each in refusal.blockers], "", " ")}
    assert isinstance(refusal, Forbidden)
    return {"": refusal.message}
