"""R-4.4: two signatures in order, never the filler's; a delegate signs for somebody."""

from datetime import date

import pytest

from app.core.moves import wrong_state
from app.leads.rules import LeadState
from app.leads.slips.rules import (
    MARKET_MANAGER,
    SLIP_MOVES,
    STORE_MANAGER,
    Signer,
    SlipState,
    blockers_to_copy,
    blockers_to_sign,
    fault_of_lead,
    signs_for,
)

S = SlipState
FILLER, MANAGER, DELEGATE = 1, 2, 3


@pytest.mark.parametrize(
    ("verb", "start", "end"),
    [
        ("sign_market", {S.DRAFT}, S.MARKET_SIGNED),
        ("sign_store", {S.MARKET_SIGNED}, S.STORE_SIGNED),
        ("copy_to_hr", {S.DISPATCHED}, None),
        ("void", {S.DRAFT, S.MARKET_SIGNED, S.STORE_SIGNED}, S.VOID),
    ],
)
def test_signatures_come_in_one_order(verb, start, end):
    assert (SLIP_MOVES[verb].start, SLIP_MOVES[verb].end) == (start, end)


def test_the_store_manager_can_not_sign_first():
    refused = wrong_state(SLIP_MOVES["sign_store"], S.DRAFT, "R-4.4.3")
    assert [b.rule for b in refused] == ["wrong_state"]
    assert wrong_state(SLIP_MOVES["sign_store"], S.MARKET_SIGNED, "R-4.4.3") == []


@pytest.mark.parametrize(
    ("signer", "rules"),
    [
        (Signer(MANAGER, own_post=True), []),
        (Signer(DELEGATE, own_post=False, delegators=(MANAGER,)), []),
        (Signer(DELEGATE, own_post=False), ["not_authorised"]),
        (Signer(FILLER, own_post=True), ["same_person"]),
        (Signer(FILLER, own_post=False, delegators=(MANAGER,)), ["same_person"]),
        (Signer(FILLER, own_post=False), ["same_person", "not_authorised"]),
        (Signer(DELEGATE, own_post=False, delegators=(FILLER,)), ["same_person"]),
        (Signer(DELEGATE, own_post=False, delegators=(FILLER, MANAGER)), []),
    ],
)
def test_the_manager_or_a_delegate_signs_and_never_the_filler(signer, rules):
    told = blockers_to_sign(post=MARKET_MANAGER, signer=signer, fillers=[FILLER])
    assert [b.rule for b in told] == rules


@pytest.mark.parametrize(
    ("signer", "for_whom"),
    [
        (Signer(MANAGER, own_post=True, delegators=(9,)), None),
        (Signer(DELEGATE, own_post=False, delegators=(MANAGER,)), MANAGER),
        (Signer(DELEGATE, own_post=False, delegators=(FILLER, MANAGER)), MANAGER),
    ],
)
def test_a_delegates_signature_is_for_the_manager(signer, for_whom):
    assert signs_for(signer, [FILLER]) == for_whom


def test_the_copy_for_human_resources_is_recorded_once():
    assert blockers_to_copy(copied_on=None) == []
    assert [b.rule for b in blockers_to_copy(copied_on=date(2026, 11, 16))] == ["already_copied"]


@pytest.mark.parametrize("state", list(LeadState))
def test_a_slip_is_filled_before_its_customer_is_dispatched(state):
    assert (fault_of_lead(state) is None) is (state is LeadState.NEW)


def test_two_signatures_are_two_peoples_whatever_posts_one_of_them_holds():
    told = blockers_to_sign(post=STORE_MANAGER, signer=Signer(7, own_post=True), fillers=[1], signed_by=[7])
    assert [(each.rule, each.clause) for each in told] == [("same_person", "R-4.4.3")]
    assert blockers_to_sign(post=STORE_MANAGER, signer=Signer(8, own_post=True), fillers=[1], signed_by=[7]) == []
