"""The wizard: mapping with memory, the difference to what stands, only the good rows, the faulty back, by a job."""

import csv
import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.core.importing import wizard
from app.core.jobs.table import Job
from app.core.jobs.worker import run_waiting
from app.core.journal import JournalEntry
from app.demo.desk import Desk

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_ONCE = re.compile(r'name="once_token" value="([^"]+)"')
HEADER = "姓名,手机号码,楼盘,面积,装修时间,来源"
LINES = [HEADER, "王一,13800138001,丽景家园,89,2027-01-10,网络", "王二,13800138002,丽景家园,90,2027-01-11,网络"]
MAPPED = {
    "map.0": "customer_name",
    "map.1": "phone",
    "map.2": "estate_name",
    "map.4": "renovation_on",
    "map.5": "source",
}


def sent(browser: Any, lines: list[str], name: str = "一.csv") -> Any:
    browser.get("/lead/import")
    return browser.post("/lead/import", {"file": (io.BytesIO("\n".join(lines).encode()), name)})


def form_of(page: Any, **more: str) -> dict[str, str]:
    return {"token": _TOKEN.findall(page.text)[0], "once_token": _ONCE.findall(page.text)[0], "mapped": "1", **more}


def leads(session: Any) -> dict[str, Any]:
    session.rollback()
    session.expire_all()
    desk = Desk(session)
    return {lead.customer_name: lead for lead in (desk.one("lead", each) for each in desk.ids("lead"))}


