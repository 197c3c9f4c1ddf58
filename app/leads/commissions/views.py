"""The registers of commission: the months, and the lines, each person's own among them."""

from app.core.gate import all_rows, mine
from app.core.register import Register
from app.core.words import say
from app.leads.commissions import actions  # noqa: F401  (the verbs)
from app.leads.commissions.models import CommissionLine, CommissionRun

PAYROLL = all_rows("admin", "general_manager", "human_resources", "auditor")


class CommissionRunRegister(Register):
    model = CommissionRun
    small = True
    label, icon = say("提成月结", "Commission months"), "cash"
    rows = PAYROLL
    list_columns = "month state total_fen computed_by computed_at approved_by"
    form_columns = "month"
    search = "state_reason"
    filters = "state month"
    order = "-month"
    editable_in = "draft"
    related = "commission_line.run"


class CommissionLineRegister(Register):
    """Lines 提成明细: everybody sees their own."""

    model = CommissionLine
    label, icon = say("提成明细", "Commissions"), "coin"
    rows = {**PAYROLL, **dict.fromkeys(("account_manager", "front_desk", "salesperson"), mine("staff_id"))}
    list_columns = "run staff contract rule amount_fen void_reason takes_back"
    search = "rule"
    filters = "run staff contract rule void_reason takes_back amount_fen"
    entered_by_hand = False
