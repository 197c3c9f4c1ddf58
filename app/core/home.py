"""Home: today's work of the person who signed in, and the figures of their domain. Health, for whoever watches."""

from typing import Any

from flask import jsonify, render_template
from flask_appbuilder import BaseView, IndexView, expose
from sqlalchemy import text

from app.core import beginning, charts, here, queues
from app.core.assigning import reading as assigned
from app.core.doors import open_to_all, signed_in
from app.core.words import say
from app.extensions import db

WEEKDAYS = (
    say("星期一", "Monday"), say("星期二", "Tuesday"), say("星期三", "Wednesday"), say("星期四", "Thursday"),
    say("星期五", "Friday"), say("星期六", "Saturday"), say("星期日", "Sunday"),
)  # fmt: skip


class Home(IndexView):
    """The inbox, the figures and the charts; the price is told in `queues.py` and `charts.py`."""

    @expose("/")
    @signed_in
    def index(self) -> str:
        groups, idle = queues.inbox(db.session)
        return render_template(
            "home.html", groups=groups, idle=idle, today=here.today(), weekday=WEEKDAYS[here.today().weekday()],
            figures=charts.figures(db.session), charts=charts.charts(db.session), asked=assigned.of_me(db.session),
            due_in_words=assigned.due_in_words, begin=beginning.steps(db.session),
        )  # fmt: skip


class Health(BaseView):
    """For whoever watches the server; without sign-in, and without a word about the inside."""

    route_base = ""
    class_permission_name = "health"

    @expose("/health")
    @open_to_all
    def health(self) -> Any:
        return jsonify({"status": "ok"})

    @expose("/ready")
    @open_to_all
    def ready(self) -> Any:
        from alembic.migration import MigrationContext
        from alembic.script import ScriptDirectory
        from flask import current_app

        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            at = MigrationContext.configure(connection).get_current_revision()
        directory = current_app.extensions["migrate"].directory
        wanted = ScriptDirectory(directory).get_current_head()
        ready = at == wanted
        return jsonify({"status": "ok" if ready else "migrations are due"}), 200 if ready else 503
