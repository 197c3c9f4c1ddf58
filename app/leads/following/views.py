"""The register of contacts, within the leads that a person reaches."""

from app.core.gate import through
from app.core.register import Register
from app.core.words import say
from app.leads.following.models import FollowUp
from app.leads.scopes import LEADS


class FollowUpRegister(Register):
    """Follow-ups 跟进记录: made by a lead's verb."""

    model = FollowUp
    label, icon = say("跟进记录", "Follow-ups"), "message"
    rows = {role: through("lead") for role in LEADS if not role.endswith("_deputy")}
    list_columns = "at lead staff way note next_on"
    search = "note"
    filters = "lead staff way at next_on"
    order = "-at"
    entered_by_hand = False
