"""Monthly runs of commission, and their lines."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.core.columns import choice, instant, long_text, money, ref, text, yes_no
from app.core.record import Record
from app.core.words import Say, say
from app.leads.checks import one_of
from app.leads.commissions.rules import CommissionRule, RunState, VoidReason, month_named


class CommissionRun(Record):
    """提成月结: the commissions of one month, such as "2026-11"."""

    __tablename__ = "commission_run"
    __zh__ = "提成月结"
    __label__ = "month"
    __table_args__ = (
        one_of("state", RunState, "commission_run_state"),
        CheckConstraint("length(month) = 7", name="commission_run_month"),
        CheckConstraint("(computed_by_id is null) = (computed_at is null)", name="commission_run_computed"),
        CheckConstraint("state = 'draft' or approved_by_id is not null", name="commission_run_approved"),
        CheckConstraint("approved_by_id is null or approved_by_id <> computed_by_id", name="commission_run_two_people"),
    )

    month: Mapped[str] = text("月份", 10, unique=True, en="Month", help=say("如 2026-11。", "Such as 2026-11."))
    state: Mapped[str] = choice("状态", RunState, default=RunState.DRAFT, index=True)
    total_fen: Mapped[int] = money("合计（元）", en="Total (yuan)", default=0, by_verb=True)
    computed_by_id: Mapped[int | None] = ref("staff", "计算人", by_verb=True)
    computed_at: Mapped[datetime | None] = instant("计算时间", by_verb=True)
    approved_by_id: Mapped[int | None] = ref("staff", "批准人", by_verb=True)
    state_reason: Mapped[str | None] = long_text("退回原因", 500, by_verb=True)

    def faults(self) -> dict[str, Say]:
        """A month, or a day in it."""
        month = month_named(self.month)
        if month is None:
            return {"month": say("请填月份，如 2026-11。", "Give a month, such as 2026-11.")}
        self.month = month
        return {}


class CommissionLine(Record):
    """提成明细: what one person earns by one contract, or gives back; never changed once its run is locked."""

    __tablename__ = "commission_line"
    __zh__ = "提成明细"
    __label__ = "id"
    __table_args__ = (
        one_of("rule", CommissionRule, "commission_line_rule"),
        UniqueConstraint("run_id", "contract_id", "staff_id", "rule", "takes_back"),
        CheckConstraint("amount_fen >= 0 or takes_back", name="commission_line_negative_takes_back"),
        CheckConstraint("amount_fen <> 0 or void_reason is not null", name="commission_line_zero_says_why"),
    )

    run_id: Mapped[int] = ref("commission_run", "月份", ondelete="CASCADE")
    staff_id: Mapped[int] = ref("staff", "人员", en="Person")
    contract_id: Mapped[int] = ref("contract", "合同")
    rule: Mapped[str] = choice("提成项目", CommissionRule, en="For what", sorted=True)
    amount_fen: Mapped[int] = money("提成（元）", en="Amount (yuan)", sorted=True)
    void_reason: Mapped[str | None] = choice("原因", VoidReason, en="Why", sorted=True)
    takes_back: Mapped[bool] = yes_no("收回", en="Takes back")
