"""The life of an application: its moves as a table, and what each verb asks."""

from datetime import date, timedelta

import pytest

from app.core.moves import wrong_state
from app.core.words import say
from app.renovation.applications.rules import (
    APPLICATION_MOVES,
    ENDED,
    ApplicationState,
    ScopeFacts,
    ScopeKind,
    WorkMode,
    blockers_to_approve,
    blockers_to_extend,
    blockers_to_submit,
    urgency,
)

S = ApplicationState
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PAINTING = ScopeFacts(say("涂饰", "Painting"), ScopeKind.ORDINARY, "R-3.3.1")
GAS_MAIN = ScopeFacts(say("遮挡燃气管", "Covering the gas main"), ScopeKind.UNDERTAKING, "R-3.4.4")
CELLAR = ScopeFacts(say("开挖地下室", "Digging a cellar"), ScopeKind.PROHIBITED, "R-3.5.5")
FACADE = ScopeFacts(say("改变外立面", "Changing the facade"), ScopeKind.PROHIBITED, "R-3.5.2")


@pytest.mark.parametrize(("verb", "starts", "end"), [
    ("submit", {S.DRAFT}, S.SUBMITTED),
    ("approve", {S.SUBMITTED}, S.APPROVED),
    ("send_back", {S.SUBMITTED}, S.DRAFT),
    ("reject", {S.SUBMITTED}, S.REJECTED),
    ("issue_permit", {S.APPROVED}, S.UNDER_WORK),
    ("stop", {S.UNDER_WORK}, S.STOPPED),
    ("resume", {S.STOPPED}, S.UNDER_WORK),
    ("extend", {S.UNDER_WORK}, None),
    ("request_acceptance", {S.UNDER_WORK}, S.AWAITING_ACCEPTANCE),
    ("accept", {S.AWAITING_ACCEPTANCE}, S.COMPLETED),
    ("fail_acceptance", {S.AWAITING_ACCEPTANCE}, S.UNDER_WORK),
    ("settle", {S.COMPLETED}, S.SETTLED),
    ("cancel", {S.DRAFT, S.SUBMITTED, S.APPROVED}, S.CANCELLED),
])  # fmt: skip
def test_each_verb_starts_only_where_the_table_says(verb, starts, end):
    step = APPLICATION_MOVES[verb]
    assert {state for state in S if not wrong_state(step, state, "")} == starts
    assert step.end is end


def test_no_verb_leads_out_of_an_end():
    assert not [verb for verb, step in APPLICATION_MOVES.items() if step.start & set(ENDED)]


def submit(scope=(PAINTING,), mode=WorkMode.CONTRACTOR, active=True, ends_on=TODAY):
    told = blockers_to_submit(scope=scope, mode=mode, contractor_active=active, ends_on=ends_on, today=TODAY)
    return [b.rule for b in told]


@pytest.mark.parametrize(("case", "rules"), [
    ({}, []),
    ({"scope": [PAINTING, GAS_MAIN]}, []),
    ({"scope": []}, ["scope_missing"]),
    ({"scope": [PAINTING, CELLAR]}, ["prohibited_scope"]),
    ({"active": False}, ["contractor_not_active"]),
    ({"active": False, "mode": WorkMode.SELF_MANAGED}, []),
    ({"ends_on": TODAY - DAY}, ["outside_dates"]),
    ({"ends_on": TODAY}, []),
    ({"scope": [CELLAR], "active": False, "ends_on": TODAY - DAY},
     ["contractor_not_active", "outside_dates", "prohibited_scope"]),
])  # fmt: skip
def test_the_counter_turns_away_what_can_not_be_granted(case, rules):
    assert submit(**case) == rules


def test_a_prohibited_act_is_refused_by_its_own_clause():
    told = blockers_to_submit(
        scope=[FACADE, PAINTING, CELLAR], mode=WorkMode.SELF_MANAGED, contractor_active=False,
        ends_on=TODAY, today=TODAY,
    )  # fmt: skip
    assert [(b.clause, b.rule) for b in told] == [
        ("R-3.5.2", "prohibited_scope"), ("R-3.5.5", "prohibited_scope"),
    ]  # fmt: skip
    assert "开挖地下室" in str(told[1].message)


@pytest.mark.parametrize(("entered_by_self", "scope", "rules"), [
    (False, [PAINTING], []),
    (True, [PAINTING], ["same_person"]),
    (False, [CELLAR], ["prohibited_scope"]),
    (True, [CELLAR], ["prohibited_scope", "same_person"]),
])  # fmt: skip
def test_an_application_is_approved_by_another_person(entered_by_self, scope, rules):
    assert [b.rule for b in blockers_to_approve(entered_by_self=entered_by_self, scope=scope)] == rules


@pytest.mark.parametrize(("current", "wanted", "rules"), [
    (TODAY, TODAY + DAY, []),
    (TODAY, TODAY, ["outside_dates"]),
    (TODAY + DAY, TODAY, ["outside_dates"]),
    (TODAY - 9 * DAY, TODAY - DAY, ["outside_dates"]),
    (TODAY - 9 * DAY, TODAY, []),
    (TODAY, None, []),
])  # fmt: skip
def test_a_permit_is_only_made_longer_and_never_into_the_past(current, wanted, rules):
    assert [b.rule for b in blockers_to_extend(current=current, wanted=wanted, today=TODAY)] == rules


@pytest.mark.parametrize(("days", "told"), [(-1, "late"), (0, "today"), (1, "soon"), (7, "soon"), (8, "later")])
def test_how_near_the_first_day_is(days, told):
    assert urgency(TODAY + days * DAY, TODAY) == told
