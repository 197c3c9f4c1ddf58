"""R-4.5 and R-4.2.6: two people close a lead; two managers decide what a designer asks."""

import pytest

from app.leads.closing.rules import (
    ClosureReason,
    DeadReason,
    InvalidReason,
    blockers_to_confirm,
    blockers_to_file,
    blockers_to_reopen,
)
from app.leads.declining.rules import (
    Decision,
    blockers_to_agree,
    blockers_to_decide,
    blockers_to_request_decline,
    successor,
)

DESIGNER, ACCOUNT_MANAGER, DESIGN_MANAGER = 1, 2, 3


def test_two_different_people_confirm_a_closing():
    refused = blockers_to_confirm(proposed_by=2, confirmed_by=2, clause="R-4.5.1")
    assert [(b.rule, b.clause) for b in refused] == [("same_person", "R-4.5.1")]
    assert blockers_to_confirm(proposed_by=2, confirmed_by=3, clause="R-4.5.1") == []


def test_a_closed_lead_is_not_reopened_beside_a_live_one_of_the_same_customer():
    assert [b.rule for b in blockers_to_reopen(customer_taken=True)] == ["customer_taken"]
    assert blockers_to_reopen(customer_taken=False) == []


def test_a_closing_is_filed_once():
    assert [b.rule for b in blockers_to_file(is_filed=True)] == ["already_filed"]
    assert blockers_to_file(is_filed=False) == []


def test_a_closure_keeps_the_reasons_of_both_kinds_with_the_same_words():
    both = {str(each): each.label for each in (*InvalidReason, *DeadReason)}
    assert both == {str(each): each.label for each in ClosureReason}


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ((True, True, False), []),
        ((False, True, False), ["not_authorised"]),
        ((True, False, False), ["wrong_state"]),
        ((True, True, True), ["already_asked"]),
    ],
)
def test_only_the_designer_who_holds_it_asks_to_decline_and_asks_once(facts, rules):
    theirs, live, asked = facts
    told = blockers_to_request_decline(is_theirs=theirs, is_live=live, has_open_request=asked)
    assert [b.rule for b in told] == rules


@pytest.mark.parametrize(
    ("decision", "names", "live", "by", "rules"),
    [
        (Decision.REASSIGN, True, True, ACCOUNT_MANAGER, []),
        (Decision.REASSIGN, False, True, ACCOUNT_MANAGER, ["designer_missing"]),
        (Decision.FORCE, False, True, ACCOUNT_MANAGER, []),
        (Decision.FORCE, False, False, ACCOUNT_MANAGER, ["wrong_state"]),
        (Decision.FORCE, False, True, DESIGNER, ["same_person"]),
        (None, False, True, ACCOUNT_MANAGER, []),
    ],
)
def test_the_account_manager_reassigns_or_forces(decision, names, live, by, rules):
    told = blockers_to_decide(decision=decision, names_designer=names, is_live=live, decided_by=by, asked_by=DESIGNER)
    assert [b.rule for b in told] == rules


@pytest.mark.parametrize(
    ("by", "live", "rules"),
    [
        (DESIGN_MANAGER, True, []),
        (ACCOUNT_MANAGER, True, ["same_person"]),
        (DESIGNER, True, ["same_person"]),
        (DESIGN_MANAGER, False, ["wrong_state"]),
    ],
)
def test_the_design_manager_agrees_and_nobody_agrees_with_themselves(by, live, rules):
    told = blockers_to_agree(decided_by=ACCOUNT_MANAGER, agreed_by=by, asked_by=DESIGNER, is_live=live)
    assert [b.rule for b in told] == rules


@pytest.mark.parametrize(
    ("decision", "named", "taker"),
    [
        (Decision.REASSIGN, 5, 5),
        (Decision.REASSIGN, DESIGNER, DESIGNER),  # refused later: they hold it already
        (Decision.FORCE, None, None),
        (Decision.FORCE, DESIGNER, None),
        (Decision.FORCE, 5, 5),
    ],
)
def test_forcing_leaves_it_with_the_designer_unless_another_is_named(decision, named, taker):
    assert successor(decision, named, DESIGNER) == taker
