"""A file goes through what a form goes through: the check says what the writing does, and both ask the registers."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import text

from app.core import here
from app.core.answers import Faulty
from app.core.declaration import all_registers, register_of
from app.core.exporting import csv_text
from app.core.importing import How, writing
from app.core.importing.examples import example
from app.core.importing.plan import sheet_of
from app.core.importing.writing import carry_out, look
from app.core.kinds import Relation
from app.core.offering import options
from app.core.qualified import found
from app.core.record import fields
from app.core.rights import ROLE_NAMES, may
from app.core.words import say
from app.demo.desk import Desk
from app.models import Unit
from app.security.sign_in import person_named

LEADS = ["客户姓名,联系电话,小区,装修地址,房屋面积,计划装修日期,来源"]
LEADS += [f"客{n},1380013810{n},丽景家园,1栋{n},89,2027-01-10,网络" for n in range(3)]


def brought(session: Any, table: str, username: str, lines: list[str], how: How | None = None) -> tuple[Any, Any]:
    """What the check says, and what the writing."""
    with here.as_house():
        person = person_named(session, username)
    register = register_of(table)
    assert person is not None
    assert register is not None
    with here.acting_as(person):
        sheet = sheet_of(register, "x.csv", "\n".join(lines).encode())
        seen = writing.Answer.of(look(session, register, sheet, how or How()))
        return seen, carry_out(session, register, "x.csv", sheet, how or How())


def told(answer: Any) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, str(fault.message)) for fault in answer.faulty]


@pytest.mark.on("sqlite")
def test_the_example_of_every_register_is_checked_and_written(session: Any) -> None:
    """Those that somebody may import are taken; of the others the check and the writing say the same."""
    desk = Desk(session)
    desk.enter("phone_list", "marketing_manager", name="一期", estate_name="丽景家园")
    session.execute(text("DELETE FROM ownership"))  # the first unit is the first owner's already
    session.commit()
    written = set()
    for table, register in sorted(
        all_registers().items(), key=lambda each: (each[0] == "estate", each[0]), reverse=True
    ):
        if not register.imported():
            continue
        importing = [role for role in ROLE_NAMES if may(person_of(session, role), "import", table)]
        with here.acting_as(person_of(session, importing[0] if importing else "admin")):
            file = csv_text(example(session, register)).splitlines()
        seen, done = brought(session, table, importing[0] if importing else "admin", file)
        assert (told(seen), seen.good) == (told(done), done.good), table
        if importing:
            assert done.written, (table, told(done))
            written.add(table)
    assert written >= {"lead", "phone_list_entry", "unit", "owner", "resident", "contractor", "staff", "estate"}


def person_of(session: Any, role: str) -> here.Person:
    return Desk(session).person(str(role))


def test_a_phone_list_comes_as_a_file(sign_in: Any, session: Any) -> None:
    """R-4.3.6: each number is held against the leads when it comes, by whatever door."""
    desk = Desk(session)
    desk.enter("phone_list", "marketing_manager", name="丽景一期", estate_name="丽景家园")
    lead = {"customer_name": "王", "estate_name": "丽景家园", "renovation_on": "2099-01-10", "source": "web"}
    desk.enter("lead", "account_manager", **lead, phone="13800138001")
    session.commit()
    browser = sign_in("marketing_manager")
    browser.get("/phone_list_entry/import")
    file = "名单,电话,联系人\n丽景一期,13800138001,甲\n丽景一期,13800138002,乙".encode()
    page = browser.post("/phone_list_entry/import", {"file": (io.BytesIO(file), "名单.csv")})
    assert page.status_code == 200
    assert browser.post("/phone_list_entry/import", {"token": token_in(page)}).status_code == 302
    session.rollback()
    entries = [desk.one("phone_list_entry", each) for each in desk.ids("phone_list_entry")]
    assert [(each.estate_name, each.result) for each in entries] == [("丽景家园", "visited"), ("丽景家园", "open")]


def token_in(page: Any) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page.text)[0]


def test_a_salespersons_file_is_their_first_contact(session: Any) -> None:
    seen, done = brought(session, "lead", "salesperson", LEADS)
    assert (seen.good, done.good, done.written) == (3, 3, True)
    desk = Desk(session)
    me = desk.staff_id("salesperson")
    assert {desk.one("lead", each).claimant_id for each in desk.ids("lead")} == {me}
    claims = [desk.one("claim", each) for each in desk.ids("claim")]
    assert [(each.kind, each.staff_id) for each in claims] == [("first_contact", me)] * 3
    assert [each.number[-6:] for each in claims] == ["000001", "000002", "000003"]


def test_a_line_is_asked_in_sight_of_those_before_it(session: Any) -> None:
    lines = [
        "类别,开始日期,结束日期",
        "旺季,2027-03-01,2027-04-30",
        "淡季,2027-04-01,2027-05-31",
        "淡季,2027-06-01,2027-07-31",
    ]
    lines[0] = ",".join(str(register_of("season").fields()[name].label) for name in ("kind", "starts_on", "ends_on"))
    seen, refused = brought(session, "season", "admin", lines)
    assert not refused.written
    assert told(seen) == told(refused)
    assert [row for row, *_ in told(seen)] == [2]
    assert Desk(session).ids("season") == []
    _, done = brought(session, "season", "admin", lines, How(only_good=True))
    assert (done.written, done.good, len(Desk(session).ids("season"))) == (True, 2, 2)


def test_what_comes_with_a_row_comes_with_it(session: Any) -> None:
    """An application brings its papers, and the second one for a unit is refused in the check."""
    desk = Desk(session)
    register = register_of("renovation_application")
    assert register is not None
    file = csv_text(example(session, register)).splitlines()
    seen, done = brought(session, "renovation_application", "renovation_clerk", file)
    assert told(seen) == told(done)
    assert done.written, told(done)
    assert desk.ids("application_document") != []
    again, refused = brought(session, "renovation_application", "renovation_clerk", file)
    assert told(again) == told(refused) != []


@pytest.mark.on("sqlite")
def test_rows_that_would_be_out_of_reach_are_told_in_the_check(session: Any) -> None:
    seen, done = brought(session, "lead", "designer", LEADS)
    assert [row for row, *_ in told(seen)] == [1, 2, 3]
    assert told(seen) == told(done)
    assert Desk(session).ids("lead") == []


@pytest.mark.on("sqlite")
def test_what_the_database_alone_refuses_is_told_by_line(session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.core.importing.plan._is_foreseen", lambda *_: False)
    monkeypatch.setattr(register_of("lead"), "before_create_many", classmethod(lambda cls, rows, act: {}))
    lines = [*LEADS, LEADS[2].replace("客1", "同号"), *[each.replace("38001381", "38001382") for each in LEADS[1:]]]
    _, refused = brought(session, "lead", "account_manager", lines)
    assert [(row, column) for row, column, _ in told(refused)] == [(4, "联系电话")]
    assert Desk(session).ids("lead") == []
    _, done = brought(session, "lead", "account_manager", lines, How(only_good=True))
    assert (done.written, done.good) == (True, 6)
    numbers = [Desk(session).one("lead", each).number[-6:] for each in Desk(session).ids("lead")]
    assert numbers == [f"{n:06d}" for n in range(1, 7)]


@pytest.mark.on("sqlite")
def test_a_refused_writing_shows_the_file_its_mapping_and_why(sign_in: Any, session: Any, monkeypatch: Any) -> None:
    browser = sign_in("account_manager")
    browser.get("/lead/import")
    page = browser.post("/lead/import", {"file": (io.BytesIO("\n".join(LEADS).encode()), "网络.csv")})
    taken = {"customer_name": "王", "estate_name": "丽景家园", "renovation_on": "2099-01-10", "source": "web"}
    Desk(session).enter("lead", "account_manager", **taken, phone="13800138101")
    session.commit()
    form = {"token": token_in(page), "mapped": "1", "step": "import", "map.0": "customer_name", "map.1": "phone",
            "map.2": "estate_name", "map.5": "renovation_on", "map.6": "source"}  # fmt: skip
    refused = browser.post("/lead/import", form)
    assert refused.status_code == 422
    assert "系统里已经有了" in refused.text
    assert token_in(refused) == token_in(page)

    def refuse(*_: Any, **__: Any) -> None:
        raise Faulty({"": say("整个文件都不行。", "Not the file as a whole.")})

    monkeypatch.setattr(writing, "carry_out", refuse)
    refused = browser.post("/lead/import", form)
    assert refused.status_code == 422
    assert "整个文件都不行" in refused.text
    assert token_in(refused) == token_in(page)
    assert re.search(r'name="map\.3".*?<option value="address">', refused.text, re.DOTALL)  # left out as said before


def test_of_those_that_are_called_alike_the_full_name_or_number_counts(session: Any) -> None:
    desk = Desk(session)
    owners = [desk.enter("owner", "service_clerk", name="王五", kind="person", id_kind="passport", id_number=f"E1234567{n}")
              for n in (1, 2)]  # fmt: skip
    numbers = [desk.one("owner", each).number for each in owners]
    unit = desk.one("unit", desk.ids("unit")[0]).full_name
    lines = ["房屋,业主", f"{unit},王五", f"{unit},王五 {numbers[0]}", f"{unit},{numbers[1]}", f"{unit},王六"]
    _, answer = brought(session, "ownership", "service_clerk", lines)
    assert [row for row, *_ in told(answer)] == [1, 4]
    assert f"王五 {numbers[0]}、王五 {numbers[1]}" in told(answer)[0][2]
    other = desk.enter("estate", "admin", code="CH", name="翠湖湾")
    here_, there = desk.ids("building")[0], desk.enter("building", "admin", estate=other, code="1")
    code = desk.one("building", here_).code
    estate = desk.one("estate", desk.one("building", here_).estate_id).name
    words = {"翠湖湾 1": [there], "翠湖湾1": [there], f"{estate} - {code}": [here_], "翠湖湾 7": []}
    meant = found(session, Relation(table="building"), words)
    assert {word: [row.id for row in meant.get(word, [])] for word in words} == words
    assert any(each.get("note") == "翠湖湾" for each in options(session, fields(Unit)["building"], "1"))
