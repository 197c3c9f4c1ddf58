"""跑单原因 (R-4.5.4): why leads end, by month, channel or designer, and how many reasons do not hold when asked again."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.core import here
from app.core.doors import door
from app.core.report_pages import Choice, ReportPage
from app.core.reporting import Figure, Line, last_months, share
from app.core.words import Say, say
from app.extensions import db
from app.leads.closing.models import Closure
from app.leads.closing.rules import ClosureReason, ClosureState
from app.leads.models import Lead
from app.leads.rules import LeadSource
from app.people.models import Staff

BY = {"month": say("月份", "Month"), "source": say("来源", "Channel"), "designer": say("设计师", "Designer")}
MOST = 60


class Reasons(ReportPage):
    route_base = "/closure_reasons"
    class_permission_name = "closure"
    label, icon, file_name = say("跑单原因", "Why leads end"), "chart-bar", "closure-reasons"
    note = say("近十二个月已确认的跑单；抽查回访所述原因与原记录不同的，计入「原因不符」。",
               "Confirmed closings of twelve months; a re-call that tells another reason counts as changed.")  # fmt: skip

    @expose("/")
    @door("export")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        return {"by": (say("按", "By"), BY)}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        rows = _rows(chosen["by"])
        recalled, changed = [int(row.recalled) for row in rows], [int(row.changed) for row in rows]
        return BY[chosen["by"]], [Line(_word(chosen["by"], row.line)) for row in rows], [
            Figure(say("跑单", "Closed"), [int(row.closed) for row in rows]),
            *(Figure(each.label, [int(getattr(row, str(each))) for row in rows]) for each in ClosureReason),
            Figure(say("抽查回访", "Re-called"), recalled),
            Figure(say("原因不符", "Reason changed"), changed),
            Figure(say("不符率", "Changed of re-called"), share(changed, recalled), percent=True),
        ]  # fmt: skip


def _rows(by: str) -> list[Any]:
    months, designer = last_months(here.today()), aliased(Staff)
    line: Any = {
        "month": case(*((each.holds(Closure.confirmed_at), each.name) for each in months), else_=""),
        "source": Lead.source, "designer": designer.name,
    }[by]  # fmt: skip
    recalled = Closure.recalled_at.is_not(None)
    query = (
        select(
            line.label("line"), func.count().label("closed"),
            *(func.sum(case((Closure.reason == each, 1), else_=0)).label(str(each)) for each in ClosureReason),
            func.sum(case((recalled, 1), else_=0)).label("recalled"),
            func.sum(case((recalled & (Closure.recall_reason != Closure.reason), 1), else_=0)).label("changed"),
        )
        .join(Lead, Lead.id == Closure.lead_id)
        .where(Closure.state == ClosureState.CONFIRMED, Closure.confirmed_at >= months[-1].start)
        .group_by(line)
        .order_by(line.desc() if by == "month" else func.count().desc())
        .limit(MOST)
    )  # fmt: skip
    if by == "designer":
        query = query.outerjoin(designer, designer.id == Lead.designer_id)
    return list(db.session.execute(query))


def _word(by: str, value: Any) -> str:
    if not value:
        return str(say("未派单", "not dispatched") if by == "designer" else say("未填", "not given"))
    return str(LeadSource(value).label) if by == "source" else str(value)
