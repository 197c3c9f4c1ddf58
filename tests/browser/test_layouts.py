"""A print layout is made by clicking: fields ticked and put in order, tried, and saved at once after that."""

from typing import Any

from playwright.sync_api import expect

from app.core.printing.table import PrintLayout
from tests.browser.window import axe, too_wide


def test_fields_are_ticked_put_in_order_tried_and_saved(page_at: Any, session: Any) -> None:
    page = page_at(390, "admin")
    page.goto("/print_layout/new?table=estate")
    fields = page.locator("#f-fields")
    names = fields.locator(".places-chosen label")
    before = names.all_inner_texts()
    fields.get_by_role("button", name=f"上移 {before[1].strip()}").click()
    expect(page.locator("#place-told")).to_have_text("已移到第 1")
    expect(names.first).to_have_text(before[1])
    page.keyboard.press("Alt+ArrowDown")
    expect(names.first).to_have_text(before[0])
    expect(names.nth(1)).to_have_text(before[1])
    page.keyboard.press("Alt+ArrowUp")
    more = fields.locator(".places-rest input[type=checkbox]").first
    left = fields.locator(".places-rest input[type=hidden]").first.get_attribute("name") or ""
    more.check()
    fields.locator(".places-chosen input[type=checkbox]").nth(1).uncheck()
    expect(names).to_have_count(len(before))
    assert axe(page) == [] and too_wide(page) == []
    page.locator("[name=record]").fill("不存在")
    with page.context.expect_page() as tried:
        page.get_by_role("button", name="试印").click()
    expect(tried.value.locator(".faults")).to_contain_text("试印哪条记录")
    tried.value.close()
    page.get_by_role("button", name="保存为第 1 版").click()  # at once: the page was not sent away
    expect(page.locator(".alert-success")).to_be_visible()
    kept = session.query(PrintLayout).one().body["fields"]
    assert len(kept) == len(before) and kept[-1] == left.removeprefix("f:")


def test_without_a_script_each_field_has_its_number(page_at: Any) -> None:
    page = page_at(1440, "admin", java_script_enabled=False)
    page.goto("/print_layout/new?table=estate")
    expect(page.locator("#f-fields input[inputmode=numeric]").first).to_be_visible()
    expect(page.locator("#f-fields .form-hint")).to_contain_text("填顺序号")
