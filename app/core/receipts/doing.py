"""A verb on many rows: a line each, each in a transaction of its own with its line on the receipt.

The line is the token against doing it twice: it is locked and looked at in the transaction of the row,
so a second click, a second worker or a dead one's successor finds it done.
"""

import json
from binascii import crc32
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import here, jobs, journal, once
from app.core.answers import Conflict, Faulty, Forbidden, NotFound, Refusal
from app.core.blockers import Blocker, NotAllowed
from app.core.jobs.table import JobState, both
from app.core.jobs.work import Running, Unknown, Work
from app.core.receipts.selecting import Selection, choose_next, has_more, in_params, put_lines
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.rights import may
from app.core.runner import NOBODY_AT_THE_DESK, read_params, run
from app.core.verbs import Verb, verb_named
from app.core.words import Say, say
from app.core.writing import write

#: so many rows are done while the person waits; more are a job
AT_ONCE = 200
#: of one list, named one by one; of more than these a job chooses the rows itself
MOST = 20_000
#: rows that one step of a job does before its owner's rights are read again
STEP = 20


class DoneAlready(Exception):  # noqa: N818 (reads as a sentence where it is raised)
    """Another click or worker has done this line."""


def begin(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any],
    *, token: str | None, how: How = How.CHOSEN, of: Batch | None = None, rehearsal: str = "",
    rest: Selection | None = None,
) -> Batch:  # fmt: skip
    """The receipt with all its lines waiting, and the job where it needs one; the same receipt for the same
    `token`. With `rest` its job chooses the rows (selecting.py).
    With the kind of a `rehearsal`, that is its job. Raises Forbidden, or Faulty for parameters that
    can't be read."""
    if not may(here.me(), verb.name, verb.table):
        raise Forbidden()
    if here.me().staff_id is None:
        raise Forbidden(NOBODY_AT_THE_DESK)
    read_params(session, verb, given, partial=bool(rehearsal))
    kind = rehearsal or (Many.kind if len(ids) > AT_ONCE or rest else "")
    undoes = undoes_of(session, of, how, ids) if of is not None and rest is None else {}
    key = once.key_of(f"{'dry' if rehearsal else 'many'}.{verb.table}.{verb.name}", token)
    of_id, how = of.id if of is not None else None, How.DRY if rehearsal else how
    return begun(session, key, lambda: _made(session, verb, ids, given, how, of_id, undoes, kind, rest))


def begun(session: Session, key: str | None, make: Callable[[], Batch]) -> Batch:
    """The receipt that `make` writes, in a transaction of its own; the same one for the same key (core/once.py)."""
    done = write(session, lambda: once.answered(session, key, lambda: {"batch": make().id}))
    return session.get_one(Batch, done["batch"])


def _made(
    session: Session, verb: Verb, ids: Sequence[int], given: Mapping[str, Any], how: How, of_id: int | None,
    undoes: Mapping[int, str], kind: str, rest: Selection | None = None,
) -> Batch:  # fmt: skip
    batch = Batch(
        owner_id=here.me().user_id, table_name=verb.table, verb=verb.name, total=len(ids), how=str(how), of_id=of_id,
        given=json.dumps(dict(given), ensure_ascii=False),
    )  # fmt: skip
    label = rehearsal_of(verb.label) if how is How.DRY else verb.label
    made(session, batch, ids, undoes, kind, label, rest)
    return batch


class One:
    """The receipt of a single row: written with its act, so there is none of what was refused."""

    def __init__(self, session: Session, verb: Verb, row_id: int, given: Mapping[str, Any]) -> None:
        self.session, self.verb, self.row_id, self.given = session, verb, row_id, given
        self.id = 0

    def went(self) -> None:
        batch = _made(self.session, self.verb, [self.row_id], self.given, How.CHOSEN, None, {}, "")
        line = self.session.execute(select(BatchLine).where(BatchLine.batch_id == batch.id)).scalar_one()
        line.state, line.act = str(LineState.WENT), journal.act_of(self.session)
        journal.note(self.session, receipt=batch.id)
        self.id = batch.id


def rehearsal_of(label: Say) -> Say:
    return say("预审「{v}」", "Rehearsal of “{v}”", v=label)


def made(
    session: Session, batch: Batch, ids: Sequence[int], undoes: Mapping[int, str], kind: str, label: Say,
    rest: Selection | None = None,
) -> None:  # fmt: skip
    """The receipt with a line for each row, and a job of that kind where there is one; with `rest` the job
    puts the lines on it."""
    ids = [] if rest is not None else ids
    batch.total = len(ids)
    session.add(batch)
    session.flush()
    put_lines(session, batch.id, ((each, undoes.get(each, "")) for each in ids))
    if kind:
        how_many = f"{len(ids):,}" if rest is None else f"{MOST:,}+"
        what = say("{verb}：{n} 条", "{verb}: {n} records", verb=label, n=how_many)
        job = jobs.ask_for(
            session, kind, what, {"batch": batch.id, **in_params(rest)}, total=0 if rest else len(ids),
            link=f"/receipts/{batch.id}",
        )  # fmt: skip
        batch.job_id = job.id


def undoes_of(session: Session, of: Batch, how: How, ids: Sequence[int]) -> dict[int, str]:
    """Row -> the act that is taken back: that of the receipt; or what a receipt of taking back was after."""
    column = BatchLine.act if how is How.UNDO else BatchLine.undoes
    acts = select(BatchLine.row_id, column).where(BatchLine.batch_id == of.id, column != "")
    acts = acts.where(BatchLine.row_id.in_(ids)) if len(ids) <= AT_ONCE else acts
    return dict(session.execute(acts).tuples().all())


