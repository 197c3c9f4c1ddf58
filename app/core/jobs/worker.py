"""The worker: takes the next job, does it chunk by chunk, says so when it is over.

A job is taken under its row's lock (on SQLite: the write lock). A worker that died leaves a heartbeat
that grows old, or a lock that is let go; then the next one takes the job over from where it was kept.
"""

import logging
import os
import time
from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from app.core import editions, here, notices
from app.core.answers import Busy, Refusal
from app.core.blockers import NotAllowed
from app.core.jobs.table import Job, JobState, both
from app.core.jobs.work import BY_KEY, GONE, Cancelled, Lost, Running, Unknown, kinds, named, owner_of
from app.core.words import Say, say, speaking
from app.core.writing import write

#: a running job whose worker has not been heard of for so long is anybody's
STALE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
#: the environment variable in which the server that starts a worker says its process
SERVER = "GUANJIA_SERVER"
#: seconds between two looks at the table when there is nothing to do
PAUSE = 2.0
KEPT = timedelta(days=30)
#: a job of a kind that is known and a verb that is not: during a deploy it is left to the newer worker
LEFT_FOR, UNKNOWN_FOR = timedelta(seconds=20), timedelta(days=1)
log = logging.getLogger("guanjia.jobs")
log.setLevel(logging.INFO)

FAILED = say("出错三次，已放弃。已办成的保留。", "It failed three times and was given up. What was done stays.")
UNKNOWN = say("系统里已没有这项办理。", "There is no such verb any more.")
CANCELLED = say("已按您的要求取消；已办成的保留。", "Cancelled as you asked; what was done stays.")

#: what is looked after beside the jobs, mostly once a minute: schedules that may have come due
Chore = Callable[[Session], Any]
_chores: list[tuple[Chore, int]] = []


def regularly(chore: Chore, *, every: int = 60) -> None:
    """`every`: so many seconds."""
    _chores.append((chore, every))


class Worker:
    def __init__(self, session: Session, *, quiet: bool = False) -> None:
        """Quiet: whoever asked is still there and hears of a good end from the answer, not by a notice."""
        self.session = session
        self.quiet = quiet
        self.name = f"{os.getpid()}-{token_hex(6)}"
        self._looked: dict[Chore, float] = {}

    def serve(self, alive: Callable[[], bool]) -> None:
        """Until `alive` says no. A database that is away is waited for."""
        while alive():
            try:
                self.look_after()
                worked = self.run_one()
            except Exception as error:  # noqa: BLE001 (a worker outlives whatever one job does)
                log.error("the worker could not go on: %s", type(error).__name__)
                worked = False
            self.session.rollback()
            self.session.close()
            if not worked:
                time.sleep(PAUSE)

    def look_after(self) -> None:
        for chore, every in _chores:
            if chore not in self._looked or time.monotonic() - self._looked[chore] >= every:
                self._looked[chore] = time.monotonic()
                chore(self.session)

    def run_one(self) -> bool:
        """Take one job and do what can be done of it; False when there is none."""
        job_id = self.claim()
        if job_id is None:
            return False
        self.carry_out(job_id)
        return True

    def claim(self) -> int | None:
        """The id of the job that is now ours. An idle look only reads."""
        if self.session.execute(select(Job.id).where(_to_be_had()).limit(1)).first() is None:
            return None
        return write(self.session, self._claim)

    def claim_this(self, job_id: int) -> bool:
        """A job that waits, whether or not it is to begin yet."""
        this = and_(Job.id == job_id, Job.state == str(JobState.WAITING))
        return write(self.session, lambda: self._claim(this)) is not None

    def _claim(self, wanted: ColumnElement[bool] | None = None) -> int | None:
        wanted = _to_be_had() if wanted is None else wanted
        query = select(Job).where(wanted).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        job = self.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
        if job is None:
            return None
        job.state, job.worker = str(JobState.RUNNING), self.name
        job.attempts += 1
        job.heartbeat_at = here.now()
        job.started_at = job.started_at or job.heartbeat_at
        return job.id

    def carry_out(self, job_id: int, seconds: float | None = None) -> None:
        """To its end; or for about so many seconds, and then another may have it."""
        ends = None if seconds is None else time.monotonic() + seconds
        job = self.session.get_one(Job, job_id, populate_existing=True)
        running = Running(self.session, job.id, self.name, dict(job.params), dict(job.place))
        owner_id, attempts = job.owner_id, job.attempts
        try:
            if attempts > MOST_ATTEMPTS:
                self._end(running, JobState.FAILED, FAILED)
                return
            while self._step(running, owner_id):
                if ends is not None and time.monotonic() > ends:
                    self._let_go(running)
                    break
        except Lost:
            self.session.rollback()
        except Cancelled:
            self._end(running, JobState.CANCELLED, CANCELLED)
        except NotAllowed as refused:
            self._end(running, JobState.STOPPED, refused.blockers[0].message)
        except Unknown:
            self._leave(running)
        except Busy:
            self._try_later(running)
        except Refusal as refused:
            self._end(running, JobState.STOPPED, refused.message)
        except Exception as error:  # noqa: BLE001 (told by kind and place only: values must not reach a log)
            log.error("%s in job %s %s", type(error).__name__, job_id, _where(error))
            self._try_later(running)

    def _step(self, running: Running, owner_id: int) -> bool:
        """As its owner is now: with the roles of now, or not at all."""
        self.session.rollback()
        self.session.expire_all()
        editions.refresh(self.session)
        person = owner_of(self.session, owner_id, running.params.get(BY_KEY))
        if person is None:
            self._end(running, JobState.STOPPED, GONE)
            return False
        work = named(self.session.get_one(Job, running.id).kind)
        with here.acting_as(person), speaking(person.language or "zh"):
            if work.step(running):
                return True
            self._end(running, JobState.DONE, None)
            return False

    def _end(self, running: Running, state: JobState, note: Say | None) -> None:
        def end() -> None:
            job = self._ours(running)
            if job is None:
                return
            job.state, job.ended_at = str(state), here.now()
            if state == JobState.DONE:
                job.done = job.total = max(job.done, job.total)
            if note is not None:
                job.result = {**job.result, "note": both(note)}
            by_mail = named(job.kind).over(running, state)
            if job.staff_id is not None and not (self.quiet and state == JobState.DONE):
                told = say("{what}：{state}。", "{what}: {state}.", what=Say(job.zh, job.en), state=state.label)
                notices.tell(self.session, [job.staff_id], told, job.link or f"/jobs/{job.id}", by_mail=by_mail)

        write(self.session, end)

    def _try_later(self, running: Running) -> None:
        def put_back() -> None:
            job = self._ours(running)
            if job is not None:
                job.state, job.worker = str(JobState.WAITING), ""
                job.begins_at = here.now() + timedelta(seconds=5 * job.attempts)

        write(self.session, put_back)

    def _let_go(self, running: Running, for_now: timedelta = timedelta()) -> None:
        """As it is: what was done is kept, and this was no failed attempt."""

        def put_back() -> None:
            job = self._ours(running)
            if job is not None:
                job.state, job.worker, job.begins_at = str(JobState.WAITING), "", here.now() + for_now
                job.attempts -= 1

        write(self.session, put_back)

    def _leave(self, running: Running) -> None:
        """To the worker of a newer release, while there may be one; after a day nobody will ever know it."""
        job = self.session.get_one(Job, running.id, populate_existing=True)
        if job.created_at < here.now() - UNKNOWN_FOR:
            self._end(running, JobState.STOPPED, UNKNOWN)
        else:
            self._let_go(running, LEFT_FOR)

    def _ours(self, running: Running) -> Job | None:
        query = select(Job).where(Job.id == running.id, Job.worker == self.name, Job.state == str(JobState.RUNNING))
        return self.session.execute(query.with_for_update()).scalar_one_or_none()


