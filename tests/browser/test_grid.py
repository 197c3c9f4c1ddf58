"""The cells of a list by keyboard: gone through, edited, copied, pasted into, taken back, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from tests.browser.window import axe


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def page(page_at: Any) -> Page:
    found: Page = page_at(1440, "account_manager")
    found.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.goto("/lead/?state=new&size=20&columns=number,estate_name,source,budget_fen,inquiry_on&sort=id")
    return found


def cell(page: Page, row: int, column: int) -> Any:
    """Counted as one counts; the ticks are the first column."""
    return page.locator(f"tbody tr:nth-child({row}) td:nth-child({column})")


ESTATE, SOURCE, BUDGET = 3, 4, 5


def copied(page: Page, text: str) -> None:
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)


def test_cells_are_edited_left_and_taken_back_by_keys(page: Page, session: Any) -> None:
    keys = page.keyboard
    before = cell(page, 2, ESTATE).inner_text()
    cell(page, 2, ESTATE).click()
    expect(cell(page, 2, ESTATE)).to_be_focused()
    keys.press("F2")
    field = page.locator(".cell-box [name=estate_name]")
    expect(field).to_be_focused()
    field.fill("不要了")
    keys.press("Escape")
    expect(cell(page, 2, ESTATE)).to_have_text(before)
    keys.press("Enter")
    page.locator(".cell-box [name=estate_name]").fill("翠湖花园二期")
    keys.press("Tab")
    expect(cell(page, 2, ESTATE)).to_have_text("翠湖花园二期")
    expect(cell(page, 2, SOURCE)).to_be_focused()
    keys.press("ArrowRight")
    expect(cell(page, 2, BUDGET)).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".cell-box [name=budget_fen]")).to_be_focused()
    keys.press("Shift+Tab")  # nothing typed: nothing is sent
    expect(cell(page, 2, SOURCE)).to_be_focused()
    keys.press("Control+z")
    expect(cell(page, 2, ESTATE)).to_have_text(before)
    keys.press("Control+Shift+z")
    expect(cell(page, 2, ESTATE)).to_have_text("翠湖花园二期")
    keys.press("Control+z")
    expect(cell(page, 2, ESTATE)).to_have_text(before)
    keys.press("Control+y")
    expect(page.locator(".grid-told")).to_contain_text("已重做")
    assert axe(page) == []
    keys.press("Control+z")
    keys.press("j")
    expect(page.locator("tbody tr:nth-child(3) a.row-link")).to_be_focused()


def test_a_value_is_copied_and_a_column_is_pasted_downwards(page: Page) -> None:
    keys = page.keyboard
    before = [cell(page, row, SOURCE).inner_text() for row in (1, 2, 3)]
    copied(page, "网络\n没有这种来源\n电话\n")
    cell(page, 1, SOURCE).click()
    page.once("dialog", lambda dialog: dialog.accept())
    keys.press("Control+v")
    expect(page.locator(".grid-told")).to_contain_text("已粘贴 2 格，未粘贴 1 格（来源）")
    expect(cell(page, 1, SOURCE)).to_have_text("网络")
    expect(cell(page, 3, SOURCE)).to_have_text("电话")
    expect(cell(page, 2, SOURCE).locator(".cell-refused")).not_to_be_empty()
    cell(page, 3, SOURCE).click()
    keys.press("Control+c")
    expect(page.locator(".grid-told")).to_have_text("已复制。")
    assert page.evaluate("navigator.clipboard.readText()") == "电话"
    keys.press("Control+z")  # both at once
    expect(cell(page, 1, SOURCE)).to_have_text(before[0])
    expect(cell(page, 3, SOURCE)).to_have_text(before[2])
    copied(page, "十二万")
    cell(page, 1, BUDGET).click()
    keys.press("Control+v")
    expect(page.locator(".cell-box .fault")).to_be_visible()  # a single one is asked again
    assert axe(page) == []
    keys.press("Escape")
    copied(page, "128,000.50")
    keys.press("Control+v")
    expect(cell(page, 1, BUDGET)).to_have_text("128,000.50")
    copied(page, "x")
    page.locator("tbody tr:nth-child(1) td:nth-child(6)").click()
    page.locator("#q").focus()
    keys.press("Control+v")
    expect(page.locator("#q")).to_have_value("x")  # a field is a field


def test_several_columns_of_a_spreadsheet_are_pasted_each_in_its_place(page: Page) -> None:
    keys = page.keyboard
    before = [[cell(page, row, column).inner_text() for column in (ESTATE, SOURCE, BUDGET)] for row in (1, 2)]
    copied(page, '翠湖一期\t网络\t120,000\r\n"翠湖\t二期"\t电话\t十二万\r\n')
    cell(page, 1, ESTATE).click()
    page.once("dialog", lambda dialog: dialog.accept())
    keys.press("Control+v")
    expect(page.locator(".grid-told")).to_contain_text("已粘贴 4 格，未粘贴 2 格")
    for column, text in ((ESTATE, "翠湖一期"), (SOURCE, "网络"), (BUDGET, "120,000.00")):
        expect(cell(page, 1, column)).to_have_text(text)
    expect(cell(page, 2, SOURCE)).to_have_text("电话")
    for column in (ESTATE, BUDGET):
        expect(cell(page, 2, column).locator(".cell-refused")).not_to_be_empty()
    cell(page, 1, ESTATE).click()
    keys.press("Control+z")  # all at once
    expect(page.locator(".grid-told")).to_contain_text("已撤回")
    for row, was in enumerate(before, start=1):
        for column, text in zip((ESTATE, SOURCE, BUDGET), was, strict=True):
            expect(cell(page, row, column)).to_contain_text(text)
    copied(page, "\t".join(["翠湖", "网络", "1", "2026-11-02", "多的"]))
    cell(page, 1, ESTATE).click()
    page.once("dialog", lambda dialog: dialog.accept())
    keys.press("Control+v")
    expect(page.locator(".grid-told")).to_contain_text("还有 1 个值没有粘贴")


def test_what_somebody_else_changed_is_not_taken_back(page: Page, session: Any) -> None:
    keys, desk = page.keyboard, Desk(session)
    copied(page, "我写的小区")
    cell(page, 1, ESTATE).click()
    keys.press("Control+v")
    expect(cell(page, 1, ESTATE)).to_have_text("我写的小区")
    number = page.locator("tbody tr:nth-child(1) a.row-link").get_attribute("href") or ""
    row = desk.one("lead", int(number.split("?")[0].split("/")[2]))
    row.estate_name = "别人写的小区"
    session.commit()
    keys.press("Control+z")
    expect(page.locator(".cell-box")).to_contain_text("别人写的小区")
    keys.press("Escape")
    session.refresh(row)
    assert row.estate_name == "别人写的小区"
