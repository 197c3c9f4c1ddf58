"""Files as an office sends them (tests/data): every fault told by row and column, then all or nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.demo.desk import Desk

DATA = Path(__file__).parents[1] / "data"


def brought_in(command: Any, table: str, file: str, username: str, *options: str) -> dict[str, Any]:
    answer = command("import", table, str(DATA / file), "--as", username, "--json", *options)
    told: dict[str, Any] = json.loads(answer.stdout)
    assert answer.exit_code == (1 if told.get("faulty") else 0), answer.output
    return told


def test_every_fault_of_a_file_is_told_and_nothing_is_written(command: Any, session: Any) -> None:
    told = brought_in(command, "lead", "leads_gb18030.csv", "account_manager")
    assert (told["rows"], told["good"], told["written"]) == (19, 11, False)
    assert [(each["row"], each["column"]) for each in told["faulty"]] == [
        (12, "联系电话"), (13, "联系电话"), (14, "计划装修日期"), (15, "联系电话"), (16, "来源"),
        (17, "预算(元)"), (18, "预算(元)"), (19, "计划装修日期"),
    ]  # fmt: skip
    assert "第 2 行" in told["faulty"][0]["message"]
    assert Desk(session).ids("lead") == []


@pytest.mark.on("sqlite")
def test_the_page_names_a_line_by_where_it_stands_in_the_file(sign_in: Any) -> None:
    data = "客户姓名,联系电话,来源\n赵敏,13800138000,上门\n钱进,13900139000,上门\n孙立,13800138000,上门\n".encode()
    page = sign_in("account_manager").post("/lead/import", {"file": (io.BytesIO(data), "十一月.csv")}).text
    assert "<td>4</td>" in page
    assert "与第 2 行重复。" in page
    assert "只导入正确的 2 行" in page


def test_what_people_write_is_understood(command: Any, session: Any) -> None:
    told = brought_in(command, "lead", "leads_good.csv", "account_manager")
    assert (told["rows"], told["good"], told["written"]) == (11, 11, True)
    desk = Desk(session)
    leads = [desk.one("lead", each) for each in desk.ids("lead")]
    by_name = {each.customer_name: each for each in leads}
    assert by_name["薛玲娜"].phone == "13943270384"  # full-width digits
    assert by_name["于曦娜"].phone == "13858621413"  # spaces
    assert by_name["黄曦涵"].phone == "15039931941"  # +86
    assert by_name["魏刚红"].budget_fen == 18_000_00  # 1.8万
    assert by_name["曾英娜"].budget_fen == 42_000_00  # 42,000元
    assert str(by_name["杨军"].renovation_on) == "2026-12-13"  # 2026年12月13日
    assert by_name["萧娜平"].remarks == '客户说:"先量房",\n再谈价格'
    assert by_name["徐娟敏"].remarks.startswith("=HYPERLINK")
    assert sorted(each.number for each in leads) == [f"KH-{leads[0].created_at.year}-{n:06d}" for n in range(1, 12)]


def test_a_rehearsal_writes_nothing_and_tells_the_same(command: Any, session: Any) -> None:
    told = brought_in(command, "lead", "leads_good.csv", "account_manager", "--dry-run")
    assert (told["good"], told["written"]) == (11, False)
    assert Desk(session).ids("lead") == []


def test_a_file_brought_in_twice_adds_nothing_twice(command: Any, session: Any) -> None:
    brought_in(command, "lead", "leads_good.csv", "account_manager")
    told = brought_in(command, "lead", "leads_good.csv", "account_manager")
    assert {each["column"] for each in told["faulty"]} == {"联系电话"}
    assert len(told["faulty"]) == 11
    assert len(Desk(session).ids("lead")) == 11


@pytest.mark.parametrize(("table", "file", "username", "rows", "faults"), [
    ("contractor", "contractors.csv", "service_manager", 4, [(4, "统一社会信用代码")]),
    ("staff", "staff.csv", "human_resources", 8, []),
    ("owner", "owners.xlsx", "service_manager", 120, [(18, "联系电话"), (30, "证件号码"), (64, "证件号码")]),
])  # fmt: skip
def test_the_other_files(command: Any, table: str, file: str, username: str, rows: int, faults: list[Any]) -> None:
    told = brought_in(command, table, file, username)
    assert told["rows"] == rows
    assert [(each["row"], each["column"]) for each in told["faulty"]] == faults
    assert told["written"] is (faults == [])


def test_staff_stand_in_their_departments_with_their_grade(command: Any, session: Any) -> None:
    brought_in(command, "staff", "staff.csv", "human_resources")
    desk = Desk(session)
    [lin] = [desk.one("staff", each) for each in desk.ids("staff", name="吕文䶮")]
    assert (lin.number, lin.designer_grade, str(lin.hired_on)) == ("S0007", "deputy_director", "2022-05-26")
    assert desk.one("department", lin.department_id).name == "设计部"


def test_nobody_imports_without_the_right(command: Any, sign_in: Any, session: Any) -> None:
    answer = command("import", "lead", str(DATA / "leads_good.csv"), "--as", "front_desk", "--json")
    assert answer.exit_code == 1
    browser = sign_in("front_desk")
    assert browser.get("/lead/import").status_code == 403
    assert browser.post("/lead/import", {"file": (io.BytesIO(b"x"), "x.csv")}).status_code == 403
    assert Desk(session).ids("lead") == []


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("name", "data"), [
    ("empty.csv", b""), ("header.csv", "客户姓名,联系电话\n".encode()), ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 500),
    ("not.xlsx", b"PK\x03\x04 no workbook"), ("unknown.csv", "甲,乙\n1,2\n".encode()), ("nul.csv", "客户姓名,联系电话\n王\0,13800138000\n".encode()),
    ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600), ("program.exe", b"MZ" + b"\0" * 100),
])  # fmt: skip
def test_what_is_no_file_of_ours_gets_a_sentence(sign_in: Any, session: Any, name: str, data: bytes) -> None:
    browser = sign_in("account_manager")
    browser.get("/lead/import")
    answer = browser.post("/lead/import", {"file": (io.BytesIO(data), name)})
    assert answer.status_code == 422
    assert 'class="fault"' in answer.text or 'role="alert"' in answer.text
    assert Desk(session).ids("lead") == []


@pytest.mark.on("sqlite")
def test_the_page_checks_first_and_writes_on_the_second_press(sign_in: Any, session: Any) -> None:
    browser = sign_in("account_manager")
    browser.get("/lead/import")
    checked = browser.post("/lead/import", {"file": (io.BytesIO((DATA / "leads_good.csv").read_bytes()), "十一月.csv")})
    assert checked.status_code == 200
    assert Desk(session).ids("lead") == []
    token = checked.text.split('name="token" value="')[1].split('"')[0]
    session.rollback()
    assert browser.post("/lead/import", {"token": token}).status_code == 302
    assert len(Desk(session).ids("lead")) == 11
    assert browser.post("/lead/import", {"token": token}).status_code == 422
    assert len(Desk(session).ids("lead")) == 11
