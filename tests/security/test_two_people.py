"""Where two people are asked for, no pair of roles and no delegation makes one of them two."""

from typing import Any

import pytest

from app.core import here
from app.demo.desk import Desk
from app.extensions import db
from tests.security.test_sign_in import user


@pytest.fixture
def world() -> str:
    return "demo"


def give(sign_in: Any, username: str, *roles: str) -> None:
    assert sign_in("admin").post(f"/user/{user(username)}", {"roles": list(roles), "active": "1"}).status_code == 302


def refused_as(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["rule"] for each in answer.json["blockers"]]


def test_example_15_who_proposes_does_not_confirm(sign_in: Any, api: Any) -> None:
    give(sign_in, "account_manager", "account_manager", "design_manager")
    both = api("account_manager")
    [lead, *_] = Desk(db.session).ids("lead", state="dispatched")
    done = both.post(f"lead/{lead}/propose_invalid", reason="no_plan", customer_words="不装了")
    assert done.status_code == 200, done.text
    told = both.post(f"lead/{lead}/confirm_invalid", customer_words="不装了", designer_words="未能量房")
    assert "same_person" in refused_as(told)
    other = api("design_manager").post(
        f"lead/{lead}/confirm_invalid", customer_words="不装了", designer_words="未能量房"
    )
    assert other.status_code == 200, other.text


def test_who_entered_an_application_neither_approves_nor_issues(sign_in: Any, api: Any) -> None:
    give(sign_in, "renovation_clerk", "renovation_clerk", "service_manager")
    both, desk = api("renovation_clerk"), Desk(db.session)
    mine = desk.staff_id("renovation_clerk")
    cases = [c for c in desk.ids("renovation_application", state="submitted")
             if desk.one("renovation_application", c).created_by_id == mine]  # fmt: skip
    assert "same_person" in refused_as(both.post(f"renovation_application/{cases[0]}/approve"))
    ready = [c for c in desk.ids("renovation_application", state="approved")
             if desk.one("renovation_application", c).created_by_id == mine]  # fmt: skip
    receipt = desk.one("receipt", desk.ids("receipt")[0]).number
    told = both.post(f"renovation_application/{ready[0]}/issue_permit", receipt_number=receipt,
                     valid_from=str(here.today()), valid_until=str(here.today()))  # fmt: skip
    assert "same_person" in refused_as(told)


def test_a_salesperson_signs_their_own_slip_in_no_capacity(sign_in: Any, api: Any) -> None:
    give(sign_in, "salesperson", "salesperson", "marketing_manager")
    desk = Desk(db.session)
    mine = desk.staff_id("salesperson")
    slips = [s for s in desk.ids("transfer_slip", state="draft") if desk.one("transfer_slip", s).salesperson_id == mine]
    assert slips
    assert "same_person" in refused_as(api("salesperson").post(f"transfer_slip/{slips[0]}/sign_market"))


def test_market_and_store_are_two_people(sign_in: Any, api: Any) -> None:
    give(sign_in, "marketing_manager", "marketing_manager", "store_manager")
    both, desk = api("marketing_manager"), Desk(db.session)
    slips = desk.ids("transfer_slip", state="draft")
    signed = next(s for s in slips if both.post(f"transfer_slip/{s}/sign_market").status_code == 200)
    assert "same_person" in refused_as(both.post(f"transfer_slip/{signed}/sign_store"))
