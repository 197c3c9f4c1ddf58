"""The inspection sheet on the page of its case, and on paper."""

from typing import Any

from app.core.papers import PaperPage
from app.core.verbs import Act
from app.extensions import db
from app.renovation.acceptance.actions import items_of, open_sheet
from app.renovation.acceptance.models import Acceptance
from app.renovation.acceptance.papers import sheet_paper
from app.renovation.acceptance.rules import Result, SheetState, Subject

Part = tuple[str, dict[str, Any]]


def sheet_part(act: Act, application_id: int) -> list[Part]:
    """The sheet that is being filled in, if there is one."""
    sheet = open_sheet(act.db, application_id)
    return [sheet_shown(act, sheet)] if sheet else []


def sheet_shown(act: Act, sheet: Acceptance) -> Part:
    items = [
        {"id": each.id, "word": Subject(each.subject).label, "result": Result(each.result), "finding": each.finding}
        for each in items_of(act.db, sheet)
    ]
    return "renovation/sheet.html", {"sheet": sheet, "items": items, "open": sheet.state == SheetState.OPEN}


class AcceptancePrint(PaperPage):
    """验收单 as PDF."""

    model = Acceptance

    def paper(self, row: Acceptance) -> bytes:
        return sheet_paper(db.session, row)
