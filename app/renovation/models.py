"""The tables of renovation on one page."""

from app.renovation.acceptance.models import Acceptance, AcceptanceItem
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.passes.models import GateEvent, Pass
from app.renovation.patrols.models import Patrol, Violation
from app.renovation.permits.models import Permit
from app.renovation.settlement.models import Deduction

__all__ = [
    "Acceptance", "AcceptanceItem", "Agreement", "ApplicationDocument", "Deduction", "Drawing", "GateEvent", "NoticeReceipt", "Pass", "Patrol",
    "Permit", "RenovationApplication", "ScopeItem", "Undertaking", "Violation",
]  # fmt: skip
