"""Patrols, violations, and what they hold up (R-3.5.1–14, R-3.1.5)."""

from datetime import timedelta

import pytest

from app.core.answers import Faulty
from app.core.blockers import NotAllowed
from app.renovation.applications.rules import ApplicationState, ScopeKind
from app.renovation.patrols.rules import WITH_WORKS, blockers_to_find, blockers_to_look, blockers_while_open
from tests.renovation.conftest import BOSS, CASE, CLERK

ENGINEER = "engineer"


def rules(blockers):
    return [each.rule for each in blockers]


@pytest.mark.parametrize("state", list(ApplicationState))
def test_one_looks_where_work_goes_on(state):
    assert rules(blockers_to_look(state)) == ([] if state in WITH_WORKS else ["no_works"])


@pytest.mark.parametrize(("kind", "told"), [("ordinary", ["not_a_violation"]), ("undertaking", []), ("prohibited", [])])
def test_a_violation_stands_in_the_catalogue(kind, told):
    assert rules(blockers_to_find(ScopeKind(kind), "")) == told


def test_one_open_violation_is_enough():
    assert blockers_while_open(0) == []
    [blocker] = blockers_while_open(2)
    assert (blocker.rule, blocker.clause) == ("violation_open", "R-3.1.5")
    assert "2" in str(blocker.message)


@pytest.fixture
def case(counter):
    case, receipt = counter.ready()
    counter.issue(case, receipt)
    return case


def found(counter, case, **values):
    given = {"application": case, "scope_item": counter.items("facade")[0], "description": "外墙开门",
             "deadline": str(counter.today + timedelta(days=3))}  # fmt: skip
    return counter.enter("violation", ENGINEER, **{**given, **values})


def test_a_patrol_knows_who_went_where_and_when(counter, case):
    patrol = counter.one("patrol", counter.enter("patrol", ENGINEER, application=case, findings="正常"))
    assert patrol.number.startswith("XC-")
    assert patrol.by_id == counter.staff_id(ENGINEER)
    assert patrol.unit_id == counter.one(CASE, case).unit_id


def test_nobody_patrols_a_case_without_works(counter):
    case = counter.apply()
    with pytest.raises(NotAllowed) as refused:
        counter.enter("patrol", ENGINEER, application=case, findings="正常")
    assert rules(refused.value.blockers) == ["no_works"]
    with pytest.raises(NotAllowed):
        found(counter, case)


def test_what_is_found_knows_the_contractor_and_holds_up_acceptance(counter, case):
    violation = found(counter, case)
    row = counter.one("violation", violation)
    assert row.number.startswith("WG-")
    assert row.contractor_id == counter.one(CASE, case).contractor_id
    assert row.state == "open"
    counter.do(CASE, case, "request_acceptance", CLERK)
    [blocker] = counter.refused(CASE, case, "accept", CLERK)
    assert (blocker.rule, blocker.clause) == ("violation_open", "R-3.1.5")
    counter.do("violation", violation, "rectify", ENGINEER, note="已封堵恢复")
    assert counter.one("violation", violation).rectified_at is not None
    counter.do(CASE, case, "accept", CLERK)


def test_what_was_reported_holds_up_nothing_and_may_still_be_put_right(counter, case):
    violation = found(counter, case)
    counter.do("violation", violation, "report_to_authority", BOSS, to="城市管理执法局", note="拒不整改")
    assert counter.one("violation", violation).reported_to == "城市管理执法局"
    counter.do(CASE, case, "request_acceptance", CLERK)
    counter.do(CASE, case, "accept", CLERK)
    counter.do("violation", violation, "rectify", ENGINEER, note="执法后恢复")
    assert rules(counter.refused("violation", violation, "rectify", ENGINEER, note="再次")) == ["wrong_state"]
    assert rules(counter.refused("violation", violation, "report_to_authority", BOSS, to="x", note="x")) == [
        "wrong_state"
    ]


def test_the_deadline_is_not_before_the_day_it_was_found(counter, case):
    found(counter, case, deadline=str(counter.today))
    with pytest.raises(Faulty) as refused:
        found(counter, case, deadline=str(counter.today - timedelta(days=1)))
    assert "deadline" in refused.value.faults


def test_ordinary_work_and_another_cases_patrol_are_refused(counter, case):
    with pytest.raises(NotAllowed) as refused:
        found(counter, case, scope_item=counter.items("painting")[0])
    assert rules(refused.value.blockers) == ["not_a_violation"]
    other, receipt = counter.ready()
    counter.issue(other, receipt)
    patrol = counter.enter("patrol", ENGINEER, application=other, findings="正常")
    with pytest.raises(NotAllowed) as refused:
        found(counter, case, patrol=patrol)
    assert rules(refused.value.blockers) == ["of_another_case"]


def test_a_violation_that_is_over_is_not_edited(counter, case):
    violation = found(counter, case)
    counter.edit("violation", violation, ENGINEER, description="外墙开门一处")
    counter.do("violation", violation, "rectify", ENGINEER, note="已恢复")
    with pytest.raises(NotAllowed):
        counter.edit("violation", violation, ENGINEER, description="x")


def test_the_contractors_record_is_shown_before_the_next_approval(counter, case, sign_in):
    contractor = counter.one(CASE, case).contractor_id
    next_case = counter.apply(contractor=contractor)
    boss = sign_in(BOSS)
    assert "近一年无违规" in boss.get(f"/{CASE}/{next_case}").text
    violation = found(counter, case)
    assert "1 项未整改" in boss.get(f"/{CASE}/{next_case}").text
    counter.do("violation", violation, "rectify", ENGINEER, note="已恢复")
    assert "近一年违规 1 项" in boss.get(f"/{CASE}/{next_case}").text


def test_the_rounds_begin_where_nobody_has_been(counter, case, sign_in):
    other, receipt = counter.ready()
    counter.issue(other, receipt)
    counter.enter("patrol", ENGINEER, application=case, findings="正常")
    page = sign_in(ENGINEER).get("/rounds/").text
    first, second = (page.index(counter.one(CASE, each).number) for each in (other, case))
    assert first < second
    assert "从未巡查" in page
    assert sign_in("cashier").get("/rounds/").status_code == 403


def test_the_notice_is_printed(counter, case, sign_in):
    violation = found(counter, case)
    paper = sign_in(ENGINEER).get(f"/violation/{violation}/print")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
