"""The law of renovation on one page."""

from app.renovation.applications.rules import (
    APPLICATION_MOVES,
    ApplicationState,
    blockers_to_approve,
    blockers_to_extend,
    blockers_to_submit,
)
from app.renovation.papers.rules import missing_in, missing_in_drawing, wanted_documents
from app.renovation.passes.rules import PASS_MOVES, PassState, blockers_to_enter, blockers_to_issue
from app.renovation.permits.rules import PERMIT_MOVES, PermitState, blockers_to_issue_permit, is_expired

__all__ = [
    "APPLICATION_MOVES", "PASS_MOVES", "PERMIT_MOVES", "ApplicationState", "PassState", "PermitState",
    "blockers_to_approve", "blockers_to_enter", "blockers_to_extend", "blockers_to_issue",
    "blockers_to_issue_permit", "blockers_to_submit",
    "is_expired", "missing_in", "missing_in_drawing", "wanted_documents",
]  # fmt: skip
