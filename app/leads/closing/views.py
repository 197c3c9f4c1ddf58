"""The register of closures: both statements side by side."""

from app.core.register import Register
from app.core.words import say
from app.leads.closing.models import Closure
from app.leads.scopes import CLOSURES


class ClosureRegister(Register):
    """Closures 跑单处理: made by a lead's verbs, filed by their own."""

    model = Closure
    label, icon = say("跑单记录", "Closures"), "x"
    rows = CLOSURES
    list_columns = "lead kind reason state proposed_by proposed_at confirmed_by confirmed_at filed_at recall_reason"
    filters = "lead kind reason state proposed_at confirmed_at filed_at responsible sampled recalled_at recall_reason"
    related = "penalty_ticket.closure"
    search = "reason"
    entered_by_hand = False
