"""Where to go today, and the notice that whoever has to put something right is given."""

from flask import render_template
from flask_appbuilder import BaseView, expose

from app.core import here
from app.core.doors import door
from app.core.papers import PaperPage
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db
from app.renovation.applications.rules import ApplicationState
from app.renovation.patrols.facts import to_be_looked_at
from app.renovation.patrols.models import Violation
from app.renovation.patrols.papers import notice_paper
from app.renovation.patrols.rules import is_long_ago


class PatrolsOfToday(BaseView):
    """Every case with work going on; where nobody has been for the longest time stands first."""

    route_base = "/rounds"
    class_permission_name = "patrol"
    label, icon = say("今日巡查", "Today's rounds"), "route"
    needed = "add"

    @expose("/")
    @door("add")
    def index(self) -> str:
        act = Act(db.session, here.me())
        stops = [
            {"id": row.id, "number": row.number, "unit": row.full_name, "ends_on": row.ends_on,
             "state": ApplicationState(row.state), "days": (days := _days_since(row.at, act)), "late": is_long_ago(days)}
            for row in to_be_looked_at(act)
        ]  # fmt: skip
        return render_template("renovation/rounds.html", stops=stops, today=act.today)


def _days_since(at: object, act: Act) -> int | None:
    return None if at is None else (act.today - here.in_house_time(at).date()).days  # type: ignore[arg-type]


class ViolationPrint(PaperPage):
    """整改通知书 as PDF."""

    model = Violation

    def paper(self, row: Violation) -> bytes:
        return notice_paper(db.session, row)
