"""The leads domain's tables: a lead and its contract here, the others in their folders."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, Session, relationship

from app.core import columns, here
from app.core.columns import address, choice, long_text, money, on_date, phone, ref, text
from app.core.constraints import means
from app.core.policy import in_force
from app.core.record import Record
from app.core.words import Say, say
from app.leads.checks import listed, one_of, one_where, together
from app.leads.claims.models import Claim
from app.leads.closing.models import Closure
from app.leads.declining.models import DeclineRequest
from app.leads.dispatching.models import Champion, Dispatch, Season
from app.leads.rules import CLOSED, LeadSource, LeadState, Tier, TierBounds, tier_of
from app.leads.slips.models import TransferSlip

if TYPE_CHECKING:
    from app.people.models import Staff

__all__ = [
    "Champion", "Claim", "Closure", "Contract", "DeclineRequest", "Dispatch", "Lead", "Season",
    "TransferSlip",
]  # fmt: skip

S = LeadState
HAS_DESIGNER = (S.DISPATCHED, S.MEASURED, S.SIGNED, S.DEAD_PROPOSED, S.DEAD)
BEFORE_MEASURING = (S.NEW, S.DISPATCHED, S.INVALID_PROPOSED, S.INVALID)
CUSTOMER_TAKEN = say(
    "此客户已有人登记在先。如有异议，请在「客户认定」登记您的依据，由客户经理裁定。",
    "This customer is taken. If you object, register your claim: the account manager decides.",
)
BEFORE_INQUIRY = say("不能早于咨询日期。", "Not before the inquiry.")


class Lead(Record):
    """One customer who asks about decorating a home, from the inquiry to a contract or an end."""

    __tablename__ = "lead"
    __zh__ = "客户"
    __series__ = "KH"
    __table_args__ = (
        one_of("state", LeadState, "lead_state"),
        one_of("source", LeadSource, "lead_source"),
        CheckConstraint("floor_area > 0", name="lead_area_is_positive"),
        CheckConstraint("budget_fen >= 0", name="lead_budget_is_not_negative"),
        CheckConstraint("length(phone) between 5 and 20", name="lead_phone_is_a_number"),
        CheckConstraint(
            f"state not in ({listed(HAS_DESIGNER)}) or designer_id is not null",
            name="lead_dispatched_has_designer",
        ),
        CheckConstraint(
            f"(state in ({listed(BEFORE_MEASURING)})) = (measured_on is null)",
            name="lead_measured_is_dated",
        ),
        one_where("uq_lead_live_phone", "phone", where=f"state not in ({listed(CLOSED)})"),
        Index("ix_lead_state_touched", "state", "touched_on"),
        Index("ix_lead_next_contact", "next_contact_on"),
        Index("ix_lead_created_by", "created_by_id", "id"),
    )

    number: Mapped[str] = text("客户编号", 20, unique=True)
    customer_name: Mapped[str] = text("客户姓名", 32, sorted=True)
    phone: Mapped[str] = phone("联系电话", index=True)
    estate_name: Mapped[str | None] = text("小区", 64, en="Estate", sorted=True)
    address: Mapped[str | None] = address("装修地址")
    floor_area: Mapped[Decimal | None] = columns.number("房屋面积（㎡）", en="Floor area (m²)")
    budget_fen: Mapped[int | None] = money("预算", sorted=True)
    renovation_on: Mapped[date | None] = on_date("计划装修日期", en="Renovation date", sorted=True)
    source: Mapped[str] = choice("来源", LeadSource, sorted=True)
    inquiry_on: Mapped[date] = on_date("咨询日期", en="Inquiry date", default=here.today, sorted=True)
    show_home_on: Mapped[date | None] = on_date("参观样板房日期", en="Show home date", sorted=True)
    show_home_ideas: Mapped[str | None] = long_text("样板房想法", 500, en="Ideas in the show home")
    remarks: Mapped[str | None] = long_text("备注")
    tier: Mapped[str | None] = choice("单别", Tier, by_verb=True, sorted=True)
    claimant_id: Mapped[int | None] = ref("staff", "认定归属", by_verb=True)
    designer_id: Mapped[int | None] = ref("staff", "设计师", by_verb=True)
    measured_on: Mapped[date | None] = on_date("量房日期", en="Measured on", by_verb=True)
    filed_on: Mapped[date | None] = on_date("日报备案日期", en="Filed on", by_verb=True, sorted=True)
    touched_on: Mapped[date] = on_date(
        "最近跟进日期", en="Last touched on", default=here.today, by_verb=True, sorted=True
    )
    next_contact_on: Mapped[date | None] = on_date("下次联系日期", en="Next contact on", by_verb=True)
    state: Mapped[str] = choice("状态", LeadState, default=LeadState.NEW, sorted=True)

    claimant: Mapped["Staff | None"] = relationship(foreign_keys=[claimant_id])
    designer: Mapped["Staff | None"] = relationship(foreign_keys=[designer_id])

    @property
    def is_live(self) -> bool:
        return self.state not in CLOSED

    def before_save(self, session: Session) -> None:
        """The tier follows the budget, by the bounds in force on the day of the inquiry."""
        bounds = tier_bounds(session, self.inquiry_on or here.today())
        self.tier = tier_of(self.budget_fen, bounds)
        self.touched_on = here.today()

    def faults(self) -> dict[str, Say]:
        """A visit or works can't lie before the customer asked; an area is more than nothing."""
        found: dict[str, Say] = {}
        for name in ("renovation_on", "show_home_on"):
            day = getattr(self, name)
            if day and self.inquiry_on and day < self.inquiry_on:
                found[name] = BEFORE_INQUIRY
        if self.inquiry_on and self.inquiry_on > here.today():
            found["inquiry_on"] = say("咨询日期还没有到。", "The inquiry date is still to come.")
        if self.floor_area is not None and self.floor_area <= 0:
            found["floor_area"] = say("面积须大于零。", "The area has to be more than zero.")
        if self.budget_fen is not None and self.budget_fen < 0:
            found["budget_fen"] = say("预算不能为负。", "A budget can't be negative.")
        return found


