"""A designer's request not to take a dispatch, and what the two managers made of it."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, ref
from app.core.record import Record
from app.leads.checks import listed, one_of, one_where, together
from app.leads.declining.rules import OPEN, Decision, DeclineState

if TYPE_CHECKING:
    from app.leads.dispatching.models import Dispatch
    from app.people.models import Staff


class DeclineRequest(Record):
    """申请不接单. It takes effect when the design manager agrees to the decision (R-4.2.6)."""

    __tablename__ = "decline_request"
    __zh__ = "不接单申请"
    __label__ = "reason"
    __table_args__ = (
        one_of("state", DeclineState, "decline_request_state"),
        one_of("decision", Decision, "decline_request_decision"),
        CheckConstraint(
            "state not in ('decided', 'agreed') or decided_at is not null",
            name="decline_request_is_decided",
        ),
        CheckConstraint(
            "(state = 'agreed') = (agreed_at is not null)", name="decline_request_is_agreed"
        ),
        CheckConstraint("decided_by_id != agreed_by_id", name="decline_request_two_people"),
        together(
            "decision", "decision_reason", "decided_by_id", "decided_at",
            name="decline_request_decision_says_why",
        ),
        together("agreed_by_id", "agreed_at", name="decline_request_agreement"),
        one_where("uq_decline_request_open", "dispatch_id", where=f"state in ({listed(OPEN)})"),
    )  # fmt: skip

    dispatch_id: Mapped[int] = ref("dispatch", "派单")
    asked_by_id: Mapped[int] = ref("staff", "申请人")
    reason: Mapped[str] = long_text("特殊情况说明", 500, en="Reason")
    state: Mapped[str] = choice("状态", DeclineState, default=DeclineState.ASKED, sorted=True)
    decision: Mapped[str | None] = choice("处理", Decision, sorted=True)
    designer_id: Mapped[int | None] = ref("staff", "接手设计师", en="Taken over by")
    decision_reason: Mapped[str | None] = long_text("处理理由")
    decided_by_id: Mapped[int | None] = ref("staff", "处理人")
    decided_at: Mapped[datetime | None] = instant("处理时间")
    agreed_by_id: Mapped[int | None] = ref("staff", "同意人")
    agreed_at: Mapped[datetime | None] = instant("同意时间")

    dispatch: Mapped["Dispatch"] = relationship(foreign_keys=[dispatch_id])
    asked_by: Mapped["Staff"] = relationship(foreign_keys=[asked_by_id])
    designer: Mapped["Staff | None"] = relationship(foreign_keys=[designer_id])
    decided_by: Mapped["Staff | None"] = relationship(foreign_keys=[decided_by_id])
    agreed_by: Mapped["Staff | None"] = relationship(foreign_keys=[agreed_by_id])
