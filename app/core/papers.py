"""A record on paper: `/<table>/<id>/print`, as PDF, for whoever may print it.

class PermitPrint(PaperPage):
    model = Permit

    def paper(self, row: Permit) -> bytes: ...
"""

from typing import Any, ClassVar

from flask import Response, current_app, request
from flask_appbuilder import BaseView, expose

from app.core import gate, here
from app.core.answers import NotFound
from app.core.doors import door
from app.core.record import Record
from app.extensions import db


class PaperPage(BaseView):
    """The row is reached through the gate; what is printed of it is read with the house's eyes."""

    model: ClassVar[type[Record]]

    def __init_subclass__(cls) -> None:
        if "model" in vars(cls):
            cls.route_base = f"/{cls.model.__tablename__}"
            cls.class_permission_name = cls.model.__tablename__

    @expose("/<int:row_id>/print")
    @door("print")
    def print(self, row_id: int) -> Response:
        found = gate.reachable(db.session, self.model, [row_id])
        if not found:
            raise NotFound()
        with here.in_whole_sight():
            return pdf(self.paper(found[0]))

    def paper(self, row: Any) -> bytes:
        """The PDF of one row."""
        raise NotImplementedError


def pdf(data: bytes) -> Response:
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": "inline"})


def own_address() -> str:
    """What codes on papers lead to, ending in "/": as it was set up, never the Host header of production."""
    return str(current_app.config["GUANJIA_URL"] or request.host_url)
