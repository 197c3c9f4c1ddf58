"""The command box: what is found, by whom, and what is not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text as sql

from app.demo.desk import Desk
from tests.core.test_lists import counted


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def find(sign_in: Callable[[str], Any]) -> Callable[[str, str], dict[str, list[dict[str, str]]]]:
    """`find("cashier", "收款")`: heading -> lines."""
    browsers: dict[str, Any] = {}

    def _find(username: str, text: str) -> dict[str, list[dict[str, str]]]:
        browser = browsers.get(username) or browsers.setdefault(username, sign_in(username))
        answer = browser.get("/find/", query_string={"q": text, "_l": "zh"})
        assert answer.status_code == 200
        return {group["label"]: group["lines"] for group in answer.json["groups"]}

    return _find


PAGES, RECORDS, DO = "登记簿与页面", "记录", "办理"


def urls(lines: list[dict[str, str]]) -> list[str]:
    return [line["url"] for line in lines]


def test_registers_are_found_by_word_pinyin_and_initials_and_only_those_in_the_menu(find: Any) -> None:
    for text in ("施工许可", "shigongxuke", "sgxk", "permit"):
        assert "/permit/" in urls(find("renovation_clerk", text)[PAGES]), text
    assert PAGES not in find("cashier", "kehudan")
    assert urls(find("gate", "")[PAGES])[0] == "/"


def test_a_number_finds_its_record_and_what_may_be_done_with_it_now(find: Any, session: Any) -> None:
    case = Desk(session).one("renovation_application", Desk(session).ids("renovation_application", state="approved")[0])
    found = find("renovation_clerk", case.number.lower())
    assert urls(found[RECORDS]) == [f"/renovation_application/{case.id}"]
    assert next(iter(found)) == RECORDS
    verbs = {line["label"]: line["url"] for line in found[DO]}
    assert verbs["发放施工许可"].startswith(f"/renovation_application/{case.id}/issue_permit?back=")
    assert "结算" not in verbs  # not from this state
    assert "批准" not in verbs  # not a clerk's
    assert find("gate", case.number) == {}


@pytest.mark.parametrize("text", ["发放施工许可 {number}", "{number} 许可", "fafang {number}"])
def test_a_verb_and_a_number_lead_to_the_dialog(find: Any, session: Any, text: str) -> None:
    desk = Desk(session)
    case = desk.one("renovation_application", desk.ids("renovation_application", state="approved")[0])
    found = find("renovation_clerk", text.format(number=case.number))
    assert [line["label"] for line in found[DO]] == ["发放施工许可"]
    assert next(iter(found)) == DO


def test_a_verb_alone_leads_to_what_waits_for_it(find: Any) -> None:
    assert urls(find("account_manager", "派单")[DO])[0] == "/lead/?state=new"
    assert "/lead/new" in urls(find("account_manager", "登记客户")[DO])
    assert DO not in find("auditor", "派单")


@pytest.mark.parametrize("text", ["派单 {name}", "{name} 派单", "派单 {piece}"])
def test_a_verb_and_a_name_lead_to_the_dialog(find: Any, session: Any, text: str) -> None:
    desk = Desk(session)
    lead = desk.one("lead", desk.ids("lead", state="new")[0])
    lines = find("account_manager", text.format(name=lead.customer_name, piece=lead.number[-6:]))[DO]
    assert any(line["url"].startswith(f"/lead/{lead.id}/dispatch?back=") for line in lines)
    assert lead.customer_name in lines[0]["note"]
    assert DO not in find("designer", text.format(name=lead.customer_name, piece=lead.number[-6:]))


def test_names_and_phones_are_found_within_the_scope_and_never_by_what_is_masked(find: Any, session: Any) -> None:
    desk = Desk(session)
    lead = desk.one("lead", desk.ids("lead", claimant_id=desk.staff_id("salesperson"))[0])
    assert f"/lead/{lead.id}" in urls(find("account_manager", lead.customer_name)[RECORDS])
    assert f"/lead/{lead.id}" in urls(find("account_manager", lead.phone)[RECORDS])
    assert f"/lead/{lead.id}" in urls(find("salesperson", lead.number)[RECORDS])
    assert find("salesperson2", lead.number) == {}
    assert f"/lead/{lead.id}" not in urls(find("salesperson2", lead.customer_name).get(RECORDS, []))
    assert RECORDS not in find("store_manager", lead.phone)  # who sees the phone only in part
    shown = find("store_manager", lead.number)[RECORDS][0]
    assert lead.phone not in shown["note"]
    assert shown["label"] == f"{lead.number} {lead.customer_name}"


def test_what_is_about_a_customer_is_found_by_the_customers_name_and_called_by_it(
    find: Any, session: Any, sign_in: Any
) -> None:
    desk = Desk(session)
    lead = desk.one("lead", desk.one("contract", desk.ids("contract")[0]).lead_id)
    numbers = {"claim": "RD", "dispatch": "PD", "contract": "HT"}
    lines = find("account_manager", lead.customer_name)[RECORDS]
    for table, series in numbers.items():
        row = desk.one(table, desk.ids(table, lead_id=lead.id)[-1]) if desk.ids(table, lead_id=lead.id) else None
        if row is not None:
            told = next(line for line in lines if line["url"] == f"/{table}/{row.id}")
            assert told["label"] == f"{row.number} {lead.customer_name}"
            assert row.number.startswith(series)
    follow_up = desk.one("follow_up", desk.ids("follow_up")[0])
    customer = desk.one("lead", follow_up.lead_id).customer_name
    lines = find("account_manager", customer)[RECORDS]
    assert customer in next(line for line in lines if line["url"] == f"/follow_up/{follow_up.id}")["label"]
    page = sign_in("account_manager").get(f"/follow_up/{follow_up.id}").text
    assert re.search(rf"<h1>跟进记录 <span.*{customer}", page), "what has no name is headed by what it is"
    gate = find("gate", lead.customer_name)
    assert not [line for line in gate.get(RECORDS, []) if line["url"].startswith(("/contract/", "/lead/"))]


def test_a_list_of_contracts_names_the_customer(sign_in: Any, session: Any) -> None:
    desk = Desk(session)
    lead = desk.one("lead", desk.one("contract", desk.ids("contract")[0]).lead_id)
    called = f"{lead.number} {lead.customer_name}"
    assert f'<a href="/lead/{lead.id}">{called}</a>' in sign_in("account_manager").get("/contract/").text
    found = sign_in("account_manager").get(f"/contract/?q={lead.customer_name}").text
    assert called in found
    offered = sign_in("account_manager").get(f"/follow_up/options/lead?q={lead.customer_name}").json
    assert (lead.id, lead.number, lead.customer_name) in [(e["id"], e["label"], e.get("note")) for e in offered]


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "\x00", "KH-", "KH-2026-", "1" * 200, "🙂", "<script>"])
def test_nonsense_finds_nothing_and_breaks_nothing(find: Any, text: str) -> None:
    assert DO not in find("account_manager", text)


@pytest.mark.on("sqlite")
def test_the_price_is_bounded(sign_in: Callable[[str], Any]) -> None:
    browser = sign_in("admin")
    browser.get("/find/?q=abc")
    assert counted(lambda: browser.get("/find/?q=1")) <= 1  # too short for records
    assert counted(lambda: browser.get("/find/?q=13")) <= 10
    assert counted(lambda: browser.get("/find/?q=KH-2026-000001")) <= 2
    assert counted(lambda: browser.get("/find/?q=王")) <= 16
    assert browser.client.get("/find/?q=abc", headers={"Accept": "application/json"}).status_code == 200


def test_who_is_not_signed_in_finds_nothing(client: Any) -> None:
    assert client.get("/find/?q=a", headers={"Accept": "application/json"}).status_code == 401


def test_a_row_of_another_tells_nothing_by_its_absence(find: Any, session: Any) -> None:
    """An unknown number and one out of reach are answered alike."""
    number = session.execute(sql("SELECT number FROM lead ORDER BY id LIMIT 1")).scalar_one()
    assert find("cashier", number) == find("cashier", "KH-2019-000001") == {}


def test_a_sum_is_reckoned_exactly_and_copied(find: Any) -> None:
    [line] = find("cashier", "12,800*20%")["计算"]
    assert (line["label"], line["copy"], line["url"]) == ("12800 × 20% = 2,560", "2560", "")
    assert "计算" not in find("cashier", "138-0013-8000")


def test_a_new_record_is_asked_for_by_its_register(find: Any) -> None:
    for text in ("新客户", "新建客户单", "new lead", "NEW khd", "add lead"):
        assert urls(find("account_manager", text)[DO])[0] == "/lead/new", text
    assert {"/lead/new", "/claim/new"} <= set(urls(find("account_manager", "新")[DO]))
    assert DO not in find("auditor", "new lead")


def test_what_was_opened_from_it_is_offered_again_to_oneself_while_in_reach(
    find: Any, sign_in: Any, session: Any
) -> None:
    lately, desk = "最近打开", Desk(session)
    lead = desk.one("lead", desk.ids("lead", claimant_id=desk.staff_id("salesperson"))[0])
    mine, other = sign_in("salesperson"), sign_in("salesperson2")
    for browser in (mine, other):
        for address in (
            "/claim/",
            f"/lead/{lead.id}",
            "/user/",
            "//evil.example/",
            "javascript:alert(1)",
            f"/lead/{lead.id}/edit",
        ):
            assert browser.post("/find/opened", {"address": address}).status_code == 204
    assert urls(find("salesperson", "")[lately]) == [f"/lead/{lead.id}", "/claim/"]
    assert find("salesperson", "")[lately][0]["label"] == f"{lead.number} {lead.customer_name}"
    assert urls(find("salesperson2", "")[lately]) == ["/claim/"]
    kept = session.execute(sql("SELECT address FROM opened")).scalars().all()
    assert sorted(kept) == sorted(["/claim/", f"/lead/{lead.id}", "/claim/"])
    for number in range(15):
        mine.post("/find/opened", {"address": ["/claim/", "/lead/", "/"][number % 3]})
    assert session.execute(sql("SELECT count(*) FROM opened")).scalar_one() <= 13
