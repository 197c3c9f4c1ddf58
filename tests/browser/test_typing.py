"""What is typed: the warning before one leaves, the draft of a dialog, the fields that appear when they matter."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core.added import loading
from app.core.trees import paths
from app.demo.desk import Desk
from tests.browser.window import axe, shot

WORDS = "客户要求换一位设计师"


@pytest.fixture
def world() -> str:
    return "demo"


def test_whoever_leaves_what_they_typed_is_asked_and_finds_it_again(page_at: Callable[..., Page], session: Any) -> None:
    lead = Desk(session).ids("lead", state="dispatched")[0]
    page = page_at(1440, "account_manager")
    asked: list[str] = []
    answers = iter([False, True])

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept() if next(answers) else dialog.dismiss()

    page.on("dialog", answer)
    page.goto(f"/lead/{lead}/reassign")
    page.locator("textarea[name=reason]").fill(WORDS)
    expect(page.locator("[data-draft-told]")).to_contain_text("草稿已存", timeout=8000)
    page.get_by_role("link", name="返回").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]  # dismissed: one stays
    expect(page.locator("textarea[name=reason]")).to_have_value(WORDS)
    page.get_by_role("link", name="返回").click()
    expect(page).to_have_url(f"/lead/{lead}")
    assert asked == ["beforeunload", "beforeunload"]
    page.goto(f"/lead/{lead}/reassign")
    page.get_by_role("button", name="接着填写").click()
    expect(page.locator("textarea[name=reason]")).to_have_value(WORDS)


def test_a_field_appears_when_it_matters(page_at: Callable[..., Page]) -> None:
    page = page_at(1440, "service_manager")
    page.goto("/credential/new")
    level = page.locator("#f-level")
    expect(level).to_be_hidden()
    page.locator("#f-kind").select_option("qualification")
    expect(level).to_be_visible()
    level.fill("二级")
    page.locator("#f-kind").select_option("business_licence")
    expect(level).to_be_hidden()
    page.locator("#f-kind").select_option("qualification")
    expect(level).to_have_value("二级")


def test_enter_chooses_only_what_was_offered_for_what_was_typed(page_at: Callable[..., Page], session: Any) -> None:
    desk = Desk(session)
    first, second = desk.ids("lead", state="new")[:2]
    named = desk.one("staff", desk.staff_id("designer5")).name
    page = page_at(1440, "account_manager")
    held: list[Any] = []
    page.route("**/lead/options/designer?*", lambda route: held.append(route))
    page.goto(f"/lead/do/dispatch?ids={first}&ids={second}")
    field = page.locator("#f-designer-ts-control")
    with page.expect_request("**/lead/options/designer?*"):
        field.click()
    with page.expect_request("**/lead/options/designer?*"):
        field.press_sequentially(named)
    field.press("Enter")  # before there is an answer
    expect(page.locator("#f-designer")).to_have_value("")
    nothing_typed, typed = held[0], held[-1]
    for late in (typed, nothing_typed):  # the answer to what was there before comes last
        with page.expect_response(late.request.url):
            late.continue_()
    offered = page.locator(".ts-dropdown:visible .option")
    expect(offered).to_have_count(1)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "/lead/do/dispatch" in answer.url
    ) as told:
        field.press("Enter")
    expect(page.locator(".ts-wrapper .item")).to_contain_text(named)
    # with whoever is chosen the rows are asked again
    assert told.value.status == 200
    expect(page.locator("#verdicts .verdict-sum")).to_be_visible()
    expect(page.locator("#would-go")).to_have_count(1)
    shot(page, "verb-many-chosen")


def test_what_stands_in_a_form_is_grouped_from_the_start_and_sent_plain(
    page_at: Callable[..., Page], session: Any
) -> None:
    desk = Desk(session)
    lead = desk.one("lead", next(each for each in desk.ids("lead", state="new") if desk.one("lead", each).budget_fen))
    page = page_at(1440, "account_manager")
    page.goto(f"/lead/{lead.id}/edit")
    expect(page.locator("#f-budget_fen")).to_have_value(f"{lead.budget_fen / 100:,.2f}")
    page.locator("#f-remarks").fill("已核对")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"/lead/{lead.id}*")
    before = lead.budget_fen
    session.expire_all()
    assert desk.one("lead", lead.id).budget_fen == before


def test_a_path_of_a_tree_is_chosen_by_any_part_and_filtered_by_any_level(
    page_at: Callable[..., Page], sign_in: Any, session: Any
) -> None:
    admin = sign_in("admin")
    tree = {"title": "行政区", "name": "region", "tree": "浙江\n  杭州\n    西湖\n    余杭\n江苏\n  南京"}
    assert admin.post("/option_tree/new", tree).status_code == 302
    field = {
        "table": "lead",
        "name": "region",
        "kind": "path",
        "zh": "所在地",
        "en": "Region",
        "tree": "region",
        "listed": "1",
    }
    assert admin.post("/added_field/new?table=lead", {**field, "level": ""}).status_code == 302
    try:
        lead = Desk(session).ids("lead", state="new")[0]
        page = page_at(1440, "account_manager")
        page.goto(f"/lead/{lead}/edit")
        page.locator("#f-region-ts-control").press_sequentially("yuhang")
        page.locator(".ts-dropdown:visible .option", has_text="余杭").click()
        assert axe(page) == []
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.locator("dd", has_text="浙江/杭州/余杭")).to_be_visible()
        page.goto("/lead/?region=浙江")
        expect(page.locator("tbody")).to_contain_text("浙江/杭州/余杭")
        page.goto(f"/lead/{lead}/edit")
        expect(page.locator("#f-region")).to_have_value("浙江/杭州/余杭")
        shot(page, "path")
        plain = page_at(1440, "account_manager", java_script_enabled=False)
        plain.goto(f"/lead/{lead}/edit")
        plain.locator("#f-region").fill("南京")
        plain.get_by_role("button", name="保存", exact=True).click()
        expect(plain.locator("dd", has_text="江苏/南京")).to_be_visible()
    finally:
        loading.put_in_force([])
        paths.put_in_force({})
