"""The boundary cases of the requirements (their section 4), by number, through the API.

Example 11 is in renovation/test_passes.py, 14 and 15 in leads/test_lead_life.py and
leads/test_closing_and_declining_rules.py.
"""

from collections import Counter as Tally
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core import here
from app.demo import names
from app.demo.desk import Desk
from tests.browserless import Api
from tests.conftest import PASSWORD
from tests.renovation.conftest import CASE, Counter

LEAD = {
    "customer_name": "傅欣", "estate_name": "丽景家园", "address": "13栋2503", "floor_area": 89.5,
    "renovation_on": "2099-01-10", "source": "walk_in", "budget_fen": 40_000_00,
}  # fmt: skip
DAY = timedelta(days=1)
Enter = Callable[..., int]


def rules(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert all(each["message"] and each["fix"] and each["clause"] for each in answer.json["blockers"])
    return [each["rule"] for each in answer.json["blockers"]]


@pytest.fixture
def desk(session: Any) -> Counter:
    return Counter(session)


@pytest.fixture
def enter(api: Any) -> Enter:
    """Enters a lead at the front desk; each with a phone of its own."""
    front, phones = api("front_desk"), iter(range(13_800_000_000, 13_900_000_000))

    def _enter(client: Any = None, **values: Any) -> int:
        answer = (client or front).post("lead/", **{**LEAD, "phone": str(next(phones)), **values})
        assert answer.status_code == 201, answer.text
        return int(answer.json["id"])

    return _enter


@pytest.mark.parametrize(
    ("fen", "tier"), [(29_999_99, "small"), (30_000_00, "medium"), (50_000_00, "medium"), (50_000_01, "large")]
)
def test_1_the_tier_of_a_budget(enter: Enter, api: Any, fen: int, tier: str) -> None:
    assert api("account_manager").get(f"lead/{enter(budget_fen=fen)}").json["result"]["tier"] == tier


def test_2_a_designer_takes_their_tier(enter: Enter, api: Any, desk: Desk) -> None:
    manager = api("account_manager")
    grade = {each: desk.ids("staff", designer_grade=each)[0] for each in ("director", "deputy_director", "chief")}
    medium, small = enter(), enter(budget_fen=10_000_00)
    refused = manager.post(f"lead/{medium}/dispatch", designer=grade["deputy_director"])
    assert rules(refused) == ["tier_mismatch"]
    assert refused.json["blockers"][0]["clause"] == "R-4.2.3"
    assert rules(manager.post(f"lead/{small}/dispatch", designer=grade["chief"])) == ["tier_mismatch"]
    done = manager.post(f"lead/{medium}/dispatch", designer=grade["director"])
    assert (done.status_code, done.json["state"]) == (200, "dispatched")
    assert done.json["dispatch"]["number"]


class Clock:
    """The house's clock, stopped at nine in the morning of a day of one week."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = datetime.now(UTC)
        clock = self

        class Stopped(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return clock.moment

        monkeypatch.setattr(here, "datetime", Stopped)

    def at(self, weekday: int) -> None:
        today = datetime.now(here.house_zone()).replace(hour=9, minute=0)
        self.moment = (today + timedelta(days=7 - today.weekday() + weekday)).astimezone(UTC)


def test_3_the_stops_of_the_low_season(app: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, phones = Clock(monkeypatch), iter(range(13_800_000_000, 13_900_000_000))
    director = desk.ids("staff", designer_grade="director")[0]

    def dispatch() -> Any:
        manager = Api(app, "account_manager", PASSWORD)
        lead = manager.post("lead/", **{**LEAD, "phone": str(next(phones))}).json["id"]
        return manager.post(f"lead/{lead}/dispatch", designer=director)

    for weekday in (0, 1):
        clock.at(weekday)
        assert dispatch().status_code == 200
    clock.at(2)
    assert rules(dispatch()) == ["in_hand_full"]
    desk.enter(
        "champion", "account_manager", staff=director, kind="quarter", earned_period="2026-Q3",
        valid_from=str(here.today() - DAY), valid_until=str(here.today() + 30 * DAY),
    )  # fmt: skip
    desk.session.commit()
    done = dispatch()
    assert done.status_code == 200
    given = Api(app, "account_manager", PASSWORD).get(f"dispatch/{done.json['dispatch']['id']}").json["result"]
    assert given["privilege"] is not None
    assert dispatch().status_code == 200
    assert rules(dispatch()) == ["day_full"]
    clock.at(3)
    assert [dispatch().status_code for _ in range(2)] == [200, 200]
    clock.at(4)
    assert rules(dispatch()) == ["week_full"]


def test_4_fifty_at_once_for_one_place(enter: Enter, api: Any, desk: Desk) -> None:
    manager = api("account_manager")
    director = desk.ids("staff", designer_grade="director")[0]
    assert manager.post(f"lead/{enter()}/dispatch", designer=director).status_code == 200
    leads = [enter() for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda lead: manager.post(f"lead/{lead}/dispatch", designer=director).status_code, leads)
        )
    assert Tally(answers)[200] == 1
    assert set(answers) <= {200, 409, 422}
    desk.session.rollback()
    assert len(desk.ids("dispatch", designer_id=director)) == 2


def test_5_and_7_title_proof_and_receipt(api: Any, desk: Counter) -> None:
    clerk, second, cashier = api("renovation_clerk"), api("renovation_clerk2"), api("cashier")
    case = desk.apply()
    desk.clear(case)
    for kind in ("purchase_contract", "payment_proof", "title_deed", "other_title_proof"):
        [paper] = desk.ids("application_document", application_id=case, kind=kind)
        assert clerk.post(f"application_document/{paper}/uncheck", reason="登记有误").status_code == 200
    desk.approve(case)
    due = desk.ids("charge", application_id=case)
    desk.session.commit()
    taken = cashier.post("charge/take_payment", charges=due, method="cash")
    assert taken.json["number"] == f"SJ-{desk.today.year}-000001"
    given = {"receipt_number": taken.json["number"], **desk.dates()}
    refused = second.post(f"{CASE}/{case}/issue_permit", **given)
    assert rules(refused) == ["documents_incomplete"]
    assert "购房合同" in refused.json["blockers"][0]["message"]
    [contract] = desk.ids("application_document", application_id=case, kind="purchase_contract")
    assert clerk.post(f"application_document/{contract}/check", copy_kept=True, original_seen=True).status_code == 200
    assert second.get(f"{CASE}/{case}/issue_permit").json["allowed"] is True
    assert cashier.post(f"receipt/{taken.json['id']}/void", reason="付款方式登记错误").status_code == 200
    assert rules(second.post(f"{CASE}/{case}/issue_permit", **given))[0] == "charges_unpaid"
    again = cashier.post("charge/take_payment", charges=due, method="wechat").json["number"]
    done = second.post(f"{CASE}/{case}/issue_permit", **{**given, "receipt_number": again})
    assert done.json["state"] == "under_work"
    assert done.json["permit"]["number"] == f"SG-{desk.today.year}-000001"
    refused = cashier.post(f"receipt/{desk.ids('receipt')[-1]}/void", reason="退款")
    assert refused.status_code == 422


def test_6_a_tenant_needs_the_owners_consent(api: Any, desk: Counter) -> None:
    case = desk.apply(applicant_kind="tenant")
    desk.clear(case)
    [consent] = desk.ids("application_document", application_id=case, kind="owner_consent")
    desk.do("application_document", consent, "uncheck", "renovation_clerk", reason="产权人收回")
    desk.approve(case)
    number = desk.pay(case).number
    desk.session.commit()
    second = api("renovation_clerk2")
    refused = second.post(f"{CASE}/{case}/issue_permit", receipt_number=number, **desk.dates())
    assert rules(refused) == ["documents_incomplete"]
    assert "购房合同" not in refused.json["blockers"][0]["message"]
    desk.check(case, "owner_consent")
    desk.session.commit()
    assert second.post(f"{CASE}/{case}/issue_permit", receipt_number=number, **desk.dates()).status_code == 200


def test_8_who_entered_it_does_not_issue(api: Any, desk: Counter) -> None:
    case, number = desk.ready()
    desk.session.commit()
    given = {"receipt_number": number, **desk.dates()}
    assert rules(api("renovation_clerk").post(f"{CASE}/{case}/issue_permit", **given)) == ["same_person"]
    assert api("renovation_clerk2").post(f"{CASE}/{case}/issue_permit", **given).status_code == 200


@pytest.mark.parametrize(("days", "passes"), [(-1, False), (0, True)])
def test_9_the_licence_holds_to_the_last_day(api: Any, desk: Counter, days: int, passes: bool) -> None:
    case, number = desk.ready()
    desk.check(case, "contractor_licence", valid_until=str(desk.ends + days * DAY))
    desk.session.commit()
    answer = api("renovation_clerk2").post(f"{CASE}/{case}/issue_permit", receipt_number=number, **desk.dates())
    assert answer.status_code == 200 if passes else rules(answer) == ["credential_expired"]


def test_10_nobody_is_inside_twice(api: Any, desk: Counter) -> None:
    desk.starts = desk.today
    case, number = desk.ready()
    permit = desk.issue(case, number)
    desk.session.commit()
    clerk, gate = api("renovation_clerk"), api("gate")
    contractor = desk.one(CASE, case).contractor_id
    worker = clerk.post("worker/", contractor=contractor, name="魏松", id_number=names.identity_card(501)).json["id"]
    made = clerk.post(f"permit/{permit.id}/issue_pass", worker=worker, valid_until=str(desk.ends)).json["pass"]
    assert made["number"] == f"CR-{desk.today.year}-000001"
    assert gate.post(f"pass/{made['id']}/enter").status_code == 200
    assert rules(gate.post(f"pass/{made['id']}/enter")) == ["already_inside"]
    events = gate.get(f"gate_event/?q=(filters:!((col:pass,opr:eq,value:{made['id']})))").json["result"]
    assert sorted((each["direction"], each["result"]) for each in events) == [("in", "admitted"), ("in", "refused")]
    assert gate.post(f"pass/{made['id']}/leave").status_code == 200
    assert gate.post(f"pass/{made['id']}/enter").status_code == 200


def test_12_a_slip_is_signed_in_order_and_not_by_its_filler(enter: Enter, api: Any, desk: Desk) -> None:
    sales, store, market = api("salesperson"), api("store_manager"), api("marketing_manager")
    lead = enter(sales, source="marketing")
    slip = sales.post("transfer_slip/", lead=lead).json["id"]
    assert rules(store.post(f"transfer_slip/{slip}/sign_store")) == ["wrong_state"]
    delegation = market.post(
        "delegation/", from_staff=desk.staff_id("marketing_manager"), to_staff=desk.staff_id("salesperson"),
        starts_on=str(here.today()), ends_on=str(here.today() + DAY), reason="出差",
        told_departments=desk.ids("department")[:2],
    )  # fmt: skip
    assert delegation.status_code == 201, delegation.text
    assert rules(api("salesperson").post(f"transfer_slip/{slip}/sign_market")) == ["same_person"]
    assert market.post(f"transfer_slip/{slip}/sign_market").json["state"] == "market_signed"
    assert store.post(f"transfer_slip/{slip}/sign_store").json["state"] == "store_signed"


def test_13_a_delegation_lasts_two_days_or_more_and_no_longer_than_it_says(
    enter: Enter, api: Any, desk: Desk, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = api("marketing_manager")
    given = {
        "from_staff": desk.staff_id("marketing_manager"), "to_staff": desk.staff_id("salesperson2"),
        "starts_on": str(here.today()), "reason": "出差",
        "told_departments": desk.ids("department")[:2],
    }  # fmt: skip
    refused = market.post("delegation/", **given, ends_on=str(here.today()))
    assert refused.status_code == 422
    assert "R-4.4.5" in refused.text
    assert market.post("delegation/", **given, ends_on=str(here.today() + DAY)).status_code == 201
    sales = api("salesperson")
    slips = [sales.post("transfer_slip/", lead=enter(sales, source="marketing")).json["id"] for _ in range(2)]
    assert api("salesperson2").post(f"transfer_slip/{slips[0]}/sign_market").json["state"] == "market_signed"
    signed = api("marketing_manager").get(f"transfer_slip/{slips[0]}").json["result"]
    assert signed["market_signed_by"]["id"] == desk.staff_id("salesperson2")
    assert signed["market_signed_for"]["id"] == desk.staff_id("marketing_manager")
    clock = Clock(monkeypatch)
    clock.moment = datetime.now(UTC) + 2 * DAY
    late = Api(app, "salesperson2", PASSWORD).post(f"transfer_slip/{slips[1]}/sign_market")
    assert late.status_code in (403, 404, 422)
    assert desk.one("transfer_slip", slips[1]).state == "draft"


def test_16_the_earlier_complete_contact_wins_and_the_later_learns_nothing(enter: Enter, api: Any, desk: Desk) -> None:
    first, second, manager = api("salesperson"), api("salesperson2"), api("account_manager")
    lead = enter(first, phone="13577272786")
    refused = second.post("lead/", **{**LEAD, "phone": "13577272786"})
    assert refused.status_code == 422
    assert "已有人登记" in refused.text
    for secret in (
        desk.one("staff", desk.staff_id("salesperson")).name,
        desk.one("lead", lead).number,
        "13577272786",
        "傅欣",
    ):
        assert secret not in refused.text
    assert second.get(f"lead/{lead}").status_code == 404
    claim = second.post(
        "claim/", phone="13577272786", kind="first_contact", at=here.now().isoformat(), evidence="登记本第 3 页"
    )
    assert claim.status_code == 201, claim.text
    assert desk.one("staff", desk.staff_id("salesperson")).name not in claim.text
    kept = manager.get(f"lead/{lead}").json["result"]
    assert kept["claimant"]["id"] == desk.staff_id("salesperson")
    winner = manager.get(f"lead/{lead}/decide_claim").json["choices"]["winner"]
    assert winner["staff"] == desk.staff_id("salesperson")
    assert winner["reason"]
