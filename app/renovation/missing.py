"""今日缺件: every case that is being prepared, and what each still lacks, on one page."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select, tuple_
from sqlalchemy.orm import selectinload

from app.core import here
from app.core.doors import door
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db
from app.owners.models import Unit
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import PREPARING, ApplicationState, urgency
from app.renovation.checklist import checklists

ON_A_PAGE = 30


class MissingToday(BaseView):
    """Whoever wants to start soonest stands first."""

    route_base = "/missing"
    class_permission_name = "renovation_application"
    label, icon = say("今日缺件", "Missing today"), "list-check"

    @expose("/")
    @door("read")
    def index(self) -> str:
        act = Act(db.session, here.me())
        cases = _cases(request.args.get("after", ""))
        more, cases = len(cases) > ON_A_PAGE, cases[:ON_A_PAGE]
        units = dict(
            db.session.execute(select(Unit.id, Unit.full_name).where(Unit.id.in_([c.unit_id for c in cases]))).all()
        )
        with here.in_whole_sight():
            found = checklists(cases, act)
        lines = [_line(case, units.get(case.unit_id, ""), found[case.id], act) for case in cases]
        after = f"{cases[-1].starts_on}.{cases[-1].id}" if more else ""
        return render_template("renovation/missing.html", lines=lines, after=after)


def _cases(after: str) -> list[RenovationApplication]:
    case = RenovationApplication
    query = select(case).where(case.state.in_([str(each) for each in PREPARING])).options(selectinload(case.scope))
    day, _, number = after.partition(".")
    if number.isdigit() and len(number) < 10 and _is_day(day):
        query = query.where(tuple_(case.starts_on, case.id) > (date.fromisoformat(day), int(number)))
    return list(db.session.execute(query.order_by(case.starts_on, case.id).limit(ON_A_PAGE + 1)).scalars())


def _line(case: RenovationApplication, unit: str, items: Any, act: Act) -> dict[str, Any]:
    missing = [each for each in items if not each.done and not each.optional]
    return {"id": case.id, "number": case.number, "unit": unit, "name": case.applicant_name, "starts_on": case.starts_on,
            "days": abs((case.starts_on - act.today).days), "urgency": urgency(case.starts_on, act.today),
            "state": ApplicationState(case.state), "missing": missing}  # fmt: skip


def _is_day(raw: str) -> bool:
    try:
        date.fromisoformat(raw)
    except ValueError:
        return False
    return True
