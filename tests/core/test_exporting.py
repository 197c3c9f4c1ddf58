"""Exports: exactly what this person sees, safe to open, told to the journal, in flat memory."""

import csv
import hashlib
import io
import resource
from contextvars import Context
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import BigInteger, String, cast, select

from app.core import here
from app.core.exporting.receipts import ExportReceipt
from app.core.journal import JournalEntry
from app.demo.desk import Desk

LEAD = {
    "estate_name": "丽景家园", "address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10",
}  # fmt: skip


@pytest.fixture
def leads(session: Any) -> Desk:
    desk = Desk(session)
    for number, (name, source) in enumerate([("傅欣", "walk_in"), ("蒋秀", "web"), ("=1+1", "web")]):
        desk.enter(
            "lead", "front_desk", **LEAD, customer_name=name, source=source, phone=f"1380013800{number}",
            budget_fen=(number + 1) * 10_000_00 + 50,
        )  # fmt: skip
    session.commit()
    return desk


def rows_of(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "no BOM"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_an_export_is_the_list_as_it_stands(leads: Desk, sign_in: Any) -> None:
    answer = sign_in("account_manager").get("/lead/export?source=web&sort=customer_name&format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    rows = rows_of(answer.data)
    assert [each["客户姓名"] for each in rows] == ["'=1+1", "蒋秀"]
    assert rows[1]["预算"] == "20000.50"
    assert rows[1]["联系电话"] == "13800138001"
    assert rows[1]["来源"] == "网络"


def test_who_sees_masks_gets_masks(leads: Desk, api: Any) -> None:
    for username in ("auditor", "general_manager"):
        rows = rows_of(api(username).get("lead/export?format=csv").data)
        assert len(rows) == 3
        assert {each["联系电话"] for each in rows} == {"138****8000", "138****8001", "138****8002"}


def test_columns_that_one_may_not_see_are_not_in_the_file(leads: Desk, api: Any) -> None:
    answer = api("cashier").get("renovation_application/export?format=csv")
    assert answer.status_code == 403
    told = api("account_manager").get("lead/export?columns=customer_name,phone,password,id_number")
    assert list(rows_of(told.data)[0]) == ["客户姓名", "联系电话"]


def test_the_right_is_one_of_its_own(leads: Desk, api: Any, sign_in: Any, command: Any) -> None:
    for username in ("front_desk", "account_assistant", "designer", "salesperson"):
        assert api(username).get("lead/export").status_code == 403
        assert sign_in(username).get("/lead/export").status_code == 403
    assert command("export", "lead", "--as", "front_desk").exit_code == 1


def test_only_rows_in_reach_are_in_the_file(leads: Desk, api: Any) -> None:
    """The marketing manager exports the department's leads, of which there is one."""
    leads.enter("lead", "salesperson", **LEAD, customer_name="段芳", source="marketing", phone="13900139000")
    rows = rows_of(api("marketing_manager").get("lead/export").data)
    assert [each["客户姓名"] for each in rows] == ["段芳"]
    leads.session.commit()


def test_the_journal_tells_who_took_what(leads: Desk, sign_in: Any) -> None:
    sign_in("account_manager").get("/lead/export?source=web&phone=13800138001&format=csv")
    leads.session.rollback()
    [entry] = leads.session.query(JournalEntry).filter_by(verb="export").all()
    assert entry.user_id == leads.person("account_manager").user_id
    detail = str(entry.note)
    assert "web" in detail
    assert "13800138001" not in detail
    assert "'rows': 1" in detail


def test_every_file_leaves_a_receipt_with_its_fingerprint(leads: Desk, sign_in: Any) -> None:
    browser = sign_in("account_manager")
    taken = [browser.get(f"/lead/export?source=web&phone=13800138001&format={form}").data for form in ("csv", "xlsx")]
    leads.session.rollback()
    kept = leads.session.query(ExportReceipt).order_by(ExportReceipt.id).all()
    assert [each.sha256 for each in kept] == [hashlib.sha256(data).hexdigest() for data in taken]
    assert [(each.rows, each.filter_zh) for each in kept] == [(1, "来源：网络；联系电话 ***")] * 2
    assert kept[0].sha256[:16] in browser.get("/exports/?of=all").text
    assert kept[0].sha256[:16] in sign_in("auditor").get(f"/exports/?of=all&sha256={kept[0].sha256}").text
    assert kept[0].sha256[:16] not in sign_in("marketing_manager").get("/exports/?of=all").text


def test_long_digits_stay_text(leads: Desk, sign_in: Any) -> None:
    leads.enter(
        "lead", "account_manager", **LEAD, customer_name="440300199001010000", source="web", phone="13900139009"
    )
    leads.session.commit()
    browser = sign_in("account_manager")
    assert "'440300199001010000" in [each["客户姓名"] for each in rows_of(browser.get("/lead/export").data)]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get("/lead/export?format=xlsx&columns=customer_name").data)
    )
    assert ["440300199001010000"] in book.get_sheet_by_index(0).to_python()


