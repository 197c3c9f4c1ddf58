"""The transfer slip 传递单 that hands a customer from marketing to design."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, on_date, ref, text
from app.core.constraints import means
from app.core.record import Record
from app.core.words import say
from app.leads.checks import listed, one_of, one_where, together
from app.leads.slips.rules import SlipState

if TYPE_CHECKING:
    from app.leads.models import Lead
    from app.people.models import Staff

S = SlipState


class TransferSlip(Record):
    """One household's slip. A signature keeps who signed and, for a delegate, for whom."""

    __tablename__ = "transfer_slip"
    __zh__ = "传递单"
    __series__ = "CD"
    __table_args__ = (
        one_of("state", SlipState, "transfer_slip_state"),
        Index("ix_transfer_slip_created_by", "created_by_id", "id"),
        CheckConstraint(
            f"state in ({listed((S.DRAFT, S.VOID))}) or market_signed_at is not null",
            name="transfer_slip_market_is_signed",
        ),
        CheckConstraint(
            f"state not in ({listed((S.STORE_SIGNED, S.DISPATCHED))}) or store_signed_at is not null",
            name="transfer_slip_store_is_signed",
        ),
        CheckConstraint("(state = 'void') = (void_reason is not null)", name="transfer_slip_void_says_why"),
        CheckConstraint("state != 'dispatched' or designer_id is not null", name="transfer_slip_has_designer"),
        together("market_signed_by_id", "market_signed_at", name="transfer_slip_market_signature"),
        together("store_signed_by_id", "store_signed_at", name="transfer_slip_store_signature"),
        one_where("uq_transfer_slip_live_lead", "lead_id", where="state != 'void'"),
    )

    number: Mapped[str] = text("传递单编号", 20, unique=True)
    lead_id: Mapped[int] = ref("lead", "客户")
    salesperson_id: Mapped[int] = ref("staff", "业务员", by_verb=True)
    preferred_designer_id: Mapped[int | None] = ref("staff", "优先选择的设计师")
    remarks: Mapped[str | None] = long_text("备注")
    designer_id: Mapped[int | None] = ref("staff", "设计师", by_verb=True)
    state: Mapped[str] = choice("状态", SlipState, default=SlipState.DRAFT, index=True)
    market_signed_by_id: Mapped[int | None] = ref("staff", "市场部经理签字", by_verb=True)
    market_signed_for_id: Mapped[int | None] = ref("staff", "代市场部经理", by_verb=True)
    market_signed_at: Mapped[datetime | None] = instant("市场部签字时间", by_verb=True)
    store_signed_by_id: Mapped[int | None] = ref("staff", "店面经理签字", by_verb=True)
    store_signed_for_id: Mapped[int | None] = ref("staff", "代店面经理", by_verb=True)
    store_signed_at: Mapped[datetime | None] = instant("店面签字时间", by_verb=True)
    hr_copied_on: Mapped[date | None] = on_date(
        "转人力资源日期", en="Copied to human resources on", by_verb=True, sorted=True
    )
    void_reason: Mapped[str | None] = long_text("作废原因", by_verb=True)

    lead: Mapped["Lead"] = relationship(foreign_keys=[lead_id])
    salesperson: Mapped["Staff"] = relationship(foreign_keys=[salesperson_id])
    preferred_designer: Mapped["Staff | None"] = relationship(foreign_keys=[preferred_designer_id])
    designer: Mapped["Staff | None"] = relationship(foreign_keys=[designer_id])
    market_signed_by: Mapped["Staff | None"] = relationship(foreign_keys=[market_signed_by_id])
    market_signed_for: Mapped["Staff | None"] = relationship(foreign_keys=[market_signed_for_id])
    store_signed_by: Mapped["Staff | None"] = relationship(foreign_keys=[store_signed_by_id])
    store_signed_for: Mapped["Staff | None"] = relationship(foreign_keys=[store_signed_for_id])


means(
    "uq_transfer_slip_live_lead", "lead",
    say("此客户已有一张有效的传递单。", "There is a live slip for this lead already."),
)  # fmt: skip
