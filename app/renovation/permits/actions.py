"""Where a permit is issued (R-3.4.8), and revoked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.blockers import Blocker
from app.core.kinds import Date, Text
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.fees.actions import permits_on
from app.fees.charging import all_goes_back
from app.fees.models import Charge, Receipt
from app.owners.models import Unit
from app.renovation.acceptance.actions import close_sheet
from app.renovation.acceptance.rules import SheetState
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import APPLICATION_MOVES, ApplicationState
from app.renovation.permits.facts import case_facts, receipt_of
from app.renovation.permits.models import Permit
from app.renovation.permits.rules import PERMIT_MOVES, Given, PermitState, blockers_to_issue_permit


class IssuePermit(Verb):
    """R-3.4.8: when all charges are paid, against the receipt, and every paper is in order."""

    table, label = "renovation_application", say("发放施工许可", "Issue the permit")
    moves, clause, icon = APPLICATION_MOVES, "R-3.4.8", "shield-check"
    receipt_number = ask(Text(size=20), "收据号", "Receipt number", required=False)
    valid_from = ask(Date(), "许可起始日", "Valid from")
    valid_until = ask(Date(), "许可截止日", "Valid until")

    def lock(self, row: RenovationApplication, act: Act, **params: Any) -> None:  # type: ignore[override]
        """Nobody voids the receipt or adds a charge meanwhile."""
        act.db.execute(select(Charge.id).where(Charge.application_id == row.id).order_by(Charge.id).with_for_update())

    def blockers(  # type: ignore[override]
        self, row: RenovationApplication, act: Act, receipt_number: str | None = None,
        valid_from: date | None = None, valid_until: date | None = None,
    ) -> Sequence[Blocker]:  # fmt: skip
        covers = None
        if receipt_number or valid_from:
            covers = receipt_of(row, receipt_number or "", act) is not None
        given = Given(covers, valid_from, valid_until)
        return blockers_to_issue_permit(case_facts(row, act), given, act.today)

    def defaults(self, row: RenovationApplication, act: Act) -> dict[str, Any]:  # type: ignore[override]
        paid = (
            select(Receipt.number).join(Charge, Charge.receipt_id == Receipt.id).where(Charge.application_id == row.id)
        )
        return {
            "receipt_number": act.db.execute(paid.order_by(Receipt.id.desc())).scalars().first(),
            "valid_from": max(row.starts_on, act.today) if act.today <= row.ends_on else row.starts_on,
            "valid_until": row.ends_on,
        }

    def do(  # type: ignore[override]
        self, row: RenovationApplication, act: Act, receipt_number: str | None, valid_from: date, valid_until: date
    ) -> Permit:
        receipt = receipt_of(row, receipt_number or "", act)
        permit = Permit(
            number=act.number(Permit.__series__), application_id=row.id, unit_id=row.unit_id,
            receipt_id=receipt.id if receipt else None, issued_by_id=act.by_id, issued_at=act.at,
            valid_from=valid_from, valid_until=valid_until,
        )  # fmt: skip
        act.db.add(permit)
        row.permitted_until = valid_until
        renovating(act.db, row, True)
        return permit


class Revoke(Verb):
    """R-3.4.8: taken back for good. The case ends with it: whoever wants to go on applies again."""

    table, label, moves, clause = "permit", say("撤销许可", "Revoke"), PERMIT_MOVES, "R-3.4.8"
    danger, icon = True, "ban"
    reason = reason()

    def do(self, row: Permit, act: Act, reason: str) -> None:  # type: ignore[override]
        application = act.db.get_one(RenovationApplication, row.application_id)
        application.state, application.state_reason = ApplicationState.CANCELLED, reason
        close_sheet(act, application, SheetState.FAILED, reason)
        all_goes_back(act, application.id)
        renovating(act.db, application, False)
        row.revoke_reason = reason


def permit_of(session: Session, application: RenovationApplication) -> Permit | None:
    return session.execute(select(Permit).where(Permit.application_id == application.id)).scalars().first()


def set_permit_state(session: Session, application: RenovationApplication, state: PermitState) -> None:
    """The permit follows its case: stopped, valid again, closed."""
    permit = permit_of(session, application)
    if permit is not None and permit.state != PermitState.REVOKED:
        permit.state = state


def renovating(session: Session, application: RenovationApplication, is_so: bool) -> None:
    session.get_one(Unit, application.unit_id).is_renovating = is_so


def _permit_on(session: Session, receipt: Receipt) -> str | None:
    """The permit that stands on a receipt: issued on it, or on charges that it covers."""
    ids = [each.application_id for each in receipt.charges if each.application_id]
    query = select(Permit.number).where((Permit.receipt_id == receipt.id) | Permit.application_id.in_(ids))
    return session.execute(query.where(Permit.state != PermitState.REVOKED).limit(1)).scalar()


permits_on.append(_permit_on)
