"""The exports of the person at the screen; of everybody, for whoever may read the journal."""

from typing import Any

from flask import render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.core import here
from app.core.declaration import register_of
from app.core.doors import signed_in
from app.core.exporting.receipts import ExportReceipt
from app.core.rights import may
from app.extensions import db

SIZE = 100


class ExportPages(BaseView):
    """Receipts only: the files themselves are not kept."""

    route_base = "/exports"
    class_permission_name = "export_receipt"

    @expose("/")
    @signed_in
    def index(self) -> str:
        watches = may(here.me(), "read", "journal")
        everybody = watches and request.args.get("of") == "all"
        query = select(ExportReceipt).order_by(ExportReceipt.id.desc()).limit(SIZE + 1)
        query = query if everybody else query.where(ExportReceipt.owner_id == here.me().user_id)
        after = request.args.get("after", type=int)
        query = query.where(ExportReceipt.id < after) if after else query
        mark = request.args.get("sha256", "").strip().lower()[:64]
        query = query.where(ExportReceipt.sha256 == mark) if mark else query
        rows = list(db.session.execute(query).scalars())
        return render_template(
            "exports/list.html", lines=[_told(each) for each in rows[:SIZE]], watches=watches, everybody=everybody,
            more=rows[SIZE - 1].id if len(rows) > SIZE else None, mark=mark,
        )  # fmt: skip


def _told(receipt: ExportReceipt) -> dict[str, Any]:
    register = register_of(receipt.table_name)
    known = register.fields() if register is not None else {}
    words = [str(known[name].label) if name in known else name for name in receipt.columns]
    return {"receipt": receipt, "title": register.title() if register else receipt.table_name, "columns": words}
