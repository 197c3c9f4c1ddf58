"""Drafts 草稿: what a person typed into a form and has not saved; theirs alone, sealed, swept after a week.

One draft per person and form (`lead.new`, `lead.7`; any other by the address that it is sent to,
`@/lead/7/reassign`). It holds the form's fields as they would be
sent, nothing of it is checked: that is done when it is saved.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_appbuilder import Model
from sqlalchemy import Integer, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import crypt, here
from app.core.columns import UtcInstant
from app.core.writing import write

KEPT = timedelta(days=7)
#: a form's fields in all; what is longer is no form of ours
LARGEST = 200_000
SIZE = 80
#: of one person; the oldest go
MOST = 100

#: the fields of a form in the order they were sent
Sent = list[tuple[str, str]]
#: what belongs to one showing of the form and not to what was typed
_OF_THE_PAGE = frozenset({"csrf_token", "once_token", "draft", "then", "opened_by", "password", "secret"})


class Draft(Model):
    """What one person typed into one form."""

    __tablename__ = "draft"

    user_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(String(SIZE), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now, index=True)
    sealed: Mapped[str] = mapped_column(Text)


def form_of(table: str, row_id: int | None) -> str:
    return f"{table}.{row_id or 'new'}"


def form_at(path: str) -> str:
    """Of a form that is no register's own: where it is sent to."""
    return f"@{path}"


def keep(session: Session, form: str, sent: Iterable[tuple[str, str]], user_id: int | None = None) -> None:
    """In place of the one before; nothing where nobody is signed in or it is too long."""
    owner = user_id or here.me().user_id
    text = json.dumps([pair for pair in sent if pair[0] not in _OF_THE_PAGE], ensure_ascii=False)
    if owner is None or len(text) > LARGEST or len(form) > SIZE:
        return
    sealed = crypt.encrypt(text, _purpose(owner, form))
    older = select(Draft.form).where(Draft.user_id == owner).order_by(Draft.at.desc()).offset(MOST).limit(MOST)

    def work() -> None:
        session.merge(Draft(user_id=owner, form=form, at=here.now(), sealed=sealed))
        session.flush()
        if too_many := session.execute(older).scalars().all():
            session.execute(delete(Draft).where(Draft.user_id == owner, Draft.form.in_(too_many)))

    write(session, work)


def kept_at(session: Session, form: str) -> datetime | None:
    """Since when there is a draft of this form, if there is one."""
    query = select(Draft.at).where(Draft.user_id == here.me().user_id, Draft.form == form, Draft.at > _oldest())
    return session.execute(query).scalar()


def take(session: Session, form: str) -> Sent | None:
    """The draft as it was sent; it stays until the form is saved."""
    found = session.get(Draft, (here.me().user_id, form))
    text = crypt.opened(found.sealed, _purpose(found.user_id, form)) if found and found.at > _oldest() else None
    return [(name, value) for name, value in json.loads(text)] if text else None


def drop(session: Session, form: str) -> None:
    order = delete(Draft).where(Draft.user_id == here.me().user_id, Draft.form == form)
    write(session, lambda: session.execute(order))


def sweep(session: Session) -> int:
    """Forget what nobody came back for. Commits."""
    gone = session.execute(delete(Draft).where(Draft.at < _oldest())).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(gone)


def _oldest() -> datetime:
    return here.now() - KEPT


def _purpose(user_id: int, form: str) -> str:
    return f"draft.{user_id}.{form}"
