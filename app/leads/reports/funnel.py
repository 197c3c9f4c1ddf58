"""客户漏斗: from the first contact to the contract, by channel, estate or tier."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import case, func, select

from app.core import here
from app.core.doors import door
from app.core.report_pages import Choice, ReportPage
from app.core.reporting import Figure, Line, last_months, share
from app.core.words import Say, say
from app.extensions import db
from app.leads.dispatching.models import Dispatch
from app.leads.models import Contract, Lead
from app.leads.rules import LeadSource, Tier

BY = {"source": say("来源", "Channel"), "estate_name": say("小区", "Estate"), "tier": say("单别", "Tier"),
      "month": say("咨询月份", "Month of inquiry")}  # fmt: skip
MONTHS = {"3": say("3 个月", "3 months"), "12": say("12 个月", "12 months"), "1": say("本月", "This month")}
MOST = 40


class Funnel(ReportPage):
    route_base = "/funnel"
    class_permission_name = "lead"
    label, icon, file_name = say("客户漏斗", "Funnel"), "filter", "lead-funnel"
    charted = 4
    note = say(
        "按咨询日期归入；签约只计没有退单的。", "By the day of inquiry; contracts that were withdrawn do not count."
    )

    @expose("/")
    @door("export")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        return {"by": (say("按", "By"), BY), "months": (say("近", "Last"), MONTHS)}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        by, months = chosen["by"], last_months(here.today(), int(chosen["months"]))
        column: Any = {"source": Lead.source, "estate_name": Lead.estate_name, "tier": Lead.tier, "month": None}[by]
        if column is None:
            column = case(*((each.holds_day(Lead.inquiry_on), each.name) for each in months), else_="")
        rows = list(db.session.execute(_query(column, here.in_house_time(months[-1].start).date())))
        if by == "month":
            rows.sort(key=lambda row: str(row[0]), reverse=True)
        figures = [[int(row[place] or 0) for row in rows] for place in range(1, 6)]
        leads, dispatched, measured, signed, amount = figures
        return BY[by], [Line(_word(by, row[0])) for row in rows], [
            Figure(say("客户", "Leads"), leads), Figure(say("派单", "Dispatched"), dispatched),
            Figure(say("量房", "Measured"), measured), Figure(say("签约", "Signed"), signed),
            Figure(say("派单率", "Dispatched of leads"), share(dispatched, leads), percent=True),
            Figure(say("量房率", "Measured of dispatched"), share(measured, dispatched), percent=True),
            Figure(say("签约率", "Signed of measured"), share(signed, measured), percent=True),
            Figure(say("总转化率", "Signed of leads"), share(signed, leads), percent=True),
            Figure(say("签约额（元）", "Signed (yuan)"), amount, money=True),
        ]  # fmt: skip


def _query(column: Any, since: Any) -> Any:
    """One statement; the most frequent lines."""
    given = select(Dispatch.lead_id).distinct().subquery()
    signed = (
        select(Contract.lead_id, func.sum(Contract.amount_fen).label("fen"))
        .where(Contract.withdrawn_on.is_(None))
        .group_by(Contract.lead_id)
        .subquery()
    )
    return (
        select(
            column, func.count(Lead.id), func.count(given.c.lead_id), func.count(Lead.measured_on),
            func.count(signed.c.lead_id), func.sum(signed.c.fen),
        )
        .outerjoin(given, given.c.lead_id == Lead.id)
        .outerjoin(signed, signed.c.lead_id == Lead.id)
        .where(Lead.inquiry_on >= since)
        .group_by(column)
        .order_by(func.count(Lead.id).desc(), column)
        .limit(MOST)
    )  # fmt: skip


def _word(by: str, value: Any) -> str:
    if not value:
        return str(say("未填", "not given"))
    words: dict[str, Any] = {"source": LeadSource, "tier": Tier}
    return str(words[by](value).label) if by in words else str(value)
