"""The whole life of a renovation case, in both ways of doing the work, as the five roles that touch it:
at the counter, at the manager's and the cashier's desks, at the gate and on the rounds."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core.policy import Policy
from app.demo import names
from tests.browser.window import axe, shot, too_wide
from tests.renovation import test_passes
from tests.renovation.conftest import CASE, SECOND, Counter

PageAt = Callable[..., Page]


@pytest.fixture
def counter(session: Any) -> Counter:
    return Counter(session)


def looked_at(page: Page, name: str) -> None:
    """In the second mode only where it differs from the first, and at the end."""
    if name.endswith("-self_managed") and not name.startswith(("counter", "settled")):
        return
    shot(page, name)
    assert axe(page) + too_wide(page) == []


def choose(page: Page, name: str, typed: str) -> None:
    """In a typeahead: type, and take the first that is offered."""
    page.locator(f"#f-{name}-ts-control").fill(typed)
    page.locator(".ts-dropdown:visible .option", has_text=typed).first.click()


def sign(page: Page, canvas: Locator) -> None:
    """Something like a name, with the mouse."""
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 60 + step * 15, box["y"] + 60 + (step % 3) * 20)
    page.mouse.up()


def household(counter: Counter, unit: int) -> None:
    """The unit's owner, on file."""
    owner = counter.enter(
        "owner", "service_manager", kind="person", name="王思远", id_kind="identity_card",
        id_number=names.identity_card(7), phone="13800138000",
    )  # fmt: skip
    counter.enter("ownership", "service_manager", unit=unit, owner=owner, since="2020-01-01")


