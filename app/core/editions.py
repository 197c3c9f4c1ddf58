"""Editions 版次: what the admin may change while workers run, and how each of them hears of it.

Rights and fields are kept in memory, by name of edition. Whoever changes them gives the edition a
new mark in the same transaction; every request reads the marks with its one question of who is
there (`security/sessions.py`), and a worker whose mark differs loads anew before it goes on. Never
by age: a right that was taken away bites at the next request.

    editions.loader("rights", load)        # once, at start: load(session) -> None
    editions.changed(session, "rights")    # in the transaction of the change
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from uuid import uuid4

from flask_appbuilder import Model
from sqlalchemy import Connection, String, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

Load = Callable[[Session], None]


class Edition(Model):
    """The mark of what is in force now; a name without a row is as the code has it."""

    __tablename__ = "edition"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))


_MAKE = text("INSERT INTO edition (name, mark) VALUES (:name, '0-') ON CONFLICT (name) DO NOTHING")
_LOCKED = select(Edition.mark).where(Edition.name == bindparam("name")).with_for_update()
_MARK = text("UPDATE edition SET mark = :mark WHERE name = :name")
_read: ContextVar[Mapping[str, str]] = ContextVar("marks", default={})  # noqa: B039 (never written to)
_loaders: dict[str, Load] = {}
_loaded: dict[str, str | None] = {}


def loader(name: str, load: Load) -> None:
    """How a worker reads this edition from the database."""
    _loaders[name] = load
    _loaded.setdefault(name, "")


def changed(session: Session, name: str) -> None:
    """In the transaction of the change: from its commit on every worker loads anew. Marks count up,
    whatever the clock does, so that a thread which read an older one does not bring it back."""
    renew(session.connection(), name)  # not the session itself: it may be in the middle of a flush


def renew(connection: Connection, name: str) -> None:
    """The same where there is no session: in a migration."""
    connection.execute(_MAKE, {"name": name})
    before = connection.execute(_LOCKED, {"name": name}).scalar_one()
    after = f"{int(before.split('-')[0]) + 1:019d}-{uuid4().hex[:12]}"
    connection.execute(_MARK, {"name": name, "mark": after})


def heard(session: Session, marks: Mapping[str, str]) -> None:
    """What a request has read: whatever is newer than what is loaded is loaded."""
    _read.set(marks)
    for name, load in _loaders.items():
        mark, here = marks.get(name, ""), _loaded[name]
        if here is None or (here != mark and (not mark or mark > here)):
            load(session)
            _loaded[name] = mark


def mark_of(name: str) -> str:
    """The newest that this worker has heard of."""
    return _loaded.get(name) or ""


def mark_in(session: Session, name: str) -> str:
    """The mark as this session's transaction sees it."""
    return session.execute(select(Edition.mark).where(Edition.name == name)).scalar() or ""


def read_now(*, without: str = "") -> tuple[tuple[str, str], ...]:
    """The marks that this request has read: a part of the key of what is kept of its answers."""
    return tuple(sorted((name, mark) for name, mark in _read.get().items() if name != without))


def mark_read(name: str) -> str:
    """The one mark of these."""
    return _read.get().get(name, "")


def forget() -> None:
    """The next request loads everything anew: the database is another one (in tests)."""
    _loaded.update(dict.fromkeys(_loaded))


def refresh(session: Session) -> None:
    """For what is no request: a command, a job."""
    heard(session, dict(session.execute(select(Edition.name, Edition.mark)).tuples().all()))


def read(text: str | None) -> dict[str, str]:
    """`"fields:3f…,rights:9a…"`, as the one question of a request brings it."""
    return dict(part.split(":", 1) for part in (text or "").split(",") if ":" in part)
