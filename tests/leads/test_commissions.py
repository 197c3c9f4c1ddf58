"""A month's commissions (R-4.1, R-4.3.5, R-4.4.6, R-4.7): examples 17 and 18, and a month computed by hand."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.core.answers import Faulty
from app.leads.commissions.models import CommissionLine
from app.leads.commissions.rules import (
    CommissionRule,
    Earner,
    SignedContract,
    VoidReason,
    blockers_to_approve,
    blockers_to_compute,
    earned,
    taken_back,
)

HR, BOSS = "human_resources", "general_manager"
MANAGER, DESK = CommissionRule.ACCOUNT_MANAGER, CommissionRule.FRONT_DESK


def rules(blockers):
    return [each.rule for each in blockers]


# --- rules ----------------------------------------------------------------------------------


def contract(**values):
    given = {"id": 1, "signed_on": date(2026, 11, 16), "withdrawn": False, "slip_missing": False,
             "earners": [Earner(7, MANAGER, 5_000), Earner(8, DESK, 1_000)]}  # fmt: skip
    return SignedContract(**{**given, **values})


@pytest.mark.parametrize(
    ("facts", "amounts", "reason"),
    [
        ({}, [5_000, 1_000], None),
        ({"withdrawn": True}, [0, 0], VoidReason.WITHDRAWN),
        ({"slip_missing": True}, [0, 0], VoidReason.NO_SLIP),
        ({"withdrawn": True, "slip_missing": True}, [0, 0], VoidReason.WITHDRAWN),
    ],
)
def test_a_contract_earns_its_rates_or_nothing_with_its_reason(facts, amounts, reason):
    lines = earned([contract(**facts)])
    assert [line.amount_fen for line in lines] == amounts
    assert {line.void_reason for line in lines} == {reason}


def test_private_contact_voids_one_persons_line_only():
    lines = earned([contract()], [(1, 7, MANAGER)])
    assert [(line.amount_fen, line.void_reason) for line in lines] == [(0, VoidReason.PRIVATE_CONTACT), (1_000, None)]


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from(list(CommissionRule))), st.integers(-9, 9)
    )
)
@settings(max_examples=100)
def test_what_was_paid_is_taken_back_once_and_nothing_else(balances):
    lines = taken_back(balances)
    assert all(line.amount_fen < 0 for line in lines)
    after = {**balances}
    for line in lines:
        after[line.contract_id, line.staff_id, line.rule] += line.amount_fen
    assert all(fen <= 0 for fen in after.values())
    assert taken_back(after) == []


@pytest.mark.parametrize(
    ("by_self", "computed", "told"),
    [
        (False, True, []),
        (True, True, ["same_person"]),
        (False, False, ["not_computed"]),
        (True, False, ["not_computed"]),
    ],
)
def test_another_person_approves_what_was_computed(by_self, computed, told):
    assert rules(blockers_to_approve(computed_by_self=by_self, computed=computed)) == told


def test_a_month_waits_for_the_earlier_one():
    assert blockers_to_compute(None) == []
    [blocker] = blockers_to_compute("2026-10")
    assert (blocker.rule, blocker.clause) == ("earlier_run_open", "R-4.1")
    assert "2026-10" in str(blocker.message)


# --- with tables ----------------------------------------------------------------------------


def signed(office, on="2026-11-16", designer="director", username="front_desk", **values):
    """A contract of a lead that the front desk took in and the account manager dispatched."""
    lead = office.lead(username, **values)
    office.dispatch(lead, designer)
    office.do("lead", lead, "measure", designer, on=on)
    office.do("lead", lead, "sign_contract", designer, amount_fen=4_200_000, on=on)
    return lead


def month(office, day="2026-11"):
    return office.enter("commission_run", HR, month=day)


def lines(office, run):
    return [(office.row("staff", each.staff_id).name, each.rule, each.amount_fen, each.void_reason)
            for each in office.rows("commission_line", run_id=run)]  # fmt: skip


def lock(office, run):
    office.do("commission_run", run, "compute", HR)
    office.do("commission_run", run, "approve", BOSS)
    office.do("commission_run", run, "lock", HR)


def test_a_signed_contract_earns_the_manager_fifty_and_the_front_desk_ten(office):
    signed(office)
    run = month(office, "2026-11-30")
    assert office.row("commission_run", run).month == "2026-11"
    office.do("commission_run", run, "compute", HR)
    assert lines(office, run) == [
        ("account_manager", "account_manager", 5_000, None),
        ("front_desk", "front_desk", 1_000, None),
    ]
    assert office.row("commission_run", run).total_fen == 6_000


def test_17_signed_and_withdrawn_in_one_month_earns_nothing(office):
    lead = signed(office)
    office.do("lead", lead, "withdraw_contract", "account_manager", reason="客户退单", on="2026-11-16")
    run = month(office)
    office.do("commission_run", run, "compute", HR)
    assert [(fen, why) for _, _, fen, why in lines(office, run)] == [(0, "withdrawn"), (0, "withdrawn")]


def test_17_withdrawn_after_the_month_is_locked_is_taken_back_by_the_next_and_once(office):
    lead = signed(office)
    november = month(office)
    lock(office, november)
    office.do("lead", lead, "withdraw_contract", "account_manager", reason="客户退单", on="2026-11-16")
    december = month(office, "2026-12")
    lock(office, december)
    assert lines(office, december) == [
        ("account_manager", "account_manager", -5_000, "withdrawn"), ("front_desk", "front_desk", -1_000, "withdrawn"),
    ]  # fmt: skip
    assert office.row("commission_run", december).total_fen == -6_000
    january = month(office, "2027-01")
    office.do("commission_run", january, "compute", HR)
    assert lines(office, january) == []
    assert office.row("commission_run", november).total_fen == 6_000  # what was locked stays


def test_18_a_marketing_lead_without_a_slip_earns_nothing_and_says_why(office):
    lead = signed(office)
    row = office.row("lead", lead)
    row.source = "marketing"
    office.session.commit()
    run = month(office)
    office.do("commission_run", run, "compute", HR)
    told = lines(office, run)
    assert {(fen, why) for _, _, fen, why in told} == {(0, "no_slip")}
    assert "R-4.4.6" in str(VoidReason(told[0][3]).label)


def test_the_rate_is_the_one_of_the_day_it_was_signed(office):
    signed(office)
    office.policy("commission_account_manager_fen", 8_000)  # from 2026 on
    office.policy("commission_front_desk_fen", 0)
    run = month(office)
    office.do("commission_run", run, "compute", HR)
    assert [(who, fen) for who, _, fen, _ in lines(office, run)] == [("account_manager", 8_000)]


def test_computing_again_gives_the_same_and_who_contacted_in_private_stays_voided(office):
    signed(office)
    run = month(office)
    for _ in range(2):
        office.do("commission_run", run, "compute", HR)
    assert len(lines(office, run)) == 2
    manager = office.rows("commission_line", run_id=run)[0].id
    office.do("commission_line", manager, "void", HR, evidence="客户反映私下联系")
    assert office.row("commission_run", run).total_fen == 1_000
    office.do("commission_run", run, "compute", HR)
    assert lines(office, run)[0] == ("account_manager", "account_manager", 0, "private_contact")


def test_two_people_and_an_order_of_months(office):
    signed(office)
    run = month(office)
    assert office.refused("commission_run", run, "approve", BOSS) == ["not_computed"]
    office.do("commission_run", run, "compute", HR)
    assert office.refused("commission_run", run, "approve", HR) == ["same_person"]
    assert office.refused("commission_run", run, "lock", HR) == ["wrong_state"]
    later = month(office, "2026-12")
    assert office.refused("commission_run", later, "compute", HR) == ["earlier_run_open"]
    office.do("commission_run", run, "approve", BOSS)
    assert office.refused("commission_run", run, "compute", HR) == ["wrong_state"]
    line = office.rows("commission_line", run_id=run)[0].id
    assert office.refused("commission_line", line, "void", HR, evidence="x") == ["wrong_state"]
    office.do("commission_run", run, "send_back", BOSS, reason="再核对")
    office.do("commission_run", run, "compute", HR)
    office.do("commission_run", run, "approve", BOSS)
    office.do("commission_run", run, "lock", HR)
    for verb in ("compute", "approve", "send_back", "lock"):
        params = {"reason": "x"} if verb == "send_back" else {}
        assert office.refused("commission_run", run, verb, HR, **params)[0] == "wrong_state"


def test_a_contract_entered_when_its_month_was_locked_is_paid_by_the_next(office):
    lock(office, month(office))
    signed(office)
    december = month(office, "2026-12")
    office.do("commission_run", december, "compute", HR)
    assert sum(fen for _, _, fen, _ in lines(office, december)) == 6_000


def test_a_month_by_hand_matches_to_the_fen(office):
    """Three walk-ins, one of them withdrawn in the month; one lead that the manager entered; one of
    October; a rate of the salesperson's own. By hand: 50+10, 0, 50+10, 50, and 20 for the salesperson."""
    office.policy("commission_salesperson_fen", 2_000)
    signed(office)
    gone = signed(office, designer="director2")
    office.do("lead", gone, "withdraw_contract", "account_manager", reason="退单", on="2026-11-16")
    signed(office, designer="chief", budget_fen=60_000_00)
    signed(office, designer="assistant", budget_fen=20_000_00, username="account_manager")
    office.do("lead", signed(office, designer="deputy", budget_fen=20_000_00, username="salesperson"), "claim", "salesperson",
              kind="invited", at="2026-11-15T10:00", evidence="约上门")  # fmt: skip
    run = month(office)
    lock(office, run)
    totals = {}
    for who, _, fen, _ in lines(office, run):
        totals[who] = totals.get(who, 0) + fen
    assert totals == {"account_manager": 4 * 5_000, "front_desk": 2 * 1_000, "salesperson": 2_000}
    assert office.row("commission_run", run).total_fen == 24_000


