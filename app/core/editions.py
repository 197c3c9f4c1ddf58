"""Editions 版次: what the admin may change while workers run, and how each of them hears of it.

Rights and fields are kept in memory, by name of edition. Whoever changes them gives the edition a
new mark in the same transaction; every request reads the marks with its one question of who is
there (`security/sessions.py`), and a worker whose mark differs loads anew before it goes on. Never
by age: a right that was taken away bites at the next request.

    editions.loader("rights", load)        # once, at start: load(session) -> None
    editions.changed(session, "rights")    # in the transaction of the change
"""

from collections.abc import Callable, Mapping
from uuid import uuid4

from flask_appbuilder import Model
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

Load = Callable[[Session], None]


class Edition(Model):
    """The mark of what is in force now; a name without a row is as the code has it."""

    __tablename__ = "edition"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))


_loaders: dict[str, Load] = {}
_loaded: dict[str, str] = {}


def loader(name: str, load: Load) -> None:
    """How a worker reads this edition from the database."""
    _loaders[name] = load
    _loaded.setdefault(name, "")


def changed(session: Session, name: str) -> None:
    """In the transaction of the change: from its commit on every worker loads anew."""
    session.merge(Edition(name=name, mark=uuid4().hex))


def heard(session: Session, marks: Mapping[str, str]) -> None:
    """What a request has read: whatever differs from what is loaded is loaded."""
    for name, load in _loaders.items():
        mark = marks.get(name, "")
        if _loaded[name] != mark:
            load(session)
            _loaded[name] = mark


def refresh(session: Session) -> None:
    """For what is no request: a command, a job."""
    heard(session, dict(session.execute(select(Edition.name, Edition.mark)).tuples().all()))


def read(text: str | None) -> dict[str, str]:
    """`"fields:3f…,rights:9a…"`, as the one question of a request brings it."""
    return dict(part.split(":", 1) for part in (text or "").split(",") if ":" in part)
