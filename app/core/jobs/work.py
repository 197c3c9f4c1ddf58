"""What a job of a kind does, and what it is handed to do it with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.here import Person
from app.core.jobs.table import Job, JobState, both
from app.core.words import Say, say
from app.core.writing import write


class Lost(Exception):  # noqa: N818 (reads as a sentence where it is raised)
    """Another worker has taken the job over: whatever this one was about to commit is not."""


class Cancelled(Exception):  # noqa: N818
    """Its owner wants no more of it."""


class Unknown(Exception):  # noqa: N818
    """This release does not know what the job is to do; a newer one may."""


@dataclass
class Running:
    """A job in the hands of this worker."""

    session: Session
    id: int
    worker: str
    params: dict[str, Any]
    place: dict[str, Any]

    def keep(self, *, done: int | None = None, total: int | None = None, link: str | None = None, **place: Any) -> Job:
        """How far it is, in the transaction of what was done: both, or neither. Raises Lost or Cancelled."""
        return self._kept(self.session, done, total, link, place)

    def beat(self, *, done: int | None = None, total: int | None = None) -> None:
        """How far it is, at once and beside whatever the session is reading."""
        with Session(self.session.get_bind()) as other:
            write(other, lambda: self._kept(other, done, total, None, {}))

    def _kept(
        self, session: Session, done: int | None, total: int | None, link: str | None, place: dict[str, Any]
    ) -> Job:
        job = session.execute(
            select(Job).where(Job.id == self.id).with_for_update().execution_options(populate_existing=True)
        ).scalar_one()
        if job.worker != self.worker or job.state != JobState.RUNNING:
            raise Lost()
        if job.cancel:
            raise Cancelled()
        job.done = job.done if done is None else done
        job.total = job.total if total is None else total
        job.link = job.link if link is None else link
        if place:
            self.place = job.place = {**job.place, **place}
        job.heartbeat_at = here.now()
        session.flush()
        return job

    def tell(self, note: Say | None = None, **result: Any) -> None:
        """In a transaction after `keep`: what has come of it, for its page and its notice."""
        job = self.session.get_one(Job, self.id)
        job.result = {**job.result, **result, **({"note": both(note)} if note is not None else {})}


class Work:
    """A kind of job; see the package's docstring."""

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "kind" in vars(cls):
            _kinds[cls.kind] = cls()

    def step(self, job: Running) -> bool:
        """One chunk, committed when this returns; True when there is more."""
        raise NotImplementedError

    def over(self, job: Running, state: JobState) -> bool | None:
        """In the transaction of its end, however it came: files are let go of. Answers whether its owner hears of
        it by mail, whatever they want (`notices.tell`)."""


_kinds: dict[str, Work] = {}


def named(kind: str) -> Work:
    return _kinds[kind]


def kinds() -> set[str]:
    """What this release can do."""
    return set(_kinds)


FindPerson = Callable[[Session, int, int | None], Person | None]
#: in a job's parameters: by which key of its owner it was asked for
BY_KEY = "by_key"
_find_person: list[FindPerson] = []


def install(find: FindPerson) -> None:
    """Called once, by `security`: who an account is now, with its rights of now."""
    _find_person[:] = [find]


def owner_of(session: Session, user_id: int, key_id: int | None = None) -> Person | None:
    return _find_person[0](session, user_id, key_id)


GONE = say("账号已停用。", "The account is closed.")
