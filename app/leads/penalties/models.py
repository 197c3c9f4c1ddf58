"""A fault of a member of staff, on paper."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core import here
from app.core.columns import choice, long_text, on_date, ref, text, yes_no
from app.core.record import Record
from app.core.words import Say, say
from app.leads.checks import one_of
from app.leads.penalties.rules import Fault, TicketState


class PenaltyTicket(Record):
    """过失单 (R-4.7.6): `major` is a 大过, which takes the year-end bonus (R-4.1)."""

    __tablename__ = "penalty_ticket"
    __zh__ = "过失单"
    __series__ = "GS"
    __table_args__ = (
        one_of("kind", Fault, "penalty_ticket_kind"),
        one_of("state", TicketState, "penalty_ticket_state"),
        CheckConstraint("state not in ('upheld', 'withdrawn') or decision is not null", name="decided_with_its_reason"),
        Index("ix_penalty_ticket_created_by", "created_by_id", "id"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    staff_id: Mapped[int] = ref("staff", "当事人", en="Who")
    kind: Mapped[str] = choice("过失", Fault, en="Fault", sorted=True)
    major: Mapped[bool] = yes_no("大过", en="Major fault")
    happened_on: Mapped[date] = on_date("发生日期", en="Happened on", index=True)
    closure_id: Mapped[int | None] = ref("closure", "相关跑单", en="Closing concerned")
    evidence: Mapped[str] = long_text("事实和证据", 1000, en="Facts and evidence")
    state: Mapped[str] = choice("状态", TicketState, default=TicketState.ISSUED, index=True)
    appeal: Mapped[str | None] = long_text("申诉", 1000, by_verb=True)
    decision: Mapped[str | None] = long_text("裁定理由", 1000, by_verb=True, en="Reason of the decision")
    decided_by_id: Mapped[int | None] = ref("staff", "裁定人", by_verb=True, en="Decided by")

    def faults(self) -> dict[str, Say]:
        if self.happened_on and self.happened_on > here.today():
            return {"happened_on": say("发生日期在今天之后。", "That day has not come yet.")}
        return {}
