"""Exports in the background: once, or on a schedule; as their owner is then, for their owner only, never twice."""

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import here
from app.core.exporting import kept, making, schedules, sealed
from app.core.exporting.due import Every, Rhythm
from app.core.exporting.kept import ExportFile
from app.core.exporting.receipts import ExportReceipt
from app.core.exporting.schedules import ExportSchedule
from app.core.jobs.table import Job
from app.core.jobs.worker import run_waiting
from app.core.journal import JournalEntry
from app.core.notices import Notice
from app.demo.desk import Desk

LEAD = {"estate_name": "丽景家园", "address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10"}
LIST = {"query": "source=web&sort=-number", "columns": "number,customer_name,source", "form": "csv"}
_ONCE = re.compile(r'name="once_token" value="([^"]+)"')


def at(day: str, hour: int) -> datetime:
    """On the house's clock, eight hours before that of UTC."""
    return datetime.combine(datetime.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour - 8)


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        (Rhythm(Every.DAY, 0, 8), at("2026-11-25", 7), at("2026-11-25", 8)),
        (Rhythm(Every.DAY, 0, 8), at("2026-11-25", 8), at("2026-11-26", 8)),
        (Rhythm(Every.DAY, 0, 1), at("2026-12-31", 23), at("2027-01-01", 1)),
        (Rhythm(Every.WEEK, 0, 6), at("2026-11-23", 7), at("2026-11-30", 6)),
        (Rhythm(Every.MONTH, 31, 0), at("2026-11-01", 0), at("2026-11-30", 0)),
        (Rhythm(Every.MONTH, 31, 0), at("2027-01-31", 0), at("2027-02-28", 0)),
        (Rhythm(Every.MONTH, 1, 7), at("2026-11-30", 23), at("2026-12-01", 7)),
    ],
)
def test_it_is_due_by_the_clock_of_the_house(rhythm: Rhythm, after: datetime, due: datetime) -> None:
    assert rhythm.next(after) == due


@pytest.fixture
def leads(session: Any) -> Desk:
    desk = Desk(session)
    for number, (name, source) in enumerate([("傅欣", "walk_in"), ("蒋秀", "web"), ("韩梅", "web")]):
        desk.enter("lead", "front_desk", **LEAD, customer_name=name, source=source, phone=f"1380013800{number}")
    session.commit()
    return desk


@pytest.fixture
def manager(leads: Desk, sign_in: Any) -> Iterator[Any]:
    yield sign_in("account_manager")


def scheduled(browser: Any, session: Any, **given: Any) -> ExportSchedule:
    """A daily one that came due three days ago: no worker ran since."""
    token = _ONCE.findall(browser.get(f"/lead/export/later?{LIST['query']}").text)[0]
    asked = {**LIST, "every": "day", "hour": "8", "name": "每日网络客户", "once_token": token, **given}
    for _ in "a double click":
        answer = browser.post("/lead/export/later", asked)
        assert (answer.status_code, answer.location) == (302, "/exports/schedules")
    session.rollback()
    schedule = session.query(ExportSchedule).one()
    schedule.due_at -= timedelta(days=3)
    session.commit()
    return schedule  # type: ignore[no-any-return]


def becomes(session: Any, user_id: int, role: str) -> None:
    chosen = "(SELECT id FROM ab_role WHERE name = :role)"
    session.execute(
        text(f"UPDATE ab_user_role SET role_id = {chosen} WHERE user_id = :id"), {"role": role, "id": user_id}
    )
    session.commit()


def test_a_schedule_makes_one_file_for_its_owner_alone(manager: Any, sign_in: Any, session: Any) -> None:
    schedule = scheduled(manager, session)
    assert "source=web" not in str(session.execute(text("SELECT query FROM export_schedule")).scalar_one())
    assert schedules.ask_for_due(session) == 1
    assert schedules.ask_for_due(session) == 0
    assert schedule.due_at > here.now()
    run_waiting(session)
    file = session.query(ExportFile).one()
    answer = manager.get(f"/exports/files/{file.id}")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["韩梅", "蒋秀"], "filtered, and in the list's order"
    receipt = session.query(ExportReceipt).one()
    assert receipt.sha256 == file.sha256 == hashlib.sha256(answer.data).hexdigest()
    assert (receipt.rows, receipt.filter_zh, receipt.columns) == (2, "来源：网络", LIST["columns"].split(","))
    [notice] = session.query(Notice).filter(Notice.link == "/exports/files").all()
    assert (notice.zh, notice.en) == ("定时导出：每日网络客户：已完成。", "Scheduled export: 每日网络客户: Done.")
    assert session.query(JournalEntry).filter_by(verb="fetch_export").one().note["sha256"] == file.sha256
    other = sign_in("admin")
    assert other.get(f"/exports/files/{file.id}").status_code == 404
    assert "每日网络客户" not in other.get("/exports/schedules").text
    assert other.post(f"/exports/schedules/{schedule.id}/drop").status_code == 404
    page = manager.get("/exports/schedules").text
    assert "每天 08:00" in page
    assert "来源：网络" in page
    assert manager.post(f"/exports/schedules/{schedule.id}/drop").status_code == 302
    session.rollback()
    assert session.query(ExportSchedule).count() == 0
    assert manager.get(f"/exports/files/{file.id}").status_code == 200, "what was made stays its time"
    file.gone_at = here.now() - timedelta(seconds=1)
    session.commit()
    where = f"/exports/files/{file.id}"
    assert kept.sweep(session) == 1
    assert manager.get(where).status_code == 404
    assert session.query(ExportReceipt).count() == 1


