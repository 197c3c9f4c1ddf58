"""Children of children in Chromium: workers of a contractor, and their certificates, by mouse, keyboard and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.contractors.views import ContractorRegister
from app.core.children import MOST_SHOWN
from app.demo import names
from app.demo.desk import Desk
from tests.browser.window import axe, shot, too_wide

PageAt = Callable[..., Page]
CLERK = "service_manager"


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


def rows(page: Page) -> Locator:
    return page.locator("[data-children=worker] > .child-lines > .child")


def below(row: Locator) -> Locator:
    return row.locator(".child-below .child")


def press(within: Page | Locator, name: str) -> None:
    within.get_by_role("button", name=name, exact=True).click()


def certificate(row: Locator, number: str) -> None:
    row.get_by_label("工种").select_option("electric")
    row.get_by_label("证书编号").fill(number)
    row.get_by_label("有效期至").fill("2030-01-01")


def certificates(session: Any, name: str) -> dict[str, set[str]]:
    session.rollback()
    desk = Desk(session)
    [row] = desk.ids("contractor", name=name)
    of = {each: desk.one("worker", each).name for each in desk.ids("worker", contractor_id=row)}
    held = {each: desk.ids("skill_certificate", worker_id=each) for each in of}
    return {of[each]: {desk.one("skill_certificate", one).certificate_number for one in held[each]} for each in of}


@pytest.mark.parametrize("width", [1440, 390])
def test_a_contractor_is_entered_with_workers_and_their_certificates(page_at: PageAt, session: Any, width: int) -> None:
    page = page_at(width, CLERK)
    page.goto("/contractor/new")
    page.locator("#f-name").fill("云山装饰")
    page.locator("#f-credit_code").fill(names.credit_code(61))
    press(page, "添加施工人员")
    page.keyboard.type("赵电")  # the new row has the focus
    first = rows(page).nth(0)
    first.get_by_label("身份证号").fill(names.identity_card(901))
    press(first, "为赵电添加技能证书")
    expect(below(first).get_by_label("工种")).to_be_focused()
    expect(below(first)).to_have_attribute("aria-label", "施工人员 1 技能证书 1")
    certificate(below(first), "Z-1")
    press(page, "添加施工人员")
    second = rows(page).nth(1)
    expect(second).to_have_attribute("aria-label", "施工人员 2")
    press(second, "为这一行添加技能证书")
    page.keyboard.press("Tab")
    page.keyboard.type("Q-1")
    second.get_by_label("姓名").fill("钱水")
    expect(second.get_by_role("button", name="为钱水添加技能证书")).to_be_visible()
    looked_at(page, "nested-typed")

    page.locator("button[data-key=s]").click()
    summary = page.locator(".faults")
    expect(summary).to_be_focused()
    looked_at(page, "nested-faults")
    summary.get_by_role("link", name="施工人员第 2 行 技能证书第 1 行 有效期至").click()
    date = below(rows(page).nth(1)).get_by_label("有效期至")
    expect(date).to_be_focused()
    date.fill("2031-01-01")
    second = rows(page).nth(1)
    below(second).get_by_label("工种").select_option("water")
    second.get_by_label("身份证号").fill(names.identity_card(902))

    press(second, "为钱水添加技能证书")  # beside one that came back, under a number of its own
    certificate(below(second).nth(1), "Q-2")
    second.locator(":scope > .child-act [data-child-drop]").click()
    expect(rows(page)).to_have_count(1)
    back = page.get_by_role("button", name="放回")
    expect(back).to_be_focused()
    looked_at(page, "nested-dropped")
    press(page, "添加施工人员")
    expect(rows(page)).to_have_count(2)
    rows(page).nth(1).locator(":scope > .child-act [data-child-drop]").click()  # empty: nothing to put back
    back.click()
    expect(second.get_by_label("姓名")).to_be_focused()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert certificates(session, "云山装饰") == {"赵电": {"Z-1"}, "钱水": {"Q-1", "Q-2"}}


def test_rows_of_other_pages_keep_what_was_typed_below_them(page_at: PageAt, session: Any) -> None:
    desk = Desk(session)
    row = desk.enter("contractor", CLERK, name="百人装饰", credit_code=names.credit_code(62))
    for number in range(MOST_SHOWN + 2):
        card = names.identity_card(910 + number)
        worker = desk.enter("worker", CLERK, contractor=row, name=f"工人{number:02}", id_number=card)
        desk.enter("skill_certificate", CLERK, worker=worker, trade="gas", certificate_number=f"R-{number}",
                   valid_until="2030-01-01")  # fmt: skip
    session.commit()
    page = page_at(1440, CLERK)
    page.goto(f"/contractor/{row}/edit")
    press(rows(page).nth(0), "为工人00添加技能证书")
    certificate(below(rows(page).nth(0)).nth(1), "NEW-0")
    press(page, "后面的行")
    expect(rows(page)).to_have_count(2)
    expect(page.locator(".child-kept > .child")).to_have_count(1)
    press(rows(page).nth(0), f"为工人{MOST_SHOWN}添加技能证书")  # what came with a page is prepared like the rest
    certificate(below(rows(page).nth(0)).nth(1), "NEW-20")
    below(rows(page).nth(1)).get_by_label("证书编号").fill("R-21b")
    looked_at(page, "nested-page")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    found = certificates(session, "百人装饰")
    assert found["工人00"] == {"R-0", "NEW-0"}
    assert found["工人20"] == {"R-20", "NEW-20"}
    assert found["工人21"] == {"R-21b"}
    assert sum(len(each) for each in found.values()) == MOST_SHOWN + 4


def test_without_javascript_the_empty_rows_stand_there(page_at: PageAt, session: Any) -> None:
    page = page_at(390, CLERK, java_script_enabled=False)
    page.goto("/contractor/new")
    page.locator("#f-name").fill("无脚本装饰")
    page.locator("#f-credit_code").fill(names.credit_code(63))
    worker = page.locator("[id='f-worker.n0']")
    worker.get_by_label("姓名").fill("孙电")
    worker.get_by_label("身份证号").fill(names.identity_card(950))
    certificate(page.locator("[id='f-worker.n0.skill_certificate.n0']"), "S-1")
    shot(page, "nested-plain")
    page.locator("button[data-key=s]").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert certificates(session, "无脚本装饰") == {"孙电": {"S-1"}}
    [row] = Desk(session).ids("contractor", name="无脚本装饰")
    page.goto(f"/contractor/{row}/edit")
    standing = page.locator("[data-children=worker] > .child-lines > .child")
    certificate(standing.locator("[data-child-blank] .child"), "S-2")
    page.locator("button[data-key=s]").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert certificates(session, "无脚本装饰") == {"孙电": {"S-1", "S-2"}}


def test_a_fault_below_a_row_stops_at_its_step(page_at: PageAt, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ContractorRegister, "form_layout", "steps")
    monkeypatch.setattr(ContractorRegister, "children", "worker.contractor credential.contractor")
    page = page_at(1440, CLERK)
    page.goto("/contractor/new")
    page.locator("#f-name").fill("分步装饰")
    page.locator("#f-credit_code").fill(names.credit_code(64))
    page.locator(".way-steps li button").nth(1).click()
    press(page, "添加施工人员")
    page.keyboard.type("周电")
    rows(page).get_by_label("身份证号").fill(names.identity_card(960))
    press(rows(page).first, "为周电添加技能证书")
    below(rows(page)).get_by_label("证书编号").fill("W-1")
    press(page, "下一步")
    expect(page.locator(".faults")).to_contain_text("施工人员第 1 行 技能证书第 1 行 有效期至")
    expect(below(rows(page)).get_by_text("必须填写。").first).to_be_visible()
    looked_at(page, "nested-steps")
    certificate(below(rows(page)), "W-1")
    press(page, "下一步")
    expect(page.locator("#f-credential legend")).to_be_focused()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert certificates(session, "分步装饰") == {"周电": {"W-1"}}
