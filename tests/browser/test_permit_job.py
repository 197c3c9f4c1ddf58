"""A renovation application taken to its printed permit, in Chromium, by four people."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import axe, shot, too_wide
from tests.conftest import PASSWORD
from tests.renovation.conftest import Counter

PageAt = Callable[..., Page]


@pytest.fixture
def counter(session: Any) -> Counter:
    return Counter(session)


def choose(page: Page, name: str, typed: str) -> None:
    """In a typeahead: type, and take the first that is offered."""
    page.locator(f"#f-{name}-ts-control").fill(typed)
    page.locator(".ts-dropdown:visible .option", has_text=typed).first.click()


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []


def test_a_form_tells_every_fault_beside_its_field_and_keeps_what_was_typed(page_at: PageAt) -> None:
    page = page_at(390, "renovation_clerk")
    page.goto("/renovation_application/new")
    page.locator("#f-applicant_name").fill("王思远")
    page.locator("#f-applicant_phone").fill("1380013")
    page.locator("#f-applicant_id_number").fill("11010519491231002Z")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".faults")).to_be_focused()
    for name in ("unit", "applicant_phone", "applicant_id_number"):
        expect(page.locator(f"#f-{name}-fault")).to_be_visible()
    expect(page.locator("#f-applicant_name-fault")).to_have_count(0)
    expect(page.locator("#f-ends_on-fault")).to_have_count(0)  # nobody came to it yet
    expect(page.locator("#f-applicant_name")).to_have_value("王思远")
    expect(page.locator("#f-applicant_phone")).to_have_value("138 0013")
    looked_at(page, "form-faults")


def test_an_edit_tells_every_fault_beside_its_field_and_keeps_what_was_typed(
    page_at: PageAt, counter: Counter, session: Any
) -> None:
    case = counter.apply()
    session.commit()
    page = page_at(390, "renovation_clerk")
    page.goto(f"/renovation_application/{case}/edit")
    page.locator("#f-applicant_name").fill("")
    page.locator("#f-starts_on").fill("2026-12-20")
    page.locator("#f-ends_on").fill("")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".faults")).to_be_focused()
    for name in ("applicant_name", "ends_on"):
        expect(page.locator(f"#f-{name}-fault")).to_be_visible()
    expect(page.locator("#f-starts_on")).to_have_value("2026-12-20")
    looked_at(page, "form-faults-edit")


def test_two_people_edit_the_same_record(page_at: PageAt, counter: Counter, session: Any) -> None:
    case = counter.apply()
    session.commit()
    first, other = page_at(1440, "renovation_clerk"), page_at(390, "renovation_clerk2")
    for page in (first, other):
        page.goto(f"/renovation_application/{case}/edit")
    other.locator("#f-applicant_name").fill("后来先存")
    other.locator("#f-description").fill("只做厨房")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.get_by_text("已保存")).to_be_visible()
    first.locator("#f-applicant_name").fill("先来后存")
    first.get_by_role("button", name="保存", exact=True).click()
    expect(first.get_by_role("heading", name="别人先改了")).to_be_visible()
    expect(first.locator("table")).to_contain_text("后来先存")
    expect(first.get_by_label("先来后存")).to_be_checked()
    looked_at(first, "conflict")
    first.get_by_role("button", name="按所选保存").click()
    expect(first.get_by_role("definition").filter(has_text="先来后存")).to_be_visible()
    expect(first.get_by_role("definition").filter(has_text="只做厨房")).to_be_visible()


def test_what_was_typed_waits_for_who_typed_it(page_at: PageAt, counter: Counter, session: Any) -> None:
    case = counter.apply()
    session.commit()
    page = page_at(390, "renovation_clerk")
    page.goto(f"/renovation_application/{case}/edit")
    page.locator("#f-description").fill("只做厨房，不动水电")
    expect(page.get_by_text("草稿已存")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())  # leaving is asked about
    page.goto(f"/renovation_application/{case}/edit")
    looked_at(page, "draft-offered")
    page.get_by_role("link", name="接着填写").click()
    expect(page.locator("#f-description")).to_have_value("只做厨房，不动水电")
    page.context.clear_cookies()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("刚才填写的内容还在")).to_be_visible()
    looked_at(page, "sign-in-again")
    page.locator("#username").fill("renovation_clerk")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#f-description")).to_have_value("只做厨房，不动水电")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("definition").filter(has_text="只做厨房，不动水电")).to_be_visible()
