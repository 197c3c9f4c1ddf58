"""The register of requests to decline."""

from app.core.register import Register
from app.core.words import say
from app.leads.declining.models import DeclineRequest
from app.leads.scopes import DECLINES


class DeclineRequestRegister(Register):
    """Requests 不接单申请: made by a dispatch's verb."""

    model = DeclineRequest
    label, icon = say("不接单申请", "Decline requests"), "ban"
    rows = DECLINES
    list_columns = "dispatch asked_by reason state decision designer decided_by agreed_by"
    filters = "dispatch asked_by state decision designer decided_by agreed_by"
    entered_by_hand = False
