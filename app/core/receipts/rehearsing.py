"""A rehearsal 预审 of a verb on many rows: a job that asks the rules about every row, and whose receipt says
which would go and why the others would not. Nothing is written but that receipt.

The first rows are judged together: the verb is done on one after the other, in a transaction that is taken back, so
that each is asked on what those before it would have done (a designer's cap that they fill). No notice, number,
webhook or line of the journal comes of it. Its locks are held meanwhile, so it ends after a second and a half; what
it did not come to, and everything where parameters are still missing, is judged row by row, as things stand at that
moment. How many were judged together is kept with the job. The verb asks its rules again when it is done.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.core import gate, here, undoing
from app.core.answers import Faulty, NotFound, Refusal
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.jobs.table import Job, JobState
from app.core.jobs.work import Running, Work
from app.core.receipts import doing, selecting
from app.core.receipts.selecting import Selection
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.record import table_named
from app.core.runner import read_params, why_not, within
from app.core.verbs import Act, Verb
from app.core.words import say
from app.core.writing import begin as begin_writing
from app.core.writing import collided, write

#: rows that are judged between two looks at the owner's rights and the wish to cancel
STEP = 200
#: rows that are judged together, and the seconds for which their locks may be held
TOGETHER, SECONDS = 500, 1.5
#: for a lock that somebody else has, one waits no longer: whoever really does something comes first
WAITED_FOR = 300  # milliseconds
#: (line, why not): none when the row goes
Verdict = tuple[int, list[dict[str, Any]]]


def begin(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any],
    *, token: str | None, how: How = How.CHOSEN, of: Batch | None = None, rest: Selection | None = None,
) -> Batch:  # fmt: skip
    """The receipt with its lines waiting, and its job; the same for the same `token`. What was given of the
    parameters is judged with. Raises Faulty when it can't be read, Forbidden."""
    return doing.begin(session, verb, ids, given, token=token, how=how, of=of, rehearsal=Rehearsal.kind, rest=rest)


class Rehearsal(Work):
    kind = "rehearsal"

    def step(self, job: Running) -> bool:
        if "together" in job.place:
            return judge_next(job, lambda batch, lines: _judged(job.session, batch, lines))
        return judge_next(job, lambda batch, lines: _judged_together(job.session, batch, lines), TOGETHER, first=True)

    def over(self, job: Running, state: JobState) -> None:
        """Rows that were not looked at stay so: the receipt says how many."""


def judge_next(
    job: Running,
    judge: Callable[[Batch, Sequence[Any]], list[Verdict]],
    most: int | None = None,
    *,
    first: bool = False,
) -> bool:
    """The next lines of the job's receipt that wait, and their verdicts kept; True when more do. `first`: those that
    are judged together, which may be fewer than there are."""
    session, batch = job.session, job.session.get_one(Batch, job.params["batch"])
    most = STEP if most is None else most
    waiting, batch_id = doing.lines_of(session, batch.id, most), batch.id
    if not waiting and selecting.choose_next(job):
        return True
    told = judge(batch, waiting[:most])
    more = len(waiting) > len(told) or selecting.has_more(job)
    place = {"together": len(told)} if first else {}
    write(session, lambda: _keep(job, batch_id, told, more, place))
    return more


def together_in(job: Job | None) -> int:
    """How many rows of a rehearsal were judged together."""
    return int(job.place.get("together") or 0) if job is not None else 0


def _judged(session: Session, batch: Batch, lines: Sequence[Any]) -> list[Verdict]:
    undoes = {row: act for _, row, act in lines if act}
    return judged(
        session, doing.verb_of(batch), json.loads(batch.given), [(line, row) for line, row, _ in lines], undoes
    )


def _judged_together(session: Session, batch: Batch, lines: Sequence[Any]) -> list[Verdict]:
    return in_turn(session, doing.verb_of(batch), json.loads(batch.given), lines)


def in_turn(
    session: Session, verb: Verb, given: Mapping[str, Any], lines: Sequence[tuple[int, int, str]]
) -> list[Verdict]:
    """Of the first (line, row, act that is taken back) as many as there is time for, each on what those before it
    would have done; none where the verb could not be done as it is asked. Nothing of it stays."""
    try:
        read_params(session, verb, given)
    except Faulty:
        return []
    if verb.by_job:
        return []
    told: list[Verdict] = []
    ends = time.monotonic() + SECONDS
    try:
        begin_writing(session)
        if session.connection().dialect.name == "postgresql":
            session.execute(text(f"SET LOCAL lock_timeout = {WAITED_FOR}"))
        for line, row_id, undoes in lines:
            told.append((line, _in_its_turn(session, verb, row_id, given, undoes)))
            if time.monotonic() > ends:
                break
    except DBAPIError as error:
        if not collided(error):
            raise
    finally:
        session.rollback()
    return told


def _in_its_turn(
    session: Session, verb: Verb, row_id: int, given: Mapping[str, Any], undoes: str
) -> list[dict[str, Any]]:
    """Why not, after what was done before; or none, and it is done for those that come after."""
    try:
        with session.begin_nested():
            within(session, verb, row_id, given, undoes)
    except IntegrityError as error:
        return doing.reasons_of(Faulty(fault_of(error)))
    except (NotAllowed, Refusal) as refused:
        return doing.reasons_of(refused)
    return []


def judged(
    session: Session, verb: Verb, given: Mapping[str, Any], lines: Sequence[tuple[int, int]],
    undoes: Mapping[int, str] | None = None,
) -> list[Verdict]:  # fmt: skip
    """A verdict for each (line, row): the state and every rule, with the parameters given so far."""
    model = table_named(verb.table)
    assert model is not None
    rows = {row.id: row for row in gate.reachable(session, model, [row_id for _, row_id in lines])}
    act = Act(session, here.me(), back=undoing.stood(session, verb.table, undoes) if undoes else {})
    params = read_params(session, verb, given, partial=True)
    told = [(line, _why_not(verb, rows.get(row_id), act, params)) for line, row_id in lines]
    session.rollback()  # whatever a rule may have touched in order to answer
    return told


def _why_not(verb: Verb, row: Any, act: Act, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    if row is None:
        return doing.reasons_of(NotFound())
    blockers = why_not(verb, row, act, params)
    return doing.reasons_of(NotAllowed(blockers)) if blockers else []


def _keep(job: Running, batch_id: int, told: Sequence[Verdict], more: bool, place: Mapping[str, Any]) -> None:
    """The verdicts and how far it is: the job's row is locked first, so no other worker is at these lines."""
    kept = job.keep(**place)
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
