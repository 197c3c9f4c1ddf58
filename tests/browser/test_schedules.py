"""Scheduled exports on a phone: every button is in reach."""

from typing import Any

import pytest

from tests.browser.window import axe, too_wide


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.mark.parametrize("width", [1440, 390])
def test_every_button_of_a_schedule_is_in_reach(page_at: Any, width: int) -> None:
    page = page_at(width, "account_manager")
    page.goto("/lead/export/later?source=web")
    page.locator("[name=every][value=day]").check()
    page.get_by_label("名称").fill("每日网络客户")
    page.locator("form.card.form button[type=submit]").click()
    page.wait_for_url("**/exports/schedules")
    buttons = page.locator(".schedule-buttons .btn")
    frame = page.locator("section.card").bounding_box()
    boxes = [each.bounding_box() for each in buttons.all()]
    assert len(boxes) == 4
    assert all(frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"] for box in boxes)
    assert axe(page) + too_wide(page) == []
    page.get_by_role("button", name="现在导出一次").click()
    page.get_by_text("正在制作，做好后有通知。").wait_for()
