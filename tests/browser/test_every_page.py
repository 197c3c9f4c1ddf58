"""Every page of the menu, and every form that a role may fill, opened as that role."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core.declaration import all_registers
from tests.browser.window import axe, shot, too_wide

ROLES = [("admin", 1440), ("service_manager", 390), ("gate", 390)]


@pytest.mark.parametrize(("username", "width"), ROLES)
def test_every_page_of_a_role(page_at: Callable[..., Page], username: str, width: int) -> None:
    page = page_at(width, username)
    page.goto("/")
    addresses = page.locator(".menu-entry").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    faults: list[str] = []
    for address in addresses:
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        # Lists are one kind of page: test_kinds.py looks at it more closely.
        found = too_wide(page) + ([] if address.strip("/") in all_registers() else axe(page))
        faults += [f"{address}: {fault}" for fault in found]
        if page.locator('a.btn-primary[href$="/new"]').count():
            page.goto(f"{address}new")
            faults += [f"{address}new: {fault}" for fault in axe(page) + too_wide(page)]
    shot(page, f"last-{username}")
    assert faults == []


def test_the_whole_interface_speaks_english(page_at: Callable[..., Page]) -> None:
    page = page_at(1440, "admin")
    page.goto("/")
    page.get_by_role("button", name="English").click()
    left: dict[str, Any] = {}
    for address in page.locator(".menu-entry").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        page.goto(address, wait_until="domcontentloaded")
        words = page.evaluate(CHINESE)
        if words:
            left[address] = words
    shot(page, "english")
    assert left == {}


#: Chinese that is part of the page, not of a row: headings, buttons (not whom they are about), labels, menu
CHINESE = """() => [...document.querySelectorAll(
    'h1, h2, th:not([scope=row]), label, legend, button, summary, .btn, .menu-entry, .tabs a, .form-hint')]
  .filter(each => !each.closest('.person'))
  .map(each => (each.matches('.queue-record ~ .btn') ? each.firstChild.textContent : each.innerText).trim())
  .filter(said => /[\\u4e00-\\u9fff]/.test(said) && said !== '中文')"""


def test_dark_is_kept(page_at: Callable[..., Page]) -> None:
    page = page_at(1440, "cashier")
    page.goto("/charge/")
    page.get_by_role("button", name="切换深浅色").click()
    page.goto("/receipt/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    shot(page, "dark")
    assert axe(page) == []


def test_the_menu_opens_on_a_phone(page_at: Callable[..., Page]) -> None:
    page = page_at(390, "gate")
    page.goto("/")
    expect(page.locator("#menu")).not_to_be_visible()
    page.get_by_role("button", name="菜单").click()
    expect(page.locator("#menu")).to_be_visible()
    shot(page, "menu")
    page.locator("#menu").get_by_role("link", name="施工许可").click()
    expect(page).to_have_url("/permit/")
