"""After the permit: the gate and the engineer on their phones, the counter and the cashier at their desks."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core.policy import Policy
from tests.browser.window import axe, shot, too_wide
from tests.renovation import test_passes
from tests.renovation.conftest import CASE, Counter

PageAt = Callable[..., Page]


@pytest.fixture
def counter(session: Any) -> Counter:
    return Counter(session)


def looked_at(page: Page, name: str) -> None:
    shot(page, name)
    assert axe(page) + too_wide(page) == []


@pytest.mark.parametrize("mode", ["contractor", "self_managed"])
def test_from_the_permit_to_the_deposit_that_goes_back(
    page_at: PageAt, counter: Counter, session: Any, mode: str
) -> None:
    counter.starts = counter.today
    session.add(Policy(name="tariff_renovation_deposit", value=200_000, valid_from=counter.today))
    session.commit()
    own = {"work_mode": mode, "contractor": None, "site_manager_name": None} if mode == "self_managed" else {}
    case, receipt = counter.ready(**own)
    permit = counter.issue(case, receipt)
    card = test_passes.issued(counter, permit)
    number = counter.one(CASE, case).number
    session.commit()

    gate = page_at(390, "gate")
    gate.goto("/gate/")
    gate.get_by_label("出入证号").fill(str(int(card.number[-6:])))
    gate.get_by_role("button", name="查找").click()
    looked_at(gate, f"gate-go-{mode}")
    gate.get_by_role("button", name="放行进入").click()
    expect(gate.get_by_text(f"已放行：{card.worker_name}")).to_be_visible()

    engineer = page_at(390, "engineer")
    engineer.goto("/rounds/")
    looked_at(engineer, f"rounds-{mode}")
    engineer.get_by_role("link", name="登记违规").click()
    engineer.locator("#f-scope_item-ts-control").fill("外立面")
    engineer.locator(".ts-dropdown:visible .option", has_text="外立面").first.click()
    engineer.locator("#f-description").fill("外墙新开一扇窗")
    engineer.locator("#f-deadline").fill(str(counter.today))
    looked_at(engineer, f"violation-form-{mode}")
    engineer.get_by_role("button", name="保存", exact=True).click()
    expect(engineer.get_by_role("heading", name="WG-")).to_be_visible()
    violation = engineer.url

    clerk = page_at(1440, "renovation_clerk")
    clerk.goto(f"/{CASE}/{case}")
    clerk.get_by_role("link", name="申请验收").click()
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

    cashier = page_at(1440, "cashier")
    cashier.goto("/")
    cashier.get_by_role("link", name="待退押金").click()
    cashier.get_by_role("row", name=number).get_by_role("link").first.click()
    cashier.get_by_role("link", name="退还押金").click()
    cashier.locator("#f-method").select_option("wechat")
    cashier.get_by_role("button", name="退还押金").click()
    cashier.goto("/cashier_day/")
    expect(cashier.get_by_text("−1,700.00")).to_be_visible()
    looked_at(cashier, f"cashier-day-{mode}")
