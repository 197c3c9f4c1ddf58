"""When a construction permit is issued (R-3.4.8). No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Say, Words, say
from app.renovation.applications.rules import (
    ScopeFacts,
    WorkMode,
    contractor_not_active,
    prohibited,
    same_person,
)
from app.renovation.papers.rules import (
    DocumentFacts,
    DrawingFacts,
    Listed,
    expired_documents,
    incomplete_documents,
    missing_in_drawing,
)


class PermitState(Words):
    VALID = "valid", "有效"
    STOPPED = "stopped", "停工", "Stopped"
    CLOSED = "closed", "已结束", "Closed"
    REVOKED = "revoked", "已撤销"


PERMIT_MOVES = {"revoke": move(PermitState.VALID, PermitState.STOPPED, to=PermitState.REVOKED)}


def is_expired(state: PermitState, valid_until: date, today: date) -> bool:
    """Derived, never stored: in force by its state, but past its last day."""
    return state in (PermitState.VALID, PermitState.STOPPED) and valid_until < today


@dataclass(frozen=True)
class CaseFacts:
    """Everything that decides about a permit, as plain values."""

    starts_on: date
    ends_on: date
    mode: WorkMode
    documents: Sequence[DocumentFacts]
    #: of the contractor's register: (kind, last day) of what has run out before the works end
    credentials_expired: Sequence[tuple[Say, date]]
    contractor_active: bool
    unsigned_parties: Sequence[Say]
    unsigned_undertakings: Sequence[ScopeFacts]
    unsigned_notices: Sequence[Say]
    drawing: DrawingFacts | None
    #: (what for, fen) of what is still due
    unpaid: Sequence[tuple[Say, int]]
    has_charges: bool
    scope: Sequence[ScopeFacts]
    entered_by_self: bool


@dataclass(frozen=True)
class Given:
    """What was typed: `receipt_covers` is None while no receipt was named yet."""

    receipt_covers: bool | None = None
    valid_from: date | None = None
    valid_until: date | None = None


def blockers_to_issue_permit(case: CaseFacts, given: Given, today: date) -> list[Blocker]:
    """Every reason why not, in the order a clerk would clear them."""
    return [
        *_documents(case),
        *_credentials(case, given),
        *([contractor_not_active()] if case.mode is WorkMode.CONTRACTOR and not case.contractor_active else []),
        *_unsigned("agreement_unsigned", "R-3.3.5", case.unsigned_parties,
                   "装修管理服务协议未签：{who}。", "The service agreement is not signed by: {who}.",
                   "请签署协议。", "Have them sign."),
        *_undertakings(case.unsigned_undertakings),
        *_unsigned("notice_unsigned", "R-3.4.6", case.unsigned_notices,
                   "告知资料未签收：{who}。", "Not signed for: {who}.",
                   "请签收告知资料。", "Have them sign for the notices."),
        *_drawing(case),
        *_charges(case),
        *_receipt(case, given),
        *prohibited(case.scope),
        *_dates(case, given, today),
        *([same_person("R-3.4.8")] if case.entered_by_self else []),
    ]  # fmt: skip


def _documents(case: CaseFacts) -> list[Blocker]:
    missing = incomplete_documents(case.documents)
    if not missing:
        return []
    named = (say("{d}（{m}）", "{d} ({m})", d=name, m=Listed(tuple(parts))) for name, parts, _ in missing)
    listed, clause = Listed(tuple(named)), missing[0][2]
    return [
        Blocker("documents_incomplete", clause, say("资料不齐：{listed}。", "Documents are missing: {listed}.", listed=listed),
                say("请收齐资料并逐项核对。", "Collect them and check each one."))
    ]  # fmt: skip


def _credentials(case: CaseFacts, given: Given) -> list[Blocker]:
    until = max(case.ends_on, given.valid_until or case.ends_on)
    expired = [*expired_documents(case.documents, until), *case.credentials_expired]
    if not expired:
        return []
    listed = Listed(tuple(dict.fromkeys(say("{d} {on}", "{d} {on}", d=name, on=on) for name, on in expired)))
    return [
        Blocker("credential_expired", "R-3.3.3", say("证照在完工前到期：{listed}。", "Runs out before the works end: {listed}.", listed=listed),
                say("请提交有效期覆盖 {on} 的证照。", "Bring one that is valid until {on}.", on=until))
    ]  # fmt: skip


def _unsigned(
    rule: str, clause: str, missing: Sequence[Say], zh: str, en: str, fix_zh: str, fix_en: str
) -> list[Blocker]:
    if not missing:
        return []
    return [Blocker(rule, clause, say(zh, en, who=Listed(tuple(missing))), say(fix_zh, fix_en))]


def _undertakings(unsigned: Sequence[ScopeFacts]) -> list[Blocker]:
    clause = unsigned[0].clause if unsigned else ""
    return _unsigned("undertaking_unsigned", clause, [item.label for item in unsigned],
                     "书面承诺未签：{who}。", "Not undertaken in writing: {who}.",
                     "请装修人签署承诺书。", "Have the applicant sign the undertaking.")  # fmt: skip


def _drawing(case: CaseFacts) -> list[Blocker]:
    missing = missing_in_drawing(case.drawing, case.mode)
    return _unsigned("drawing_unsigned", "R-3.4.7", missing, "图纸：{who}。", "Drawing: {who}.",
                     "请在审核后的图纸上签字并存档。", "Have the reviewed drawing signed and archive a copy.")  # fmt: skip


def _charges(case: CaseFacts) -> list[Blocker]:
    if not case.unpaid:
        return []
    listed = Listed(tuple(say("{k} {y}元", "{k} {y} yuan", k=name, y=f"{fen / 100:,.2f}") for name, fen in case.unpaid))
    return [
        Blocker("charges_unpaid", "R-3.4.8", say("费用未缴清：{listed}。", "Not paid yet: {listed}.", listed=listed),
                say("请到收费处缴清并取得收据。", "Pay at the cashier's and take the receipt."))
    ]  # fmt: skip


def _receipt(case: CaseFacts, given: Given) -> list[Blocker]:
    if not case.has_charges or given.receipt_covers is not False:
        return []
    return [
        Blocker("receipt_invalid", "R-3.4.8", say("收据号无效，或不是本申请的收据。", "No valid receipt of this application has this number."),
                say("请填写本申请有效收据的号码。", "Give the number of a valid receipt of this application."))
    ]  # fmt: skip


def _dates(case: CaseFacts, given: Given, today: date) -> list[Blocker]:
    if given.valid_from is None or given.valid_until is None:
        return []
    inside = case.starts_on <= given.valid_from <= given.valid_until <= case.ends_on
    if inside and given.valid_until >= today:
        return []
    return [
        Blocker("outside_dates", "R-3.4.8",
                say("许可期须在申请的施工期内（{a} 至 {b}），且未过期。", "It has to lie within {a} and {b}, and not be past.",
                    a=case.starts_on, b=case.ends_on),
                say("请更正许可起止日期。", "Correct the dates of the permit."))
    ]  # fmt: skip
