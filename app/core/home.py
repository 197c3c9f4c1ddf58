"""Home, health and the menu: what belongs to no register."""

from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, request
from flask_appbuilder import BaseView, IndexView, expose
from sqlalchemy import text

from app.core import here
from app.core.declaration import all_registers
from app.core.doors import open_to_all, signed_in
from app.core.listing import Listing
from app.core.queues import queues_for
from app.core.rights import may
from app.extensions import db


class Home(IndexView):
    """Today's work of the person who signed in."""

    @expose("/")
    @signed_in
    def index(self) -> str:
        return render_template("home.html", queues=queues_for(db.session), figures=self._figures(), today=here.today())

    def _figures(self) -> list[dict[str, Any]]:
        """How many rows of each register with states this person reaches, capped."""
        shown = []
        for table, register in all_registers().items():
            if "state" in register.fields() and may(here.me(), "read", table) and register.on_home:
                listing = Listing(register)
                count = listing.count(db.session, listing.asked({}))
                shown.append({"label": register.title(), "icon": register.icon, "url": f"/{table}/",
                              "count": min(count, 1000), "capped": count > 1000})  # fmt: skip
        return shown


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


def menu_for(menu: Mapping[Any, list[Any]]) -> list[dict[str, Any]]:
    """The headings and views that this person may open."""
    shown = []
    for heading, views in menu.items():
        allowed = [_entry(view) for view in views if may(here.me(), _needed(view), view.class_permission_name)]
        if allowed:
            shown.append({"heading": heading, "entries": allowed})
    return shown


def _needed(view: Any) -> str:
    """The verb without which a view is not in the menu."""
    return getattr(view, "needed", "read")


def _entry(view: Any) -> dict[str, Any]:
    address = f"{view.route_base}/"
    return {"label": view.label, "url": address, "icon": view.icon, "active": request.path.startswith(address)}
