"""What was said to a customer, and when."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.core.columns import choice, instant, long_text, on_date, ref
from app.core.record import Record
from app.leads.checks import one_of
from app.leads.following.rules import Way


class FollowUp(Record):
    """跟进记录: one contact with a customer; the next one is agreed here."""

    __tablename__ = "follow_up"
    __zh__ = "跟进记录"
    __en__ = "Follow-up"
    __label__ = "id"
    __table_args__ = (one_of("way", Way, "follow_up_way"), Index("ix_follow_up_staff_at", "staff_id", "at"))

    lead_id: Mapped[int] = ref("lead", "客户")
    staff_id: Mapped[int] = ref("staff", "跟进人", en="By", index=False)
    at: Mapped[datetime] = instant("跟进时间", index=True, en="At")
    way: Mapped[str] = choice("方式", Way, sorted=True)
    note: Mapped[str] = long_text("跟进情况", 1000)
    next_on: Mapped[date | None] = on_date("下次联系日期", en="Next contact on", sorted=True)
