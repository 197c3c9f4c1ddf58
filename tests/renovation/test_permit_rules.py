"""R-3.4.8: everything that stands between an application and its permit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.words import say, speaking
from app.renovation.applications.rules import ScopeFacts, ScopeKind, WorkMode
from app.renovation.papers.rules import DocumentFacts, DocumentKind, DrawingFacts, Recipient
from app.renovation.permits.rules import (
    CaseFacts,
    Given,
    PermitState,
    blockers_to_issue_permit,
    is_expired,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
STARTS, ENDS = TODAY + 5 * DAY, TODAY + 95 * DAY
K = DocumentKind
CARD = DocumentFacts(K.IDENTITY_CARD, copy_kept=True, original_seen=True)
LICENCE = DocumentFacts(K.CONTRACTOR_LICENCE, copy_kept=True, red_seal=True, marked_for_unit=True, valid_until=ENDS)
PAINTING = ScopeFacts(say("涂饰", "Painting"), ScopeKind.ORDINARY, "R-3.3.1")
CELLAR = ScopeFacts(say("开挖地下室", "Digging a cellar"), ScopeKind.PROHIBITED, "R-3.5.5")
GAS_MAIN = ScopeFacts(say("遮挡燃气管", "Covering the gas main"), ScopeKind.UNDERTAKING, "R-3.4.4")
QUALIFICATION = say("资质证书", "Qualification")
DRAWING = DrawingFacts(2, frozenset(Recipient), archived=True)
READY = CaseFacts(
    starts_on=STARTS, ends_on=ENDS, mode=WorkMode.CONTRACTOR, documents=(CARD, LICENCE),
    credentials_expired=(), contractor_active=True, unsigned_parties=(), unsigned_undertakings=(),
    unsigned_notices=(), drawing=DRAWING, unpaid=(), has_charges=True, scope=(PAINTING,),
    entered_by_self=False,
)  # fmt: skip
GOOD = Given(receipt_covers=True, valid_from=STARTS, valid_until=ENDS)


def rules(case: CaseFacts = READY, given: Given = GOOD) -> list[str]:
    return [b.rule for b in blockers_to_issue_permit(case, given, TODAY)]


def test_a_case_with_nothing_missing_gets_its_permit():
    assert rules() == []


ONE_THING_WRONG = [
    ("documents_incomplete", {"documents": (replace(CARD, original_seen=False), LICENCE)}, "身份证"),
    ("credential_expired", {"documents": (CARD, replace(LICENCE, valid_until=ENDS - DAY))}, "营业执照"),
    ("credential_expired", {"credentials_expired": ((QUALIFICATION, ENDS - DAY),)}, "资质证书"),
    ("contractor_not_active", {"contractor_active": False}, "装修企业"),
    ("agreement_unsigned", {"unsigned_parties": (say("物业公司", "Property company"),)}, "物业公司"),
    ("undertaking_unsigned", {"unsigned_undertakings": (GAS_MAIN,)}, "遮挡燃气管"),
    ("notice_unsigned", {"unsigned_notices": (say("注意事项", "Precautions"),)}, "注意事项"),
    ("drawing_unsigned", {"drawing": None}, "图纸"),
    ("drawing_unsigned", {"drawing": replace(DRAWING, archived=False)}, "存档"),
    ("charges_unpaid", {"unpaid": ((say("垃圾清运费", "Waste removal"), 90_000),)}, "垃圾清运费 900.00元"),
    ("prohibited_scope", {"scope": (PAINTING, CELLAR)}, "开挖地下室"),
    ("same_person", {"entered_by_self": True}, "本人"),
]


@pytest.mark.parametrize(("rule", "change", "named"), ONE_THING_WRONG)
def test_each_missing_thing_stops_the_permit_and_is_named(rule, change, named):
    [told] = blockers_to_issue_permit(replace(READY, **change), GOOD, TODAY)
    assert told.rule == rule
    assert named in str(told.message)


@pytest.mark.parametrize(("rule", "change", "named"), ONE_THING_WRONG)
def test_each_refusal_is_said_in_english_too(rule, change, named):
    [told] = blockers_to_issue_permit(replace(READY, **change), GOOD, TODAY)
    with speaking("en"):
        assert str(told.message) + str(told.fix)
        assert "{" not in str(told.message) + str(told.fix)


@pytest.mark.parametrize(("change", "clause"), [
    ({"documents": (DocumentFacts(K.IDENTITY_CARD),)}, "R-3.3.1"),
    ({"documents": (DocumentFacts(K.OWNER_CONSENT),)}, "R-3.3.2"),
    ({"documents": (DocumentFacts(K.CONTRACTOR_LICENCE),)}, "R-3.3.3"),
    ({"documents": (DocumentFacts(K.WORKER_GUARANTEE),)}, "R-3.3.4"),
    ({"unsigned_undertakings": (GAS_MAIN,)}, "R-3.4.4"),
    ({"scope": (CELLAR,)}, "R-3.5.5"),
])  # fmt: skip
def test_a_reason_cites_the_clause_that_asks_for_it(change, clause):
    assert [b.clause for b in blockers_to_issue_permit(replace(READY, **change), GOOD, TODAY)] == [clause]


def test_all_reasons_are_told_at_once_in_the_order_of_the_counter():
    nothing = replace(
        READY, documents=(replace(CARD, copy_kept=False), replace(LICENCE, valid_until=TODAY)),
        contractor_active=False, unsigned_parties=(say("物业公司", ""),),
        unsigned_undertakings=(GAS_MAIN,), unsigned_notices=(say("注意事项", ""),),
        drawing=None, unpaid=((say("垃圾清运费", ""), 1),), scope=(CELLAR,), entered_by_self=True,
    )  # fmt: skip
    assert rules(nothing, Given(False, STARTS - DAY, ENDS)) == [
        "documents_incomplete", "credential_expired", "contractor_not_active", "agreement_unsigned",
        "undertaking_unsigned", "notice_unsigned", "drawing_unsigned", "charges_unpaid",
        "receipt_invalid", "prohibited_scope", "outside_dates", "same_person",
    ]  # fmt: skip


@pytest.mark.parametrize(("has_charges", "covers", "told"), [
    (True, True, []),
    (True, False, ["receipt_invalid"]),
    (True, None, []),
    (False, False, []),
])  # fmt: skip
def test_a_permit_goes_out_against_a_receipt_when_there_was_something_to_pay(has_charges, covers, told):
    given = replace(GOOD, receipt_covers=covers)
    assert rules(replace(READY, has_charges=has_charges), given) == told


@pytest.mark.parametrize(("valid_from", "valid_until", "told"), [
    (STARTS, ENDS, []),
    (STARTS + DAY, ENDS - DAY, []),
    (STARTS, STARTS, []),
    (STARTS - DAY, ENDS, ["outside_dates"]),
    (STARTS, ENDS + DAY, ["credential_expired", "outside_dates"]),
    (ENDS, STARTS, ["outside_dates"]),
    (None, None, []),
])  # fmt: skip
def test_a_permit_lies_within_the_dates_applied_for(valid_from, valid_until, told):
    assert rules(given=Given(True, valid_from, valid_until)) == told


def test_a_permit_is_not_born_expired():
    past = replace(READY, starts_on=TODAY - 9 * DAY)
    assert rules(past, Given(True, TODAY - 9 * DAY, TODAY)) == []
    assert rules(past, Given(True, TODAY - 9 * DAY, TODAY - DAY)) == ["outside_dates"]


def test_self_managed_works_need_no_contractor():
    assert rules(replace(READY, mode=WorkMode.SELF_MANAGED, contractor_active=False)) == []


@pytest.mark.parametrize(("state", "days", "expired"), [
    (PermitState.VALID, 0, False),
    (PermitState.VALID, -1, True),
    (PermitState.STOPPED, -1, True),
    (PermitState.CLOSED, -1, False),
    (PermitState.REVOKED, -1, False),
])  # fmt: skip
def test_a_permit_expires_the_day_after_its_last_day(state, days, expired):
    assert is_expired(state, TODAY + days * DAY, TODAY) is expired
