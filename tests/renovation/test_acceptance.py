"""The inspection sheet (R-3.1.5): rounds, items, what holds acceptance up."""

import pytest

from app.core.policy import Policy
from app.renovation.acceptance.rules import Result, SheetState, blockers_to_accept, blockers_to_inspect, told_of_unseen
from app.renovation.applications.rules import ApplicationState
from tests.renovation.conftest import BOSS, CASE, CLERK, SECOND

A, S = ApplicationState, SheetState


@pytest.fixture
def case(counter):
    counter.starts = counter.today
    case, receipt = counter.ready()
    counter.issue(case, receipt)
    counter.do(CASE, case, "request_acceptance", CLERK)
    return case


def items(counter, case):
    [sheet] = counter.ids("acceptance", application_id=case, state="open")
    return counter.ids("acceptance_item", acceptance_id=sheet)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"result": "failed"}, ["finding_missing"]),
        ({"result": "failed", "finding": "漏水"}, []),
        ({"sheet": S.FAILED}, ["wrong_state"]),
        ({"case": A.UNDER_WORK}, ["wrong_state"]),
        ({"case": A.COMPLETED, "sheet": S.ACCEPTED, "result": "failed"}, ["wrong_state", "finding_missing"]),
    ],
)
def test_what_holds_up_an_inspection(facts, told):
    asked = {"case": A.AWAITING_ACCEPTANCE, "sheet": S.OPEN, "result": "passed", "finding": None, **facts}
    assert [each.rule for each in blockers_to_inspect(**asked)] == told


def test_whoever_accepts_is_told_what_nobody_has_looked_at(counter, case, sign_in):
    counter.do("acceptance_item", items(counter, case)[6], "inspect", "engineer", result="passed")
    counter.session.commit()
    page = sign_in(SECOND).get(f"/{CASE}/{case}/accept").text
    assert "还有 9 项没有查验" in page and "防水（闭水试验）" in page and "燃气管道和报警器" not in page
    many = sign_in(SECOND).get(f"/{CASE}/do/accept?ids={case},{case + 1}").text
    assert "还有 9 项没有查验" in many
    for each in items(counter, case):
        counter.do("acceptance_item", each, "inspect", "engineer", result="passed")
    counter.session.commit()
    assert "没有查验" not in sign_in(SECOND).get(f"/{CASE}/{case}/accept").text
    assert told_of_unseen([]) == []


def test_a_failed_item_holds_up_acceptance_until_it_is_seen_again(counter, case):
    gas = items(counter, case)[6]
    counter.do("acceptance_item", gas, "inspect", "engineer", result="failed", finding="燃气管被封")
    assert [each.rule for each in counter.refused(CASE, case, "accept", SECOND)] == ["inspection_failed"]
    counter.do("acceptance_item", gas, "inspect", "engineer", result="passed")
    counter.do(CASE, case, "accept", SECOND)
    sheet = counter.one("acceptance", counter.ids("acceptance", application_id=case)[0])
    assert (sheet.state, sheet.decided_by_id, sheet.number[:3]) == (S.ACCEPTED, counter.staff_id(SECOND), "YS-")
    found = [counter.one("acceptance_item", each) for each in counter.ids("acceptance_item")]
    assert {each.result for each in found} == {Result.PASSED}
    assert {each.checked_by_id for each in found} == {counter.staff_id("engineer"), counter.staff_id(SECOND)}
    assert blockers_to_accept([]) == []


def test_what_fails_goes_back_to_work_and_the_next_round_has_a_sheet_of_its_own(counter, case, sign_in):
    [first] = counter.ids("acceptance", application_id=case)
    counter.do("acceptance_item", items(counter, case)[0], "inspect", CLERK, result="failed", finding="与图纸不符")
    counter.do(CASE, case, "fail_acceptance", CLERK, findings="与图纸不符，限期整改")
    assert counter.one("acceptance", first).findings == "与图纸不符，限期整改"
    old = counter.ids("acceptance_item", acceptance_id=first)[1]
    assert counter.refused("acceptance_item", old, "inspect", CLERK, result="passed")[0].rule == "wrong_state"
    counter.session.add(Policy(name="acceptance_subjects", value=["gas", "waste"], valid_from=counter.today))
    counter.session.commit()
    counter.do(CASE, case, "request_acceptance", CLERK)
    second = counter.ids("acceptance", application_id=case)[1]
    assert counter.one("acceptance", second).round == 2
    assert len(items(counter, case)) == 2
    counter.session.commit()
    clerk = sign_in(CLERK)
    assert clerk.get(f"/acceptance/{first}/print").data.startswith(b"%PDF")
    assert "燃气管道和报警器" in clerk.get(f"/{CASE}/{case}").text
    assert "acceptance_item" not in sign_in("cashier").get(f"/{CASE}/{case}").text
    assert sign_in(BOSS).get("/acceptance/").status_code == 200
