"""The register of claims. Whoever can't see a lead claims its customer by the phone number."""

from sqlalchemy import select

from app.core.answers import Faulty, Forbidden
from app.core.blockers import NotAllowed
from app.core.constraints import MISSING
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import say
from app.leads.claims.holding import customer_facts, settle
from app.leads.claims.models import Claim
from app.leads.claims.rules import ClaimKind, blockers_to_claim
from app.leads.models import Lead
from app.leads.rules import CLOSED
from app.leads.scopes import CLAIMS

NOT_KNOWN = say("没有这个电话的在跟进客户，请直接登记客户。", "No live lead has this phone: enter the lead.")


class ClaimRegister(Register):
    """Claims 客户认定: all are kept; who claims by phone learns only where their own stands."""

    model = Claim
    label, icon = say("客户认定", "Claims"), "scale"
    rows = CLAIMS
    list_columns = "number lead staff kind at standing decided_by"
    form_columns = "lead phone kind at evidence"
    show_columns = "number lead phone staff kind at evidence standing decided_by decided_at decision_reason"
    filters = "lead staff kind standing at"

    @classmethod
    def before_create(cls, row: Claim, act: Act) -> None:
        if act.person.staff_id is None:
            raise Forbidden()
        lead = _lead_of(row, act)
        refused = blockers_to_claim(
            kind=ClaimKind(row.kind), customer=customer_facts(lead), at=row.at, now=act.at,
            for_another=False, may_for_another=False,
        )  # fmt: skip
        if refused:
            raise NotAllowed(refused)
        row.lead_id, row.staff_id = lead.id, act.by_id

    @classmethod
    def after_create(cls, row: Claim, act: Act) -> None:
        lead = act.db.get(Lead, row.lead_id)
        assert lead is not None
        settle(lead, act)


def _lead_of(row: Claim, act: Act) -> Lead:
    """The live lead that was named, or that has the phone; locked, for the winner is counted."""
    if row.lead_id is None and row.phone is None:
        raise Faulty({"phone": MISSING})
    named = Lead.id == row.lead_id if row.lead_id is not None else Lead.phone == row.phone
    found = act.db.scalar(select(Lead).where(named, Lead.state.not_in(CLOSED)).with_for_update())
    if found is None:
        raise Faulty({"phone" if row.lead_id is None else "lead": NOT_KNOWN})
    return found