class Contract(Record):
    """A contract signed with a lead's customer; withdrawn when it has a day of withdrawal."""

    __tablename__ = "contract"
    __zh__ = "装修合同"
    __series__ = "HT"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="contract_amount_is_positive"),
        CheckConstraint("withdrawn_on >= signed_on", name="contract_runs_forward"),
        together("withdrawn_on", "withdraw_reason", name="contract_withdrawn_says_why"),
        one_where("uq_contract_live_lead", "lead_id", where="withdrawn_on is null"),
    )

    number: Mapped[str] = text("合同编号", 20, unique=True)
    lead_id: Mapped[int] = ref("lead", "客户")
    designer_id: Mapped[int] = ref("staff", "设计师")
    amount_fen: Mapped[int] = money("合同金额", sorted=True)
    signed_on: Mapped[date] = on_date("签约日期", en="Signed on", sorted=True)
    withdrawn_on: Mapped[date | None] = on_date("退单日期", en="Withdrawn on", sorted=True)
    withdraw_reason: Mapped[str | None] = long_text("退单原因")

    lead: Mapped[Lead] = relationship(foreign_keys=[lead_id])
    designer: Mapped["Staff"] = relationship(foreign_keys=[designer_id])


def tier_bounds(session: Session, on: date) -> TierBounds:
    """R-4.2.1: the bounds of the tiers in force on a day."""
    return TierBounds(
        medium_from=in_force(session, "lead_medium_from_fen", on),
        medium_to=in_force(session, "lead_medium_to_fen", on),
        from_included=in_force(session, "lead_medium_from_included", on),
        to_included=in_force(session, "lead_medium_to_included", on),
    )


means("uq_lead_live_phone", "phone", CUSTOMER_TAKEN)
