"""R-4.3: whose customer it is, and why."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from app.leads.claims.rules import (
    ClaimFacts,
    ClaimKind,
    CustomerFacts,
    Standing,
    blockers_to_claim,
    blockers_to_decide_claim,
    order_of,
    standings,
    winner,
)

K = ClaimKind
ORDER = order_of([["archived", "first_contact"], ["invited"], ["named_by_customer"]])
NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)
COMPLETE = CustomerFacts(has_name=True, has_address=True, has_area=True, has_phone=True)


def claim(id, kind, hours=0, decided_hours=None):
    decided = None if decided_hours is None else NINE + timedelta(hours=decided_hours)
    return ClaimFacts(id, id * 10, kind, NINE + timedelta(hours=hours), decided)


@pytest.mark.parametrize(
    ("claims", "holds", "why"),
    [
        ([claim(1, K.FIRST_CONTACT), claim(2, K.FIRST_CONTACT, 1)], 1, Standing.FIRST),
        ([claim(1, K.FIRST_CONTACT, 1), claim(2, K.FIRST_CONTACT)], 2, Standing.FIRST),
        ([claim(1, K.FIRST_CONTACT), claim(2, K.ARCHIVED, 1)], 1, Standing.FIRST),
        ([claim(1, K.FIRST_CONTACT, 1), claim(2, K.ARCHIVED)], 2, Standing.FIRST),
        ([claim(1, K.INVITED), claim(2, K.FIRST_CONTACT, 9)], 2, Standing.STRONGEST),
        ([claim(1, K.NAMED_BY_CUSTOMER), claim(2, K.INVITED, 9)], 2, Standing.STRONGEST),
        ([claim(1, K.NAMED_BY_CUSTOMER)], 1, Standing.FIRST),
        ([claim(1, K.ARCHIVED), claim(2, K.NAMED_BY_CUSTOMER, 9, 20)], 2, Standing.DECIDED),
        ([claim(1, K.INVITED, 0, 20), claim(2, K.INVITED, 0, 30)], 2, Standing.DECIDED),
        ([claim(1, K.ARCHIVED), claim(2, K.ARCHIVED)], 1, Standing.FIRST),
    ],
)
def test_the_winner_in_whatever_order_the_claims_came(claims, holds, why):
    for each in permutations(claims):
        won = winner(each, ORDER)
        assert (won.claim.id, won.standing) == (holds, why)


def test_nobody_holds_a_customer_whom_nobody_claims():
    assert winner([], ORDER) is None
    assert standings([], ORDER) == {}


def test_the_reason_is_told_in_words_with_the_ground_and_the_time():
    won = winner([claim(1, K.FIRST_CONTACT), claim(2, K.FIRST_CONTACT, 1)], ORDER)
    assert str(won.reason) == "认定：资料完整且时间最早（「第一接触」，2026-11-16 09:00）。"


def test_every_claim_is_kept_and_told_why_it_holds_or_not():
    claims = [claim(1, K.FIRST_CONTACT), claim(2, K.ARCHIVED, 1), claim(3, K.INVITED, -9)]
    assert standings(claims, ORDER) == {
        1: Standing.STRONGEST, 2: Standing.LATER, 3: Standing.WEAKER,
    }  # fmt: skip
    decided = [*claims, claim(4, K.NAMED_BY_CUSTOMER, 2, 3)]
    assert set(standings(decided, ORDER).values()) == {Standing.OVERRULED, Standing.DECIDED}


def test_the_company_may_put_the_invitation_first():
    invited_first = order_of([["invited"], ["archived", "first_contact"]])
    claims = [claim(1, K.FIRST_CONTACT), claim(2, K.INVITED, 5)]
    assert winner(claims, invited_first).claim.id == 2
    assert winner(claims, ORDER).claim.id == 1


def test_a_ground_that_the_company_leaves_out_comes_last():
    only_archive = order_of([["archived"]])
    claims = [claim(1, K.INVITED), claim(2, K.ARCHIVED, 5)]
    assert winner(claims, only_archive).claim.id == 2


def test_an_order_of_unknown_grounds_is_refused():
    with pytest.raises(ValueError, match="friendship"):
        order_of([["friendship"]])


def _told(kind=K.FIRST_CONTACT, customer=COMPLETE, at=NINE, *, another=False, may=False):
    return blockers_to_claim(kind=kind, customer=customer, at=at, now=NINE, for_another=another, may_for_another=may)


@pytest.mark.parametrize(
    ("lacks", "word"),
    [("has_name", "客户姓名"), ("has_address", "装修地址"), ("has_area", "房屋面积"),
     ("has_phone", "联系电话")],
)  # fmt: skip
def test_a_first_contact_needs_the_customers_data_and_other_grounds_do_not(lacks, word):
    customer = CustomerFacts(**{**vars(COMPLETE), lacks: False})
    told = _told(customer=customer)
    assert [(b.rule, b.clause) for b in told] == [("facts_missing", "R-4.3.4")]
    assert word in str(told[0].message)
    assert _told(K.INVITED, customer) == []
    assert _told() == []


def test_no_claim_lies_ahead_of_its_time():
    assert [b.rule for b in _told(at=NINE + timedelta(minutes=1))] == ["in_future"]
    assert _told(at=NINE) == []


@pytest.mark.parametrize(
    ("another", "may", "told"),
    [(False, False, []), (True, True, []), (True, False, ["not_authorised"])],
)
def test_only_the_account_managers_side_claims_for_somebody_else(another, may, told):
    assert [b.rule for b in _told(another=another, may=may)] == told


@pytest.mark.parametrize(
    ("of_this_lead", "open_claim", "told"),
    [(True, True, []), (False, True, ["wrong_claim"]), (True, False, ["wrong_claim"])],
)
def test_a_dispute_is_decided_for_another_claim_on_the_same_lead(of_this_lead, open_claim, told):
    found = blockers_to_decide_claim(of_this_lead=of_this_lead, open_claim=open_claim)
    assert [b.rule for b in found] == told
