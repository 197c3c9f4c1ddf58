"""A rehearsal 预审 of a verb on many rows: a job that asks the rules about every row, and whose receipt says
which would go and why the others would not. Nothing is written but that receipt.

Each row is judged by itself, as things stand at that moment; the verb asks its rules again when it is done.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import gate, here
from app.core.answers import Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.jobs.table import JobState
from app.core.jobs.work import Running, Work
from app.core.receipts import doing
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.record import table_named
from app.core.rights import may
from app.core.runner import read_params, why_not
from app.core.verbs import Act, Verb, verb_named
from app.core.words import say
from app.core.writing import write

#: rows that are judged between two looks at the owner's rights and the wish to cancel
STEP = 200
#: (line, why not): none when the row goes
Verdict = tuple[int, list[dict[str, Any]]]


def begin(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any],
    *, token: str | None, how: How = How.CHOSEN, of: Batch | None = None,
) -> Batch:  # fmt: skip
    """The receipt with its lines waiting, and its job; the same for the same `token`. What was given of the
    parameters is judged with. Raises Faulty when it can't be read, Forbidden."""
    return doing.begin(session, verb, ids, given, token=token, how=how, of=of, rehearsal=Rehearsal.kind)


class Rehearsal(Work):
    kind = "rehearsal"

    def step(self, job: Running) -> bool:
        return judge_next(job, lambda batch, lines: _judged(job.session, batch, lines))

    def over(self, job: Running, state: JobState) -> None:
        """Rows that were not looked at stay so: the receipt says how many."""


def judge_next(job: Running, judge: Callable[[Batch, Sequence[Any]], list[Verdict]]) -> bool:
    """The next lines of the job's receipt that wait, and their verdicts kept; True when more do."""
    session, batch = job.session, job.session.get_one(Batch, job.params["batch"])
    waiting, batch_id = doing.lines_of(session, batch.id, STEP), batch.id
    more = len(waiting) > STEP
    told = judge(batch, waiting[:STEP])
    write(session, lambda: _keep(job, batch_id, told, more))
    return more


def _judged(session: Session, batch: Batch, lines: Sequence[Any]) -> list[Verdict]:
    verb = verb_named(batch.table_name, batch.verb)
    if verb is None or not may(here.me(), batch.verb, batch.table_name):
        raise Forbidden()
    return judged(session, verb, json.loads(batch.given), [(line, row) for line, row, _ in lines])


def judged(session: Session, verb: Verb, given: Mapping[str, Any], lines: Sequence[tuple[int, int]]) -> list[Verdict]:
    """A verdict for each (line, row): the state and every rule, with the parameters given so far."""
    model = table_named(verb.table)
    assert model is not None
    rows = {row.id: row for row in gate.reachable(session, model, [row_id for _, row_id in lines])}
    act = Act(session, here.me())
    params = read_params(session, verb, given, partial=True)
    told = [(line, _why_not(verb, rows.get(row_id), act, params)) for line, row_id in lines]
    session.rollback()  # whatever a rule may have touched in order to answer
    return told


def _why_not(verb: Verb, row: Any, act: Act, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    if row is None:
        return doing.reasons_of(NotFound())
    blockers = why_not(verb, row, act, params)
    return doing.reasons_of(NotAllowed(blockers)) if blockers else []


def _keep(job: Running, batch_id: int, told: Sequence[Verdict], more: bool) -> None:
    """The verdicts and how far it is: the job's row is locked first, so no other worker is at these lines."""
    kept = job.keep()
    if told:
        job.session.execute(update(BatchLine), [_as_kept(line, reasons) for line, reasons in told])
    kept.done += len(told)
    if not more:
        found = doing.counts(job.session, batch_id)
        went, not_so = found[LineState.GOES], found[LineState.REFUSED]
        job.tell(say("可以办理 {n} 条，不能办理 {m} 条。", "{n} would go, {m} would not.", n=went, m=not_so))


def _as_kept(line: int, reasons: list[dict[str, Any]]) -> dict[str, Any]:
    if not reasons:
        return {"id": line, "state": str(LineState.GOES), "rule": "", "reasons": None}
    return {"id": line, "state": str(LineState.REFUSED), "rule": doing.kind_of(reasons[0]), "reasons": reasons}
