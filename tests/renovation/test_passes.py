"""R-3.4.9 and R-3.4.10: who gets a pass, who comes in with it; the examples 10 and 11."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest

from app.contractors.rules import Trade
from app.core import here
from app.core.answers import Refusal
from app.core.blockers import NotAllowed
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from app.renovation.applications.rules import WorkMode
from app.renovation.passes.rules import (
    PassFacts,
    PassState,
    PermitFacts,
    WorkerFacts,
    blockers_to_end,
    blockers_to_enter,
    blockers_to_issue,
    blockers_to_leave,
    is_working_time,
)
from app.renovation.permits.rules import PermitState
from tests.renovation.conftest import BOSS, CASE, CLERK

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PERMIT = PermitFacts(PermitState.VALID, TODAY - DAY, TODAY + 30 * DAY)
SELF = PermitFacts(PermitState.VALID, TODAY - DAY, TODAY + 30 * DAY, WorkMode.SELF_MANAGED)
WORKER = WorkerFacts(of_the_case=True)
GATE = "gate"


def rules(blockers):
    return [each.rule for each in blockers]


def at_gate(**changed):
    given = {"state": PassState.ISSUED, "valid_from": TODAY, "valid_until": TODAY, "inside": False, "permit": PERMIT}
    return rules(blockers_to_enter(PassFacts(**{**given, **changed}), TODAY))


def to_issue(permit=PERMIT, worker=WORKER, valid_until=TODAY):
    return rules(blockers_to_issue(permit=permit, worker=worker, valid_until=valid_until, today=TODAY))


@pytest.mark.parametrize(("changed", "told"), [
    ({}, []),
    ({"valid_until": TODAY - DAY, "valid_from": TODAY - DAY}, ["pass_expired"]),
    ({"valid_from": TODAY + DAY, "valid_until": TODAY + DAY}, ["pass_expired"]),
    ({"state": PassState.LOST}, ["pass_not_open"]),
    ({"state": PassState.RETURNED}, ["pass_not_open"]),
    ({"state": PassState.REVOKED}, ["pass_not_open"]),
    ({"permit": PermitFacts(PermitState.STOPPED, TODAY, TODAY)}, ["permit_not_valid"]),
    ({"permit": PermitFacts(PermitState.REVOKED, TODAY, TODAY)}, ["permit_not_valid"]),
    ({"permit": PermitFacts(PermitState.VALID, TODAY - DAY, TODAY - DAY)}, ["permit_not_valid"]),
    ({"inside": True}, ["already_inside"]),
    ({"inside": True, "state": PassState.LOST}, ["pass_not_open", "already_inside"]),
])  # fmt: skip
def test_the_gate_says_every_reason(changed, told):
    assert at_gate(**changed) == told


@pytest.mark.parametrize(("changed", "told"), [
    ({}, []),
    ({"valid_until": TODAY - DAY}, ["outside_dates"]),
    ({"valid_until": TODAY + 30 * DAY}, []),
    ({"valid_until": TODAY + 31 * DAY}, ["outside_dates"]),
    ({"permit": PermitFacts(PermitState.STOPPED, TODAY, TODAY + DAY)}, ["permit_not_valid"]),
    ({"worker": WorkerFacts(of_the_case=False)}, ["not_of_the_case"]),
    ({"worker": WorkerFacts(of_the_case=True, open_pass="CR-2026-000001")}, ["pass_open"]),
    ({"worker": WorkerFacts(of_the_case=True, trades=[Trade.GAS])}, []),
])  # fmt: skip
def test_each_reason_alone_refuses_a_pass(changed, told):
    assert to_issue(**changed) == told


@pytest.mark.parametrize(("until", "told"), [
    (None, ["certificate_missing"]), (TODAY - DAY, ["certificate_missing"]), (TODAY, []), (TODAY + DAY, []),
])  # fmt: skip
def test_the_electrician_of_an_owner_needs_a_certificate_that_has_not_run_out(until, told):
    """Example 11."""
    certified = {Trade.ELECTRIC: until} if until else {}
    assert to_issue(SELF, WorkerFacts(of_the_case=True, trades=[Trade.ELECTRIC], certified=certified)) == told


def test_one_certificate_of_another_trade_does_not_do():
    facts = WorkerFacts(of_the_case=True, trades=[Trade.ELECTRIC, Trade.GAS], certified={Trade.GAS: TODAY})
    assert to_issue(SELF, facts) == ["certificate_missing"]


def test_who_is_inside_leaves_and_hands_in_nothing_before():
    assert rules(blockers_to_leave(inside=False)) == ["not_inside"]
    assert blockers_to_leave(inside=True) == []
    assert rules(blockers_to_end(inside=True)) == ["still_inside"]
    assert blockers_to_end(inside=False) == []


@pytest.mark.parametrize(("clock", "day", "open_"), [
    (time(7, 59), TODAY, False), (time(8), TODAY, True), (time(11, 59), TODAY, True), (time(12), TODAY, False),
    (time(14), TODAY, True), (time(18), TODAY, False), (time(9), TODAY + 5 * DAY, False), (time(9), TODAY + 8 * DAY, False),
])  # fmt: skip
def test_working_hours_are_on_weekdays_without_holidays(clock, day, open_):
    holidays = [str(TODAY + 8 * DAY)]
    assert is_working_time(clock, day, ["08:00-12:00", "14:00-18:00"], holidays) is open_


# --- with tables -----------------------------------------------------------------------------


@pytest.fixture
def permit(counter):
    counter.starts = counter.today
    case, receipt = counter.ready()
    return counter.issue(case, receipt)


def worker(counter, permit, n=1, **values):
    case = counter.one(CASE, permit.application_id)
    given = {"contractor": case.contractor_id, "name": f"魏松{n}", "id_number": names.identity_card(500 + n)}
    return counter.enter("worker", CLERK, **{**given, **values})


def issued(counter, permit, n=1):
    given = {"worker": worker(counter, permit, n), "valid_until": str(counter.ends)}
    counter.do("permit", permit.id, "issue_pass", CLERK, **given)
    return counter.one("pass", counter.ids("pass")[-1])


def events(counter, row):
    return [
        (e.direction, e.result, e.reason)
        for e in (counter.one("gate_event", i) for i in counter.ids("gate_event", pass_id=row.id))
    ]


def test_a_worker_comes_in_once_and_every_try_is_kept(counter, permit):
    """Example 10."""
    row = issued(counter, permit)
    assert row.number == f"CR-{counter.today.year}-000001"
    counter.do("pass", row.id, "enter", GATE)
    assert counter.one("pass", row.id).inside
    assert rules(counter.refused("pass", row.id, "enter", GATE)) == ["already_inside"]
    counter.do("pass", row.id, "leave", GATE)
    counter.do("pass", row.id, "enter", GATE)
    assert events(counter, row) == [
        ("in", "admitted", None), ("in", "refused", "already_inside"), ("out", "admitted", None), ("in", "admitted", None),
    ]  # fmt: skip


def test_a_stopped_permit_stops_its_passes_at_once(counter, permit):
    row = issued(counter, permit)
    counter.do(CASE, permit.application_id, "stop", BOSS, reason="巡查")
    assert rules(counter.refused("pass", row.id, "enter", GATE)) == ["permit_not_valid"]
    counter.do(CASE, permit.application_id, "resume", BOSS, reason="整改完毕")
    counter.do("pass", row.id, "enter", GATE)


def test_one_person_has_one_pass_until_it_is_back(counter, permit):
    row = issued(counter, permit)
    again = {"worker": row.worker_id, "valid_until": str(counter.ends)}
    assert rules(counter.refused("permit", permit.id, "issue_pass", CLERK, **again)) == ["pass_open"]
    counter.do("pass", row.id, "enter", GATE)
    assert rules(counter.refused("pass", row.id, "take_back", CLERK)) == ["still_inside"]
    counter.do("pass", row.id, "report_lost", GATE, reason="遗失")
    counter.do("pass", row.id, "leave", GATE)
    assert rules(counter.refused("pass", row.id, "enter", GATE)) == ["pass_not_open"]
    counter.do("permit", permit.id, "issue_pass", CLERK, **again)
    assert counter.one("pass", counter.ids("pass")[-1]).number.endswith("000002")


def test_an_owners_electrician_gets_a_pass_with_the_certificate(counter):
    """Example 11."""
    counter.starts = counter.today
    case, receipt = counter.ready(
        work_mode="self_managed", contractor=None, site_manager_name=None, site_manager_phone=None
    )
    permit = counter.issue(case, receipt)
    electrician = worker(counter, permit, trade="electric")
    given = {"worker": electrician, "valid_until": str(counter.ends)}
    assert rules(counter.refused("permit", permit.id, "issue_pass", CLERK, **given)) == ["certificate_missing"]
    paper = counter.enter(
        "skill_certificate", CLERK, worker=electrician, trade="electric", certificate_number="T1",
        valid_until=str(counter.today - DAY),
    )  # fmt: skip
    assert rules(counter.refused("permit", permit.id, "issue_pass", CLERK, **given)) == ["certificate_missing"]
    counter.edit("skill_certificate", paper, valid_until=str(counter.today))
    counter.do("permit", permit.id, "issue_pass", CLERK, **given)


def test_a_case_is_settled_when_its_passes_are_back(counter, permit):
    row, case = issued(counter, permit), permit.application_id
    counter.do(CASE, case, "request_acceptance", CLERK)
    counter.do(CASE, case, "accept", CLERK)
    assert rules(counter.refused(CASE, case, "settle", CLERK)) == ["passes_outstanding"]
    counter.do("pass", row.id, "take_back", CLERK)
    counter.do(CASE, case, "settle", CLERK)


@pytest.mark.on("sqlite")
def test_hours_are_kept_when_the_admin_switches_them_on(counter, permit):
    from app.core.policy import Policy

    row = issued(counter, permit)
    counter.session.add(Policy(name="gate_hours_apply", value=True, valid_from=counter.today))
    counter.session.add(Policy(name="gate_hours", value=["00:00-00:00"], valid_from=counter.today))
    counter.session.commit()
    assert rules(counter.refused("pass", row.id, "enter", GATE)) == ["outside_hours"]


def test_twenty_scans_at_once_let_one_in(app, counter, permit):
    row = issued(counter, permit)
    row_id = row.id
    counter.session.commit()

    def scan(_):
        with app.app_context(), here.as_house():
            try:
                Desk(db.session).do("pass", row_id, "enter", GATE)
            except NotAllowed as refused:
                return rules(refused.blockers)
            except Refusal as refused:
                return refused.status
            finally:
                db.session.remove()
            return "in"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(scan, range(20)))
    assert answers.count("in") == 1
    assert all(each in ("in", ["already_inside"], 409, 503) for each in answers)
    counter.session.commit()
    assert [each for each in events(counter, row) if each[1] == "admitted"] == [("in", "admitted", None)]
