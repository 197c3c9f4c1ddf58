"""A lead dispatched to a designer, who measures; the list exported; in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core import here
from app.demo import names
from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide

PageAt = Callable[..., Page]


@pytest.fixture
def lead(session: Any) -> int:
    entered = Desk(session).enter(
        "lead", "front_desk", customer_name="王思远", phone=names.phone(3), estate_name="锦绣花园", address="3栋502",
        floor_area=98, budget_fen=3_500_000, renovation_on=str(here.today()), source="walk_in",
        inquiry_on=str(here.today()),
    )  # fmt: skip
    session.commit()
    return entered


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []


@pytest.mark.parametrize("width", [390])
def test_an_account_manager_dispatches_and_the_designer_measures(
    page_at: PageAt, session: Any, lead: int, width: int
) -> None:
    page = page_at(width, "account_manager")
    page.goto("/")
    expect(page.locator(".queue", has_text="待派单")).to_contain_text("1")
    looked_at(page, "home-account-manager")
    page.locator(".queue", has_text="待派单").get_by_role("link", name="待派单 1").click()
    page.get_by_role("link", name="KH-").click()
    looked_at(page, "lead-record")
    page.get_by_role("link", name="派单", exact=True).click()
    looked_at(page, "dispatch-board")
    chosen = page.locator("input[name=designer]:checked")
    designer = int(chosen.get_attribute("value") or 0)
    page.get_by_role("button", name="派单", exact=True).click()
    expect(page.locator("h1 .state")).to_have_text("已派单")
    row = Desk(session).one("lead", lead)
    assert (row.state, row.designer_id) == ("dispatched", designer)

    username = next(f"designer{n}" if n > 1 else "designer" for n in range(1, 13)
                    if Desk(session).staff_id(f"designer{n}" if n > 1 else "designer") == designer)  # fmt: skip
    theirs = page_at(width, username)
    theirs.goto(f"/lead/{lead}/measure")
    theirs.locator("#f-on").fill(str(here.today()))
    looked_at(theirs, "measure")
    theirs.get_by_role("button").filter(has_text="量房").click()
    expect(theirs.locator("h1 .state")).to_have_text("已量房")


def test_a_filtered_list_is_exported_as_it_stands(page_at: PageAt, lead: int) -> None:
    page = page_at(1440, "account_manager")
    page.goto("/lead/?source=web")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    looked_at(page, "lead-list-empty")
    page.goto("/lead/?source=walk_in")
    page.locator("#q").fill("思远")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**q=*")
    page.locator("summary", has_text="导出").click()
    looked_at(page, "lead-list-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV（当前筛选和列）").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.count("\n") == 2
    assert "王思远" in text


def test_an_import_is_checked_then_written(page_at: PageAt, session: Any, tmp_path: Any) -> None:
    page = page_at(1440, "account_manager")
    page.goto("/lead/import")
    file = tmp_path / "leads.csv"
    file.write_text("客户姓名,联系电话,预算(元)\n赵敏,13800138000,3.5万\n钱进,1380013,三万吧\n", encoding="gb18030")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_text("还没有写入。")).to_be_visible()
    looked_at(page, "import-faults")
    assert Desk(session).ids("lead") == []
    session.rollback()  # a reading transaction would go on seeing what it saw
    file.write_text(
        "客户姓名,联系电话,预算(元),来源,咨询日期\n赵敏,13800138000,3.5万,上门,2026年11月3日\n", encoding="gb18030"
    )
    page.goto("/lead/import")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="检查文件").click()
    looked_at(page, "import-checked")
    page.get_by_role("button", name="导入 1 行").click()
    expect(page.get_by_role("link", name="KH-")).to_be_visible()
    [row] = Desk(session).ids("lead")
    assert Desk(session).one("lead", row).budget_fen == 3_500_000
