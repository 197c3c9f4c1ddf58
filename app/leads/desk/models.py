"""Calls that the front desk took."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core import here
from app.core.columns import choice, instant, integer, long_text, phone, ref
from app.core.record import Record
from app.leads.checks import one_of
from app.leads.desk.rules import CallAbout


class CallEntry(Record):
    """来电登记 (R-4.7.3): who called, after how many rings it was taken, what about."""

    __tablename__ = "call_entry"
    __zh__ = "来电登记"
    __label__ = "id"
    __table_args__ = (
        one_of("about", CallAbout, "call_entry_about"),
        CheckConstraint("rings between 1 and 99", name="rings"),
        Index("ix_call_entry_by_at", "by_id", "at"),
    )

    phone: Mapped[str] = phone("来电号码", index=True)
    rings: Mapped[int] = integer("铃响几声", minimum=1, maximum=99, sorted=True)
    about: Mapped[str] = choice("事由", CallAbout, sorted=True)
    content: Mapped[str | None] = long_text("内容", 500)
    lead_id: Mapped[int | None] = ref("lead", "客户", by_verb=True)
    at: Mapped[datetime] = instant("时间", default=here.now, index=True, by_verb=True)
    by_id: Mapped[int] = ref("staff", "接听人", by_verb=True, index=False, en="Taken by")
