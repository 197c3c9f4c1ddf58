"""R-3.1.12, R-3.4.8: what may be paid together, and which receipt may be voided."""

from datetime import date, timedelta

import pytest

from app.core.moves import wrong_state
from app.fees.rules import (
    CHARGE_MOVES,
    RECEIPT_MOVES,
    ChargeFacts,
    ChargeState,
    ReceiptState,
    blockers_to_take_payment,
    blockers_to_void_receipt,
)

TODAY = date(2026, 11, 23)
DUE, PAID, VOID, REFUNDED = ChargeState


def charge(number: str = "FY-2026-000001", state: ChargeState = DUE, payer: str = "林晓") -> ChargeFacts:
    return ChargeFacts(number, state, payer)


@pytest.mark.parametrize(("state", "rules"), [
    (DUE, []), (PAID, ["wrong_state"]), (VOID, ["wrong_state"]), (REFUNDED, ["wrong_state"]),
])  # fmt: skip
def test_only_what_is_due_can_be_paid(state, rules):
    assert [b.rule for b in blockers_to_take_payment([charge(state=state)])] == rules


def test_the_charge_that_is_not_due_is_named():
    told = blockers_to_take_payment([charge(), charge("FY-2026-000002", PAID)])
    assert "FY-2026-000002" in str(told[0].message)
    assert "FY-2026-000001" not in str(told[0].message)


@pytest.mark.parametrize(("payers", "rules"), [
    (["林晓"], []), (["林晓", "林晓"], []), (["林晓", "周宁"], ["several_payers"]),
])  # fmt: skip
def test_a_receipt_has_one_payer(payers, rules):
    charges = [charge(f"FY-{n}", payer=payer) for n, payer in enumerate(payers)]
    assert [b.rule for b in blockers_to_take_payment(charges)] == rules


@pytest.mark.parametrize(("permit", "days_ago", "may_void_older", "rules"), [
    (None, 0, False, []),
    (None, 1, False, ["day_is_over"]),
    (None, 1, True, []),
    (None, 400, True, []),
    ("SG-2026-000001", 0, False, ["permit_stands_on_it"]),
    ("SG-2026-000001", 0, True, ["permit_stands_on_it"]),
    ("SG-2026-000001", 1, False, ["permit_stands_on_it", "day_is_over"]),
])  # fmt: skip
def test_a_receipt_is_voided_within_the_day_and_never_under_a_permit(permit, days_ago, may_void_older, rules):
    told = blockers_to_void_receipt(
        permit=permit, received_on=TODAY - timedelta(days=days_ago), today=TODAY,
        may_void_older=may_void_older,
    )  # fmt: skip
    assert [b.rule for b in told] == rules
    assert all(permit in str(b.message) for b in told if b.rule == "permit_stands_on_it")


def test_a_charge_is_voided_only_while_it_is_due():
    step = CHARGE_MOVES["void"]
    assert {state for state in ChargeState if not wrong_state(step, state, "")} == {DUE}


def test_a_receipt_is_voided_once():
    step = RECEIPT_MOVES["void"]
    assert {state for state in ReceiptState if not wrong_state(step, state, "")} == {ReceiptState.LIVE}
