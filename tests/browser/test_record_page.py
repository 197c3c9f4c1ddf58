"""A record's page in Chromium: the drawer, rows in place, comments with mentions, what is entered in place, the sheet."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide

PageAt = Callable[..., Page]


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_record_is_looked_at_beside_the_list_and_its_rows_are_edited_in_place(
    page_at: PageAt, session: Any, width: int
) -> None:
    estate = Desk(session).ids("estate")[0]
    page = page_at(width, "admin")
    page.goto("/building/")
    link = page.locator(".row-link").first
    link.focus()
    page.keyboard.press("Space")
    drawer = page.locator("dialog.drawer")
    expect(drawer.get_by_role("link", name="打开整页")).to_be_focused()
    looked_at(page, "drawer-look")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(link).to_be_focused()

    page.goto(f"/estate/{estate}")
    buildings = page.locator("#related-building")
    buildings.scroll_into_view_if_needed()
    buildings.get_by_role("link", name="修改").first.click()
    code = buildings.get_by_label("楼栋号")
    expect(code).to_be_focused()
    code.fill("")
    buildings.get_by_role("button", name="保存").click()
    expect(buildings.get_by_text("必须填写。")).to_be_visible()
    looked_at(page, "rows-in-place")
    buildings.get_by_label("楼栋号").fill("88甲")
    buildings.get_by_role("button", name="保存").click()
    expect(buildings.get_by_role("link", name="88甲")).to_be_visible()
    buildings.get_by_role("button", name="添加一行").click()
    buildings.get_by_label("楼栋号").fill("99")
    buildings.get_by_role("button", name="保存").click()
    expect(buildings.get_by_role("link", name="99", exact=True)).to_be_visible()


def test_a_colleague_is_mentioned_by_the_keyboard_and_the_record_goes_on_paper(page_at: PageAt, session: Any) -> None:
    unit = Desk(session).ids("unit")[0]
    colleague = Desk(session).one("staff", Desk(session).staff_id("service_manager"))
    page = page_at(390, "renovation_clerk")
    page.goto(f"/unit/{unit}")
    said = page.get_by_label("评论", exact=True)
    said.scroll_into_view_if_needed()
    said.press_sequentially(f"请 @{colleague.name[:2]}")
    expect(page.get_by_role("listbox", name="同事").get_by_role("option").first).to_have_text(colleague.name)
    page.keyboard.press("Enter")
    said.press_sequentially("看一下")
    looked_at(page, "comment-mention")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".comments")).to_contain_text(f"请 @{colleague.name} 看一下")
    page.goto(f"/unit/{unit}/part/sheet")
    looked_at(page, "sheet")


def test_a_relations_row_is_entered_in_place_and_chosen(page_at: PageAt) -> None:
    page = page_at(1440, "admin")
    page.goto("/building/new")
    page.locator("#f-estate-ts-control").fill("云湖")
    page.locator(".ts-dropdown:visible .option", has_text="新登记").click()
    drawer = page.locator("dialog.drawer")
    expect(drawer.get_by_label("名称")).to_have_value("云湖")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer.locator(".faults")).to_be_visible()
    looked_at(page, "drawer-form")
    drawer.get_by_label("代码").fill("YH")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    expect(page.locator(".ts-control .item")).to_contain_text("云湖")
    page.locator("#f-code").fill("1")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible()
    page.locator(".facts a", has_text="云湖").click()
    expect(page.locator("dialog.drawer")).to_contain_text("YH")


def test_rows_are_put_in_order_and_figures_are_grouped_while_one_types(page_at: PageAt, session: Any) -> None:
    desk = Desk(session)
    unit = desk.ids("unit")[0]
    for name in ("甲一", "乙二"):
        desk.enter("resident", "service_manager", unit=unit, name=name, relation="family")
    session.commit()
    page = page_at(390, "service_manager")
    page.goto(f"/unit/{unit}/edit")
    part = page.locator("[data-children=resident]")
    rows = part.locator(".child-lines > .child")
    before = rows.count()
    rows.last.get_by_label("姓名").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(before - 2).get_by_label("姓名")).to_be_focused()
    expect(rows.nth(before - 2).get_by_label("姓名")).to_have_value("乙二")
    expect(rows.nth(before - 1).locator("[name$='.at']")).to_have_value(str(before))
    phone = rows.nth(before - 2).get_by_label("联系电话")
    phone.press_sequentially("13800138001")
    expect(phone).to_have_value("138 0013 8001")
    looked_at(page, "rows-in-order")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**/unit/{unit}")
    session.expire_all()
    found = [desk.one("resident", each) for each in desk.ids("resident", unit_id=unit)]
    assert {row.name: (row.place, row.phone) for row in found}["乙二"] == (before - 1, "13800138001")
