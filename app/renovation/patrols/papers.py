"""The printed notice to put something right, filled from its rows."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.contractors.models import Contractor
from app.core.documents import render
from app.core.here import house_zone, in_house_time
from app.core.values import show_instant, written_day
from app.core.words import speaking
from app.owners.models import Unit
from app.people.models import Staff
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.patrols.models import Violation

TEMPLATE = Path(__file__).with_name("notice.typ")


def notice_paper(session: Session, violation: Violation) -> bytes:
    """The PDF."""
    with speaking("zh"):
        return render(TEMPLATE, _data(session, violation))


def _data(session: Session, violation: Violation) -> dict[str, Any]:
    case = session.get_one(RenovationApplication, violation.application_id)
    unit = session.get_one(Unit, violation.unit_id)
    item = session.get_one(ScopeItem, violation.scope_item_id)
    contractor = session.get(Contractor, violation.contractor_id) if violation.contractor_id else None
    return {
        "number": violation.number, "estate": unit.estate.name, "unit": unit.full_name,
        "case": case.number, "applicant": case.applicant_name,
        "contractor": contractor.name if contractor else "（自行装修）",
        "act": item.label, "clause": item.clause, "description": violation.description,
        "found_at": show_instant(violation.found_at, house_zone()),
        "found_by": session.get_one(Staff, violation.found_by_id).name,
        "deadline": written_day(violation.deadline), "on": written_day(in_house_time(violation.found_at).date()),
    }  # fmt: skip
