"""Double clicks: the same token is answered once, and then with the same answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant

#: after this nobody presses the same button of the same page again
KEPT = timedelta(days=2)


#: the hidden field of a form that holds its token
FIELD = "once_token"


class Once(Model):
    """An act that was asked for with a token, and what it was answered."""

    __tablename__ = "once"

    token: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now, index=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


def new_token() -> str:
    """For a form that is about to be shown."""
    return token_urlsafe(18)


def key_of(what: str, token: str | None) -> str | None:
    """The token of this person for this act: nobody is answered with another's."""
    return f"{here.me().user_id}:{what}:{token}"[:80] if token else None


def answer_of(session: Session, key: str) -> dict[str, Any] | None:
    return session.execute(select(Once.answer).where(Once.token == key)).scalar_one_or_none()


def begin(session: Session, key: str) -> Once:
    """First in the act's own transaction: a second one with this key waits here for the first,
    and breaks on it when that went through (`is_repeat`). The caller sets `answer`."""
    row = Once(token=key, answer={})
    session.add(row)
    session.flush()
    return row


def answered(session: Session, key: str | None, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` answers, in a transaction that has begun; for a key that was answered before the same, and nothing
    is done."""
    if key is None:
        return work()
    if (earlier := answer_of(session, key)) is not None:
        return earlier
    row = begin(session, key)
    row.answer = work()
    return row.answer


def is_repeat(error: IntegrityError) -> bool:
    """The same was asked for at the same moment: asked again, it finds the answer."""
    told = str(error.orig)
    return "pk_once" in told or "once.token" in told


def sweep(session: Session) -> int:
    """Forget the tokens of pages that nobody has open any more. Commits."""
    gone = session.execute(delete(Once).where(Once.at < here.now() - KEPT)).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(gone)