def test_headers_are_taken_as_said_and_remembered(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    page = sent(browser, LINES)
    assert page.status_code == 422  # 姓名 and 楼盘 are no words of ours
    again = browser.post("/lead/import", {**form_of(page, step="check"), **MAPPED})
    assert again.status_code == 200
    assert leads(session) == {}
    form = {**form_of(again, step="import"), **MAPPED}
    assert browser.post("/lead/import", form).status_code == 302
    assert browser.post("/lead/import", form).status_code == 302  # a double click
    assert sorted(leads(session)) == ["王一", "王二"]
    next_time = sent(browser, [HEADER, "王三,13800138003,丽景家园,89,2027-01-10,网络"])
    assert next_time.status_code == 200
    other = sent(sign_in("marketing_manager"), [HEADER, "王三,13800138003,丽景家园,89,2027-01-10,网络"])
    assert other.status_code == 422


def test_a_file_updates_what_stands_and_shows_the_difference(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    browser.post("/lead/import", {**form_of(sent(browser, LINES), step="import"), **MAPPED})
    changed = [
        HEADER,
        "王一,13800138001,翠湖湾,89,2027-01-10,网络",
        LINES[2],
        "王三,13800138003,丽景家园,89,2027-01-10,网络",
    ]
    page = sent(browser, changed)
    assert page.text.count("系统里已经有了") == 2
    page = browser.post("/lead/import", {**form_of(page, step="check", key="phone"), **MAPPED})
    assert page.status_code == 200
    assert "<del>丽景家园</del> → <ins>翠湖湾</ins>" in page.text
    assert browser.post("/lead/import", {**form_of(page, step="import", key="phone"), **MAPPED}).status_code == 302
    found = leads(session)
    assert (found["王一"].estate_name, found["王一"].version, found["王二"].version) == ("翠湖湾", 2, 1)
    entries = (
        session.query(JournalEntry).filter_by(verb="import", row_id=found["王一"].id).order_by(JournalEntry.id).all()
    )
    assert entries[-1].before == {"estate_name": "丽景家园"}
    assert "王三" in found


def test_only_the_good_rows_and_the_faulty_back_as_a_file(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    page = sent(browser, [*LINES, "=王坏,123,440300199001010000,89,2027-01-10,网络"])
    refused = browser.post("/lead/import", {**form_of(page, step="import"), **MAPPED})
    assert refused.status_code == 422
    told = re.search(r'<div class="cell-fault"><a href="#(cell-\d+-1)">手机号码</a>：', refused.text)  # beside the line
    assert told and f'<td id="{told[1]}" class="wrong">123</td>' in refused.text
    assert leads(session) == {}
    done = browser.post("/lead/import", {**form_of(refused, step="import", only_good="1"), **MAPPED})
    assert sorted(leads(session)) == ["王一", "王二"]
    assert "有 1 行有误" in browser.get(done.location).text
    token = form_of(refused)["token"]
    answer = browser.get(f"/lead/import/faulty?token={token}")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == [*HEADER.split(","), "问题"]
    assert (rows[1][0], rows[1][2]) == ("'=王坏", "'440300199001010000")
    assert rows[1][-1].startswith("手机号码：")
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get(f"/lead/import/faulty?token={token}&format=xlsx").data)
    )
    assert book.get_sheet_by_index(0).to_python()[1][1] == "123"
    assert sign_in("marketing_manager").get(f"/lead/import/faulty?token={token}").status_code == 404


def test_a_long_file_is_a_job_and_is_done_once(sign_in: Any, session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(wizard, "WHOLE", 1)
    browser = sign_in("account_manager")
    page = sent(browser, LINES)
    checked = browser.post("/lead/import", {**form_of(page, step="check_all"), **MAPPED})
    run_waiting(session)
    assert leads(session) == {}
    job = session.query(Job).one()
    assert "可新增 2 行" in browser.get(checked.location).text
    assert browser.get(job.link).status_code == 200
    form = {**form_of(page, step="import"), **MAPPED, "once_token": "other"}
    asked = browser.post("/lead/import", form)
    assert browser.post("/lead/import", form).location == asked.location
    run_waiting(session)
    assert sorted(leads(session)) == ["王一", "王二"]
    last = session.query(Job).order_by(Job.id.desc()).first()
    assert (last.state, last.done, last.result["new"]) == ("done", 2, 2)


@pytest.mark.on("sqlite")
def test_a_file_that_was_taken_is_taken_again_as_it_is(sign_in: Any, session: Any) -> None:
    """Though a cell is empty for which a new row has a value by itself; what people have changed since stays."""
    browser = sign_in("human_resources")
    lines = "工号,姓名,部门,设计师级别,入职日期\nS9001,卢玥英,设计部,,2024-01-02\nS9002,郭涛,设计部,设计师,2024-01-03"
    browser.get("/staff/import")
    page = browser.post("/staff/import", {"file": (io.BytesIO(lines.encode()), "员工.csv")})
    names = re.findall(r'<option value="(\w+)" selected>', page.text)
    mapped = {f"map.{place}": name for place, name in enumerate(names[:5])}
    assert browser.post("/staff/import", {**form_of(page, step="import"), **mapped}).status_code == 302
    desk = Desk(session)
    desk.one("staff", desk.ids("staff", name="卢玥英")[0]).designer_grade = "chief"
    session.commit()
    again = browser.post("/staff/import", {"file": (io.BytesIO(lines.encode()), "员工.csv")})
    told = browser.post("/staff/import", {**form_of(again, step="check", key="number"), **mapped})
    assert told.status_code == 200 and re.search(r"未变</span> 2<", told.text)


@pytest.mark.on("sqlite")
def test_the_example_file_is_one_that_would_be_taken(sign_in: Any, session: Any) -> None:
    for table, username in (("lead", "account_manager"), ("contractor", "service_manager")):
        browser = sign_in(username)
        data = browser.get(f"/{table}/import/template").data
        assert data.startswith(b"\xef\xbb\xbf")
        browser.get(f"/{table}/import")
        page = browser.post(f"/{table}/import", {"file": (io.BytesIO(data), "示例.csv")})
        assert page.status_code == 200, re.findall(r'cell-fault">(.*?)<', page.text)
    assert browser.get("/contractor/import/template?format=xlsx").data[:2] == b"PK"


@pytest.mark.on("sqlite")
def test_one_of_several_keys_is_chosen_and_our_own_number_by_itself(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    browser.post("/lead/import", {**form_of(sent(browser, LINES), step="import"), **MAPPED})
    one = leads(session)["王一"]
    page = sent(browser, ["编号,姓名", f"{one.number},王大"])
    assert "按「客户编号」找到并更新" in page.text
    assert "按「联系电话」找到并更新" in page.text
    page = sent(browser, [f"客户编号,{HEADER}", f"{one.number},王大,13800138001,丽景家园,89,2027-01-10,网络"])
    assert '<option value="number" selected>' in page.text
    assert "<del>王一</del> → <ins>王大</ins>" in page.text
    theirs = sent(browser, [f"客户编号,{HEADER}", "7,王大,13800138009,丽景家园,89,2027-01-10,网络"])
    assert '<option value="number" selected>' not in theirs.text
    assert theirs.status_code == 200
