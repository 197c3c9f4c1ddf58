"""The tables of renovation on one page."""

from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.permits.models import Permit

__all__ = [
    "Agreement", "ApplicationDocument", "Drawing", "NoticeReceipt", "Permit",
    "RenovationApplication", "ScopeItem", "Undertaking",
]  # fmt: skip
