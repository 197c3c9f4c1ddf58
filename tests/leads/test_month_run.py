"""A month's run is a job: in portions, over at once when it is short, never half done and approved, nothing twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core import here, runner
from app.core.jobs.table import Job
from app.core.jobs.worker import run_waiting
from app.core.journal import JournalEntry
from app.core.notices import Notice
from app.demo.desk import Desk
from app.leads.commissions import actions, lines
from app.leads.models import Contract

SIGNED = 5
LEAD = {"customer_name": "傅欣", "address": "13栋2503", "floor_area": 89.5, "budget_fen": 4_000_000,
        "renovation_on": "2099-01-10", "source": "walk_in"}  # fmt: skip


@pytest.fixture
def desk(session: Any, monkeypatch: Any) -> Desk:
    """Five contracts of the front desk's own customers; a month's run takes them by twos."""
    desk = Desk(session)
    designer = desk.ids("staff", designer_grade="director")[0]
    for number in range(SIGNED):
        lead = desk.enter("lead", "front_desk", **{**LEAD, "phone": str(13_800_000_000 + number)})
        session.add(Contract(
            number=f"HT-2026-90000{number}", lead_id=lead, designer_id=designer, amount_fen=100,
            signed_on=date(2026, 11, 10),
        ))  # fmt: skip
        session.commit()
    monkeypatch.setattr(actions, "PORTION", 2)
    return desk


@pytest.fixture
def run(desk: Desk) -> int:
    return desk.enter("commission_run", "human_resources", month="2026-11")


@pytest.fixture
def no_patience(monkeypatch: Any) -> None:
    """Nobody waits: all of it is a worker's."""
    real = runner.hasten
    monkeypatch.setattr(runner, "hasten", lambda session, job_id, _: real(session, job_id, 0))


def soon(desk: Desk) -> None:
    """The asker's head start is over, and so is a dead worker's time."""
    desk.session.execute(
        text("UPDATE job SET begins_at = :then, heartbeat_at = :then"), {"then": here.now() - timedelta(minutes=2)}
    )
    desk.session.commit()


def earned(desk: Desk, run: int) -> list[int]:
    desk.session.rollback()
    return [desk.one("commission_line", each).amount_fen for each in desk.ids("commission_line", run_id=run)]


def told(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["rule"] for each in answer.json["blockers"]]


def test_a_short_run_is_over_with_the_answer_behind_every_door(
    desk: Desk, run: int, api: Any, sign_in: Any, command: Any
) -> None:
    answer = api("human_resources").post(f"commission_run/{run}/compute")
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["job"]["state"], answer.json["job"]["done"]) == ("draft", "done", SIGNED)
    assert earned(desk, run) == [1_000] * SIGNED
    assert answer.json["version"] == desk.one("commission_run", run).version
    browser = sign_in("human_resources")
    assert browser.post(f"/commission_run/{run}/compute").location == f"/commission_run/{run}"
    assert browser.get(answer.json["job"]["link"]).status_code == 200
    shell = command("do", "commission_run", str(run), "compute", "--as", "human_resources", "--json")
    assert shell.exit_code == 0, shell.output
    many = browser.post("/commission_run/do/compute", {"ids": [run], "once_token": "m"})
    assert "办成 1 条" in browser.get(many.location).text
    soon(desk)
    run_waiting(desk.session)
    row = desk.one("commission_run", run)
    assert (row.total_fen, earned(desk, run), desk.session.query(Job).count()) == (5_000, [1_000] * SIGNED, 4)
    assert {job.state for job in desk.session.query(Job)} == {"done"}
    assert desk.session.query(JournalEntry).filter_by(table_name="commission_line", verb="compute").count() == SIGNED
    told_by_notice = desk.session.query(Notice).filter(Notice.zh.contains("计算")).count()
    assert told_by_notice == 0, "whoever asked saw each of them end"


