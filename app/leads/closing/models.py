"""How a lead ended: what the customer said, twice, and what the designer said."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, ref, yes_no
from app.core.record import Record
from app.leads.checks import one_of, one_where, together
from app.leads.closing.rules import ClosureKind, ClosureReason, ClosureState
from app.leads.rules import LeadState

if TYPE_CHECKING:
    from app.leads.models import Lead
    from app.people.models import Staff

OPEN_STATES = (LeadState.NEW, LeadState.DISPATCHED, LeadState.MEASURED)


class Closure(Record):
    """One proposal to close a lead, and what became of it. `from_state`: where it came from."""

    __tablename__ = "closure"
    __zh__ = "跑单处理"
    __label__ = "kind"
    __table_args__ = (
        one_of("kind", ClosureKind, "closure_kind"),
        one_of("state", ClosureState, "closure_state"),
        one_of("from_state", OPEN_STATES, "closure_from_state"),
        CheckConstraint("proposed_by_id != confirmed_by_id", name="closure_two_people"),
        CheckConstraint(
            "state not in ('confirmed', 'reopened') or (confirmed_by_id is not null"
            " and confirmed_at is not null and confirmed_words is not null"
            " and designer_words is not null)",
            name="closure_confirmed_is_complete",
        ),
        CheckConstraint(
            "(state = 'refused') = (refuse_reason is not null)", name="closure_refused_says_why"
        ),
        CheckConstraint(
            "(state = 'reopened') = (reopen_reason is not null)", name="closure_reopened_says_why"
        ),
        together("recalled_at", "recalled_by_id", "recall_reason", "recall_words", name="closure_recall_is_whole"),
        one_where("uq_closure_open_lead", "lead_id", where="state in ('proposed', 'confirmed')"),
    )  # fmt: skip

    lead_id: Mapped[int] = ref("lead", "客户")
    kind: Mapped[str] = choice("类别", ClosureKind, sorted=True)
    reason: Mapped[str] = choice("原因", ClosureReason, sorted=True)
    state: Mapped[str] = choice("状态", ClosureState, default=ClosureState.PROPOSED, sorted=True)
    from_state: Mapped[str] = choice("提出前状态", LeadState)
    proposed_by_id: Mapped[int] = ref("staff", "提出人")
    proposed_at: Mapped[datetime] = instant("提出时间", sorted=True)
    customer_words: Mapped[str] = long_text("客户陈述")
    confirmed_by_id: Mapped[int | None] = ref("staff", "确认人")
    confirmed_at: Mapped[datetime | None] = instant("确认时间", sorted=True)
    confirmed_words: Mapped[str | None] = long_text("再次回访客户陈述", en="Customer's words, asked again")
    designer_words: Mapped[str | None] = long_text("设计师陈述")
    refuse_reason: Mapped[str | None] = long_text("不予确认原因")
    reopen_reason: Mapped[str | None] = long_text("重新跟进原因")
    cause: Mapped[str | None] = long_text("跑单原因分析")
    responsible_id: Mapped[int | None] = ref("staff", "责任人")
    penalty: Mapped[str | None] = long_text("处罚", 500)
    sampled: Mapped[bool] = yes_no("抽中回访", en="Drawn for a re-call")
    recalled_at: Mapped[datetime | None] = instant("抽查回访时间", en="Re-called at", sorted=True)
    recalled_by_id: Mapped[int | None] = ref("staff", "抽查回访人", en="Re-called by")
    recall_reason: Mapped[str | None] = choice(
        "抽查所述原因", ClosureReason, en="Reason told in the re-call", sorted=True
    )
    recall_words: Mapped[str | None] = long_text("抽查客户陈述", en="Customer's words in the re-call")
    filed_at: Mapped[datetime | None] = instant("总经办备案时间", en="Filed at", sorted=True)

    lead: Mapped["Lead"] = relationship(foreign_keys=[lead_id])
    proposed_by: Mapped["Staff"] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped["Staff | None"] = relationship(foreign_keys=[confirmed_by_id])
    responsible: Mapped["Staff | None"] = relationship(foreign_keys=[responsible_id])
