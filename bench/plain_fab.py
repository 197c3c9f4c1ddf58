"""A plain Flask-AppBuilder app on the same table, with nothing changed: the measure of comparison.

Run as `python -m bench.plain_fab <database url> <row id>`; prints its figures as JSON.
"""

import json
import sys
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Table, create_engine

from bench.timing import median_ms

COLUMNS = ["number", "customer_name", "phone", "state", "source", "budget_fen", "inquiry_on"]


def plain_app(url: str) -> Flask:
    """As the tutorial has it: one model, one ModelView."""
    table = Table("lead", Model.metadata, autoload_with=create_engine(url), resolve_fks=False)
    model = type("PlainLead", (Model,), {"__table__": table, "__repr__": lambda self: str(self.number)})
    view = type(
        "PlainLeadView",
        (ModelView,),
        {"datamodel": SQLAInterface(model), "list_columns": COLUMNS, "search_columns": COLUMNS,
         "add_columns": COLUMNS, "edit_columns": ["customer_name", "budget_fen"], "show_columns": COLUMNS},
    )  # fmt: skip
    app = Flask("plain")
    app.config.update(
        SECRET_KEY="only for the bench, never for a server", SQLALCHEMY_DATABASE_URI=url,
        WTF_CSRF_ENABLED=False, AUTH_ROLE_PUBLIC="admin", FAB_CREATE_DB=False, FAB_UPDATE_PERMS=False,
    )  # fmt: skip
    db = SQLA()
    db.init_app(app)
    with app.app_context():
        builder = AppBuilder(app, db.session, update_perms=False)
        builder.sm.has_access = lambda *_: True
        builder.add_view(view, "Leads")
    return app


def measure(url: str, row_id: int) -> dict[str, Any]:
    client = plain_app(url).test_client()
    base = "/plainleadview"

    def get(path: str) -> Any:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.data

    def save() -> Any:
        answer = client.post(f"{base}/edit/{row_id}", data={"customer_name": "王思远", "budget_fen": "3000000"})
        assert answer.status_code == 302, answer.status_code

    return {
        "list": median_ms(lambda: get(f"{base}/list/?psize_PlainLeadView=50")),
        "sorted": median_ms(lambda: get(f"{base}/list/?psize_PlainLeadView=50&_oc_PlainLeadView=inquiry_on&_od_PlainLeadView=desc"), 5, 1),
        "search": median_ms(lambda: get(f"{base}/list/?psize_PlainLeadView=50&_flt_2_customer_name=%E6%80%9D%E8%BF%9C"), 5, 1),
        "detail": median_ms(lambda: get(f"{base}/show/{row_id}")),
        "save": median_ms(save),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
