"""The register of penalty tickets; everybody sees their own."""

from app.core.gate import all_rows, mine
from app.core.register import Register
from app.core.words import say
from app.leads.penalties import actions  # noqa: F401  (the verbs)
from app.leads.penalties.models import PenaltyTicket

LEADING = ("admin", "general_manager", "account_manager", "design_manager", "human_resources", "auditor")
CHARGED = ("account_assistant", "front_desk", "salesperson", "marketing_manager", "store_manager", "designer")


class PenaltyTicketRegister(Register):
    """Penalty tickets 过失单."""

    model = PenaltyTicket
    label, icon = say("过失单", "Penalty tickets"), "alert-triangle"
    rows = {**all_rows(*LEADING), **dict.fromkeys(CHARGED, mine("staff_id"))}
    list_columns = "number staff kind major happened_on state closure"
    form_columns = "staff kind major happened_on closure evidence"
    shown_when = {"closure": "kind=lost_order"}
    search = "number evidence"
    fieldsets = (
        (say("过失", "Misconduct"), "staff kind major happened_on closure evidence"),
        (say("申诉与裁定", "Appeal and decision"), "appeal decision decided_by"),
    )
    filters = "staff kind major happened_on state closure created_by"
    editable_in = "issued"
