"""An import taken back as a whole: what nobody touched goes or is as it was, the rest is named, nothing twice."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core import here, journal
from app.core.importing import undoing
from app.core.jobs.table import Job
from app.core.jobs.worker import run_waiting
from app.core.journal import JournalEntry
from app.core.receipts.table import Batch, BatchLine
from app.demo.desk import Desk
from tests.core.test_deleting import again_in
from tests.core.test_import_wizard import HEADER, LINES, MAPPED, form_of, leads, sent

_ONCE = re.compile(r'name="once_token" value="([^"]+)"')
MANY = [HEADER, *(f"王{n},1380013900{n},丽景家园,8{n},2027-01-10,网络" for n in range(6))]


def brought_in(browser: Any, lines: list[str], **more: str) -> int:
    """The receipt of it."""
    answer = browser.post("/lead/import", {**form_of(sent(browser, lines), step="import", **more), **MAPPED})
    assert answer.status_code == 302
    told = re.search(r'<a href="/receipts/(\d+)">查看回执</a>', browser.get("/lead/").text)
    assert told and int(told[1]) == newest(browser)
    return newest(browser)


def newest(browser: Any) -> int:
    return max(int(each) for each in re.findall(r'href="/receipts/(\d+)"', browser.get("/lead/import").text))


def taken_back(browser: Any, receipt: int, **more: str) -> str:
    page = browser.get(f"/lead/import/undo?receipt={receipt}")
    assert page.status_code == 200
    token = _ONCE.findall(page.text)[0]
    form = {"receipt": str(receipt), "once_token": token, **more}
    answer = browser.post("/lead/import/undo", form)
    assert browser.post("/lead/import/undo", form).location == answer.location  # a double click
    return str(answer.location)


def states(session: Any) -> list[str]:
    session.rollback()
    session.expire_all()
    last = session.query(Batch).order_by(Batch.id.desc()).first()
    lines = session.query(BatchLine).filter_by(batch_id=last.id).order_by(BatchLine.id)
    return [line.state for line in lines]


def test_what_nobody_touched_goes_and_what_was_changed_is_as_it_was(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    brought_in(browser, LINES)
    second = brought_in(
        browser,
        [HEADER, LINES[1].replace("丽景家园", "翠湖湾"), "王三,13800138003,丽景家园,89,2027-01-10,网络"],
        key="phone",
    )
    told = browser.get(f"/receipts/{second}").text
    for word in ("一.csv", "新增", "变更", f"/lead/import/undo?receipt={second}"):
        assert word in told
    page = browser.get(f"/lead/import/undo?receipt={second}").text
    assert "可以撤回 2 行" in page
    assert len(leads(session)) == 3  # looking changes nothing
    where = taken_back(browser, second)
    assert "办成 2 条，未办 0 条" in browser.get(where).text
    found = leads(session)
    assert sorted(found) == ["王一", "王二"]
    assert (found["王一"].estate_name, found["王一"].version) == ("丽景家园", 3)
    [entry] = session.query(JournalEntry).filter_by(verb="undo_import", row_id=found["王一"].id).all()
    assert entry.after == {"estate_name": "丽景家园"}
    assert entry.note["receipt"] == int(where.rpartition("/")[2])
    assert journal.first_broken(session) is None
    told = browser.get(f"/receipts/{second}").text
    assert f'href="{where}"' in told
    assert f"/lead/import/undo?receipt={second}" not in told  # nothing is left to be taken back
    assert "没有这条记录" in browser.get(f"/lead/import/undo?receipt={second}").text  # of what is gone already
    assert sign_in("account_manager2").get(f"/lead/import/undo?receipt={second}").status_code == 404
    third = brought_in(browser, MANY)
    taken_back(browser, third)
    [again, *others] = again_in(browser.get("/lead/deleted"))
    assert len(others) == 6
    assert "一起恢复" not in browser.get(again).text  # the other rows of an act are no part of this one


def test_what_somebody_has_done_something_with_stays_and_is_named(sign_in: Any, session: Any) -> None:
    browser, other = sign_in("account_manager"), sign_in("account_manager2")
    receipt = brought_in(browser, MANY)
    found = leads(session)
    assert other.post(f"/lead/{found['王0'].id}/edit", {"remarks": "已联系"}).status_code == 302
    assert other.post(f"/lead/{found['王1'].id}/comment", {"text": "熟人介绍"}).status_code == 302
    desk = Desk(session)
    desk.do(
        "lead",
        found["王2"].id,
        "claim",
        "account_manager2",
        kind="invited",
        at="2026-11-16T08:30",
        evidence="登记本第 3 页",
    )
    session.commit()
    page = browser.get(f"/lead/import/undo?receipt={receipt}").text
    assert "可以撤回 3 行" in page
    for word in ("修改", "评论", "登记认定"):
        assert word in page
    done = browser.get(taken_back(browser, receipt)).text
    assert "办成 3 条，未办 3 条" in done
    assert sorted(leads(session)) == ["王0", "王1", "王2"]


def test_of_a_sheet_of_several_tables_all_that_it_made_goes(sign_in: Any, session: Any) -> None:
    browser, desk = sign_in("service_manager"), Desk(session)
    before = {table: len(desk.ids(table)) for table in ("estate", "building", "unit", "owner", "ownership")}
    browser.get("/owner/import")
    head = "姓名,联系电话,小区,楼栋,房号,交房状态\n"
    lines = head + "".join(f"周{n},1390000123{n},云溪里,{n}栋,10{n},已交房\n" for n in range(3))
    page = browser.post("/owner/import", {"file": (io.BytesIO(lines.encode()), "业主.csv")})
    token, click = re.findall(r'name="token" value="([^"]+)"', page.text)[0], _ONCE.findall(page.text)[0]
    answer = browser.post("/owner/import", {"token": token, "once_token": click, "step": "import"})
    assert answer.status_code == 302, re.findall(r'cell-fault">(.*?)<', answer.text)
    session.rollback()
    assert len(desk.ids("unit")) == before["unit"] + 3
    receipt = session.query(Batch).one().id
    page = browser.get(f"/owner/import/undo?receipt={receipt}")
    assert "可以撤回 13 行" in page.text
    answer = browser.post(
        "/owner/import/undo", {"receipt": receipt, "do": "rehearse", "once_token": _ONCE.findall(page.text)[0]}
    )
    run_waiting(session)
    assert states(session) == ["goes"] * 13
    building = max(desk.ids("building"))
    desk.enter("unit", "service_manager", estate=max(desk.ids("estate")), building=building, room="999")
    session.commit()
    dry = answer.location.rpartition("/")[2]
    dry = str(session.query(Job).filter_by(id=int(dry)).one().params["batch"])
    page = browser.get(f"/owner/import/undo?receipt={dry}&how=judged")
    assert "保留 2 行" in page.text
    done = browser.post(
        "/owner/import/undo", {"receipt": dry, "how": "judged", "once_token": _ONCE.findall(page.text)[0]}
    )
    page = browser.get(done.location).text
    assert "办成 11 条，未办 2 条" in page
    assert "周1" in page and "云溪里" in page, "what is gone is named as it was"
    assert not re.search(r">#\d+<", page + browser.get(f"/receipts/{receipt}").text)
    session.rollback()
    left = {table: len(desk.ids(table)) - count for table, count in before.items()}
    assert left == {"estate": 1, "building": 1, "unit": 1, "owner": 0, "ownership": 0}


def test_a_large_one_is_a_job_that_survives_its_worker_and_the_rest_is_tried_again(
    sign_in: Any, session: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    monkeypatch.setattr(undoing, "STEP", 2)
    browser = sign_in("account_manager")
    receipt = brought_in(browser, MANY)
    where = taken_back(browser, receipt)
    assert where.startswith("/jobs/")
    real, steps = undoing.judged, []

    def died(*args: Any, **named: Any) -> Any:
        steps.append(1)
        found = real(*args, **named)
        if len(steps) == 2:
            raise SystemExit
        return found

    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(undoing, "judged", died)
        run_waiting(session)
    assert states(session) == ["went", "went", "waiting", "waiting", "waiting", "waiting"]
    assert sorted(leads(session)) == ["王0", "王1", "王2", "王3"]
    session.execute(text("UPDATE job SET heartbeat_at = :then"), {"then": here.now() - timedelta(minutes=2)})
    session.execute(text("UPDATE job SET cancel = :yes"), {"yes": True})
    session.commit()
    run_waiting(session)  # cancelled before its next portion
    assert states(session) == ["went", "went", "waiting", "waiting", "waiting", "waiting"]
    undo = session.query(Batch).filter_by(verb="undo_import").one().id
    assert "还有 4 条没有办" in browser.get(f"/receipts/{undo}").text
    taken_back(browser, undo)
    run_waiting(session)
    assert states(session) == ["went"] * 4
    assert leads(session) == {}
    job = session.query(Job).order_by(Job.id.desc()).first()
    assert (job.state, job.done, job.result["note"]["zh"]) == ("done", 4, "撤回 4 行，保留 0 行。")
    assert session.query(JournalEntry).filter_by(verb="delete", table_name="lead").count() == 6


def test_who_may_not_import_any_more_takes_nothing_back(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    receipt = brought_in(browser, LINES)
    session.execute(text("UPDATE batch SET owner_id = (SELECT id FROM ab_user WHERE username = 'auditor')"))
    session.commit()
    assert browser.get(f"/lead/import/undo?receipt={receipt}").status_code == 404
    assert sign_in("auditor").get(f"/lead/import/undo?receipt={receipt}").status_code == 403
    assert len(leads(session)) == 2
