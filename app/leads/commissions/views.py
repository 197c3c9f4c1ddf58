"""The registers of commission: the months, and the lines, each person's own among them."""

from sqlalchemy import inspect

from app.core.blockers import Blocker
from app.core.gate import all_rows, mine
from app.core.register import Register
from app.core.runner import under_way
from app.core.verbs import Act
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

    @classmethod
    def blockers_to_edit(cls, row: CommissionRun, act: Act) -> list[Blocker]:
        return under_way(act, row)

    @classmethod
    def before_edit(cls, row: CommissionRun, act: Act) -> None:
        """What was computed was computed for the month that it was."""
        if inspect(row).attrs.month.history.has_changes():
            row.computed_by_id = row.computed_at = None


class CommissionLineRegister(Register):
    """Lines 提成明细: everybody sees their own."""

    model = CommissionLine
    label, icon = say("提成明细", "Commissions"), "coin"
    rows = {**PAYROLL, **dict.fromkeys(("account_manager", "front_desk", "salesperson"), mine("staff_id"))}
    list_columns = "run staff contract rule amount_fen void_reason takes_back"
    search = "rule"
    filters = "run staff contract rule void_reason takes_back amount_fen"
    entered_by_hand = False
