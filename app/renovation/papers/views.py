"""The papers to be signed, as PDF: one by one, or all of a case."""

from typing import Any, ClassVar

from flask import Response
from flask_appbuilder import BaseView, expose

from app.core import gate, here
from app.core.answers import NotFound
from app.core.doors import door
from app.extensions import db
from app.renovation.applications.models import RenovationApplication
from app.renovation.papers.models import Agreement, NoticeReceipt, Undertaking
from app.renovation.papers.printing import papers_of_the_case, printed


class _PaperPrint(BaseView):
    model: ClassVar[Any]

    @expose("/<int:row_id>/print")
    @door("print")
    def print(self, row_id: int) -> Response:
        found = gate.reachable(db.session, self.model, [row_id])
        if not found:
            raise NotFound()
        with here.in_whole_sight():
            pdf = self.paper(found[0])
        return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": "inline"})

    def paper(self, row: Any) -> bytes:
        return printed(db.session, [row])


class CasePrint(_PaperPrint):
    """装修资料: everything of a case that is to be signed."""

    model, route_base, class_permission_name = (
        RenovationApplication,
        "/renovation_application",
        "renovation_application",
    )

    def paper(self, row: RenovationApplication) -> bytes:
        return papers_of_the_case(db.session, row)


class AgreementPrint(_PaperPrint):
    """装修管理服务协议."""

    model, route_base, class_permission_name = Agreement, "/agreement", "agreement"


class UndertakingPrint(_PaperPrint):
    """装修承诺书."""

    model, route_base, class_permission_name = Undertaking, "/undertaking", "undertaking"


class NoticePrint(_PaperPrint):
    """告知书."""

    model, route_base, class_permission_name = NoticeReceipt, "/notice_receipt", "notice_receipt"
