"""Leads of the demo, in every state, each brought there by its verbs."""

from datetime import timedelta

from app.core import here
from app.demo import names
from app.demo.desk import Desk

STATES = {
    "new": 14, "slip": 3, "dispatched": 8, "measured": 5, "signed": 5, "withdrawn": 1,
    "invalid_proposed": 2, "invalid": 2, "dead_proposed": 2, "dead": 2,
}  # fmt: skip
ESTATES = ("锦绣花园", "滨江壹号", "翠湖花园", "金地名都", "万和城", "紫荆苑")
BUDGETS = {"small": (1_800_000, 2_800_000), "medium": (3_000_000, 5_000_000), "large": (6_800_000, 26_000_000)}
SOURCES = ("walk_in", "phone", "web", "referral")
MANAGER, ASSISTANT, DESIGN = "account_manager", "account_assistant", "design_manager"


def load_leads(desk: Desk) -> None:
    _calendar(desk)
    for number, state in enumerate(state for state, count in STATES.items() for _ in range(count)):
        _lead(desk, number, state)
    run = desk.enter("commission_run", "human_resources", month=f"{here.today():%Y-%m}")
    desk.do("commission_run", run, "compute", "human_resources")
    _phone_list(desk)
    _desk(desk)
    _followed(desk)
    _faults(desk)


def _phone_list(desk: Desk) -> None:
    """An estate's numbers as the marketing department got them: one of them came to the store already."""
    [known, *_] = desk.ids("lead", state="new")
    made = desk.enter(
        "phone_list", "marketing_manager", name="丽景家园一期", estate_name="丽景家园", received_on=str(here.today())
    )
    phones = [names.phone(60_000 + number) for number in range(8)] + [desk.one("lead", known).phone]
    for number, phone in enumerate(phones):
        entry = desk.enter(
            "phone_list_entry", "marketing_manager", phone_list=made, phone=phone, contact_name=names.name(400 + number)
        )
        if number in (1, 5):
            desk.do("phone_list_entry", entry, "mark", "salesperson", result="do_not_call", note="请勿再打")


def _desk(desk: Desk) -> None:
    """A day's calls at the front desk."""
    for number, (rings, about) in enumerate(
        ((1, "decoration"), (2, "progress"), (2, "decoration"), (5, "complaint"), (3, "other"))
    ):
        desk.enter(
            "call_entry", "front_desk", phone=names.phone(1000 + number * 3), rings=rings, about=about,
            content=("问全屋翻新报价", "问水电进度", "想看样板房", "楼上夜间施工", "问公司地址")[number],
        )  # fmt: skip


def _followed(desk: Desk) -> None:
    """Some customers were called; two are to be called again today, as agreed three days ago."""
    for number, lead in enumerate(desk.ids("lead", state="dispatched")[:5]):
        later = str(here.today() + timedelta(days=2 + number))
        desk.do(
            "lead", lead, "follow_up", MANAGER, way="phone", note="已约周末看样板房，客户偏好现代简约", next_on=later
        )
    marketing = [each for each in desk.ids("lead", source="marketing") if desk.one("lead", each).state == "new"]
    for lead in marketing[:2]:
        desk.do("lead", lead, "file_daily", "marketing_manager")


def _faults(desk: Desk) -> None:
    """A ticket that is appealed against, and one that stands; a closing asked about once more."""
    first = desk.enter(
        "penalty_ticket", MANAGER, staff=desk.staff_id("front_desk2"), kind="calls", happened_on=str(here.today()),
        evidence="铃响五声后接听，来电未登记姓名。",
    )  # fmt: skip
    desk.do("penalty_ticket", first, "appeal", "front_desk2", words="当时正在接待上门客户。")
    closed = desk.ids("closure", state="confirmed")
    second = desk.enter(
        "penalty_ticket", MANAGER, staff=desk.staff_id("designer"), kind="lost_order", happened_on=str(here.today()),
        closure=closed[-1], evidence="报价三次修改仍未按时给出。",
    )  # fmt: skip
    desk.do("penalty_ticket", second, "decide", "general_manager", decision="uphold", reason="事实清楚。")
    for each in closed:
        if desk.one("closure", each).sampled:
            reason = "competition" if desk.one("closure", each).kind == "dead" else "no_plan"
            desk.do("closure", each, "recall", "general_manager", reason=reason, customer_words="还是选了别家。")
            break


