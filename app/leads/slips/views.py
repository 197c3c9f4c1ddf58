"""The register of transfer slips, and the printed slip."""

from app.core.answers import Faulty, Forbidden
from app.core.papers import PaperPage
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db
from app.leads.dispatching.loads import designers
from app.leads.models import Lead
from app.leads.rules import LeadState
from app.leads.scopes import SLIPS
from app.leads.slips.actions import leads_to_slip
from app.leads.slips.models import TransferSlip
from app.leads.slips.papers import slip_paper
from app.leads.slips.rules import fault_of_lead


class TransferSlipRegister(Register):
    """Transfer slips 传递单: the salesperson fills everything but the designer."""

    model = TransferSlip
    label, icon = say("传递单", "Transfer slips"), "send"
    printed = True
    rows = SLIPS
    list_columns = "number lead salesperson preferred_designer designer state hr_copied_on"
    form_columns = "lead preferred_designer remarks"
    edit_columns = "preferred_designer remarks"
    offered = {"lead": leads_to_slip, "preferred_designer": designers}
    fieldsets = (
        (say("传递", "Transfer"), "lead salesperson preferred_designer designer remarks"),
        (
            say("签字", "Signatures"),
            "market_signed_by market_signed_for market_signed_at store_signed_by store_signed_for store_signed_at hr_copied_on void_reason",
        ),
    )
    filters = "lead salesperson preferred_designer designer state hr_copied_on market_signed_by created_by"
    editable_in = "draft"
    on_home = True

    @classmethod
    def before_create(cls, row: TransferSlip, act: Act) -> None:
        if act.person.staff_id is None:
            raise Forbidden()
        lead = act.db.get(Lead, row.lead_id)
        assert lead is not None
        fault = fault_of_lead(LeadState(lead.state))
        if fault:
            raise Faulty({"lead": fault})
        row.salesperson_id = act.by_id


class SlipPrint(PaperPage):
    """The slip on paper, in two parts: one for the salesperson, one for the dispatch (R-4.4.3)."""

    model = TransferSlip

    def paper(self, row: TransferSlip) -> bytes:
        return slip_paper(db.session, row)
