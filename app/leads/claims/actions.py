"""The verbs of claims: make one, and decide a dispute (R-4.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_

from app.core.blockers import Blocker
from app.core.kinds import Choice, Instant, LongText, Relation
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.claims.holding import add_claim, claims_on, customer_facts, facts_of, settle
from app.leads.claims.models import Claim
from app.leads.claims.rules import (
    ClaimKind,
    Standing,
    blockers_to_claim,
    blockers_to_decide_claim,
    order_of,
    winner,
)
from app.leads.rules import LEAD_MOVES
from app.people.models import Staff

if TYPE_CHECKING:
    from app.leads.models import Lead

#: roles that record what a customer or another department says of somebody else
FOR_ANOTHER = frozenset({"account_manager", "account_assistant", "front_desk", "marketing_manager"})


def claimants(act: Act, rows: Sequence["Lead"]) -> ColumnElement[bool] | None:
    """R-4.3.5: who may not record a claim for somebody else claims for themselves."""
    return None if FOR_ANOTHER & act.person.roles else Staff.id == act.by_id


def claims_to_decide(act: Act, rows: Sequence["Lead"]) -> ColumnElement[bool]:
    """R-4.3: the claims on these leads that do not hold by decision."""
    return and_(Claim.lead_id.in_([each.id for each in rows]), Claim.standing != Standing.DECIDED)


class ClaimLead(Verb):
    """R-4.3.1–4: claim a customer, with the ground, its time and the evidence."""

    name = "claim"
    table, label, moves = "lead", say("登记认定", "Claim"), LEAD_MOVES
    clause = "R-4.3"
    icon = "flag"
    kind = ask(Choice(words=ClaimKind), "认定依据", "Ground")
    at = ask(Instant(), "认定时间", "At")
    evidence = ask(LongText(size=1000), "凭证说明")
    staff = ask(Relation(table="staff"), "认定人", "Claimed by", required=False, among=claimants)

    def blockers(
        self, row: "Lead", act: Act, kind: ClaimKind | None = None, at: datetime | None = None,
        staff: Staff | None = None, **params: Any,
    ) -> list[Blocker]:  # fmt: skip
        return blockers_to_claim(
            kind=kind,
            customer=customer_facts(row),
            at=at,
            now=act.at,
            for_another=staff is not None and staff.id != act.by_id,
            may_for_another=bool(FOR_ANOTHER & act.person.roles),
        )

    def defaults(self, row: "Lead", act: Act) -> dict[str, Any]:
        return {"at": act.at}

    def do(  # type: ignore[override]
        self, row: "Lead", act: Act, kind: ClaimKind, at: datetime, evidence: str,
        staff: Staff | None = None,
    ) -> Claim:  # fmt: skip
        staff_id = staff.id if staff else act.by_id
        return add_claim(row, act, staff_id=staff_id, kind=kind, at=at, evidence=evidence)


class DecideClaim(Verb):
    """R-4.3: the account manager settles a dispute; the decision and its reason are kept."""

    table, label, moves = "lead", say("裁定归属", "Decide the claim"), LEAD_MOVES
    clause = "R-4.3"
    icon = "scale"
    template = "leads/decide_claim.html"
    claim = ask(Relation(table="claim"), "认定", among=claims_to_decide)
    reason = reason("裁定理由")

    def blockers(self, row: "Lead", act: Act, claim: Claim | None = None, **params: Any) -> list[Blocker]:
        if claim is None:
            return []
        return blockers_to_decide_claim(
            of_this_lead=claim.lead_id == row.id,
            open_claim=claim.standing != Standing.DECIDED,
        )

    def choices(self, row: "Lead", act: Act) -> dict[str, Any]:
        """Every claim on the lead, and why the holding one holds."""
        claims = claims_on(act.db, row.id)
        won = winner(map(facts_of, claims), order_of(act.policy("claim_order")))
        return {
            "claim": [_told(claim) for claim in claims],
            "winner": None
            if won is None
            else {"id": won.claim.id, "staff": won.claim.staff_id, "reason": str(won.reason)},
        }

    def do(  # type: ignore[override]
        self, row: "Lead", act: Act, claim: Claim, reason: str
    ) -> Claim:
        claim.decided_at, claim.decided_by_id, claim.decision_reason = act.at, act.by_id, reason
        settle(row, act)
        return claim


def _told(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id, "label": claim.number, "staff": claim.staff.name,
        "kind": claim.kind, "kind_label": str(ClaimKind(claim.kind).label),
        "at": Instant().to_json(claim.at), "shown_at": Instant().show(claim.at),
        "evidence": claim.evidence,
        "standing": str(Standing(claim.standing).label),
    }  # fmt: skip
