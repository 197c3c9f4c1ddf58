"""What is printed by the browser: a table stays a table on upright paper, and begins below its title."""

import re
from typing import Any

import pytest


@pytest.fixture
def world() -> str:
    return "demo"


def test_a_list_and_a_report_are_printed_as_tables(page_at: Any) -> None:
    page = page_at(1440, "general_manager")
    for address in ("/lead/?size=20", "/funnel/", "/cashier_day/"):
        page.goto(address)
        if page.locator("[data-chart]").count():
            page.locator("[data-chart] canvas, [data-chart] svg").first.wait_for()
        sheets = _sheets(page)
        if sheets > 1:  # a chart that is just being drawn may still be as wide as the screen
            page.wait_for_timeout(1000)
            sheets = _sheets(page)
        assert sheets == 1, address
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    page.goto("/lead/?size=20")
    assert page.locator("tbody tr").first.evaluate("(row) => getComputedStyle(row).display") == "table-row"
    assert page.locator("thead").first.evaluate("(head) => getComputedStyle(head).position") != "absolute"


def _sheets(page: Any) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
