"""Notices 通知: a sentence to a member of staff, with the page that it is about; shown in the bell.

notices.tell(session, [staff_id], say("导出已完成。", "The export is done."), "/exports/7")
"""

from collections.abc import Iterable
from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.words import Say, speaking


class Notice(Model):
    """One sentence to one person, in both languages; seen or not yet."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_staff", "staff_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    zh: Mapped[str] = mapped_column(String(300))
    en: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(300), default="")
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)


def tell(session: Session, staff_ids: Iterable[int], sentence: Say, link: str = "") -> None:
    """In the caller's transaction; `link` is a path of the house. No personal data belongs in the sentence."""
    spoken = {}
    for language in ("zh", "en"):
        with speaking(language):
            spoken[language] = str(sentence)[:300]
    session.add_all(Notice(staff_id=each, link=link[:300], **spoken) for each in sorted(set(staff_ids)))
