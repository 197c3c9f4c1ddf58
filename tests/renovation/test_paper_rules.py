"""R-3.3, R-3.4.5–7: which papers a case needs, and when one is complete."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.renovation.applications.rules import ApplicantKind, ApplicationState, WorkMode
from app.renovation.papers.rules import (
    CONTRACTORS_OWN,
    COPY_ONLY,
    DocumentFacts,
    DocumentKind,
    DrawingFacts,
    Party,
    Recipient,
    blockers_to_add_drawing,
    blockers_to_archive,
    expired_documents,
    incomplete_documents,
    missing_in,
    missing_in_drawing,
    outdated_version,
    parties_of,
    recipients_of,
    wanted_documents,
)

K = DocumentKind
OWNER, TENANT = ApplicantKind
BY_CONTRACTOR, BY_SELF = WorkMode
ENDS = date(2027, 2, 28)
LISTS = {
    "owner": ["identity_card"],
    "owner_title": ["purchase_contract", "payment_proof", "title_deed", "other_title_proof"],
    "tenant": ["identity_card", "lease", "owner_authorisation", "owner_consent"],
}
TITLES = {K.PURCHASE_CONTRACT, K.PAYMENT_PROOF, K.TITLE_DEED, K.OTHER_TITLE_PROOF}
LETTERS = {K.LEASE, K.OWNER_AUTHORISATION, K.OWNER_CONSENT}


@pytest.mark.parametrize(("kind", "mode", "must", "one_of"), [
    (OWNER, BY_CONTRACTOR, {K.IDENTITY_CARD, *CONTRACTORS_OWN}, TITLES),
    (OWNER, BY_SELF, {K.IDENTITY_CARD, K.WORKER_GUARANTEE}, TITLES),
    (TENANT, BY_CONTRACTOR, {K.IDENTITY_CARD, *LETTERS, *CONTRACTORS_OWN}, set()),
    (TENANT, BY_SELF, {K.IDENTITY_CARD, *LETTERS, K.WORKER_GUARANTEE}, set()),
])  # fmt: skip
def test_who_applies_and_who_works_decide_the_documents(kind, mode, must, one_of):
    wanted = wanted_documents(kind, mode, LISTS)
    assert {each.kind for each in wanted if not each.alternative} == must
    assert {each.kind for each in wanted if each.alternative} == one_of


def whole(kind: DocumentKind) -> DocumentFacts:
    """A document with every tick that its kind asks for, and no other."""
    own = kind in CONTRACTORS_OWN
    return DocumentFacts(
        kind, copy_kept=True, original_seen=kind not in COPY_ONLY, red_seal=own, marked_for_unit=own,
        valid_until=ENDS if own else None,
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(K))
def test_a_document_with_every_tick_is_complete(kind):
    assert missing_in(whole(kind)) == []


@pytest.mark.parametrize(("kind", "change", "told"), [
    (K.IDENTITY_CARD, {"copy_kept": False}, ["复印件未收"]),
    (K.IDENTITY_CARD, {"original_seen": False}, ["原件未验"]),
    (K.LEASE, {"copy_kept": False, "original_seen": False}, ["复印件未收", "原件未验"]),
    (K.CONTRACTOR_LICENCE, {"red_seal": False}, ["未盖红章"]),
    (K.CONTRACTOR_LICENCE, {"marked_for_unit": False}, ["未注明仅用于本房号"]),
    (K.CONTRACTOR_QUALIFICATION, {"valid_until": None}, ["未登记有效期"]),
    (K.WORKER_GUARANTEE, {"copy_kept": False}, ["复印件未收"]),
])  # fmt: skip
def test_what_is_missing_in_a_document_is_named(kind, change, told):
    assert [str(each) for each in missing_in(replace(whole(kind), **change))] == told


def owners(**checked: DocumentFacts) -> list[DocumentFacts]:
    """An owner's documents: the card is complete, no title proof unless given."""
    titles = [checked.get(kind, DocumentFacts(kind, alternative=True)) for kind in sorted(TITLES)]
    return [checked.get("card", whole(K.IDENTITY_CARD)), *titles]


def test_without_any_title_proof_one_of_them_is_asked_for():
    [(name, _, clause)] = incomplete_documents(owners())
    assert clause == "R-3.3.1"
    assert "购房合同" in str(name)
    assert "产权证" in str(name)


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_any_one_complete_title_proof_is_enough(kind):
    proof = replace(whole(kind), alternative=True)
    assert incomplete_documents(owners(**{kind: proof})) == []


def test_a_half_checked_title_proof_is_none():
    half = replace(whole(K.TITLE_DEED), alternative=True, original_seen=False)
    assert len(incomplete_documents(owners(title_deed=half))) == 1


