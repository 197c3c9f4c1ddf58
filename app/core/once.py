"""Double clicks: the same token is answered once, and then with the same answer."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant


class Once(Model):
    """An act that was asked for with a token, and what it was answered."""

    __tablename__ = "once"

    token: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now, index=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


def answer_of(session: Session, token: str) -> dict[str, Any] | None:
    return session.execute(select(Once.answer).where(Once.token == token)).scalar_one_or_none()


def keep(session: Session, token: str, answer: dict[str, Any]) -> None:
    """In the act's own transaction: a second one with this token breaks on the key."""
    session.add(Once(token=token, answer=answer))
    session.flush()
