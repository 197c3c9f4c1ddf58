"""Which papers a case needs, and what is still missing in them. No database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move, wrong_state
from app.core.words import Say, Words, say
from app.renovation.applications.rules import PREPARING, ApplicantKind, ApplicationState, WorkMode


class DocumentKind(Words):
    IDENTITY_CARD = "identity_card", "身份证"
    PURCHASE_CONTRACT = "purchase_contract", "购房合同"
    PAYMENT_PROOF = "payment_proof", "购房付款凭证", "Proof of payment"
    TITLE_DEED = "title_deed", "产权证"
    OTHER_TITLE_PROOF = "other_title_proof", "其他产权凭证", "Other proof of title"
    LEASE = "lease", "房屋租赁合同"
    OWNER_AUTHORISATION = "owner_authorisation", "产权人委托书", "Owner's letter of authority"
    OWNER_CONSENT = "owner_consent", "产权人允许装修证明", "Owner's consent to renovate"
    CONTRACTOR_LICENCE = "contractor_licence", "营业执照复印件", "Contractor's business licence"
    CONTRACTOR_QUALIFICATION = "contractor_qualification", "资质证书复印件", "Contractor's qualification"
    WORKER_GUARANTEE = "worker_guarantee", "施工人员身份担保书", "Guarantee for the workers"


class Notice(Words):
    MANAGEMENT_RULES = "management_rules", "装修管理规定", "Management rules"
    PROHIBITED_ACTS = "prohibited_acts", "装修禁止行为", "Prohibited acts"
    PRECAUTIONS = "precautions", "注意事项"


class Recipient(Words):
    APPLICANT = "applicant", "装修人"
    SITE_MANAGER = "site_manager", "施工负责人"


class Party(Words):
    APPLICANT = "applicant", "装修人"
    CONTRACTOR = "contractor", "装修企业"
    PROPERTY = "property", "物业公司", "Property company"


K = DocumentKind
CONTRACTORS_OWN = (K.CONTRACTOR_LICENCE, K.CONTRACTOR_QUALIFICATION)
#: only a copy is handed in, signed for this purpose: there is no original to be seen
COPY_ONLY = (K.OWNER_AUTHORISATION, K.OWNER_CONSENT, K.WORKER_GUARANTEE, *CONTRACTORS_OWN)
#: documents that another clause than R-3.3.1 asks for
CLAUSES = {
    K.LEASE: "R-3.3.2", K.OWNER_AUTHORISATION: "R-3.3.2", K.OWNER_CONSENT: "R-3.3.2",
    K.CONTRACTOR_LICENCE: "R-3.3.3", K.CONTRACTOR_QUALIFICATION: "R-3.3.3",
    K.WORKER_GUARANTEE: "R-3.3.4",
}  # fmt: skip


def clause_of(kind: DocumentKind) -> str:
    """The place in the source that asks for a document."""
    return CLAUSES.get(kind, "R-3.3.1")


@dataclass(frozen=True)
class Listed:
    """Several things in one sentence, in the reader's language."""

    items: tuple[object, ...]

    def __str__(self) -> str:
        return str(say("、", ", ")).join(str(item) for item in self.items)


@dataclass(frozen=True)
class Wanted:
    """A kind of document that a case asks for; of the alternatives one is enough."""

    kind: DocumentKind
    alternative: bool = False


def wanted_documents(kind: ApplicantKind, mode: WorkMode, lists: Mapping[str, Sequence[str]]) -> list[Wanted]:
    """R-3.3.1–4. `lists` is policy: "owner", "owner_title" (one of these), "tenant"."""
    who = lists["owner"] if kind is ApplicantKind.OWNER else lists["tenant"]
    wanted = [Wanted(K(each)) for each in who]
    if kind is ApplicantKind.OWNER:
        wanted += [Wanted(K(each), alternative=True) for each in lists["owner_title"]]
    by_mode = CONTRACTORS_OWN if mode is WorkMode.CONTRACTOR else (K.WORKER_GUARANTEE,)
    return wanted + [Wanted(each) for each in by_mode]


@dataclass(frozen=True)
class DocumentFacts:
    """What was checked of a document. "Copy kept" and "original seen" are two facts."""

    kind: DocumentKind
    required: bool = True
    alternative: bool = False
    copy_kept: bool = False
    original_seen: bool = False
    red_seal: bool = False
    marked_for_unit: bool = False
    valid_until: date | None = None


def missing_in(document: DocumentFacts) -> list[Say]:
    """What is still to be seen, in words; empty when the document is complete."""
    missing = []
    if not document.copy_kept:
        missing.append(say("复印件未收", "copy not kept"))
    if document.kind not in COPY_ONLY and not document.original_seen:
        missing.append(say("原件未验", "original not seen"))
    if document.kind in CONTRACTORS_OWN:
        if not document.red_seal:
            missing.append(say("未盖红章", "no red seal"))
        if not document.marked_for_unit:
            missing.append(say("未注明仅用于本房号", "not marked for this unit only"))
        if document.valid_until is None:
            missing.append(say("未登记有效期", "no expiry date"))
    return missing


