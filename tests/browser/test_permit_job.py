"""A renovation application taken to its printed permit, in Chromium, by four people."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.demo import names
from tests.browser.window import axe, shot, too_wide
from tests.renovation.conftest import CASE, Counter

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


def test_from_the_application_to_the_printed_permit(page_at: PageAt, counter: Counter, session: Any) -> None:
    contractor = counter.one("contractor", counter.contractor())
    unit = counter.one("unit", counter.ids("unit", state="handed_over")[0])
    session.commit()

    page = page_at(1440, "renovation_clerk")
    page.goto("/renovation_application/new")
    choose(page, "unit", unit.full_name)
    page.locator("#f-applicant_kind").select_option("owner")
    page.locator("#f-applicant_name").fill("王思远")
    page.locator("#f-applicant_phone").fill("138 0013 8000")
    page.locator("#f-applicant_id_number").fill(names.identity_card(7))
    page.locator("#f-work_mode").select_option("contractor")
    choose(page, "contractor", contractor.name)
    page.locator("#f-site_manager_name").fill("周宁")
    page.locator("#f-site_manager_phone").fill("13912345678")
    page.locator("#f-starts_on").fill(str(counter.starts))
    page.locator("#f-ends_on").fill(str(counter.ends))
    choose(page, "scope", "墙面")
    looked_at(page, "application-form")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="ZX-")).to_be_visible()
    expect(page.get_by_text("还差")).to_be_visible()
    looked_at(page, "application-record")
    page.get_by_role("link", name="提交").click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1 .state")).to_have_text("待审批")
    session.rollback()  # to see what the pages have written since
    [case] = counter.ids(CASE)

    manager = page_at(1440, "service_manager")
    manager.goto(f"/renovation_application/{case}")
    manager.get_by_role("link", name="批准").click()
    manager.get_by_role("button", name="批准").click()
    expect(manager.locator("h1 .state")).to_have_text("已批准")

    second = page_at(1440, "renovation_clerk2")
    second.goto(f"/renovation_application/{case}")
    blocked = second.locator(".verb.blocked", has_text="发放施工许可")
    expect(blocked).to_contain_text("R-3.4.8")
    looked_at(second, "permit-blocked")
    counter.clear(case)
    session.commit()

    cashier = page_at(390, "cashier")
    cashier.goto(f"/charge/?application={case}")
    for box in cashier.locator("tbody input[name=ids]").all():
        box.check()
    looked_at(cashier, "charges-ticked")
    cashier.get_by_role("button", name="收款").click()
    cashier.locator("#f-method").select_option("wechat")
    looked_at(cashier, "take-payment")
    cashier.get_by_role("button", name="收款").click()
    expect(cashier.get_by_role("heading", name="SJ-")).to_be_visible()
    looked_at(cashier, "receipt")
    session.rollback()
    [receipt] = counter.ids("receipt")

    second.goto(f"/renovation_application/{case}/issue_permit")
    second.locator("#f-receipt_number").fill(counter.one("receipt", receipt).number)
    second.locator("#f-valid_from").fill(str(counter.starts))
    second.locator("#f-valid_until").fill(str(counter.ends))
    looked_at(second, "issue-permit")
    second.get_by_role("button", name="发放施工许可").click()
    expect(second.locator("h1 .state")).to_have_text("施工中")
    looked_at(second, "permit-issued")

    session.rollback()
    [permit] = counter.ids("permit")
    paper = second.request.get(f"/permit/{permit}/print")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    phone = page_at(390)
    phone.goto(f"/check/permit/{counter.one('permit', permit).check_token}")
    expect(phone.get_by_role("heading", name="有效")).to_be_visible()
    expect(phone.get_by_text(unit.full_name)).to_be_visible()
    assert "王思远" not in phone.content()
    looked_at(phone, "permit-check")


def test_a_form_tells_every_fault_beside_its_field_and_keeps_what_was_typed(page_at: PageAt) -> None:
    page = page_at(390, "renovation_clerk")
    page.goto("/renovation_application/new")
    page.locator("#f-applicant_name").fill("王思远")
    page.locator("#f-applicant_phone").fill("1380013")
    page.locator("#f-applicant_id_number").fill("11010519491231002Z")
    page.locator("#f-starts_on").fill("2026-12-20")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".faults")).to_be_focused()
    for name in ("unit", "applicant_phone", "applicant_id_number", "ends_on"):
        expect(page.locator(f"#f-{name}-fault")).to_be_visible()
    expect(page.locator("#f-applicant_name")).to_have_value("王思远")
    expect(page.locator("#f-applicant_phone")).to_have_value("1380013")
    expect(page.locator("#f-starts_on")).to_have_value("2026-12-20")
    looked_at(page, "form-faults")


def test_two_people_edit_the_same_record(page_at: PageAt, counter: Counter, session: Any) -> None:
    case = counter.apply()
    session.commit()
    first, other = page_at(1440, "renovation_clerk"), page_at(1440, "renovation_clerk2")
    for page in (first, other):
        page.goto(f"/renovation_application/{case}/edit")
    other.locator("#f-applicant_name").fill("后来先存")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.get_by_text("已保存")).to_be_visible()
    first.locator("#f-applicant_name").fill("先来后存")
    first.get_by_role("button", name="保存", exact=True).click()
    expect(first.get_by_role("heading", name="别人先改了")).to_be_visible()
    expect(first.locator("table")).to_contain_text("后来先存")
    expect(first.locator("table")).to_contain_text("先来后存")
    looked_at(first, "conflict")
    first.get_by_role("button", name="用我的内容保存").click()
    expect(first.get_by_role("definition").filter(has_text="先来后存")).to_be_visible()
