"""部门报表 (R-4.7.3 ⑤): the day, week and month of the front desk and of each department, from the records."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import Select, select

from app.core import here
from app.core.doors import door
from app.core.report_pages import PERIODS, Choice, ReportPage
from app.core.reporting import Figure, Month, by_day, by_month, last_periods, share
from app.core.verbs import Act
from app.core.words import Say, say
from app.extensions import db
from app.leads.closing.models import Closure
from app.leads.desk.models import CallEntry
from app.leads.dispatching.models import Dispatch
from app.leads.following.models import FollowUp
from app.leads.models import Contract, Lead
from app.leads.slips.signers import holders_of
from app.people.models import Department, Staff

PERIOD = say("时间", "Period")


class DepartmentReport(ReportPage):
    route_base = "/department_report"
    class_permission_name = "lead"
    label, icon, file_name = say("部门报表", "Reports of departments"), "chart-bar", "departments"
    note = say("登记、来电、跟进、派单按经办人所在部门，量房和签约按设计师所在部门；只统计您能看到的记录。",
               "By the department of whoever did it, measuring and signing by the designer's; within what you may see.")  # fmt: skip
    needed = "read"

    @expose("/")
    @door("read")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        departments = db.session.execute(select(Department.id, Department.name).order_by(Department.id).limit(100))
        whose = {
            "": say("全公司", "The company"),
            "desk": say("前台", "Front desk"),
            **{str(key): name for key, name in departments},
        }
        return {"unit": PERIODS, "of": (say("部门", "Department"), whose)}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        periods = last_periods(here.today(), chosen["unit"])
        return PERIOD, periods, _figures(periods, _people(chosen["of"]))


def _people(of: str) -> Select[Any] | None:
    """The members of staff that are counted; None: everybody."""
    if of == "":
        return None
    return (
        holders_of("front_desk", also_left=True)
        if of == "desk"
        else select(Staff.id).where(Staff.department_id == int(of))
    )


def _figures(periods: Sequence[Month], people: Select[Any] | None) -> list[Figure]:
    def of(model: Any, column: Any, *more: Any) -> Select[Any]:
        query = select(model.id).where(*more)
        return query if people is None else query.where(column.in_(people))

    session = db.session
    within = Act(session, here.me()).policy("call_rings")
    calls = by_month(session, of(CallEntry, CallEntry.by_id), CallEntry.at, periods)
    in_time = by_month(session, of(CallEntry, CallEntry.by_id, CallEntry.rings <= within), CallEntry.at, periods)
    walk_ins = of(Lead, Lead.created_by_id, Lead.source == "walk_in")
    closed = of(Closure, Closure.proposed_by_id)
    signed = of(Contract, Contract.designer_id, Contract.withdrawn_on.is_(None))
    return [
        Figure(say("登记客户", "Leads entered"), by_month(session, of(Lead, Lead.created_by_id), Lead.created_at, periods)),
        Figure(say("其中上门", "Walk-ins"), by_month(session, walk_ins, Lead.created_at, periods)),
        Figure(say("来电", "Calls"), calls),
        Figure(say("及时接听", "Taken in time"), share(in_time, calls), percent=True),
        Figure(say("参观样板房", "Show-home visits"), by_day(session, of(Lead, Lead.created_by_id), Lead.show_home_on, periods)),
        Figure(say("跟进", "Follow-ups"), by_month(session, of(FollowUp, FollowUp.staff_id), FollowUp.at, periods)),
        Figure(say("派单", "Dispatched"), by_month(session, of(Dispatch, Dispatch.by_id), Dispatch.at, periods)),
        Figure(say("量房", "Measured"), by_day(session, of(Lead, Lead.designer_id), Lead.measured_on, periods)),
        Figure(say("签约", "Signed"), by_day(session, signed, Contract.signed_on, periods)),
        Figure(say("签约额（元）", "Signed (yuan)"), by_day(session, signed, Contract.signed_on, periods, Contract.amount_fen), money=True),
        Figure(say("提出跑单", "Closings proposed"), by_month(session, closed, Closure.proposed_at, periods)),
    ]  # fmt: skip
