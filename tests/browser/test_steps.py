"""A long form as steps and as tabs: nothing is lost on the way, faults lead to where they are, and it needs no script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from app.leads.views import LeadRegister
from app.owners.views import UnitRegister
from tests.browser.window import axe, shot, too_wide

NEXT, BACK, SAVE = "下一步", "上一步", "保存"


@pytest.fixture
def world() -> str:
    return "demo"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str, typed: str) -> None:
    page.locator(f"#f-{name}-ts-control").fill(typed)
    page.locator(".ts-dropdown:visible .option", has_text=typed).first.click()


@pytest.mark.parametrize("width", [1440, 390])
def test_step_by_step_a_new_parent_and_its_rows(
    page_at: Callable[..., Page], session: Any, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(UnitRegister, "form_layout", "steps")
    desk = Desk(session)
    building = desk.one("building", desk.ids("building")[0])
    estate = desk.one("estate", building.estate_id)
    page = page_at(width, "service_manager")
    page.goto("/unit/new")
    steps = page.locator(".way-steps li button")
    expect(steps.first).to_contain_text("基本情况")
    expect(steps).to_have_count(3)  # the facts, who owns it, who lives in it
    expect(page.get_by_role("button", name=SAVE, exact=True)).to_be_hidden()
    page.locator("#f-room").fill("9911")
    page.locator("#f-room").press("Enter")  # goes on, as the button does
    expect(page.locator(".faults")).to_be_focused()
    page.locator('.faults a[href="#f-estate"]').click()
    expect(page.locator("#f-estate-ts-control")).to_be_focused()
    choose(page, "estate", estate.name)
    choose(page, "building", building.code)
    page.locator("#f-state").select_option("sold")
    press(page, NEXT)
    expect(page.locator("#f-ownership legend")).to_be_focused()
    expect(page.locator(".faults")).to_have_count(0)
    press(page, NEXT)
    press(page, "添加一行 住户")
    page.locator("[id='f-resident.n1.name']").fill("赵小北")
    page.locator("[id='f-resident.n1.phone']").fill("12")
    press(page, BACK)
    press(page, BACK)
    expect(page.locator("#f-room")).to_have_value("9911")
    assert axe(page) + too_wide(page) == []
    steps.nth(2).click()
    expect(page.locator("[id='f-resident.n1.phone']")).to_have_value("12")
    press(page, SAVE)
    expect(page.locator(".faults")).to_be_focused()  # the server's: of the last step, which is shown
    expect(page.locator("[id='f-resident.n1.phone-fault']")).to_be_visible()
    shot(page, "steps-faults")
    assert axe(page) + too_wide(page) == []
    page.locator("[id='f-resident.n1.phone']").fill("13800138000")
    page.locator("[id='f-resident.n1.relation']").select_option("tenant")
    press(page, SAVE)
    expect(page.get_by_text("已保存")).to_be_visible()
    session.rollback()
    [made] = desk.ids("unit", room="9911")
    assert len(desk.ids("resident", unit_id=made)) == 1


def test_a_fault_of_rows_stops_at_their_step(
    page_at: Callable[..., Page], session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitRegister, "form_layout", "steps")
    monkeypatch.setattr(UnitRegister, "children", "resident.unit ownership.unit")
    desk = Desk(session)
    building = desk.one("building", desk.ids("building")[0])
    page = page_at(1440, "service_manager")
    page.goto("/unit/new")
    choose(page, "estate", desk.one("estate", building.estate_id).name)
    choose(page, "building", building.code)
    page.locator("#f-room").fill("9912")
    page.locator("#f-state").select_option("sold")
    page.locator(".way-steps li button").nth(1).click()
    press(page, "添加一行 住户")
    page.locator("[id='f-resident.n1.name']").fill("赵小北")
    press(page, NEXT)
    expect(page.locator(".faults")).to_contain_text("住户第 1 行 与业主关系")
    expect(page.locator("[id='f-resident.n1.relation-fault']")).to_be_visible()
    page.locator("[id='f-resident.n1.relation']").select_option("tenant")
    press(page, NEXT)
    expect(page.locator("#f-ownership legend")).to_be_focused()
    assert not desk.ids("unit", room="9912")


def test_a_live_application_is_told_of_at_the_first_step_and_a_draft_comes_back_where_one_was(
    page_at: Callable[..., Page], session: Any
) -> None:
    desk = Desk(session)
    taken = desk.one("renovation_application", desk.ids("renovation_application", state="under_work")[0])
    unit = desk.one("unit", taken.unit_id)
    page = page_at(1440, "renovation_clerk")
    page.goto("/renovation_application/new")
    choose(page, "unit", unit.full_name)
    press(page, NEXT)
    expect(page.locator("#f-unit-fault")).to_contain_text(taken.number)
    free = next(
        each for each in desk.ids("unit", state="handed_over") if not desk.ids("renovation_application", unit_id=each)
    )
    page.locator("#f-unit + .ts-wrapper .clear-button").click()
    choose(page, "unit", desk.one("unit", free).full_name)
    page.locator("#f-applicant_kind").select_option("owner")
    page.locator("#f-applicant_name").fill("王思远")
    page.locator("#f-applicant_phone").fill("13800138000")
    page.locator("#f-applicant_id_number").fill("11010519491231002X")
    press(page, NEXT)
    page.locator("#f-work_mode").select_option("self_managed")
    expect(page.locator("[data-draft-told]")).to_contain_text("草稿已存", timeout=8000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/renovation_application/new?draft=1")
    expect(page.locator("#f-work_mode")).to_be_visible()
    expect(page.locator("#f-work_mode")).to_have_value("self_managed")
    press(page, BACK)
    expect(page.locator("#f-applicant_name")).to_have_value("王思远")


def test_tabs_by_keyboard(page_at: Callable[..., Page], session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LeadRegister, "form_layout", "tabs")
    lead = Desk(session).ids("lead", state="new")[0]
    page = page_at(1440, "account_manager")
    page.goto(f"/lead/{lead}/edit")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(3)
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    tabs.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(page.locator("#f-budget_fen")).to_be_visible()
    page.locator("#f-budget_fen").fill("abc")
    page.keyboard.press("Escape")
    tabs.nth(1).focus()
    page.keyboard.press("End")
    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#f-customer_name")).to_be_visible()
    press(page, SAVE)
    expect(page.locator(".faults")).to_be_focused()
    expect(page.locator("#f-budget_fen-fault")).to_be_visible()  # its tab is the one that is shown
    expect(tabs.nth(1)).to_contain_text("1 处有误")
    shot(page, "tabs")
    assert axe(page) + too_wide(page) == []


def test_without_a_script_it_is_one_long_page(page_at: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LeadRegister, "form_layout", "steps")
    page = page_at(1440, "account_manager", java_script_enabled=False)
    page.goto("/lead/new")
    for name in ("customer_name", "budget_fen", "source"):
        expect(page.locator(f"#f-{name}")).to_be_visible()
    expect(page.get_by_role("button", name=NEXT)).to_be_hidden()
    press(page, SAVE)
    expect(page.locator("#f-customer_name-fault")).to_be_visible()