def test_two_workers_at_one_due_schedule_make_one_file(app: Any, manager: Any, session: Any) -> None:
    from app.extensions import db

    scheduled(manager, session)
    engine, start = db.engine, Barrier(2)

    def look(_: int) -> int:
        with app.app_context(), Session(engine) as other:
            start.wait()
            return schedules.ask_for_due(other)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(copy_context().run, look, number) for number in range(2)]
        assert sum(each.result() for each in asked) == 1
    assert session.query(Job).filter_by(kind="export").count() == 1


@pytest.mark.on("sqlite")
def test_a_right_that_is_lost_before_it_is_due_makes_no_file(manager: Any, session: Any) -> None:
    schedule = scheduled(manager, session)
    schedules.ask_for_due(session)
    becomes(session, schedule.owner_id, "designer")
    run_waiting(session)
    assert (schedule.last_state, schedule.note) == ("stopped", "您的岗位没有此项权限。")
    assert session.query(ExportFile).count() == session.query(ExportReceipt).count() == 0
    schedule.due_at = here.now()
    session.execute(text("UPDATE ab_user SET active = :no WHERE id = :id"), {"no": False, "id": schedule.owner_id})
    session.commit()
    assert schedules.ask_for_due(session) == 0
    assert (schedule.paused, schedule.note) == (True, "账号已停用。")


@pytest.mark.on("sqlite")
def test_a_file_is_not_fetched_by_who_sees_less_than_when_it_was_made(manager: Any, session: Any) -> None:
    scheduled(manager, session, columns="number,phone")
    schedules.ask_for_due(session)
    run_waiting(session)
    file = session.query(ExportFile).one()
    assert manager.get(f"/exports/files/{file.id}").status_code == 200
    becomes(session, file.owner_id, "auditor")
    answer = manager.get(f"/exports/files/{file.id}")
    assert answer.status_code == 403, "the auditor exports leads, too, but sees masked phones"
    assert "权限有变" in answer.text


@pytest.mark.on("sqlite")
def test_a_worker_that_dies_in_the_middle_leaves_no_second_file_notice_or_receipt(
    manager: Any, session: Any, monkeypatch: Any
) -> None:
    scheduled(manager, session)
    schedules.ask_for_due(session)
    monkeypatch.setattr(making, "sight_of", lambda export: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):  # the file is written, and nothing says so yet
        run_waiting(session)
    monkeypatch.undo()
    session.rollback()
    assert session.query(ExportReceipt).count() == 0
    session.execute(text("UPDATE job SET heartbeat_at = :then"), {"then": here.now() - timedelta(minutes=2)})
    session.commit()
    assert run_waiting(session) == 1
    assert session.query(ExportReceipt).count() == session.query(Notice).filter(Notice.link == "/exports/files").count() == 1  # fmt: skip
    file = session.query(ExportFile).one()
    assert hashlib.sha256(manager.get(f"/exports/files/{file.id}").data).hexdigest() == file.sha256


@pytest.mark.on("sqlite")
def test_a_large_workbook_is_made_in_the_background(manager: Any, session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "LARGE", 2)
    assert manager.get("/lead/export?format=csv").mimetype == "text/csv", "what the database writes is sent at once"
    assert manager.get("/lead/export?format=xlsx&source=web").status_code == 200
    asked = manager.get("/lead/export?format=xlsx&columns=number")
    assert asked.location == "/lead/export/later?&columns=number&format=xlsx"
    page = manager.get(asked.location).text
    job = manager.post(
        "/lead/export/later",
        {"columns": "number", "form": "xlsx", "every": "now", "once_token": _ONCE.findall(page)[0]},
    )
    assert job.location.startswith("/jobs/")
    run_waiting(session)
    assert "共 3 行" in manager.get(job.location).text
    file = session.query(ExportFile).one()
    assert file.gone_at - file.made_at == kept.ASKED_KEPT
    assert manager.get(f"/exports/files/{file.id}").data.startswith(b"PK")


@pytest.mark.on("sqlite")
def test_a_sealed_file_opens_whole_or_not_at_all(app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sealed, "PIECE", 10)
    key = sealed.new_key()
    assert sealed.write(key, [b"twenty-five bytes", b" in two."]) == 25
    assert b"".join(sealed.read(key)) == b"twenty-five bytes in two."
    path = app.config["GUANJIA_HOME"] / "exports" / key
    whole = path.read_bytes()
    assert b"twenty" not in whole
    path.write_bytes(whole[: len(whole) // 3 + 1])
    with pytest.raises((InvalidTag, ValueError)):
        list(sealed.read(key))


def test_a_schedule_is_changed_and_run_once_by_its_owner_alone(manager: Any, sign_in: Any, session: Any) -> None:
    schedule = scheduled(manager, session)
    at_it = f"/exports/schedules/{schedule.id}"
    form = manager.get(at_it).text
    assert 'value="每日网络客户"' in form
    changed = {"every": "week", "on_week": "4", "hour": "6", "name": "每周网络客户", "form": "xlsx"}
    wrong = manager.post(at_it, {**changed, "hour": "30"})
    assert wrong.status_code == 422
    assert "每周网络客户" in wrong.text
    assert manager.post(at_it, changed).status_code == 302
    session.expire_all()
    assert (schedule.name, schedule.form, schedule.rhythm) == ("每周网络客户", "xlsx", Rhythm(Every.WEEK, 4, 6))
    assert schedule.due_at > here.now()
    assert "source=web" in schedule.query  # which rows stays
    for _ in "a double click":
        assert manager.post(f"{at_it}/run").status_code == 302
    assert session.query(kept.ExportFile).count() == 1
    other = sign_in("designer")
    assert other.get(at_it).status_code == 404
    assert other.post(at_it, changed).status_code == 404
    assert other.post(f"{at_it}/run").status_code == 404
