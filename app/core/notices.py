"""Notices 通知: a sentence to a member of staff, with the page that it is about; shown in the bell.

notices.tell(session, [staff_id], say("导出已完成。", "The export is done."), "/exports/7")

Whoever wants to gets it by mail, too (core/mail).
"""

from collections.abc import Iterable
from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.mail import telling
from app.core.words import LANGUAGES, Say, language, speaking


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
    #: whether something is asked of them
    asks: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en


def tell(
    session: Session, staff_ids: Iterable[int], sentence: Say, link: str = "", *, asks: bool = False,
    by_mail: bool | None = None,
) -> list[Notice]:  # fmt: skip
    """In the caller's transaction; `link` is a path of the house. No personal data belongs in the sentence.
    `asks`: something is asked of them. `by_mail`: whatever they want to have by mail, or not at all."""
    spoken = {}
    for code in LANGUAGES:
        with speaking(code):
            spoken[code] = str(sentence)[:300]
    told = [Notice(staff_id=each, link=link[:300], asks=asks, **spoken) for each in sorted(set(staff_ids))]
    session.add_all(told)
    if by_mail is not False:
        telling.notices(session, told, asks=asks, always=bool(by_mail))
    return told


# --- whose they are -----------------------------------------------------------------------

#: how many are shown, and how far back new ones are counted
SHOWN = 100


def _mine() -> ColumnElement[bool]:
    return Notice.staff_id == (here.me().staff_id or 0)


def newest(session: Session) -> list[Notice]:
    """The acting person's, the newest first."""
    return list(session.execute(select(Notice).where(_mine()).order_by(Notice.id.desc()).limit(SHOWN)).scalars())


def unseen(session: Session) -> int:
    """How many of the newest are new: the price does not grow with the years."""
    last = select(Notice.seen_at).where(_mine()).order_by(Notice.id.desc()).limit(SHOWN).subquery()
    return session.execute(select(func.count()).select_from(last).where(last.c.seen_at.is_(None))).scalar_one()


def see(session: Session, notice_id: int) -> str | None:
    """The link of one of the acting person's notices, which is seen from now on; None when it is not theirs."""
    found = session.execute(select(Notice).where(_mine(), Notice.id == notice_id)).scalar_one_or_none()
    if found is None:
        return None
    found.seen_at = found.seen_at or here.now()
    return found.link


def see_about(session: Session, link: str) -> None:
    """What the acting person was told of a page, which is before them now."""
    told = or_(Notice.link == link, Notice.link.startswith(f"{link}#", autoescape=True))
    session.execute(update(Notice).where(_mine(), Notice.seen_at.is_(None), told).values(seen_at=here.now()))


def has_news_of(session: Session, link: str) -> bool:
    """Whether they were told of it and have not seen it, among the newest."""
    last = select(Notice.link, Notice.seen_at).where(_mine()).order_by(Notice.id.desc()).limit(SHOWN).subquery()
    told = or_(last.c.link == link, last.c.link.startswith(f"{link}#", autoescape=True))
    return session.execute(select(last.c.link).where(last.c.seen_at.is_(None), told).limit(1)).first() is not None


def see_all(session: Session) -> None:
    session.execute(update(Notice).where(_mine(), Notice.seen_at.is_(None)).values(seen_at=here.now()))
