"""Signing in, in a real browser, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import axe, shot, too_wide
from tests.conftest import PASSWORD

WIDTHS = [1440, 390]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_cashier_signs_in(page_at: Callable[..., Page], width: int) -> None:
    page = page_at(width)
    page.goto("/")
    expect(page).to_have_url("/login/?next=/")
    shot(page, "sign-in")
    assert axe(page) + too_wide(page) == []
    page.locator("[name=username]").fill("cashier")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page).to_have_url("/")
    shot(page, "home-cashier")
    assert axe(page) + too_wide(page) == []


def test_a_wrong_password_says_so_and_keeps_the_name(page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto("/login/")
    page.locator("[name=username]").fill("cashier")
    page.locator("[name=password]").fill("wrong horse 42 staple")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_text("用户名或密码不正确。")).to_be_visible()
    expect(page.locator("[name=username]")).to_have_value("cashier")
    assert axe(page) + too_wide(page) == []
