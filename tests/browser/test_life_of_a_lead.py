"""The life of a marketing lead, from the salesperson's phone to the locked commission, as the people who touch it;
and a walk-in at the front desk, entered by keyboard alone."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core import here
from app.demo import names
from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide

PageAt = Callable[..., Page]
PHONE = names.phone(4242)


@pytest.fixture
def desk(session: Any) -> Desk:
    return Desk(session)


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []


def done(page: Page, verb: str) -> None:
    page.locator("form button[type=submit]", has_text=verb).last.click()


def test_from_the_salespersons_phone_to_the_locked_commission(page_at: PageAt, desk: Desk, session: Any) -> None:
    today = str(here.today())
    sales = page_at(390, "salesperson")
    sales.goto("/lead/new")
    for name, typed in (("customer_name", "王思远"), ("phone", PHONE), ("estate_name", "丽景家园"), ("address", "3栋502"),
                        ("floor_area", "98"), ("budget_fen", "42000"), ("renovation_on", today)):  # fmt: skip
        sales.locator(f"#f-{name}").fill(typed)
    sales.locator("#f-source").select_option("marketing")
    sales.get_by_role("button", name="保存", exact=True).click()
    expect(sales.get_by_role("heading", name="KH-")).to_be_visible()
    looked_at(sales, "lead-of-marketing")
    session.rollback()
    [lead] = desk.ids("lead")
    sales.goto(f"/transfer_slip/new?lead={lead}")
    sales.locator("#f-remarks").fill("客户希望周末量房")
    sales.get_by_role("button", name="保存", exact=True).click()
    expect(sales.get_by_role("heading", name="CD-")).to_be_visible()
    slip = int(sales.url.rsplit("/", 1)[1])

    market = page_at(1440, "marketing_manager")
    market.goto("/")
    looked_at(market, "marketing-today")
    market.get_by_role("link", name="市场部待日报备案").click()
    market.locator("tbody input[name=ids]").first.check()
    market.get_by_role("button", name="日报备案").click()
    done(market, "日报备案")
    market.goto(f"/transfer_slip/{slip}/sign_market")
    done(market, "市场部经理签字")
    expect(market.locator("h1 .state")).to_be_visible()

    store = page_at(1440, "store_manager")
    store.goto(f"/transfer_slip/{slip}/sign_store")
    done(store, "店面经理签字")
    expect(store.locator("h1 .state")).to_be_visible()

    manager = page_at(1440, "account_manager")
    manager.goto("/dispatch_board/")
    looked_at(manager, "dispatch-board")
    manager.locator("form.proposed button").first.click()
    expect(manager.get_by_text("没有待派的客户")).to_be_visible()
    session.rollback()
    held = desk.one("lead", lead).designer_id
    username = next(
        name for name in ("designer", *(f"designer{n}" for n in range(2, 13))) if desk.staff_id(name) == held
    )

    sales.goto(f"/transfer_slip/{slip}")
    expect(sales.locator("dl.facts").first).to_contain_text(
        desk.one("staff", held).name
    )  # told whom it went to

    designer = page_at(390, username)
    designer.goto(f"/lead/{lead}/follow_up")
    designer.locator("#f-note").fill("已约明早量房")
    looked_at(designer, "follow-up")
    done(designer, "登记跟进")
    designer.goto(f"/lead/{lead}/measure")
    done(designer, "量房")
    designer.goto(f"/lead/{lead}/sign_contract")
    designer.locator("#f-amount_fen").fill("46800")
    done(designer, "签订合同")
    designer.goto(f"/lead/{lead}")
    expect(designer.locator("h1 .state")).to_have_text("已签单")
    looked_at(designer, "lead-signed")

    personnel = page_at(1440, "human_resources")
    personnel.goto(f"/transfer_slip/{slip}/copy_to_hr")
    done(personnel, "转人力资源")
    personnel.goto("/commission_run/new")
    personnel.locator("#f-month").fill(today[:7])
    personnel.get_by_role("button", name="保存", exact=True).click()
    run = personnel.url
    personnel.goto(f"{run}/compute")
    done(personnel, "计算")
    personnel.goto(run)
    expect(personnel.get_by_text("50.00").first).to_be_visible()

    boss = page_at(1440, "general_manager")
    boss.goto(f"{run}/approve")
    done(boss, "批准")
    personnel.goto(f"{run}/lock")
    done(personnel, "锁定")
    expect(personnel.locator("h1 .state")).to_be_visible()
    looked_at(personnel, "commission-locked")
    for name in ("funnel", "fairness", "department_report", "closure_reasons"):
        manager.goto(f"/{name}/")
        looked_at(manager, f"report-{name}")
    personnel.goto("/year_end_bonus/")
    looked_at(personnel, "report-bonus")
    session.rollback()
    lines = {
        desk.one("staff", each.staff_id).name: each.amount_fen
        for each in (desk.one("commission_line", row) for row in desk.ids("commission_line"))
    }
    assert lines[desk.one("staff", desk.staff_id("account_manager")).name] == 5000, lines


def test_a_caller_is_entered_by_keyboard_alone_within_thirty_seconds(page_at: PageAt, desk: Desk, session: Any) -> None:
    desk.enter("lead", "salesperson", customer_name="傅欣", phone=PHONE, source="referral")
    session.commit()
    page = page_at(1440, "front_desk")
    page.goto("/front_desk/")
    expect(page.locator("#f-phone")).to_be_focused()
    began = time.monotonic()
    keys = page.keyboard
    keys.type(PHONE)
    expect(page.locator("#known")).to_contain_text(f"{PHONE[:3]}****")
    looked_at(page, "front-desk-known")
    keys.press("Control+a")
    keys.type(names.phone(4343), delay=30)
    expect(page.locator("#known")).to_contain_text("新客户")
    for typed in ("王思远", None, "丽景家园", "3栋502", "98", "35000"):
        keys.press("Tab")
        if typed is None:  # the channel: the second of the list
            keys.press("ArrowDown")
            keys.press("ArrowDown")
        else:
            page.locator(":focus").fill(typed)
    while page.evaluate("document.activeElement.id") != "f-rings":
        keys.press("Tab")
    keys.type("2")
    keys.press("Tab")
    keys.press("ArrowDown")
    looked_at(page, "front-desk")
    keys.press("Control+s")
    expect(page.get_by_text("已登记：KH-")).to_be_visible()
    assert time.monotonic() - began < 30
    expect(page.locator("#f-phone")).to_be_focused()  # the next one may come
    session.rollback()
    row = desk.one("lead", desk.ids("lead")[-1])
    assert (row.customer_name, row.estate_name, row.budget_fen) == ("王思远", "丽景家园", 3_500_000)
    phone = page_at(390, "front_desk")
    phone.goto("/front_desk/")
    looked_at(phone, "front-desk")
