"""A clerk at a list, in a real browser: a cell edited by keyboard, two sorts, all that match, columns in another order."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.window import axe


@pytest.fixture
def world() -> str:
    return "demo"


def test_a_list_is_worked_with_by_mouse_and_keyboard(page_at: Any) -> None:
    page = page_at(1440, "account_manager")
    page.goto("/lead/?state=new&size=5")
    page.locator("tbody tr:nth-child(2) a.row-link").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    field = page.locator(".cell-box [name=estate_name]")
    expect(field).to_be_focused()
    assert axe(page) == []
    field.fill("翠湖花园二期")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr:nth-child(2) td:nth-child(5)")).to_have_text("翠湖花园二期")

    page.locator("th[data-name=inquiry_on] a").click()
    page.locator("th[data-name=customer_name] a").click(modifiers=["Shift"])
    expect(page.locator("th[data-name=customer_name] sup")).to_have_attribute("data-place", "2")

    expect(page.locator("[data-facet=is] a[data-value=mine] .count")).to_be_visible()
    expect(page.locator(".tabs a[data-value=new] .count")).to_be_visible()
    page.locator("[data-tick-all]").click()
    page.locator("[data-match-all]").click()
    page.get_by_role("button", name="修改字段").click()
    expect(page.locator("h1")).to_contain_text("19")

    page.goto("/lead/")
    page.locator(".toolbar summary", has_text="列").click()
    page.locator(".drop-columns li:first-child [data-step=down]").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("th[data-name]").first).to_have_attribute("data-name", "customer_name")


def test_on_a_phone_rows_are_cards_with_their_words(page_at: Any) -> None:
    page = page_at(390, "account_manager")
    page.goto("/lead/?or=(source:web|budget_fen.gte:100000)")
    expect(page.locator("tbody tr:first-child td:nth-child(3)")).to_have_attribute("data-label", "客户姓名")
    expect(page.locator(".chip")).to_contain_text("来源：网络 或 预算")
    page.locator(".toolbar summary", has_text="视图").click()
    page.get_by_label("把现在的筛选").fill("网络或大单")
    page.get_by_role("button", name="保存视图").click()
    expect(page.locator(".views summary")).to_contain_text("网络或大单")


def test_a_map_goes_by_its_keys_and_a_click_goes_nearer(page_at: Any) -> None:
    page = page_at(1440, "service_manager")
    page.goto("/building/?as=map&page=104.06512,30.65784,5")
    page.locator(".map-many").click()
    expect(page.locator(".map-point")).to_have_count(4)
    page.locator("#map").focus()
    page.keyboard.press("-")
    expect(page.locator("#map")).to_be_focused()
    before = page.locator("#map").get_attribute("data-view") or ""
    page.keyboard.press("ArrowRight")
    expect(page.locator("#map")).not_to_have_attribute("data-view", before)
    page.keyboard.press("0")
    page.wait_for_url(lambda address: "page=" not in address)
    expect(page.locator(".map-point")).to_have_count(4)
    span = float((page.locator("#map").get_attribute("data-view") or "").split(",")[2])
    box = page.locator(".map-picture").bounding_box()
    assert box is not None
    between = {"x": box["width"] * 0.22, "y": box["height"] * 0.3}
    page.locator(".map-picture").click(position=between)  # measured once the page has gone to the map
    expect(page.locator(".map-point")).to_have_count(1)
    assert float((page.locator("#map").get_attribute("data-view") or "").split(",")[2]) < span
    page.locator(".map-point").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    assert "/building/" in page.url and "as=map" not in page.url.split("?")[0]


def test_a_list_goes_by_its_keys_and_over_the_whole_window(page_at: Any) -> None:
    page = page_at(1440, "account_manager")
    page.goto("/lead/?size=5")
    keys, rows = page.keyboard, page.locator("tbody tr")
    for key in "jjk":
        keys.press(key)
    expect(rows.nth(0).locator("a.row-link")).to_be_focused()
    keys.press("x")
    expect(rows.nth(0).locator("input")).to_be_checked()
    assert axe(page) == []
    page.locator("#q").fill("K")
    keys.press("j")  # is typed
    expect(page.locator("#q")).to_have_value("Kj")
    page.goto("/lead/?size=5")
    page.locator("[data-whole-button]").click()
    page.reload()
    expect(page.locator(".menu")).to_be_hidden()
    page.locator(".toolbar summary", has_text="列").click()
    keys.press("Escape")
    expect(page.locator(".menu")).to_be_hidden()  # shut was what was open
    keys.press("Escape")
    expect(page.locator(".menu")).to_be_visible()
    keys.press("j")
    keys.press("e")
    page.wait_for_url("**/edit?from=**")


def test_groups_open_in_place_and_their_heading_ticks_them(page_at: Any) -> None:
    page = page_at(1440, "cashier")
    page.goto("/charge/?group=state")
    due = page.locator("a.fold").first
    due.focus()
    page.keyboard.press("ArrowRight")
    rows = page.locator('[data-under="due"] a.row-link')
    expect(rows.first).to_be_visible()
    assert page.url.endswith("?group=state&open=due")
    page.keyboard.press("ArrowLeft")
    expect(rows.first).to_be_hidden()
    assert page.url.endswith("?group=state")
    page.locator('[data-tick-group="paid"]').click()
    more = page.locator('[data-under="paid"] [data-more]')
    expect(page.locator("[data-bulk-count]")).to_have_text("20")
    page.locator("[data-match-group]").click()
    expect(page.locator("[data-match-told]")).to_be_visible()
    assert page.locator("[name=matching]").input_value() == "?state=paid"
    page.locator("[data-tick-none]").click()
    more.click()
    expect(more).to_have_count(0)
    assert page.locator('[data-under="paid"] a.row-link').count() == int(
        page.locator('[data-tick-group="paid"]').get_attribute("data-count") or 0
    )
    page.reload()
    expect(page.locator('[data-under="paid"] a.row-link').first).to_be_visible()


def test_a_tree_opens_by_its_keys(page_at: Any) -> None:
    page = page_at(1440, "admin")
    page.goto("/department/?as=tree")
    page.locator("a.fold").first.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_load_state("networkidle")
    expect(page.locator(".leaf-title", has_text="市场部")).to_be_visible()
