"""Working out anew whose customer a lead is, after every claim and every decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.numbering import take_numbers
from app.core.verbs import Act
from app.leads.claims.models import Claim
from app.leads.claims.rules import (
    ClaimFacts,
    ClaimKind,
    CustomerFacts,
    Winner,
    order_of,
    standings,
    winner,
)

if TYPE_CHECKING:
    from app.leads.models import Lead


def customer_facts(lead: "Lead") -> CustomerFacts:
    return CustomerFacts(
        has_name=bool(lead.customer_name),
        has_address=bool(lead.address),
        has_area=lead.floor_area is not None,
        has_phone=bool(lead.phone),
    )


def add_claim(lead: "Lead", act: Act, *, staff_id: int, kind: ClaimKind, at: datetime, evidence: str) -> Claim:
    """Keep a claim, and work out who holds the customer now."""
    made = Claim(
        number=act.number(Claim.__series__), lead_id=lead.id, staff_id=staff_id,
        kind=kind, at=at, evidence=evidence,
    )  # fmt: skip
    act.db.add(made)
    settle(lead, act)
    return made


def add_first_claims(leads: "Sequence[Lead]", act: Act, *, staff_id: int, kind: ClaimKind, evidence: str) -> None:
    """The first claim on each of these leads, which nobody else has claimed: it holds them."""
    numbers = take_numbers(act.db, Claim.__series__, act.today.year, len(leads)) if leads else []
    made = [
        Claim(number=number, lead_id=lead.id, staff_id=staff_id, kind=kind, at=act.at, evidence=evidence)
        for lead, number in zip(leads, numbers, strict=True)
    ]
    act.db.add_all(made)
    act.db.flush()
    order = order_of(act.policy("claim_order"))
    for lead, claim in zip(leads, made, strict=True):
        _hold(lead, [claim], order)


def settle(lead: "Lead", act: Act) -> Winner | None:
    """Set the lead's claimant, and on each claim why it holds or not."""
    act.db.flush()
    return _hold(lead, claims_on(act.db, lead.id), order_of(act.policy("claim_order")))


def _hold(lead: "Lead", claims: "Sequence[Claim]", order: Sequence[frozenset[ClaimKind]]) -> Winner | None:
    facts = [facts_of(claim) for claim in claims]
    why = standings(facts, order)
    for claim in claims:
        claim.standing = why[claim.id]
    won = winner(facts, order)
    lead.claimant_id = won.claim.staff_id if won else None
    return won


def claims_on(session: Session, lead_id: int) -> list[Claim]:
    return list(session.scalars(select(Claim).where(Claim.lead_id == lead_id).order_by(Claim.id)))


def facts_of(claim: Claim) -> ClaimFacts:
    """Times as the house's clock shows them: the reason is read by people."""
    return ClaimFacts(
        id=claim.id,
        staff_id=claim.staff_id,
        kind=ClaimKind(claim.kind),
        at=here.in_house_time(claim.at),
        decided_at=claim.decided_at,
    )
