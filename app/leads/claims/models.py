"""Every claim that anyone made on a customer; none is ever taken away."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, phone, ref, text
from app.core.record import Record
from app.core.words import say
from app.leads.checks import one_of, together
from app.leads.claims.rules import ClaimKind, Standing

if TYPE_CHECKING:
    from app.leads.models import Lead
    from app.people.models import Staff


class Claim(Record):
    """One member of staff's claim on one lead, with its ground, time and evidence (R-4.3).

    `standing` says why it holds the customer or not; it is worked out anew with every claim.
    Someone who may not see the lead names the customer by `phone`.
    """

    __tablename__ = "claim"
    __zh__ = "客户认定"
    __series__ = "RD"
    __table_args__ = (
        one_of("kind", ClaimKind, "claim_kind"),
        one_of("standing", Standing, "claim_standing"),
        CheckConstraint("lead_id is not null", name="claim_has_lead"),
        together("decided_at", "decided_by_id", "decision_reason", name="claim_decision_says_why"),
    )

    number: Mapped[str] = text("认定编号", 20, unique=True)
    # May stay empty in the form only: the register finds the lead by its phone.
    lead_id: Mapped[int] = ref(
        "lead", "客户", nullable=True,
        help=say("看不到该客户时请填电话。", "If you can't see it, give the phone."),
    )  # fmt: skip
    phone: Mapped[str | None] = phone("客户电话", en="Customer's phone")
    staff_id: Mapped[int] = ref("staff", "认定人", en="Claimed by", by_verb=True)
    kind: Mapped[str] = choice("认定依据", ClaimKind, en="Ground", sorted=True)
    at: Mapped[datetime] = instant("认定时间", en="At", sorted=True)
    evidence: Mapped[str] = long_text("凭证说明")
    standing: Mapped[str] = choice("认定结果", Standing, default=Standing.LATER, by_verb=True, sorted=True)
    decided_at: Mapped[datetime | None] = instant("裁定时间", en="Decided at", by_verb=True)
    decided_by_id: Mapped[int | None] = ref("staff", "裁定人", en="Decided by", by_verb=True)
    decision_reason: Mapped[str | None] = long_text("裁定理由", by_verb=True)

    lead: Mapped["Lead"] = relationship(foreign_keys=[lead_id])
    staff: Mapped["Staff"] = relationship(foreign_keys=[staff_id])
    decided_by: Mapped["Staff | None"] = relationship(foreign_keys=[decided_by_id])
