"""What is done with papers: documents checked, agreements and undertakings signed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.core.blockers import Blocker
from app.core.kinds import Choice, Date, Text, YesNo
from app.core.moves import wrong_state
from app.core.moves import move as moving
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import PREPARING, ApplicationState, WorkMode
from app.renovation.papers.models import Drawing
from app.renovation.papers.rules import Party, Recipient, parties_of


class _OfACase(Verb):
    """Papers change while the case is being prepared; later they are history."""

    def blockers(self, row: Any, act: Act, **params: Any) -> Sequence[Blocker]:
        application = act.db.get_one(RenovationApplication, row.application_id)
        state = ApplicationState(application.state)
        return [*wrong_state(moving(*PREPARING), state, self.clause), *self.reasons(row, application, **params)]

    def reasons(self, row: Any, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return []


def _signed_already(clause: str) -> Blocker:
    return Blocker("already_signed", clause, say("已经签过字。", "It is signed already."), say("无须再签。", "Nothing more is needed."))


class Check(_OfACase):
    """R-3.3.1–4: what the clerk saw of a document."""

    table, label, clause, icon = "application_document", say("核对", "Check"), "R-3.3.1", "clipboard-check"
    copy_kept = ask(YesNo(), "已收复印件", required=False)
    original_seen = ask(YesNo(), "已验原件", required=False)
    red_seal = ask(YesNo(), "盖红章", required=False)
    marked_for_unit = ask(YesNo(), "注明仅用于本房号", required=False)
    valid_until = ask(Date(), "有效期至", required=False)

    def defaults(self, row: Any, act: Act) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.asks}

    def do(
        self, row: Any, act: Act, copy_kept: bool, original_seen: bool, red_seal: bool,
        marked_for_unit: bool, valid_until: date | None,
    ) -> None:  # type: ignore[override]  # fmt: skip
        row.copy_kept, row.original_seen = bool(copy_kept), bool(original_seen)
        row.red_seal, row.marked_for_unit = bool(red_seal), bool(marked_for_unit)
        row.valid_until, row.checked_by_id, row.checked_at = valid_until, act.by_id, act.at


class Uncheck(_OfACase):
    """A check taken back, with its reason in the journal."""

    table, label, clause = "application_document", say("取消核对", "Take back the check"), "R-3.3.1"
    danger, icon = True, "x"
    reason = reason()

    def do(self, row: Any, act: Act, reason: str) -> None:  # type: ignore[override]
        row.copy_kept = row.original_seen = row.red_seal = row.marked_for_unit = False
        row.valid_until = row.checked_by_id = row.checked_at = None


class SignAgreement(_OfACase):
    """R-3.3.5: applicant, contractor (if any) and property company."""

    table, name, label, clause = "agreement", "sign", say("签署协议", "Sign"), "R-3.3.5"
    icon = "edit"
    party = ask(Choice(words=Party), "签署方")
    signer_name = ask(Text(size=32), "签字人", "Signer")

    def reasons(self, row: Any, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        party = params.get("party")
        if party is None:
            return []
        if party not in parties_of(WorkMode(application.work_mode)):
            return [
                Blocker("not_a_party", self.clause, say("自行装修没有装修企业签署。", "Self-managed works have no contractor to sign."),
                        say("由装修人和物业公司签署。", "Applicant and property company sign."))
            ]  # fmt: skip
        return [_signed_already(self.clause)] if getattr(row, f"{party}_signed_at") else []

    def do(self, row: Any, act: Act, party: str, signer_name: str) -> None:  # type: ignore[override]
        setattr(row, f"{party}_signer", signer_name)
        setattr(row, f"{party}_signed_at", act.at)


class _Signed(_OfACase):
    icon = "edit"
    signer_name = ask(Text(size=32), "签字人", "Signer")

    def reasons(self, row: Any, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return [_signed_already(self.clause)] if row.signed_at else []

    def do(self, row: Any, act: Act, signer_name: str) -> None:  # type: ignore[override]
        row.signer_name, row.signed_at = signer_name, act.at


class SignUndertaking(_Signed):
    """R-3.4.1–4: the applicant undertakes in writing."""

    table, name, label, clause = "undertaking", "sign", say("签承诺书", "Sign"), "R-3.4.1"


class SignNotice(_Signed):
    """R-3.4.6: handed over and signed for."""

    table, name, label, clause = "notice_receipt", "sign", say("签收", "Sign for it"), "R-3.4.6"


class SignDrawing(_OfACase):
    """R-3.4.7: by applicant and site manager, on the reviewed version."""

    table, name, label, clause = "drawing", "sign", say("图纸签字", "Sign"), "R-3.4.7"
    icon = "edit"
    party = ask(Choice(words=Recipient), "签字方")

    def reasons(self, row: Any, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        party = params.get("party")
        return [_signed_already(self.clause)] if party and getattr(row, f"{party}_signed_at") else []

    def do(self, row: Drawing, act: Act, party: str) -> None:  # type: ignore[override]
        setattr(row, f"{party}_signed_at", act.at)


class ArchiveCopy(_OfACase):
    """R-3.4.7: the copy lies in the archive."""

    table, label, clause, icon = "drawing", say("复印存档", "Archive the copy"), "R-3.4.7", "clipboard-check"

    def reasons(self, row: Any, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return [_signed_already(self.clause)] if row.archived_at else []

    def do(self, row: Drawing, act: Act) -> None:  # type: ignore[override]
        row.archived_at = act.at
