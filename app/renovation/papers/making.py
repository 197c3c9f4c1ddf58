"""The papers that come with an application: made with it, made again when its kind changes.

What was checked or signed is never lost: a paper that is not needed any more is only marked so.
"""

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core.journal import JournalEntry
from app.core.verbs import Act
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import ApplicantKind, ScopeKind, WorkMode
from app.renovation.papers.models import Agreement, ApplicationDocument, NoticeReceipt, Undertaking
from app.renovation.papers.rules import CONTRACTORS_OWN, Notice, recipients_of, wanted_documents


def make_papers(application: RenovationApplication, act: Act) -> None:
    """Bring the rows of papers in line with what the application says now."""
    act.db.flush()
    _documents(application, act)
    mode = WorkMode(application.work_mode)
    if not _rows(act.db, Agreement, application):
        act.db.add(Agreement(application_id=application.id))
    items = [item.id for item in application.scope if item.kind == ScopeKind.UNDERTAKING]
    _keep(act.db, application, Undertaking, [{"scope_item_id": each} for each in items])
    notices = [{"notice": str(n), "recipient": str(r)} for n in Notice for r in recipients_of(mode)]
    _keep(act.db, application, NoticeReceipt, notices)
    act.db.flush()


def forget_the_earlier_contractor(application: RenovationApplication, act: Act) -> None:
    """R-3.3.3, R-3.3.5: papers and a signature of one company say nothing about another.
    What was checked of the earlier one stays in the journal."""
    history: Any = inspect(application).attrs.contractor_id.history
    if not history.has_changes() or application.contractor_id is None:
        return
    earlier = history.deleted[0] if history.deleted else None
    if (earlier or _contractor_before(application, act)) in (None, application.contractor_id):
        return
    for document in _rows(act.db, ApplicationDocument, application):
        if document.kind in CONTRACTORS_OWN:
            uncheck(document)
    for agreement in _rows(act.db, Agreement, application):
        agreement.contractor_signer = agreement.contractor_signed_at = agreement.contractor_drawn = None


def _contractor_before(application: RenovationApplication, act: Act) -> int | None:
    """The last contractor before the case was, for a while, without one."""
    query = (
        select(JournalEntry.before)
        .where(
            JournalEntry.table_name == RenovationApplication.__tablename__,
            JournalEntry.row_id == application.id,
        )
        .order_by(JournalEntry.id.desc())
    )
    with act.db.no_autoflush:
        found = act.db.execute(query).scalars().all()
    return next((before["contractor"] for before in found if before and before.get("contractor")), None)


def uncheck(document: ApplicationDocument) -> None:
    """As if it had never been looked at."""
    document.copy_kept = document.original_seen = document.red_seal = document.marked_for_unit = False
    document.valid_until = document.checked_by_id = document.checked_at = None


def document_lists(act: Act) -> dict[str, list[str]]:
    """R-3.3.1, R-3.3.2: the lists are policy."""
    return {name: act.policy(f"documents_{name}") for name in ("owner", "owner_title", "tenant")}


def _documents(application: RenovationApplication, act: Act) -> None:
    wanted = wanted_documents(
        ApplicantKind(application.applicant_kind), WorkMode(application.work_mode), document_lists(act)
    )
    there = {row.kind: row for row in _rows(act.db, ApplicationDocument, application)}
    for each in wanted:
        row = there.pop(str(each.kind), None)
        if row is None:
            row = ApplicationDocument(application_id=application.id, kind=str(each.kind))
            act.db.add(row)
        row.required, row.alternative = True, each.alternative
    for row in there.values():
        if row.checked_at is None:
            act.db.delete(row)
        else:
            row.required = False


def _keep(session: Session, application: RenovationApplication, model: Any, wanted: list[dict[str, Any]]) -> None:
    """Rows for what is wanted; of the others only the unsigned go."""
    there = list(_rows(session, model, application))
    for each in wanted:
        if not any(all(getattr(row, k) == v for k, v in each.items()) for row in there):
            session.add(model(application_id=application.id, **each))
    for row in there:
        needed = any(all(getattr(row, k) == v for k, v in each.items()) for each in wanted)
        if not needed and row.signed_at is None:
            session.delete(row)


def _rows(session: Session, model: Any, application: RenovationApplication) -> list[Any]:
    query = select(model).where(model.application_id == application.id).order_by(model.id)
    return list(session.execute(query).scalars())
