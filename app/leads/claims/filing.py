"""The daily filing 日报备案 of the marketing department (R-4.3.3): its leads archived with their manager, by the day."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.values import written_day
from app.core.verbs import Act, Verb
from app.core.words import say
from app.leads.claims.holding import add_claim
from app.leads.claims.rules import ClaimKind, blockers_to_file_daily

if TYPE_CHECKING:
    from app.leads.models import Lead


class FileDaily(Verb):
    """R-4.3.3: each lead is archived for whoever entered it, at the time of the filing; the date of the inquiry stands with it."""

    table, label, clause, icon = "lead", say("日报备案", "Daily filing"), "R-4.3.3", "archive"
    many = True

    def lock(self, row: Sequence["Lead"], act: Act, **params: Any) -> None:
        table = type(row[0])
        act.db.execute(
            select(table.id).where(table.id.in_([each.id for each in row])).order_by(table.id).with_for_update()
        )

    def blockers(self, row: Sequence["Lead"], act: Act, **params: Any) -> list[Blocker]:  # type: ignore[override]
        return [
            blocker for each in row
            for blocker in blockers_to_file_daily(
                number=each.number, filed=each.filed_on is not None, entered_by=each.created_by_id, live=each.is_live
            )
        ]  # fmt: skip

    def do(self, row: Sequence["Lead"], act: Act) -> None:  # type: ignore[override]
        for each in row:
            evidence = f"市场部日报备案：咨询日期 {written_day(each.inquiry_on)}。"
            assert each.created_by_id is not None
            add_claim(each, act, staff_id=each.created_by_id, kind=ClaimKind.ARCHIVED, at=act.at, evidence=evidence)
            each.filed_on = act.today