def carry_out(session: Session, batch_id: int, most: int = AT_ONCE, job: Running | None = None) -> bool:
    """Do the next lines that wait; True when more do."""
    batch = session.get_one(Batch, batch_id)
    verb = verb_of(batch)
    given = json.loads(batch.given)
    waiting = lines_of(session, batch_id, most)
    for line_id, row_id, undoes in waiting[:most]:
        _do_line(
            session, verb, given, line_id, row_id, {"receipt": batch_id, **({"undoes": undoes} if undoes else {})}, job
        )
    return len(waiting) > most


def verb_of(batch: Batch) -> Verb:
    """What the receipt is of. Raises Forbidden; and Unknown where this release has no such verb."""
    verb = verb_named(batch.table_name, batch.verb)
    if verb is None:
        raise Unknown()
    if not may(here.me(), batch.verb, batch.table_name):
        raise Forbidden()
    return verb


def lines_of(session: Session, batch_id: int, most: int) -> list[Any]:
    """(line, row, the act it takes back) of the next lines that wait; one more than asked for, when there are more."""
    query = (
        select(BatchLine.id, BatchLine.row_id, BatchLine.undoes)
        .where(BatchLine.batch_id == batch_id, BatchLine.state == str(LineState.WAITING))
        .order_by(BatchLine.id)
        .limit(most + 1)
    )
    return list(session.execute(query))


def _do_line(
    session: Session, verb: Verb, given: Mapping[str, Any], line_id: int, row_id: int, note: dict[str, Any],
    job: Running | None,
) -> None:  # fmt: skip
    try:
        done = partial(went, session, line_id, job, **note)
        run(session, verb, [row_id], given, also=done, undoes=note.get("undoes", ""), patience=0)
    except DoneAlready:
        return
    except (NotAllowed, Faulty, NotFound, Conflict, Forbidden) as refused:
        reasons = reasons_of(refused)
        write(session, lambda: refuse(session, line_id, reasons, job))


def went(session: Session, line_id: int, job: Running | None, **note: Any) -> None:
    """In the transaction of the row: its line says so, and its entry in the journal names the receipt. Raises
    DoneAlready."""
    line = locked(session, line_id)
    if line.state == LineState.WENT:
        raise DoneAlready()
    line.state, line.act, line.rule, line.reasons = str(LineState.WENT), journal.act_of(session), "", None
    journal.note(session, **note)
    count_on(job)


def locked(session: Session, line_id: int) -> BatchLine:
    query = select(BatchLine).where(BatchLine.id == line_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def refuse(session: Session, line_id: int, reasons: list[dict[str, Any]], job: Running | None) -> None:
    line = locked(session, line_id)
    if line.state != LineState.WAITING:
        return
    line.state, line.reasons, line.rule = str(LineState.REFUSED), reasons, kind_of(reasons[0])
    count_on(job)


def kind_of(reason: dict[str, Any]) -> str:
    """What lines are summed up by: the rule, and what it said, which may differ from row to row."""
    return f"{reason['rule'][:38]}:{crc32(reason['message']['zh'].encode()):08x}"


def count_on(job: Running | None) -> None:
    if job is not None:
        job.keep().done += 1


def reasons_of(refused: Exception) -> list[dict[str, Any]]:
    """Why not, as it is kept: every sentence in both languages."""
    if isinstance(refused, NotAllowed):
        return [_kept(each) for each in refused.blockers]
    if isinstance(refused, Faulty):
        return [_reason(name, fault) for name, fault in refused.faults.items()]
    assert isinstance(refused, Refusal)
    return [_reason(type(refused).__name__.lower(), refused.message)]


def _kept(blocker: Blocker) -> dict[str, Any]:
    return {**_reason(blocker.rule, blocker.message), "clause": blocker.clause, "fix": both(_say(blocker.fix))}


def _reason(rule: str, sentence: Say | str) -> dict[str, Any]:
    return {"rule": rule, "clause": "", "message": both(_say(sentence)), "fix": {}}


def _say(sentence: Say | str | None) -> Say | None:
    return Say(sentence, sentence) if isinstance(sentence, str) else sentence


def counts(session: Session, batch_id: int) -> dict[str, int]:
    query = select(BatchLine.state, func.count()).where(BatchLine.batch_id == batch_id).group_by(BatchLine.state)
    found = dict(session.execute(query).tuples().all())
    return {str(state): found.get(str(state), 0) for state in LineState}


class OnReceipt(Work):
    """The lines of a receipt, some at each step; with what its job chooses as it goes."""

    def some(self, job: Running) -> bool:
        """Do the next lines that wait; True when more do."""
        raise NotImplementedError

    def step(self, job: Running) -> bool:
        more = self.some(job) or choose_next(job)
        if not more:
            write(job.session, lambda: self.sum_up(job))
        return more

    def sum_up(self, job: Running) -> None:
        found = counts(job.session, job.params["batch"])
        job.keep(done=found["went"] + found["refused"])
        job.tell(self.in_words(found))

    def in_words(self, found: Mapping[str, int]) -> Say:
        return say("办成 {n} 条，未办 {m} 条。", "{n} done, {m} not.", n=found["went"], m=found["refused"])

    def over(self, job: Running, state: JobState) -> None:
        """Lines that still wait stay so: the receipt offers to go on with them."""
        if state == JobState.CANCELLED and has_more(job):
            job.tell(
                say(
                    "已取消；还没有列入回执的记录没有动。",
                    "Cancelled: rows that are not on the receipt yet were left alone.",
                )
            )


class Many(OnReceipt):
    """A verb on more rows than anybody would wait for."""

    kind = "many"

    def some(self, job: Running) -> bool:
        return carry_out(job.session, job.params["batch"], STEP, job)
