"""The printed inspection sheet, filled from its rows; empty boxes where nothing was marked yet."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.contractors.models import Contractor
from app.core.documents import render
from app.core.here import in_house_time
from app.core.values import written_day
from app.core.words import speaking
from app.owners.models import Unit
from app.people.models import Staff
from app.renovation.acceptance.actions import items_of
from app.renovation.acceptance.models import Acceptance
from app.renovation.acceptance.rules import Result, SheetState, Subject
from app.renovation.applications.models import RenovationApplication

TEMPLATE = Path(__file__).with_name("sheet.typ")


def sheet_paper(session: Session, sheet: Acceptance) -> bytes:
    """The PDF."""
    with speaking("zh"):
        return render(TEMPLATE, _data(session, sheet))


def _data(session: Session, sheet: Acceptance) -> dict[str, Any]:
    case = session.get_one(RenovationApplication, sheet.application_id)
    unit = session.get_one(Unit, sheet.unit_id)
    contractor = session.get(Contractor, case.contractor_id) if case.contractor_id else None
    by = session.get(Staff, sheet.decided_by_id) if sheet.decided_by_id else None
    return {
        "number": sheet.number, "estate": unit.estate.name, "round": sheet.round,
        "facts": [
            ["房屋", unit.full_name], ["装修申请", case.number], ["装修人", case.applicant_name],
            ["装修企业", contractor.name if contractor else "（自行装修）"],
            ["施工期限", f"{written_day(case.starts_on)} 至 {written_day(case.ends_on)}"],
        ],
        "items": [
            [str(Subject(each.subject).label), "" if each.result == Result.OPEN else str(Result(each.result).label),
             each.finding or ""]
            for each in items_of(session, sheet)
        ],
        "verdict": "" if sheet.state == SheetState.OPEN else str(SheetState(sheet.state).label),
        "findings": sheet.findings or "", "by": by.name if by else "",
        "on": written_day(in_house_time(sheet.decided_at).date()) if sheet.decided_at else "",
    }  # fmt: skip
