"""The tables of renovation on one page."""

from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.passes.models import GateEvent, Pass
from app.renovation.permits.models import Permit

__all__ = [
    "Agreement", "ApplicationDocument", "Drawing", "GateEvent", "NoticeReceipt", "Pass", "Permit",
    "RenovationApplication", "ScopeItem", "Undertaking",
]  # fmt: skip
