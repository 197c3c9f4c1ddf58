"""Jobs 任务: long work that outlives its request, done by a worker process in its owner's name.

    class Recount(Work):
        kind = "recount"

        def step(self, job: Running) -> bool:   # one chunk; True when there is more
            ...
            job.keep(done=…)                    # in the chunk's own transaction

    jobs.ask_for(session, "recount", say("重新计数", "Counting again"), {"table": "lead"}, total=90_000)

Each chunk and its progress commit together, so a worker may die at any point and another takes over
without doing anything twice. A job acts as its owner, read anew for every chunk: a right that was taken
away stops it at the next.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.jobs.table import Job, JobState
from app.core.jobs.work import BY_KEY, Running, Work, named
from app.core.words import Say, speaking


def ask_for(
    session: Session, kind: str, what: Say, params: Mapping[str, Any],
    *, total: int = 0, link: str = "", subject: str = "", not_before: timedelta = timedelta(),
) -> Job:  # fmt: skip
    """In the caller's transaction: from its commit on a worker may begin, or that much later. `link`: the page
    of what comes of it; `subject`: the record that no second job may be at."""
    named(kind)
    person, spoken = here.me(), {}
    assert person.user_id is not None, "the house itself needs no jobs"
    for language in ("zh", "en"):
        with speaking(language):
            spoken[language] = str(what)[:120]
    job = Job(
        kind=kind, owner_id=person.user_id, staff_id=person.staff_id, username=person.username, total=total,
        params={**params, **({BY_KEY: person.key.id} if person.key else {})}, place={}, result={}, state=str(JobState.WAITING), link=link, subject=subject,
        begins_at=here.now() + not_before, **spoken,
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def at_work_on(session: Session, table: str, row_id: int) -> Job | None:
    """The job that waits or runs on this record."""
    live = (str(JobState.WAITING), str(JobState.RUNNING))
    query = select(Job).where(Job.subject == subject_of(table, row_id), Job.state.in_(live))
    return session.execute(query).scalar_one_or_none()


def subject_of(table: str, row_id: int) -> str:
    return f"{table}:{row_id}"


__all__ = ["Job", "JobState", "Running", "Work", "ask_for", "at_work_on", "subject_of"]