def test_a_title_proof_does_not_stand_for_the_identity_card():
    proof = replace(whole(K.TITLE_DEED), alternative=True)
    told = incomplete_documents(owners(title_deed=proof, card=DocumentFacts(K.IDENTITY_CARD)))
    assert [str(name) for name, _, _ in told] == ["身份证"]


def test_what_is_no_longer_required_is_not_asked_for():
    dropped = DocumentFacts(K.LEASE, required=False)
    assert incomplete_documents([dropped]) == []
    assert len(incomplete_documents([replace(dropped, required=True)])) == 1


@pytest.mark.parametrize(("days", "expired"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("kind", CONTRACTORS_OWN)
def test_a_licence_has_to_hold_to_the_last_day_of_the_works(kind, days, expired):
    document = replace(whole(kind), valid_until=ENDS + timedelta(days=days))
    assert bool(expired_documents([document], ENDS)) is expired


def test_a_paper_that_does_not_count_does_not_expire():
    day = ENDS - timedelta(days=1)
    dropped = replace(whole(K.CONTRACTOR_LICENCE), required=False, valid_until=day)
    card = replace(whole(K.IDENTITY_CARD), valid_until=day)
    assert expired_documents([dropped, card], ENDS) == []


@pytest.mark.parametrize(("mode", "parties", "recipients"), [
    (BY_CONTRACTOR, list(Party), list(Recipient)),
    (BY_SELF, [Party.APPLICANT, Party.PROPERTY], [Recipient.APPLICANT]),
])  # fmt: skip
def test_who_manages_the_works_himself_signs_once(mode, parties, recipients):
    assert parties_of(mode) == parties
    assert recipients_of(mode) == recipients


BOTH = frozenset(Recipient)


@pytest.mark.parametrize(("drawing", "mode", "told"), [
    (None, BY_CONTRACTOR, 1),
    (DrawingFacts(1, BOTH, archived=True), BY_CONTRACTOR, 0),
    (DrawingFacts(1, BOTH, archived=False), BY_CONTRACTOR, 1),
    (DrawingFacts(1, frozenset({Recipient.APPLICANT}), archived=True), BY_CONTRACTOR, 1),
    (DrawingFacts(1, frozenset({Recipient.APPLICANT}), archived=True), BY_SELF, 0),
    (DrawingFacts(1, frozenset({Recipient.SITE_MANAGER}), archived=True), BY_CONTRACTOR, 1),
    (DrawingFacts(2, frozenset(), archived=False), BY_CONTRACTOR, 3),
])  # fmt: skip
def test_a_drawing_needs_both_signatures_and_its_copy(drawing, mode, told):
    assert len(missing_in_drawing(drawing, mode)) == told


@pytest.mark.parametrize(("drawing", "mode", "rules"), [
    (DrawingFacts(1, BOTH, archived=False), BY_CONTRACTOR, []),
    (DrawingFacts(1, BOTH, archived=True), BY_CONTRACTOR, ["already_archived"]),
    (DrawingFacts(1, frozenset(), archived=False), BY_CONTRACTOR, ["drawing_unsigned"]),
    (DrawingFacts(1, frozenset({Recipient.APPLICANT}), archived=False), BY_CONTRACTOR, ["drawing_unsigned"]),
    (DrawingFacts(1, frozenset({Recipient.APPLICANT}), archived=False), BY_SELF, []),
])  # fmt: skip
def test_the_copy_of_a_signed_drawing_is_archived_once(drawing, mode, rules):
    assert [b.rule for b in blockers_to_archive(drawing, mode)] == rules


@pytest.mark.parametrize(("version", "newest", "rules"), [(2, 2, []), (1, 2, ["outdated_version"])])
def test_only_the_newest_version_is_worked_on(version, newest, rules):
    assert [b.rule for b in outdated_version(version, newest)] == rules


@pytest.mark.parametrize(("state", "version", "newest", "rules"), [
    (ApplicationState.DRAFT, 1, None, []),
    (ApplicationState.APPROVED, 3, 2, []),
    (ApplicationState.APPROVED, 2, 2, ["outdated_version"]),
    (ApplicationState.APPROVED, 1, 2, ["outdated_version"]),
    (ApplicationState.UNDER_WORK, 3, 2, ["wrong_state"]),
    (ApplicationState.CANCELLED, 1, None, ["wrong_state"]),
])  # fmt: skip
def test_versions_of_a_drawing_count_up_until_the_permit(state, version, newest, rules):
    told = blockers_to_add_drawing(state=state, version=version, newest=newest)
    assert [b.rule for b in told] == rules
