"""The papers to be signed, as PDF: one by one, or all of a case."""

from typing import Any

from app.core.papers import PaperPage
from app.extensions import db
from app.renovation.applications.models import RenovationApplication
from app.renovation.papers.models import Agreement, NoticeReceipt, Undertaking
from app.renovation.papers.printing import papers_of_the_case, printed


class CasePrint(PaperPage):
    """装修资料: everything of a case that is to be signed."""

    model = RenovationApplication

    def paper(self, row: RenovationApplication) -> bytes:
        return papers_of_the_case(db.session, row)


class _SignedPaper(PaperPage):
    def paper(self, row: Any) -> bytes:
        return printed(db.session, [row])


class AgreementPrint(_SignedPaper):
    """装修管理服务协议."""

    model = Agreement


class UndertakingPrint(_SignedPaper):
    """装修承诺书."""

    model = Undertaking


class NoticePrint(_SignedPaper):
    """告知书."""

    model = NoticeReceipt
