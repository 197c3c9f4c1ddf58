"""What is done with papers: documents checked, agreements and undertakings signed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.blockers import Blocker
from app.core.kinds import Choice, Date, Drawn, Text, YesNo
from app.core.moves import move as moving
from app.core.moves import wrong_state
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import PREPARING, ApplicationState, WorkMode
from app.renovation.papers.facts import drawing_facts, signer_of
from app.renovation.papers.making import uncheck
from app.renovation.papers.models import Drawing
from app.renovation.papers.rules import (
    Party,
    Recipient,
    already_signed,
    blockers_to_archive,
    not_a_party,
    not_checked,
    outdated_version,
    parties_of,
)

SIGNATURE = ask(
    Drawn(), "手写签名", "Drawn signature", required=False,
    help=say("可在此签写；在纸上签的，请把签字件拍照上传。", "Sign here; what is signed on paper is uploaded as a scan."),
)  # fmt: skip


class _OfACase(Verb):
    """Papers change while the case is being prepared; later they are history."""

    def lock(self, row: Any, act: Act, **params: Any) -> None:
        """A paper does not change while the permit that rests on it is being issued."""
        query = select(RenovationApplication.id).where(RenovationApplication.id == row.application_id)
        act.db.execute(query.with_for_update())

    def blockers(self, row: Any, act: Act, **params: Any) -> Sequence[Blocker]:
        application = act.db.get_one(RenovationApplication, row.application_id)
        state = ApplicationState(application.state)
        return [*wrong_state(moving(*PREPARING), state, self.clause), *self.reasons(row, act, application, **params)]

    def reasons(self, row: Any, act: Act, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        """What speaks against it besides the state of the case."""
        return []


class Check(_OfACase):
    """R-3.3.1–4: what the clerk saw of a document."""

    undo = "uncheck"
    table, label, clause, icon = "application_document", say("核对", "Check"), "R-3.3.1", "clipboard-check"
    copy_kept = ask(YesNo(), "已收复印件", required=False)
    original_seen = ask(YesNo(), "已验原件", required=False)
    red_seal = ask(YesNo(), "盖红章", required=False)
    marked_for_unit = ask(YesNo(), "注明仅用于本房号", required=False)
    valid_until = ask(Date(), "有效期至", required=False)

    def defaults(self, row: Any, act: Act) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.asks}

    def do(self, row: Any, act: Act, valid_until: date | None, **seen: bool | None) -> None:  # type: ignore[override]
        for name, value in seen.items():
            setattr(row, name, bool(value))
        row.valid_until, row.checked_by_id, row.checked_at = valid_until, act.by_id, act.at


class Uncheck(_OfACase):
    """A check taken back, with its reason in the journal."""

    table, label, clause = "application_document", say("取消核对", "Take back the check"), "R-3.3.1"
    danger, icon = True, "x"
    reason = reason()

    def reasons(self, row: Any, act: Act, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return [] if row.checked_at else [not_checked()]

    def do(self, row: Any, act: Act, reason: str) -> None:  # type: ignore[override]
        uncheck(row)


class SignAgreement(_OfACase):
    """R-3.3.5: applicant, contractor (if any) and property company."""

    table, name, label, clause = "agreement", "sign", say("签署协议", "Sign"), "R-3.3.5"
    icon = "edit"
    party = ask(Choice(words=Party), "签署方")
    signer_name = ask(Text(size=32), "签字人", "Signer")
    signature = SIGNATURE

    def reasons(self, row: Any, act: Act, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        party = params.get("party")
        if party is None:
            return []
        if party not in parties_of(WorkMode(application.work_mode)):
            return [not_a_party()]
        return [already_signed(self.clause)] if getattr(row, f"{party}_signed_at") else []

    def do(self, row: Any, act: Act, party: str, signer_name: str, signature: str | None) -> None:  # type: ignore[override]
        _signed_by(row, party, signer_name, signature, act)


def _signed_by(row: Any, party: str, name: str | None, signature: str | None, act: Act) -> None:
    setattr(row, f"{party}_signer", name)
    setattr(row, f"{party}_signed_at", act.at)
    setattr(row, f"{party}_drawn", signature)


class _Signed(_OfACase):
    icon = "edit"
    signer_name = ask(Text(size=32), "签字人", "Signer")
    signature = SIGNATURE

    def reasons(self, row: Any, act: Act, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return [already_signed(self.clause)] if row.signed_at else []

    def defaults(self, row: Any, act: Act) -> dict[str, Any]:
        return {"signer_name": signer_of(act, row.application_id, getattr(row, "recipient", Recipient.APPLICANT))}

    def do(self, row: Any, act: Act, signer_name: str, signature: str | None) -> None:  # type: ignore[override]
        row.signer_name, row.signed_at, row.signer_drawn = signer_name, act.at, signature


class SignUndertaking(_Signed):
    """R-3.4.1–4: the applicant undertakes in writing."""

    table, name, label, clause = "undertaking", "sign", say("签承诺书", "Sign"), "R-3.4.1"


class SignNotice(_Signed):
    """R-3.4.6: handed over and signed for."""

    table, name, label, clause = "notice_receipt", "sign", say("签收", "Sign for it"), "R-3.4.6"


class _OfTheNewest(_OfACase):
    """R-3.4.7: only the newest version of a drawing counts, so only that one is worked on."""

    table, clause = "drawing", "R-3.4.7"

    def reasons(self, row: Any, act: Act, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        newest = select(func.max(Drawing.drawing_version)).where(Drawing.application_id == application.id)
        version = act.db.execute(newest).scalar_one()
        return outdated_version(row.drawing_version, version) or self.of_this_version(row, application, **params)

    def of_this_version(self, row: Drawing, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        return []


class SignDrawing(_OfTheNewest):
    """R-3.4.7: by applicant and site manager, on the reviewed version."""

    table, name, label, icon = "drawing", "sign", say("图纸签字", "Sign"), "edit"
    party = ask(Choice(words=Recipient), "签字方")
    signer_name = ask(
        Text(size=32),
        "签字人",
        "Signer",
        required=False,
        help=say("留空即申请上登记的人。", "Empty: as the application names them."),
    )
    signature = SIGNATURE

    def of_this_version(self, row: Drawing, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        party = params.get("party")
        return [already_signed(self.clause)] if party and getattr(row, f"{party}_signed_at") else []

    def do(  # type: ignore[override]
        self, row: Drawing, act: Act, party: str, signer_name: str | None, signature: str | None
    ) -> None:
        name = signer_name or signer_of(act, row.application_id, Recipient(party))
        _signed_by(row, party, name, signature, act)


class ArchiveCopy(_OfTheNewest):
    """R-3.4.7: the signed drawing is copied, and the copy lies in the archive."""

    table, label, icon = "drawing", say("复印存档", "Archive the copy"), "clipboard-check"

    def of_this_version(self, row: Drawing, application: RenovationApplication, **params: Any) -> Sequence[Blocker]:
        mode = WorkMode(application.work_mode)
        return blockers_to_archive(drawing_facts(row), mode)

    def do(self, row: Drawing, act: Act) -> None:  # type: ignore[override]
        row.archived_at = act.at