def _calendar(desk: Desk) -> None:
    year = here.today().year
    for starts, ends in ((f"{year}-03-01", f"{year}-05-31"), (f"{year}-09-01", f"{year + 1}-01-20")):
        desk.enter("season", MANAGER, kind="high", starts_on=starts, ends_on=ends)
    quarter = here.today().replace(day=1)
    desk.enter(
        "champion", MANAGER, staff=desk.staff_id("designer8"), kind="quarter", earned_period=f"{year}Q3",
        valid_from=str(quarter), valid_until=str(quarter + timedelta(days=89)),
    )  # fmt: skip


def _lead(desk: Desk, number: int, state: str) -> None:
    tier = ("small", "small", "medium", "large")[number % 4]
    by_sales = state == "slip" or number % 5 == 4
    who = ("salesperson", "salesperson2")[number % 2] if by_sales else ("front_desk", "front_desk2")[number % 2]
    today = here.today()
    lead = desk.enter(
        "lead", who, customer_name=names.name(1000 + number), phone=names.phone(1000 + number),
        estate_name=ESTATES[number % 6], address=f"{number % 9 + 1}栋{number % 20 + 1}0{number % 4 + 1}",
        floor_area=80 + number * 3 % 90, budget_fen=BUDGETS[tier][number % 2],
        renovation_on=str(today + timedelta(days=20 + number)),
        source="marketing" if by_sales else SOURCES[number % 4], inquiry_on=str(today - timedelta(days=number % 12)),
    )  # fmt: skip
    if by_sales:
        _slip(desk, lead, who, signed=state != "slip")
    if state not in ("new", "slip"):
        _take(desk, lead, state, number)


def _slip(desk: Desk, lead: int, who: str, *, signed: bool) -> None:
    slip = desk.enter("transfer_slip", who, lead=lead, remarks="客户希望周末量房")
    if signed:
        desk.do("transfer_slip", slip, "sign_market", "marketing_manager")
        desk.do("transfer_slip", slip, "sign_store", "store_manager")


def _take(desk: Desk, lead: int, state: str, number: int) -> None:
    """Bring the lead to where it is to stand."""
    if state in ("invalid", "invalid_proposed"):
        desk.do("lead", lead, "propose_invalid", MANAGER, reason="no_plan", customer_words="暂时不装修了")
        if state == "invalid":
            desk.do("lead", lead, "confirm_invalid", DESIGN, customer_words="房子要出租", designer_words="未接触")
        return
    if not _dispatch(desk, lead):
        return
    if state == "dispatched":
        return
    designer = _username_of(desk, lead)
    desk.do("lead", lead, "measure", designer, on=str(here.today()))
    if state in ("signed", "withdrawn"):
        desk.do("lead", lead, "sign_contract", designer, amount_fen=4_200_000 + number * 10_000, on=str(here.today()))
    if state == "withdrawn":
        desk.do("lead", lead, "withdraw_contract", MANAGER, reason="客户家中有变", on=str(here.today()))
    if state in ("dead", "dead_proposed"):
        desk.do("lead", lead, "propose_dead", ASSISTANT, reason="price", customer_words="别家便宜八千")
    if state == "dead":
        desk.do("lead", lead, "confirm_dead", DESIGN, customer_words="价格高", designer_words="已让到底价")


def _dispatch(desk: Desk, lead: int) -> bool:
    """To whoever is first in the order of fairness; False when nobody has a place left."""
    from app.core.runner import would
    from app.core.verbs import verb_named

    verb = verb_named("lead", "dispatch")
    assert verb is not None
    with here.acting_as(desk.person(MANAGER)):
        choices = would(desk.session, verb, [lead])["choices"]["designer"]
    free = [each["id"] for each in choices if not each["blockers"]]
    if free:
        desk.do("lead", lead, "dispatch", MANAGER, designer=free[0])
    return bool(free)


def _username_of(desk: Desk, lead: int) -> str:
    designer = desk.one("lead", lead).designer_id
    for place in range(1, 13):
        username = "designer" if place == 1 else f"designer{place}"
        if desk.staff_id(username) == designer:
            return username
    raise LookupError(designer)