def test_everybody_sees_their_own_lines(office):
    signed(office)
    run = month(office)
    office.do("commission_run", run, "compute", HR)
    every = {each.id for each in office.rows("commission_line", run_id=run)}
    assert office.seen("commission_line", HR) == every
    assert len(office.seen("commission_line", "front_desk")) == 1
    assert office.seen("commission_line", "salesperson") == set()
    assert office.seen("commission_run", "front_desk") == set()


def test_the_database_keeps_a_line_once_and_a_zero_with_its_reason(office):
    signed(office)
    run = month(office)
    office.do("commission_run", run, "compute", HR)
    line = office.rows("commission_line", run_id=run)[0]
    same = {"run_id": run, "staff_id": line.staff_id, "contract_id": line.contract_id, "rule": line.rule}
    for values in ({**same, "amount_fen": 1}, {**same, "rule": "salesperson", "amount_fen": 0},
                   {**same, "rule": "salesperson", "amount_fen": -1}):  # fmt: skip
        office.session.add(CommissionLine(**values))
        with pytest.raises(IntegrityError):
            office.session.commit()
        office.session.rollback()


@pytest.mark.parametrize("typed", ["2026-13", "2026", "十一月", "2026-00", "2026/11", "2026-11-31"])
def test_what_names_no_month_is_refused_at_its_field(office, typed):
    with pytest.raises(Faulty) as refused:
        month(office, typed)
    assert "month" in refused.value.faults
