"""A stock Flask-AppBuilder app on the same table: one model, one ModelView, as the tutorial has it.

Served as `bench.peers.plain_fab:app`; the database and the account come from the environment.
"""

import os
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Table, create_engine

from app.core import word_order  # noqa: F401 (whoever writes to SQLite has to know the function of its indexes)

COLUMNS = ["number", "customer_name", "phone", "state", "source", "budget_fen", "inquiry_on"]


def make_app(url: str) -> Flask:
    table = Table("lead", Model.metadata, autoload_with=create_engine(url), resolve_fks=False)
    model = type("PlainLead", (Model,), {"__table__": table, "__repr__": lambda self: str(self.number)})
    app = Flask("plain")
    app.config.update(
        SECRET_KEY="only for the bench, never for a server", SQLALCHEMY_DATABASE_URI=url, WTF_CSRF_ENABLED=False,
        FAB_CREATE_DB=False, FAB_UPDATE_PERMS=True,
    )  # fmt: skip
    db = SQLA()
    db.init_app(app)
    with app.app_context():
        builder = AppBuilder(app, db.session)
        view: dict[str, Any] = {
            "datamodel": SQLAInterface(model), "list_columns": COLUMNS, "search_columns": COLUMNS, "page_size": 50,
            "add_columns": COLUMNS, "edit_columns": ["customer_name", "budget_fen"], "show_columns": COLUMNS,
        }  # fmt: skip
        builder.sm.add_role(builder.sm.auth_role_admin)  # what is added from here on is its to open
        builder.add_view(type("PlainLeadView", (ModelView,), view), "Leads")
        _let_in(builder)
        db.session.remove()
        db.engine.dispose()  # its processes are copies of this one, and connections can't be shared
    return app


def _let_in(builder: AppBuilder) -> None:
    """Its own administrator, with a password of the bench."""
    manager = builder.sm
    if manager.find_user("fab") is None:
        role = manager.find_role(manager.auth_role_admin)
        manager.add_user("fab", "Plain", "Fab", "fab@bench.invalid", role, os.environ["BENCH_PASSWORD"])


def __getattr__(name: str) -> Flask:
    """`app`, when a server asks for it."""
    if name != "app":
        raise AttributeError(name)
    return make_app(os.environ["BENCH_DATABASE"])
