"""What the rules ask of papers, as plain values of their rows."""

from collections.abc import Sequence

from app.core.verbs import Act
from app.core.words import Say, say
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import WorkMode
from app.renovation.papers.models import Agreement, ApplicationDocument, Drawing, NoticeReceipt
from app.renovation.papers.rules import (
    DocumentFacts,
    DocumentKind,
    DrawingFacts,
    Notice,
    Recipient,
    parties_of,
    recipients_of,
)


def signer_of(act: Act, application_id: int, recipient: str) -> str:
    """Whom the application names: its applicant, or the site manager, who is the same person when self-managed."""
    case = act.db.get_one(RenovationApplication, application_id)
    return (case.site_manager_name if recipient == Recipient.SITE_MANAGER else None) or case.applicant_name


def document_facts(row: ApplicationDocument) -> DocumentFacts:
    return DocumentFacts(
        DocumentKind(row.kind), row.required, row.alternative, row.copy_kept, row.original_seen,
        row.red_seal, row.marked_for_unit, row.valid_until,
    )  # fmt: skip


def unsigned_parties(agreement: Agreement | None, mode: WorkMode) -> list[Say]:
    return [p.label for p in parties_of(mode) if agreement is None or getattr(agreement, f"{p}_signed_at") is None]


def unsigned_notices(rows: Sequence[NoticeReceipt], mode: WorkMode) -> list[Say]:
    signed = {(row.notice, row.recipient) for row in rows if row.signed_at}
    return [
        say("{n}（{r}）", "{n} ({r})", n=notice.label, r=recipient.label)
        for notice in Notice for recipient in recipients_of(mode) if (notice, recipient) not in signed
    ]  # fmt: skip


def newest_drawing(rows: Sequence[Drawing]) -> DrawingFacts | None:
    """R-3.4.7: the version that counts, or None when there is no drawing yet."""
    return drawing_facts(max(rows, key=lambda each: each.drawing_version)) if rows else None


def drawing_facts(row: Drawing) -> DrawingFacts:
    signed = {Recipient.APPLICANT: row.applicant_signed_at, Recipient.SITE_MANAGER: row.site_manager_signed_at}
    by = frozenset(who for who, at in signed.items() if at is not None)
    return DrawingFacts(row.drawing_version, by, row.archived_at is not None)