@pytest.mark.usefixtures("no_patience")
def test_a_long_run_is_no_ones_until_its_end(desk: Desk, run: int, api: Any, sign_in: Any, monkeypatch: Any) -> None:
    personnel, boss, browser = api("human_resources"), api("general_manager"), sign_in("human_resources")
    answer = personnel.post(f"commission_run/{run}/compute")
    assert (answer.status_code, answer.json["job"]["state"]) == (202, "waiting")
    assert told(personnel.post(f"commission_run/{run}/compute")) == ["under_way"]
    assert browser.post(f"/commission_run/{run}/compute").status_code == 422
    assert told(boss.post(f"commission_run/{run}/approve")) == ["not_computed"]
    assert personnel.put(f"commission_run/{run}", month="2026-12").status_code == 422
    page = browser.get(f"/commission_run/{run}").text
    assert page.count("查看进度") == 1
    assert "正在进行（0/?）" in page
    assert "查看进度" not in sign_in("general_manager").get(f"/commission_run/{run}").text
    real, portions = lines.bring_up, []

    def killed_in_the_second(*args: Any) -> None:
        real(*args)
        portions.append(args[2])
        if len(portions) == 2:
            raise SystemExit

    soon(desk)
    with monkeypatch.context() as world, pytest.raises(SystemExit):
        world.setattr(actions, "bring_up", killed_in_the_second)
        run_waiting(desk.session)
    assert earned(desk, run) == [1_000] * 2
    assert told(boss.post(f"commission_run/{run}/approve")) == ["not_computed"]
    page = browser.get(answer.json["job"]["link"]).text
    assert "2 / 5" in page
    soon(desk)
    run_waiting(desk.session)
    assert earned(desk, run) == [1_000] * SIGNED
    assert (desk.one("commission_run", run).total_fen, desk.session.query(Job).one().done) == (5_000, SIGNED)
    assert desk.session.query(JournalEntry).filter_by(table_name="commission_line", verb="compute").count() == SIGNED
    assert boss.post(f"commission_run/{run}/approve").status_code == 200


@pytest.mark.usefixtures("no_patience")
def test_a_cancelled_run_is_not_computed_and_is_computed_anew(desk: Desk, run: int, api: Any, sign_in: Any) -> None:
    personnel, browser = api("human_resources"), sign_in("human_resources")
    where = browser.post(f"/commission_run/{run}/compute").location
    assert where.startswith("/jobs/")
    assert sign_in("human_resources2").get(where).status_code == 404
    assert browser.post(f"{where}/cancel").status_code == 302
    assert told(api("general_manager").post(f"commission_run/{run}/approve")) == ["not_computed"]
    assert personnel.post(f"commission_run/{run}/compute").status_code == 202
    soon(desk)
    run_waiting(desk.session)
    assert earned(desk, run) == [1_000] * SIGNED


@pytest.mark.usefixtures("no_patience")
def test_cancelled_or_stopped_in_the_middle_it_says_so(desk: Desk, run: int, api: Any, monkeypatch: Any) -> None:
    personnel, real = api("human_resources"), lines.bring_up

    def then(order: str, **values: Any) -> Any:
        def part(*args: Any) -> None:
            real(*args)
            if args[3] == 0:  # the first portion
                args[1].db.execute(text(order), values)

        return part

    for order, values, state, note in (
        ("UPDATE job SET cancel = :yes WHERE state = 'running'", {"yes": True}, "cancelled", "没有办完，请重新办理「计算」"),
        ("UPDATE ab_user SET active = :no WHERE username = 'human_resources'", {"no": False}, "stopped", "账号已停用"),
    ):  # fmt: skip
        assert personnel.post(f"commission_run/{run}/compute").status_code == 202
        soon(desk)
        monkeypatch.setattr(actions, "bring_up", then(order, **values))
        run_waiting(desk.session)
        job = desk.session.query(Job).order_by(Job.id.desc()).first()
        assert job.state == state
        assert note in job.result["note"]["zh"]
        assert desk.one("commission_run", run).computed_at is None


def test_a_line_that_is_no_longer_earned_goes_and_the_others_stay(desk: Desk, run: int) -> None:
    desk.do("commission_run", run, "compute", "human_resources")
    before = desk.ids("commission_line", run_id=run)
    contracts = desk.ids("contract")
    for contract in (contracts[1], contracts[-1]):  # signed in another month, as it turns out
        desk.one("contract", contract).signed_on = date(2026, 10, 31)
    desk.session.commit()
    desk.do("commission_run", run, "compute", "human_resources")
    assert desk.ids("commission_line", run_id=run) == [before[0], before[2], before[3]]
    assert desk.one("commission_run", run).total_fen == 3_000


def test_another_month_is_not_the_one_that_was_computed(desk: Desk, run: int, api: Any) -> None:
    desk.do("commission_run", run, "compute", "human_resources")
    assert api("human_resources").put(f"commission_run/{run}", month="2026-12").status_code == 200
    desk.session.rollback()
    assert told(api("general_manager").post(f"commission_run/{run}/approve")) == ["not_computed"]