def incomplete_documents(documents: Sequence[DocumentFacts]) -> list[tuple[Say, list[Say], str]]:
    """(document, what is missing, clause) for each that is required, once for the alternatives."""
    found = [
        (each.kind.label, missing, clause_of(each.kind))
        for each in documents
        if each.required and not each.alternative and (missing := missing_in(each))
    ]
    alternatives = [each for each in documents if each.required and each.alternative]
    if alternatives and not any(not missing_in(each) for each in alternatives):
        found.append((_one_of(alternatives), [say("至少一项须齐全", "one of them has to be complete")], "R-3.3.1"))
    return found


def _one_of(documents: Iterable[DocumentFacts]) -> Say:
    labels = [each.kind.label for each in documents]
    return Say(
        "产权证明（" + "／".join(label.zh for label in labels) + "）",
        "Proof of title (" + " / ".join(label.en for label in labels) + ")",
    )


def expired_documents(documents: Sequence[DocumentFacts], needed_until: date) -> list[tuple[Say, date]]:
    """R-3.3.3: what ends before the works do, and when."""
    return [
        (each.kind.label, each.valid_until)
        for each in documents
        if each.required and each.kind in CONTRACTORS_OWN and each.valid_until and each.valid_until < needed_until
    ]


def parties_of(mode: WorkMode) -> list[Party]:
    """R-3.3.5: who signs the service agreement."""
    contractor = [Party.CONTRACTOR] if mode is WorkMode.CONTRACTOR else []
    return [Party.APPLICANT, *contractor, Party.PROPERTY]


def recipients_of(mode: WorkMode) -> list[Recipient]:
    """R-3.4.6: both; who manages the works himself is the site manager."""
    return [Recipient.APPLICANT] if mode is WorkMode.SELF_MANAGED else list(Recipient)


@dataclass(frozen=True)
class DrawingFacts:
    """The newest version: a new one needs all again (R-3.4.7)."""

    version: int
    signed_by: frozenset[Recipient]
    archived: bool


def missing_in_drawing(drawing: DrawingFacts | None, mode: WorkMode) -> list[Say]:
    """R-3.4.7: what the newest version still needs, in words."""
    if drawing is None:
        return [say("尚无审核图纸", "no reviewed drawing yet")]
    missing = unsigned_by(drawing, mode)
    if not drawing.archived:
        missing.append(say("复印件未存档", "copy not archived"))
    return missing


def unsigned_by(drawing: DrawingFacts, mode: WorkMode) -> list[Say]:
    return [
        say("{who}未签字", "not signed by: {who}", who=each.label)
        for each in recipients_of(mode) if each not in drawing.signed_by
    ]  # fmt: skip


def already_signed(clause: str) -> Blocker:
    return Blocker(
        "already_signed", clause,
        say("已经签过字。", "It is signed already."), say("无须再签。", "Nothing more is needed."),
    )  # fmt: skip


def not_checked() -> Blocker:
    return Blocker(
        "not_checked", "R-3.3.1",
        say("这项资料还没有核对过。", "This document was not checked yet."),
        say("无须取消。", "There is nothing to take back."),
    )  # fmt: skip


def not_a_party() -> Blocker:
    """R-3.3.5: the contractor signs only where there is one."""
    return Blocker(
        "not_a_party", "R-3.3.5",
        say("自行装修没有装修企业签署。", "Self-managed works have no contractor to sign."),
        say("由装修人和物业公司签署。", "Applicant and property company sign."),
    )  # fmt: skip


def outdated_version(version: int, newest: int) -> list[Blocker]:
    """R-3.4.7: a new version of a drawing puts the earlier ones aside."""
    if version == newest:
        return []
    return [
        Blocker(
            "outdated_version", "R-3.4.7",
            say("第{v}版已被第{n}版取代。", "Version {v} was replaced by version {n}.", v=version, n=newest),
            say("请办理第{n}版。", "Work on version {n}.", n=newest),
        )
    ]  # fmt: skip


def blockers_to_archive(drawing: DrawingFacts, mode: WorkMode) -> list[Blocker]:
    """R-3.4.7: what is archived is the copy of a drawing that everybody has signed, once."""
    if drawing.archived:
        return [
            Blocker(
                "already_archived", "R-3.4.7",
                say("复印件已经存档。", "A copy is archived already."),
                say("无须再存。", "Nothing more is needed."),
            )
        ]  # fmt: skip
    unsigned = unsigned_by(drawing, mode)
    if not unsigned:
        return []
    return [
        Blocker(
            "drawing_unsigned", "R-3.4.7",
            say("{who}。", "{who}.", who=Listed(tuple(unsigned))),
            say("请先在图纸上签字，再复印存档。", "Have it signed first, then archive the copy."),
        )
    ]  # fmt: skip


def blockers_to_add_drawing(*, state: ApplicationState, version: int, newest: int | None) -> list[Blocker]:
    """R-3.4.7: a version follows the one before it, while the case is being prepared."""
    blockers = wrong_state(move(*PREPARING), state, "R-3.4.7")
    if newest is not None and version <= newest:
        blockers.append(
            Blocker(
                "outdated_version", "R-3.4.7",
                say("已有第{n}版。", "There is a version {n} already.", n=newest),
                say("请填写更大的版本号。", "Give a later version."),
            )
        )  # fmt: skip
    return blockers
