"""The checklist of a case: each thing that is needed, done or missing, and the verb that clears it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.values import show_money
from app.core.verbs import Act
from app.core.words import Say, say
from app.fees.models import Charge
from app.fees.rules import ChargeKind, ChargeState
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.rules import WorkMode
from app.renovation.papers.facts import document_facts, newest_drawing
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.papers.rules import (
    DocumentKind,
    Notice,
    Party,
    Recipient,
    clause_of,
    missing_in,
    missing_in_drawing,
    parties_of,
    recipients_of,
)


@dataclass(frozen=True)
class Item:
    """One line: what, whether it is done, what is missing, and where it is cleared."""

    group: Say
    label: Say
    done: bool
    missing: tuple[Say, ...] = ()
    clause: str = ""
    optional: bool = False
    table: str = ""
    row_id: int | None = None
    verb: str = ""
    #: the column of its scan, and whether there is one
    scan: str = ""
    scanned: bool = False


OF_A_CASE: tuple[Any, ...] = (ApplicationDocument, Agreement, Undertaking, NoticeReceipt, Drawing, Charge)
DOCUMENTS, SIGNATURES = say("申报资料", "Documents"), say("协议、承诺与告知", "Agreement, undertakings, notices")
DRAWINGS, FEES = say("图纸", "Drawings"), say("费用", "Fees")


def checklist(application: RenovationApplication, act: Act) -> list[Item]:
    """In the order a clerk clears them."""
    return checklists([application], act)[application.id]


def checklists(applications: Sequence[RenovationApplication], act: Act) -> dict[int, list[Item]]:
    """By case: six statements, however many cases there are."""
    rows = {model: _rows(model, applications, act) for model in OF_A_CASE}
    return {each.id: _items(each, {model: rows[model][each.id] for model in OF_A_CASE}) for each in applications}


def _items(application: RenovationApplication, rows: Mapping[Any, list[Any]]) -> list[Item]:
    mode = WorkMode(application.work_mode)
    return [
        *_documents(rows[ApplicationDocument]),
        *_agreement(rows[Agreement], mode),
        *_undertakings(rows[Undertaking], application),
        *_notices(rows[NoticeReceipt], mode),
        _neighbours(application),
        _drawing(rows[Drawing], mode),
        *_charges(rows[Charge]),
    ]


def _rows(model: Any, applications: Sequence[RenovationApplication], act: Act) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    ids = [each.id for each in applications]
    for row in act.db.execute(select(model).where(model.application_id.in_(ids)).order_by(model.id)).scalars():
        found[row.application_id].append(row)
    return found


def _documents(rows: list[ApplicationDocument]) -> list[Item]:
    title_proven = any(r.alternative and not missing_in(document_facts(r)) for r in rows)
    return [
        Item(
            DOCUMENTS, _document_word(row), not (missing := missing_in(document_facts(row))),
            tuple(missing), clause_of(DocumentKind(row.kind)), optional=not row.required or (row.alternative and title_proven),
            table="application_document", row_id=row.id, verb="check", scan="scan", scanned=row.scan_id is not None,
        )
        for row in rows
    ]  # fmt: skip


def _document_word(row: ApplicationDocument) -> Say:
    """Of the proofs of title one is enough (R-3.3.1): a clerk who reads the list should not ask for all."""
    label = DocumentKind(row.kind).label
    return say("{d}（任一即可）", "{d} (one of these)", d=label) if row.alternative else label


def _agreement(rows: list[Agreement], mode: WorkMode) -> list[Item]:
    return [
        Item(
            SIGNATURES, say("服务协议：{p}", "Service agreement: {p}", p=party.label),
            getattr(row, f"{party}_signed_at") is not None, (say("未签字", "not signed"),), "R-3.3.5",
            table="agreement", row_id=row.id, verb="sign", scan="scan" if party is Party.APPLICANT else "", scanned=row.scan_id is not None,
        )
        for row in rows for party in parties_of(mode)
    ]  # fmt: skip


def _undertakings(rows: list[Undertaking], application: RenovationApplication) -> list[Item]:
    items = {item.id: item for item in application.scope}
    return [
        Item(
            SIGNATURES, say("承诺书：{i}", "Undertaking: {i}", i=_word(items[row.scope_item_id])),
            row.signed_at is not None, (say("未签字", "not signed"),), items[row.scope_item_id].clause,
            table="undertaking", row_id=row.id, verb="sign", scan="scan", scanned=row.scan_id is not None,
        )
        for row in rows if row.scope_item_id in items
    ]  # fmt: skip


def _word(item: ScopeItem) -> Say:
    return Say(item.label, item.label_en or item.label)


def _notices(rows: list[NoticeReceipt], mode: WorkMode) -> list[Item]:
    return [
        Item(
            SIGNATURES, say("告知：{n}（{r}）", "Notice: {n} ({r})", n=Notice(row.notice).label, r=Recipient(row.recipient).label),
            row.signed_at is not None, (say("未签收", "not signed for"),), "R-3.4.6",
            table="notice_receipt", row_id=row.id, verb="sign", scan="scan", scanned=row.scan_id is not None,
        )
        for row in rows if row.recipient in recipients_of(mode)
    ]  # fmt: skip


def _neighbours(application: RenovationApplication) -> Item:
    return Item(
        SIGNATURES, say("告知邻居", "Neighbours told"), application.neighbours_told_on is not None,
        (say("未登记", "not entered"),), "R-3.4.5", optional=True,
        table="renovation_application", row_id=application.id, verb="tell_neighbours",
    )  # fmt: skip


def _drawing(rows: list[Drawing], mode: WorkMode) -> Item:
    newest = newest_drawing(rows)
    missing = tuple(missing_in_drawing(newest, mode))
    row = max(rows, key=lambda each: each.drawing_version) if rows else None
    label = (
        say("审核图纸", "Reviewed drawing")
        if newest is None
        else say("审核图纸 第{v}版", "Reviewed drawing, version {v}", v=newest.version)
    )
    return Item(
        DRAWINGS, label, not missing, missing, "R-3.4.7", table="drawing", row_id=row.id if row else None,
        scan="scan" if row else "", scanned=row is not None and row.scan_id is not None,
        verb=("archive_copy" if row and len(missing) == 1 and row.archived_at is None and _signed(row, mode) else "sign") if row else "",
    )  # fmt: skip


def _signed(row: Drawing, mode: WorkMode) -> bool:
    return all(getattr(row, f"{who}_signed_at") for who in recipients_of(mode))


def _charges(rows: list[Charge]) -> list[Item]:
    return [
        Item(
            FEES, ChargeKind(row.kind).label, row.state != ChargeState.DUE,
            (say("{y} 元未缴", "{y} yuan not paid", y=show_money(row.amount_fen)),), "R-3.4.8",
            table="charge", row_id=row.id, verb="take_payment",
        )
        for row in rows if row.state != ChargeState.VOID
    ]  # fmt: skip
