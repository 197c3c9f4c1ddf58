"""Settlement and the deposit that goes back (R-3.1.5), to the fen."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.answers import Faulty
from app.core.blockers import NotAllowed
from app.core.policy import Policy
from app.fees.rules import blockers_to_refund
from app.renovation.settlement.rules import blockers_to_settle, spread
from tests.renovation.conftest import BOSS, CASE, CASHIER, CLERK

DEPOSIT = 200_000


def rules(blockers):
    return [each.rule for each in blockers]


FINE = {"passes_out": 0, "violations_open": 0, "deposit_fen": DEPOSIT, "deducted_fen": 0}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"passes_out": 1}, ["passes_outstanding"]),
        ({"violations_open": 1}, ["violation_open"]),
        ({"deducted_fen": DEPOSIT}, []),
        ({"deducted_fen": DEPOSIT + 1}, ["deductions_exceed_deposit"]),
        ({"deposit_fen": 0, "deducted_fen": 1}, ["deductions_exceed_deposit"]),
        ({"passes_out": 2, "violations_open": 1, "deducted_fen": DEPOSIT + 1},
         ["passes_outstanding", "violation_open", "deductions_exceed_deposit"]),
    ],
)  # fmt: skip
def test_what_holds_up_a_settlement(facts, told):
    assert rules(blockers_to_settle(**{**FINE, **facts})) == told


@given(st.lists(st.integers(1, 10**9), max_size=5), st.integers(0, 10**9))
@settings(max_examples=200)
def test_what_is_taken_off_adds_up_and_leaves_no_deposit_below_nothing(deposits, wanted):
    deducted = min(wanted, sum(deposits))
    parts = spread(deducted, deposits)
    assert sum(parts) == deducted
    assert all(0 <= part <= deposit for part, deposit in zip(parts, deposits, strict=True))


@pytest.mark.parametrize(
    ("released", "by_self", "told"),
    [(False, False, ["not_settled"]), (False, True, ["not_settled"]), (True, True, ["same_person"]), (True, False, [])],
)
def test_a_deposit_goes_back_when_it_is_settled_by_another(released, by_self, told):
    assert rules(blockers_to_refund(released=released, released_by_self=by_self)) == told


@pytest.fixture
def completed(counter):
    """A case whose deposit was paid and whose work is accepted."""
    counter.session.add(Policy(name="tariff_renovation_deposit", value=DEPOSIT, valid_from=counter.today))
    counter.session.commit()
    case, receipt = counter.ready()
    counter.issue(case, receipt)
    counter.do(CASE, case, "request_acceptance", CLERK)
    counter.do(CASE, case, "accept", CLERK)
    return case


def deposit_of(counter, case):
    return counter.one("charge", counter.ids("charge", application_id=case, kind="renovation_deposit")[0])


def test_the_deposit_goes_back_less_its_deductions(counter, completed):
    deposit = deposit_of(counter, completed)
    assert rules(counter.refused("charge", deposit.id, "refund", CASHIER, method="cash")) == ["not_settled"]
    counter.enter("deduction", CLERK, application=completed, reason="修补楼道墙面", amount_fen=30_000)
    counter.enter("deduction", CLERK, application=completed, reason="清运遗留垃圾", amount_fen=12_345)
    counter.do(CASE, completed, "settle", CLERK, deductions="已与业主确认")
    deposit = deposit_of(counter, completed)
    assert (deposit.deducted_fen, deposit.state) == (42_345, "paid")
    counter.do("charge", deposit.id, "refund", CASHIER, method="wechat")
    [refund] = [counter.one("refund", each) for each in counter.ids("refund", charge_id=deposit.id)]
    assert refund.number.startswith("TK-")
    assert refund.amount_fen + refund.deducted_fen == DEPOSIT
    assert refund.amount_fen == 157_655
    assert deposit_of(counter, completed).state == "refunded"
    assert rules(counter.refused("charge", deposit.id, "refund", CASHIER, method="cash")) == ["wrong_state"]


def test_the_dialog_says_what_goes_back_before_it_is_decided(counter, completed, sign_in):
    counter.enter("deduction", CLERK, application=completed, reason="修补楼道墙面", amount_fen=42_345)
    counter.session.commit()
    page = sign_in(CLERK).get(f"/{CASE}/{completed}/settle").text
    told = page.partition('class="verdict-sum">')[2].partition("</p>")[0]
    assert "已收押金：<b>2,000.00</b>" in told
    assert "扣款：<b>423.45</b>" in told
    assert "应退：<b>1,576.55</b>" in told


def test_no_more_is_taken_off_than_was_paid(counter, completed):
    item = counter.enter("deduction", CLERK, application=completed, reason="损坏公共设施", amount_fen=DEPOSIT + 1)
    assert rules(counter.refused(CASE, completed, "settle", CLERK)) == ["deductions_exceed_deposit"]
    counter.edit("deduction", item, CLERK, amount_fen=DEPOSIT)
    counter.do(CASE, completed, "settle", CLERK)
    deposit = deposit_of(counter, completed)
    counter.do("charge", deposit.id, "refund", CASHIER, method="cash")
    [refund] = [counter.one("refund", each) for each in counter.ids("refund", charge_id=deposit.id)]
    assert refund.amount_fen == 0


def test_deductions_come_between_acceptance_and_settlement(counter, completed):
    counter.do(CASE, completed, "settle", CLERK)
    with pytest.raises(NotAllowed) as refused:
        counter.enter("deduction", CLERK, application=completed, reason="晚了", amount_fen=100)
    assert rules(refused.value.blockers) == ["wrong_state"]
    early, receipt = counter.ready()
    counter.issue(early, receipt)
    with pytest.raises(NotAllowed):
        counter.enter("deduction", CLERK, application=early, reason="早了", amount_fen=100)


def test_a_deduction_names_a_violation_of_its_own_case(counter, completed):
    other, receipt = counter.ready()
    counter.issue(other, receipt)
    violation = counter.enter(
        "violation", "engineer", application=other, scope_item=counter.items("facade")[0], description="外墙开门",
        deadline=str(counter.today + timedelta(days=1)),
    )  # fmt: skip
    with pytest.raises(Faulty) as refused:
        counter.enter("deduction", CLERK, application=completed, violation=violation, reason="x", amount_fen=100)
    assert "violation" in refused.value.faults


def test_only_a_deposit_goes_back_and_a_cancelled_case_gets_it_whole(counter, completed):
    fee = counter.ids("charge", application_id=completed, kind="renovation_management")[0]
    counter.do(CASE, completed, "settle", CLERK)
    assert rules(counter.refused("charge", fee, "refund", CASHIER, method="cash")) == ["not_settled"]
    given_up, _ = counter.ready()
    counter.do(CASE, given_up, "cancel", CLERK, reason="业主改变计划")
    deposit = deposit_of(counter, given_up)
    assert (deposit.deducted_fen, deposit.released_at is not None) == (0, True)
    counter.do("charge", deposit.id, "refund", CASHIER, method="cash")


def test_a_receipt_whose_deposit_went_back_is_not_voided(counter):
    counter.session.add(Policy(name="tariff_renovation_deposit", value=DEPOSIT, valid_from=counter.today))
    counter.session.commit()
    case, number = counter.ready()
    counter.do(CASE, case, "cancel", CLERK, reason="业主改变计划")
    counter.do("charge", deposit_of(counter, case).id, "refund", CASHIER, method="cash")
    [receipt] = counter.ids("receipt", number=number)
    assert rules(counter.refused("receipt", receipt, "void", BOSS, reason="误开")) == ["refunded"]


def test_the_day_adds_up_by_cashier_and_method(counter, completed, sign_in):
    from app.core import here
    from app.fees.day import day_of
    from app.fees.rules import Method

    counter.do(CASE, completed, "settle", CLERK)
    counter.do("charge", deposit_of(counter, completed).id, "refund", CASHIER, method="cash")
    _, other = counter.ready()
    counter.session.commit()
    with here.as_house():
        day = day_of(counter.session, counter.today)
        paid = sum(counter.one("receipt", each).amount_fen for each in counter.ids("receipt"))
    assert day.total() == paid - DEPOSIT
    assert day.total(Method.CASH) == day.total()
    page = sign_in(CASHIER).get("/cashier_day/")
    assert f"{day.total() / 100:,.2f}" in page.text
    assert other in page.text
    yesterday = sign_in(CASHIER).get(f"/cashier_day/?on={counter.today - timedelta(days=1)}")
    assert other not in yesterday.text
    for nonsense in ("x", "9999-99-99", "0001-01-01", "2999-01-01"):
        assert sign_in(CASHIER).get(f"/cashier_day/?on={nonsense}").status_code == 200
    assert sign_in("engineer").get("/cashier_day/").status_code == 403


def test_the_refund_is_printed(counter, completed, sign_in):
    counter.do(CASE, completed, "settle", CLERK)
    deposit = deposit_of(counter, completed)
    counter.do("charge", deposit.id, "refund", CASHIER, method="cash")
    [refund] = counter.ids("refund", charge_id=deposit.id)
    assert sign_in(CASHIER).get(f"/refund/{refund}/print").data.startswith(b"%PDF")
