"""Jobs: as their owner is now, taken over from the dead, nothing done twice, cancelled by their owner only."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import here, jobs
from app.core.editions import Edition
from app.core.jobs import work
from app.core.jobs import worker as working
from app.core.jobs.table import Job
from app.core.jobs.worker import SERVER
from app.core.notices import Notice
from app.core.words import say
from app.core.writing import write
from app.security.sessions import person_named

WHAT = say("数三下", "Count to three")


class Counting(jobs.Work):
    """Each step adds a row; the world may be told to end in the middle of one."""

    kind = "counting_in_a_test"
    dies_at = 0
    seen: list[tuple[str, bool]] = []

    def step(self, job: jobs.Running) -> bool:
        number = job.place.get("number", 0) + 1

        def chunk() -> None:
            self.seen.append((here.me().username, "admin" in here.me().roles))
            job.session.add(Edition(name=f"counted-{number}", mark="x"))
            job.session.flush()
            if number == self.dies_at:
                raise SystemExit  # as if the process were killed: nothing after it runs
            job.keep(done=number, number=number)

        write(job.session, chunk)
        return number < 3


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    Counting.dies_at, Counting.seen = 0, []


def asked(session: Any, username: str = "cashier") -> int:
    person = person_named(session, username)
    assert person is not None
    with here.acting_as(person):
        job = write(session, lambda: jobs.ask_for(session, Counting.kind, WHAT, {}, total=3))
        return job.id


def counted(session: Any) -> int:
    session.rollback()
    return int(session.execute(text("SELECT count(*) FROM edition WHERE name LIKE 'counted-%'")).scalar_one())


def test_a_job_is_done_in_its_owners_name_and_says_so(session: Any) -> None:
    job_id = asked(session)
    assert working.run_waiting(session) == 1
    job = session.get(Job, job_id)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert Counting.seen == [("cashier", False)] * 3
    [notice] = session.query(Notice).filter_by(staff_id=job.staff_id).all()
    assert (notice.zh, notice.en, notice.link) == ("数三下：已完成。", "Count to three: Done.", f"/jobs/{job_id}")


def test_another_worker_goes_on_where_the_dead_one_stopped(session: Any) -> None:
    job_id = asked(session)
    Counting.dies_at = 2
    with pytest.raises(SystemExit):
        working.run_waiting(session)
    Counting.dies_at = 0
    assert counted(session) == 1
    assert working.run_waiting(session) == 0  # it may be alive still
    session.execute(text("UPDATE job SET heartbeat_at = :then"), {"then": here.now() - timedelta(minutes=2)})
    session.commit()
    assert working.run_waiting(session) == 1
    assert counted(session) == 3
    assert session.get(Job, job_id).state == "done"


def test_a_worker_that_was_slow_commits_nothing_once_another_has_the_job(session: Any) -> None:
    asked(session)
    slow = working.Worker(session)
    job_id = slow.claim()
    assert job_id is not None
    session.execute(text("UPDATE job SET worker = 'another'"))
    session.commit()
    slow.carry_out(job_id)
    assert counted(session) == 0


def test_a_job_of_a_newer_release_waits_for_a_worker_that_knows_its_kind(session: Any, monkeypatch: Any) -> None:
    job_id = asked(session)
    with monkeypatch.context() as older:
        older.delitem(work._kinds, Counting.kind)
        assert working.run_waiting(session) == 0
        job = session.get(Job, job_id)
        assert (job.state, job.attempts) == ("waiting", 0)
    assert working.run_waiting(session) == 1
    assert counted(session) == 3


def test_a_right_that_was_taken_away_stops_the_job(session: Any) -> None:
    job_id = asked(session)
    session.execute(text("UPDATE ab_user SET active = :no WHERE username = 'cashier'"), {"no": False})
    session.commit()
    working.run_waiting(session)
    assert session.get(Job, job_id).state == "stopped"
    assert counted(session) == 0


def test_only_its_owner_sees_and_cancels_a_job(session: Any, sign_in: Any) -> None:
    job_id = asked(session)
    owner, other = sign_in("cashier"), sign_in("admin")
    assert other.get(f"/jobs/{job_id}").status_code == 404
    assert other.post(f"/jobs/{job_id}/cancel").status_code == 404
    page = owner.get(f"/jobs/{job_id}")
    assert "数三下" in page.text
    assert 'data-again="2"' in page.text
    assert "数三下" in owner.get("/jobs/").text
    assert "数三下" not in other.get("/jobs/").text
    assert owner.post(f"/jobs/{job_id}/cancel").status_code == 302
    session.rollback()
    assert working.run_waiting(session) == 0
    page = owner.get(f"/jobs/{job_id}")
    assert "已取消" in page.text
    assert "data-again" not in page.text


@pytest.mark.parametrize(
    ("going", "done", "seconds"),
    [(0, 0, 2), (10, 0, 2), (100, 0, 10), (900, 0, 30), (100, 50, 10), (100, 95, 2), (5000, 10, 30)],
)
def test_a_job_is_asked_after_the_longer_the_more_is_left_and_never_more_often_than_every_two_seconds(
    going: int, done: int, seconds: int
) -> None:
    began = here.now() - timedelta(seconds=going)
    job = Job(state="running", created_at=began, started_at=began, done=done, total=100 if done else 0)
    assert job.look_again == seconds


def test_a_running_job_stops_at_the_next_step(session: Any) -> None:
    asked(session)
    worker = working.Worker(session)
    job_id = worker.claim()
    assert job_id is not None
    session.execute(text("UPDATE job SET cancel = :yes"), {"yes": True})
    session.commit()
    worker.carry_out(job_id)
    assert session.get(Job, job_id).state == "cancelled"
    assert counted(session) == 0


@pytest.mark.on("sqlite")
def test_a_worker_ends_with_its_server_also_when_that_ended_first(app: Flask, database_url: str) -> None:
    """The server was stopped while the worker started: it is nobody's child then, and goes."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    settings = {"DATABASE_URL": database_url, "GUANJIA_HOME": str(app.config["GUANJIA_HOME"]), SERVER: str(gone.pid)}
    command = [sys.executable, "-m", "flask", "--app", "run", "work"]
    assert subprocess.run(command, env={**os.environ, **settings}, timeout=60).returncode == 0
