"""年终奖 (R-4.1): the list of account managers, what they signed, and what is proposed for each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import func, select

from app.core import here
from app.core.doors import door
from app.core.report_pages import Choice, ReportPage
from app.core.reporting import Figure, Line
from app.core.verbs import Act
from app.core.words import Say, say
from app.extensions import db
from app.leads.dispatching.models import Dispatch
from app.leads.models import Contract
from app.leads.penalties.models import PenaltyTicket
from app.leads.penalties.rules import TicketState
from app.leads.reports.rules import Year, bonus_of
from app.leads.slips.signers import holders_of
from app.people.models import Staff


class YearEndBonus(ReportPage):
    route_base = "/year_end_bonus"
    class_permission_name = "commission_run"
    label, icon, file_name = say("年终奖", "Year-end bonus"), "award", "year-end-bonus"
    note = say("无大过者在规则参数的上下限之间，按当年有效签单数建议；有大过者没有。维持的大过才计。",
               "Without a major fault between the bounds of the policy, proposed by the contracts of the year; with one, nothing.")  # fmt: skip

    @expose("/")
    @door("export")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        year = here.today().year
        return {"year": (say("年度", "Year"), {str(each): str(each) for each in range(year, year - 5, -1)})}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        act, year = Act(db.session, here.me()), int(chosen["year"])
        last = min(date(year, 12, 31), act.today)
        least, most = act.policy("bonus_least_fen", on=last), act.policy("bonus_most_fen", on=last)
        with here.in_whole_sight():
            people = list(
                db.session.execute(
                    select(Staff.id, Staff.name).where(Staff.id.in_(holders_of("account_manager"))).order_by(Staff.id)
                )
            )
            years = _years([each.id for each in people], year)
        best = max((each.contracts for each in years), default=0)
        found = [bonus_of(each, best, least, most) for each in years]
        lines = [Line(f"{who.name}（{bonus.reason}）") for who, bonus in zip(people, found, strict=True)]
        return say("客户经理", "Account manager"), lines, [
            Figure(say("当年有效签单", "Contracts of the year"), [each.contracts for each in years]),
            Figure(say("大过", "Major faults"), [each.major_faults for each in years]),
            Figure(say("建议年终奖（元）", "Proposed (yuan)"), [each.fen for each in found], money=True),
        ]  # fmt: skip


def _years(people: Sequence[int], year: int) -> list[Year]:
    """A contract counts for whoever dispatched its lead last."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    newest = (
        select(func.max(Dispatch.id)).where(Dispatch.lead_id == Contract.lead_id).correlate(Contract).scalar_subquery()
    )
    signed = (
        select(Dispatch.by_id, func.count(Contract.id))
        .join(Dispatch, Dispatch.id == newest)
        .where(Contract.signed_on.between(first, last), Contract.withdrawn_on.is_(None))
        .group_by(Dispatch.by_id)
    )
    faults = (
        select(PenaltyTicket.staff_id, func.count())
        .where(
            PenaltyTicket.major.is_(True), PenaltyTicket.state == TicketState.UPHELD,
            PenaltyTicket.happened_on.between(first, last),
        )
        .group_by(PenaltyTicket.staff_id)
    )  # fmt: skip
    contracts: dict[int, int] = dict(db.session.execute(signed).tuples().all())
    charged: dict[int, int] = dict(db.session.execute(faults).tuples().all())
    return [Year(contracts.get(each, 0), charged.get(each, 0)) for each in people]
