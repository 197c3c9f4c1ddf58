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
    fieldsets = (
        (say("提出", "Proposal"), "lead kind reason from_state proposed_by proposed_at customer_words designer_words"),
        (say("确认", "Confirmation"), "confirmed_by confirmed_at confirmed_words refuse_reason reopen_reason"),
        (say("跑单追责", "Why it was lost"), "cause responsible penalty"),
        (say("抽查与备案", "Recall and filing"), "sampled recalled_at recalled_by recall_reason recall_words filed_at"),
    )
    filters = "lead kind reason state proposed_by proposed_at confirmed_by confirmed_at filed_at responsible sampled recalled_at recall_reason"
    related = "penalty_ticket.closure"
    search = "reason"
    entered_by_hand = False