def test_a_workbook_keeps_numbers_as_numbers_and_digits_as_text(leads: Desk, api: Any) -> None:
    answer = api("account_manager").get("lead/export?format=xlsx&sort=id")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    first = dict(zip(sheet[0], sheet[1], strict=True))
    assert first["预算"] == 10_000.5
    assert first["联系电话"] == "13800138000"
    assert dict(zip(sheet[0], sheet[3], strict=True))["客户姓名"] == "'=1+1"


@pytest.mark.on("sqlite")
def test_every_register_is_exported_by_whoever_may(sign_in: Any) -> None:
    from app.core.declaration import all_registers
    from app.core.rights import may
    from app.extensions import db
    from app.security.sign_in import person_named

    for username in ("service_manager", "general_manager", "cashier", "human_resources"):
        browser = sign_in(username)
        with here.as_house():
            person = person_named(db.session, username)
        for table in all_registers():
            expected = 200 if person and may(person, "export", table) else 403
            answer = browser.get(f"/{table}/export")
            assert answer.status_code == expected, (username, table)
            assert expected == 403 or answer.data.startswith(b"\xef\xbb\xbf")


def test_a_hundred_thousand_leads_leave_in_flat_memory(app: Any, api: Any) -> None:
    a_hundred_thousand_leads()
    headers = api("account_manager").headers
    Context().run(streamed, app, headers, "&source=web&size=1")  # whatever is loaded once
    lines, first, grown = Context().run(streamed, app, headers)
    assert lines == 100_001
    assert first < 0.5
    assert grown < 20


def a_hundred_thousand_leads() -> None:
    """Ten thousand, and nine times the same under other numbers and phones."""
    from app.extensions import db
    from app.models import Lead
    from bench.rows import fill

    fill(10_000)
    kept = [column for column in Lead.__table__.c if column.name not in ("id", "number", "phone")]
    with db.engine.begin() as connection:
        for turn in range(1, 10):
            phone = cast(cast(Lead.phone, BigInteger) + turn * 1_000_000, String)
            rows = select(Lead.number + f"-{turn}", phone, *kept).where(Lead.number.not_like("KH-2026-%-%"))
            connection.execute(Lead.__table__.insert().from_select(["number", "phone", *kept], rows))


def streamed(app: Any, headers: dict[str, str], also: str = "") -> tuple[int, float, float]:
    """Lines, seconds to the first of them, MiB by which the process grew at its largest."""
    before, start = _resident(), perf_counter()
    answer = FlaskClient(app, app.response_class).get(f"/api/v1/lead/export?sort=id{also}", headers=headers)
    pieces = iter(answer.response)
    lines = next(pieces).count(b"\r\n")
    first, largest = perf_counter() - start, before
    for piece in pieces:
        lines += piece.count(b"\r\n")
        largest = max(largest, _resident())
    answer.close()
    return lines, first, largest - before


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
