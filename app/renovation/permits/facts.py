"""What decides about a permit, read from the tables: a fixed number of statements."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from app.contractors.models import Contractor, Credential
from app.contractors.rules import ContractorState, CredentialKind
from app.core.verbs import Act
from app.core.words import Say
from app.fees.models import Charge, Receipt, receipt_charge
from app.fees.rules import ChargeKind, ChargeState, ReceiptState
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.rules import ScopeFacts, ScopeKind, WorkMode
from app.renovation.papers.facts import (
    document_facts,
    newest_drawing,
    unsigned_notices,
    unsigned_parties,
)
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.permits.rules import CaseFacts


def scope_facts(application: RenovationApplication) -> list[ScopeFacts]:
    return scope_facts_of(application.scope)


def scope_facts_of(items: Iterable[ScopeItem]) -> list[ScopeFacts]:
    return [_scope_item(item) for item in items]


def _scope_item(item: ScopeItem) -> ScopeFacts:
    return ScopeFacts(Say(item.label, item.label_en or item.label), ScopeKind(item.kind), item.clause)


def case_facts(application: RenovationApplication, act: Act) -> CaseFacts:
    mode = WorkMode(application.work_mode)
    charges = _all(act, Charge, application)
    open_charges = [each for each in charges if each.state != ChargeState.VOID]
    return CaseFacts(
        starts_on=application.starts_on, ends_on=application.ends_on, mode=mode,
        documents=[document_facts(row) for row in _all(act, ApplicationDocument, application)],
        credentials_expired=_credentials_expired(application, act),
        contractor_active=contractor_is_active(application, act),
        unsigned_parties=unsigned_parties(_first(act, Agreement, application), mode),
        unsigned_undertakings=_unsigned_undertakings(application, act),
        unsigned_notices=unsigned_notices(_all(act, NoticeReceipt, application), mode),
        drawing=newest_drawing(_all(act, Drawing, application)),
        unpaid=[(ChargeKind(c.kind).label, c.amount_fen) for c in open_charges if c.state == ChargeState.DUE],
        has_charges=bool(open_charges), scope=scope_facts(application),
        entered_by_self=application.created_by_id == act.person.staff_id,
    )  # fmt: skip


def _all(act: Act, model: Any, application: RenovationApplication) -> list[Any]:
    query = select(model).where(model.application_id == application.id).order_by(model.id)
    return list(act.db.execute(query).scalars())


def _first(act: Act, model: Any, application: RenovationApplication) -> Any:
    found = _all(act, model, application)
    return found[0] if found else None


def contractor_is_active(application: RenovationApplication, act: Act) -> bool:
    return application.contractor_id is not None and is_active(application.contractor_id, act)


def is_active(contractor_id: int, act: Act) -> bool:
    contractor = act.db.get(Contractor, contractor_id)
    return contractor is not None and contractor.state == ContractorState.ACTIVE


def _credentials_expired(application: RenovationApplication, act: Act) -> list[tuple[Say, date]]:
    """Kinds of which the register knows only what runs out before the works end."""
    if application.contractor_id is None:
        return []
    return credentials_ending_before(application.contractor_id, application.ends_on, act)


def credentials_ending_before(contractor_id: int, ends_on: date, act: Act) -> list[tuple[Say, date]]:
    rows = act.db.execute(select(Credential).where(Credential.contractor_id == contractor_id)).scalars()
    newest: dict[str, date] = {}
    for row in rows:  # without a last day it holds for good
        newest[row.kind] = max(row.valid_until or date.max, newest.get(row.kind, date.min))
    return [(CredentialKind(kind).label, on) for kind, on in sorted(newest.items()) if on < ends_on]


def _unsigned_undertakings(application: RenovationApplication, act: Act) -> list[ScopeFacts]:
    signed = {row.scope_item_id for row in _all(act, Undertaking, application) if row.signed_at}
    needed = [item for item in application.scope if item.kind == ScopeKind.UNDERTAKING]
    return [_scope_item(item) for item in needed if item.id not in signed]


def receipt_of(application: RenovationApplication, number: str, act: Act) -> Receipt | None:
    """The live receipt with this number, if it covers a charge of the application."""
    query = (
        select(Receipt)
        .join(receipt_charge, receipt_charge.c.receipt_id == Receipt.id)
        .join(Charge, Charge.id == receipt_charge.c.charge_id)
        .where(
            Receipt.number == number.strip(),
            Receipt.state == ReceiptState.LIVE,
            Charge.application_id == application.id,
        )
        .limit(1)
    )
    return act.db.execute(query).scalars().first()