@pytest.mark.parametrize("mode", ["contractor", "self_managed"])
def test_from_the_counter_to_the_deposit_that_goes_back(
    page_at: PageAt, counter: Counter, session: Any, mode: str
) -> None:
    counter.starts = counter.today
    session.add(Policy(name="tariff_renovation_deposit", value=200_000, valid_from=counter.today))
    session.commit()
    contractor = counter.one("contractor", counter.contractor())
    unit = counter.one("unit", counter.ids("unit", state="handed_over")[0])
    household(counter, unit.id)
    session.commit()

    clerk = page_at(1440, "renovation_clerk")
    clerk.goto("/renovation_application/new")
    choose(clerk, "unit", unit.full_name)
    clerk.get_by_role("button", name="王思远").click()
    clerk.get_by_role("button", name="下一步").click()
    clerk.locator("#f-work_mode").select_option(mode)
    if mode == "contractor":
        choose(clerk, "contractor", contractor.name)
        clerk.locator("#f-site_manager_name").fill("周宁")
        clerk.locator("#f-site_manager_phone").fill("13912345678")
    else:
        expect(clerk.locator("#f-contractor-ts-control")).to_be_hidden()
        expect(clerk.locator("#foreseen")).to_contain_text("施工人员身份担保书")
    clerk.get_by_role("button", name="下一步").click()
    clerk.get_by_label("墙面涂刷").check()
    clerk.locator("summary", has_text="禁止行为").click()
    clerk.get_by_label("搭建建筑物").check()
    expect(clerk.locator("#foreseen")).to_contain_text("R-3.5.1")
    looked_at(clerk, f"counter-refused-{mode}")
    clerk.get_by_label("搭建建筑物").uncheck()
    clerk.get_by_label("拆除室内的安全防护栏").check()
    expect(clerk.locator("#foreseen")).to_contain_text("R-3.4.1")
    looked_at(clerk, f"counter-{mode}")
    clerk.get_by_role("button", name="下一步").click()
    clerk.locator("#f-starts_on").fill(str(counter.starts))
    clerk.locator("#f-ends_on").fill(str(counter.ends))
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_role("heading", name="ZX-")).to_be_visible()
    expect(clerk.locator("dd", has_text="13800138000").first).to_be_visible()
    looked_at(clerk, f"application-{mode}")
    session.rollback()  # to see what the pages have written since
    [case] = counter.ids(CASE)
    line = clerk.locator(".checklist li", has_text="承诺书")
    dropped = clerk.evaluate_handle(
        """bytes => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "p.png", {type: "image/png"})); return data; }""",
        list(clerk.screenshot(clip={"x": 0, "y": 0, "width": 60, "height": 40})),
    )
    line.dispatch_event("dragover", {"dataTransfer": dropped})
    line.dispatch_event("drop", {"dataTransfer": dropped})
    expect(clerk.get_by_text("附件已保存")).to_be_visible()
    clerk.locator(".checklist li", has_text="承诺书").get_by_role("link", name="去办").click()
    sign(clerk, clerk.locator("canvas"))
    looked_at(clerk, f"sign-{mode}")
    clerk.get_by_role("button", name="签承诺书").click()
    expect(clerk.get_by_text("已办理：签承诺书")).to_be_visible()
    session.rollback()
    [undertaking] = counter.papers("undertaking", case)
    assert undertaking.signer_drawn
    assert undertaking.scan_id
    clerk.goto(f"/undertaking/{undertaking.id}")
    looked_at(clerk, f"signed-{mode}")
    clerk.goto("/missing/")
    looked_at(clerk, f"missing-{mode}")
    clerk.goto(f"/{CASE}/{case}")
    clerk.get_by_role("link", name="提交", exact=True).click()
    clerk.get_by_role("button", name="提交", exact=True).click()
    expect(clerk.locator("h1 .state")).to_have_text("待审批")

    manager = page_at(1440, "service_manager")
    manager.goto(f"/{CASE}/{case}")
    manager.get_by_role("link", name="批准", exact=True).click()
    manager.get_by_role("button", name="批准").click()
    expect(manager.locator("h1 .state")).to_have_text("已批准")

    second = page_at(1440, SECOND)
    second.goto(f"/{CASE}/{case}")
    expect(second.locator(".verb.blocked", has_text="发放施工许可")).to_contain_text("R-3.4.8")
    looked_at(second, f"permit-blocked-{mode}")
    session.rollback()
    counter.check_all(case)
    counter.sign_agreement(case, "applicant", "property", *(["contractor"] if mode == "contractor" else []))
    counter.sign_all("notice_receipt", case)
    counter.draw(case)
    session.commit()

    cashier = page_at(390, "cashier")
    cashier.goto(f"/charge/?application={case}")
    for box in cashier.locator("tbody input[name=ids]").all():
        box.check()
    looked_at(cashier, f"charges-ticked-{mode}")
    cashier.get_by_role("button", name="收款").click()
    cashier.locator("#f-method").select_option("wechat")
    cashier.get_by_role("button", name="收款").click()
    expect(cashier.get_by_role("heading", name="SJ-")).to_be_visible()
    looked_at(cashier, f"receipt-{mode}")
    session.rollback()
    [receipt] = counter.ids("receipt")

    second.goto(f"/{CASE}/{case}/issue_permit")
    second.locator("#f-receipt_number").fill(counter.one("receipt", receipt).number)
    second.locator("#f-valid_from").fill(str(counter.starts))
    second.locator("#f-valid_until").fill(str(counter.ends))
    looked_at(second, f"issue-permit-{mode}")
    second.get_by_role("button", name="发放施工许可").click()
    expect(second.locator("h1 .state")).to_have_text("施工中")
    session.rollback()
    [permit] = counter.papers("permit", case)
    paper = second.request.get(f"/permit/{permit.id}/print")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    phone = page_at(390)
    phone.goto(f"/check/permit/{permit.check_token}")
    expect(phone.get_by_role("heading", name="有效")).to_be_visible()
    assert "王思远" not in phone.content()
    looked_at(phone, f"permit-check-{mode}")

    card = test_passes.issued(counter, permit)
    number = counter.one(CASE, case).number
    session.commit()

    gate = page_at(390, "gate")
    gate.goto("/gate/")
    gate.get_by_label("出入证号").fill(str(int(card.number[-6:])))
    gate.get_by_role("button", name="查找", exact=True).click()
    looked_at(gate, f"gate-go-{mode}")
    gate.get_by_role("button", name="放行进入").click()
    expect(gate.get_by_text(f"已放行：{card.worker_name}")).to_be_visible()

    engineer = page_at(390, "engineer")
    engineer.goto("/rounds/")
    looked_at(engineer, f"rounds-{mode}")
    engineer.get_by_role("link", name="登记违规", exact=True).click()
    engineer.locator("#f-scope_item-ts-control").fill("外立面")
    engineer.locator(".ts-dropdown:visible .option", has_text="外立面").first.click()
    engineer.locator("#f-description").fill("外墙新开一扇窗")
    engineer.locator("#f-deadline").fill(str(counter.today))
    looked_at(engineer, f"violation-form-{mode}")
    engineer.get_by_role("button", name="保存", exact=True).click()
    expect(engineer.get_by_role("heading", name="WG-")).to_be_visible()
    violation = engineer.url

    clerk.goto(f"/{CASE}/{case}")
    clerk.get_by_role("link", name="申请验收", exact=True).click()
    clerk.get_by_role("button", name="申请验收").click()
    expect(clerk.locator("h1 .state")).to_have_text("待验收")
    expect(clerk.get_by_text("还有 1 项违规没有整改")).to_be_visible()
    looked_at(clerk, f"acceptance-held-up-{mode}")

    engineer.goto(f"{violation}/rectify")
    engineer.locator("#f-note").fill("已恢复原状")
    engineer.get_by_role("button", name="确认整改").click()
    expect(engineer.locator("h1 .state")).to_have_text("已整改")

    gate.goto(f"/gate/?q={card.number}")
    gate.get_by_role("button", name="登记离开").click()
    expect(gate.get_by_text(f"已离开：{card.worker_name}")).to_be_visible()

    engineer.goto(f"/{CASE}/{case}")
    sheet = engineer.locator(".sheet li", has_text="燃气")
    sheet.get_by_role("link", name="不合格").click()
    engineer.locator("#f-finding").fill("燃气管被橱柜封住")
    engineer.get_by_role("button", name="查验").click()
    looked_at(engineer, f"sheet-{mode}")
    clerk.goto(f"/{CASE}/{case}")
    expect(clerk.get_by_text("验收单上有不合格项")).to_be_visible()
    engineer.locator(".sheet li", has_text="燃气").get_by_role("button", name="合格", exact=True).click()
    expect(engineer.locator(".sheet li.passed")).to_have_count(1)
    clerk.goto(f"/{CASE}/{case}/accept")
    clerk.get_by_role("button", name="验收合格").click()
    expect(clerk.locator("h1 .state")).to_have_text("已完工")
    clerk.goto(f"/pass/{card.id}/take_back")
    clerk.get_by_role("button", name="交回").click()
    clerk.goto(f"/deduction/new?application={case}")
    clerk.locator("#f-reason").fill("修补楼道墙面")
    clerk.locator("#f-amount_fen").fill("300")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.goto(f"/{CASE}/{case}/settle")
    clerk.get_by_role("button", name="结算").click()
    expect(clerk.locator("h1 .state")).to_have_text("已结算")
    looked_at(clerk, f"settled-{mode}")

    cashier.goto("/")
    cashier.get_by_role("link", name="待退押金").first.click()
    cashier.get_by_role("row", name=number).get_by_role("link").first.click()
    cashier.get_by_role("link", name="退还押金", exact=True).click()
    cashier.locator("#f-method").select_option("wechat")
    cashier.get_by_role("button", name="退还押金").click()
    cashier.goto("/cashier_day/")
    expect(cashier.get_by_text("1,500.00").first).to_be_visible()
    looked_at(cashier, f"cashier-day-{mode}")
