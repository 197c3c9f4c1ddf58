"""A verb whose work is long 长办理: it is begun in its own transaction, and goes on as a job on its record.

    class Compute(LongVerb):
        table, label, moves = "commission_run", say("计算", "Compute"), RUN_MOVES

        def begin(self, row, act): ...             # with the verb: what stood until now is no longer so
        def count(self, row, act) -> int: ...      # for the bar
        def portion(self, row, act, after): ...    # one transaction: (how many, where the next begins or None)
        def end(self, row, act): ...               # with the last portion: now it is so

Each portion, its place and its progress commit together under the lock of the record, so a worker's death
does nothing twice. The rights, the state and the rules are asked again for each. While a job is at the record
no second one is begun. Whoever asks does the first seconds themselves (core/jobs/worker.py, `hasten`), so what
is short is over with the answer, behind every door.
"""

from datetime import timedelta
from typing import Any, ClassVar

from app.core import gate, here, journal
from app.core.answers import Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.jobs import JobState, Running, Work, ask_for, subject_of
from app.core.record import table_named
from app.core.rights import may
from app.core.verbs import Act, Verb, verbs_of
from app.core.words import say
from app.core.writing import write

_CANCELLED = "已按您的要求取消，没有办完，请重新办理「{v}」。"
#: in which the asker may take the job up before a worker does
HEAD_START = timedelta(seconds=3)


class LongVerb(Verb):
    """See the module's docstring. Takes no parameters."""

    by_job = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "label" not in vars(cls):
            return
        assert not cls.asks, f"{cls.__name__}: a long verb takes no parameters"
        # a kind for each verb: a worker of an older release leaves those that it does not know
        type(cls.__name__, (OnRecord,), {"kind": f"{cls.table}.{cls.name}", "verb": verbs_of(cls.table)[cls.name]})

    def do(self, row: Any, act: Act, **_: Any) -> None:
        self.begin(row, act)
        act.job = ask_for(
            act.db, f"{self.table}.{self.name}", say("{verb}：{row}", "{verb}: {row}", verb=self.label, row=str(row)),
            {"row": row.id}, link=f"/{self.table}/{row.id}", subject=subject_of(self.table, row.id),
            not_before=HEAD_START,
        )  # fmt: skip

    def begin(self, row: Any, act: Act) -> None:
        """In the verb's own transaction."""

    def count(self, row: Any, act: Act) -> int:
        """How much there is to do in all."""
        raise NotImplementedError

    def portion(self, row: Any, act: Act, after: Any) -> tuple[int, Any]:
        """(how many were done, what the next one is `after`); the first is after None, and so ends the last.
        Doing one again gives the same."""
        raise NotImplementedError

    def end(self, row: Any, act: Act) -> None:
        """In the transaction of the last portion."""


class OnRecord(Work):
    """The job of a long verb."""

    verb: ClassVar[LongVerb]

    def step(self, job: Running) -> bool:
        if here.me().staff_id is None or not may(here.me(), self.verb.name, self.verb.table):
            raise Forbidden()
        place = dict(job.place)  # as it was committed: a transaction that is tried again begins there again
        return write(job.session, lambda: self._portion(job, place))

    def _portion(self, job: Running, place: dict[str, Any]) -> bool:
        session, verb = job.session, self.verb
        act, row = Act(session, here.me()), self._row(job)
        if place.get("over"):
            return False
        with here.in_whole_sight():
            if refused := [*verb.state_blockers(row), *verb.blockers(row, act)]:
                raise NotAllowed(refused)
            total = None if place else verb.count(row, act)
            done, after = verb.portion(row, act, place.get("after"))
            if after is None:
                verb.end(row, act)
                row.updated_at = act.at
            session.flush()
        journal.describe(session, verb.name, row if after is None else None, job=job.id)
        so_far = place.get("so_far", 0) + done
        job.keep(done=so_far, total=total, after=after, so_far=so_far, over=after is None)
        return after is not None

    def _row(self, job: Running) -> Any:
        model = table_named(self.verb.table)
        assert model is not None
        found = gate.reachable(job.session, model, [job.params["row"]], lock=True)
        if not found:
            raise NotFound()
        return found[0]

    def over(self, job: Running, state: JobState) -> None:
        """A cancelled one is not complete: what `begin` took away has not come again."""
        if state == JobState.CANCELLED:
            job.tell(say(_CANCELLED, "Cancelled as you asked, and not complete: do “{v}” again.", v=self.verb.label))
