"""A mistake is mended: a change taken back, a record deleted and entered again; on a phone and on a screen."""

from typing import Any

import pytest
from playwright.sync_api import expect

from app.demo import names
from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide
from tests.security.test_rights import change


@pytest.mark.parametrize("width", [1440, 390])
def test_a_mistake_is_mended(page_at: Any, sign_in: Any, session: Any, width: int) -> None:
    assert change(sign_in("admin"), "account_manager", "lead", "read", "add", "edit", "delete").status_code == 302
    given = {"inquiry_on": "2026-11-20", "source": "walk_in", "phone": names.phone(3)}
    lead = Desk(session).enter("lead", "front_desk", customer_name="王思远", **given)
    session.commit()
    page, faults = page_at(width, "account_manager"), list[str]()

    def look(name: str) -> None:
        faults.extend(axe(page) + too_wide(page))
        shot(page, f"ends-{name}")

    page.goto(f"/lead/{lead}/edit")
    page.get_by_label("客户姓名").fill("写错了")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"**/lead/{lead}")
    page.goto(f"/lead/{lead}/part/history")
    page.get_by_role("link", name="改回").click()
    page.wait_for_url("**/edit?take_back=*")
    look("back")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"**/lead/{lead}")
    page.goto(f"/lead/{lead}/delete")
    expect(page.locator(".facts")).to_contain_text("王思远")
    look("delete")
    page.get_by_role("button", name="删除", exact=True).click()
    page.wait_for_url("**/lead/")
    page.goto("/lead/deleted")
    look("deleted")
    page.get_by_role("link", name="重新录入").click()
    page.wait_for_url("**/lead/new?again=*")
    look("again")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("王思远")
    assert faults == []