def _to_be_had() -> ColumnElement[bool]:
    """Of the kinds that this worker's code has: one that it lacks waits for the worker of a newer release."""
    now = here.now()
    waiting = and_(Job.state == str(JobState.WAITING), Job.begins_at <= now)
    left = and_(Job.state == str(JobState.RUNNING), Job.heartbeat_at < now - STALE)
    return and_(or_(waiting, left), Job.kind.in_(sorted(kinds())))


def _where(error: Exception) -> str:
    trace: Any = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


def run_waiting(session: Session, most: int = 100) -> int:
    """Do what is waiting, here and now: for tests and for a command. Answers how many jobs."""
    worker = Worker(session)
    return sum(1 for _ in range(most) if worker.run_one())


def hasten(session: Session, job_id: int, seconds: float) -> Job:
    """Whoever asked for a job does it themselves for as long as people wait for an answer: most are over by
    then. What is left is a worker's. Answers the job as it is after that."""
    worker = Worker(session, quiet=True)
    try:
        if seconds > 0 and worker.claim_this(job_id):
            worker.carry_out(job_id, seconds)
    except Busy:  # the job has been asked for, whatever else is going on: a worker will have it
        session.rollback()
    return session.get_one(Job, job_id, populate_existing=True)


def sweep(session: Session) -> int:
    """Forget jobs that were over long ago. Commits."""
    old = and_(Job.ended_at.is_not(None), Job.ended_at < here.now() - KEPT)
    gone = session.execute(delete(Job).where(old)).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(gone)


Serve = Callable[[Callable[[], bool]], None]


def keep_serving(serve: Serve) -> None:
    """A worker in a process of its own, begun anew when it dies; ends with the server that started us."""
    # The server says who it is: when it ends while we start, whoever we are left to is not it.
    alive = _while_parent_is(int(os.environ.get(SERVER) or os.getppid()))
    me = os.getpid()
    while alive():
        child = os.fork()
        if child == 0:
            _serve_and_exit(serve, me)
        while alive() and os.waitpid(child, os.WNOHANG) == (0, 0):
            time.sleep(0.5)


def _serve_and_exit(serve: Serve, keeper: int) -> None:
    try:
        serve(_while_parent_is(keeper))
    finally:
        os._exit(0)


def _while_parent_is(parent: int) -> Callable[[], bool]:
    return lambda: os.getppid() == parent
