"""The daily filing 日报备案 of the marketing department (R-4.3.3): its leads archived with their manager, by the day."""

from typing import TYPE_CHECKING, Any

from app.core.blockers import Blocker
from app.core.values import written_day
from app.core.verbs import Act, Verb
from app.core.words import say
from app.leads.claims.holding import add_claim
from app.leads.claims.rules import ClaimKind, blockers_to_file_daily

if TYPE_CHECKING:
    from app.leads.models import Lead


class FileDaily(Verb):
    """R-4.3.3: a lead is archived for whoever entered it, at the time of the filing; the date of the inquiry stands with it."""

    table, label, clause, icon = "lead", say("日报备案", "Daily filing"), "R-4.3.3", "archive"

    def blockers(self, row: "Lead", act: Act, **params: Any) -> list[Blocker]:
        return blockers_to_file_daily(
            number=row.number, filed=row.filed_on is not None, entered_by=row.created_by_id, live=row.is_live
        )

    def do(self, row: "Lead", act: Act) -> None:  # type: ignore[override]
        evidence = f"市场部日报备案：咨询日期 {written_day(row.inquiry_on)}。"
        assert row.created_by_id is not None
        add_claim(row, act, staff_id=row.created_by_id, kind=ClaimKind.ARCHIVED, at=act.at, evidence=evidence)
        row.filed_on = act.today
