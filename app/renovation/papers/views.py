"""The papers to be signed, as PDF: one by one, or all of a case."""

from typing import Any

from app.core.papers import PaperPage
from app.core.record import fields
from app.core.register import Register
from app.core.rights import may
from app.core.values import strokes_path
from app.extensions import db
from app.renovation.applications.models import RenovationApplication
from app.renovation.papers.models import Agreement, Drawing, NoticeReceipt, Undertaking
from app.renovation.papers.printing import papers_of_the_case, printed
from app.renovation.papers.rules import Party, Recipient

#: table -> the ends of its signatures' columns: who is called what
SIGNED: dict[str, tuple[tuple[str, str], ...]] = {
    "agreement": tuple((f"{party}_signer", str(party)) for party in Party),
    "drawing": tuple((f"{who}_signer", str(who)) for who in Recipient),
    "undertaking": (("signer_name", "signer"),), "notice_receipt": (("signer_name", "signer"),),
}  # fmt: skip


class SignedRegister(Register):
    """A register of papers that are signed, on the screen or by pen."""

    @classmethod
    def parts(cls, row: Any, act: Any) -> list[tuple[str, dict[str, Any]]]:
        """The drawn signatures, for whoever may take them."""
        table = cls.table()
        if not may(act.person, "sign", table):
            return []
        drawn = [
            {"label": fields(cls.model)[name].label, "name": getattr(row, name), "path": strokes_path(strokes)}
            for name, prefix in SIGNED[table] if (strokes := getattr(row, f"{prefix}_drawn"))
        ]  # fmt: skip
        return [("renovation/signatures.html", {"drawn": drawn})] if drawn else []


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


class DrawingPrint(_SignedPaper):
    """装修图纸审核签字页."""

    model = Drawing
