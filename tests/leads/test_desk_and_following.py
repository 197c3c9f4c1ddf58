"""The front desk, follow-ups, the daily filing, re-calls and penalty tickets (R-4.3.3, R-4.5.3, R-4.7)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text as sql

from app.core import here
from app.core.answers import Faulty
from app.core.blockers import NotAllowed
from app.core.queues import Queue, inbox
from app.core.words import say
from app.demo import names
from app.demo.desk import Desk
from app.leads.claims.rules import blockers_to_file_daily
from app.leads.closing.rules import ClosureKind, InvalidReason, blockers_to_recall, is_drawn, is_reason_of
from app.leads.desk.rules import in_time
from app.leads.following.actions import FollowUpLead
from app.leads.following.rules import Visit, blockers_to_follow_up, blockers_to_show_home
from app.leads.penalties.rules import blockers_to_appeal, blockers_to_decide_ticket

TODAY = date(2026, 11, 16)
PHONE = "13577272786"


def rules(blockers):
    return [each.rule for each in blockers]


# --- rules at their boundaries ----------------------------------------------------------------


@pytest.mark.parametrize(("days", "told"), [(None, []), (1, []), (0, ["not_ahead"]), (-1, ["not_ahead"])])
def test_the_next_contact_lies_ahead(days, told):
    next_on = None if days is None else TODAY + timedelta(days=days)
    assert rules(blockers_to_follow_up(next_on=next_on, today=TODAY)) == told


@pytest.mark.parametrize(("rings", "good"), [(1, True), (3, True), (4, False)])
def test_a_call_is_taken_within_three_rings(rings, good):
    assert in_time(rings, 3) is good


def test_of_closings_about_the_share_of_the_policy_is_drawn_and_always_the_same():
    drawn = [is_drawn(number, 20) for number in range(1, 5001)]
    assert 900 < sum(drawn) < 1100
    assert drawn == [is_drawn(number, 20) for number in range(1, 5001)]
    assert not any(is_drawn(number, 0) for number in range(1, 500))
    assert all(is_drawn(number, 100) for number in range(1, 500))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"sampled": False}, ["not_drawn"]),
        ({"recalled": True}, ["recalled_already"]),
        ({"took_part": True}, ["same_person"]),
        ({"known": False}, ["not_a_reason"]),
    ],
)
def test_what_speaks_against_a_re_call(facts, told):
    assert (
        rules(blockers_to_recall(**{"sampled": True, "recalled": False, "took_part": False, "known": True, **facts}))
        == told
    )


def test_invalid_and_dead_have_reasons_of_their_own():
    assert is_reason_of(ClosureKind.INVALID, InvalidReason.NO_PLAN)
    assert not is_reason_of(ClosureKind.DEAD, InvalidReason.NO_PLAN)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"filed": True}, ["filed_already"]),
        ({"entered_by": None}, ["not_to_be_filed"]),
        ({"live": False}, ["not_to_be_filed"]),
    ],
)
def test_what_is_filed_and_what_not(facts, told):
    assert (
        rules(blockers_to_file_daily(**{"number": "KH-1", "filed": False, "entered_by": 3, "live": True, **facts}))
        == told
    )


def test_who_appeals_and_who_decides():
    assert rules(blockers_to_appeal(own=False)) == ["not_yours"]
    assert blockers_to_appeal(own=True) == []
    assert rules(blockers_to_decide_ticket(issued_by_self=True, own=False)) == ["same_person"]
    assert rules(blockers_to_decide_ticket(issued_by_self=False, own=True)) == ["same_person"]
    assert blockers_to_decide_ticket(issued_by_self=False, own=False) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"appointed_on": None}, ["no_visit_due"]),
        ({"appointed_on": TODAY + timedelta(days=1)}, ["no_visit_due"]),
        ({"told": True}, ["visit_kept_already"]),
        ({"ideas": None}, ["ideas_missing"]),
        ({"visit": Visit.DID_NOT, "ideas": None}, []),
        ({"visit": Visit.DID_NOT, "ideas": None, "again_on": TODAY}, ["not_ahead"]),
        ({"visit": Visit.DID_NOT, "ideas": None, "again_on": TODAY + timedelta(days=1)}, []),
    ],
)
def test_a_visit_to_the_show_home_is_kept_once_its_day_has_come(facts, told):
    usual = {"appointed_on": TODAY, "told": False, "visit": Visit.CAME, "ideas": "喜欢开放厨房", "again_on": None}
    assert rules(blockers_to_show_home(**{**usual, **facts}, today=TODAY)) == told


# --- through the verbs ------------------------------------------------------------------------


def test_a_contact_is_kept_and_the_next_one_agreed(office):
    lead = office.lead()
    office.do("lead", lead, "follow_up", "account_manager", way="phone", note="约周末看房", next_on="2026-11-20")
    assert office.row("lead", lead).next_contact_on == date(2026, 11, 20)
    [made] = office.rows("follow_up", lead_id=lead)
    assert (made.staff_id, made.way, made.note) == (office.staff("account_manager"), "phone", "约周末看房")
    office.do("lead", lead, "follow_up", "account_manager", way="visit", note="已看样板房")
    assert office.row("lead", lead).next_contact_on is None
    assert len(office.rows("follow_up", lead_id=lead)) == 2


@pytest.mark.parametrize(("agreed", "proposed"), [(1, True), (0, False), (-3, False), (None, False)])
def test_a_day_that_is_agreed_already_stands_in_the_dialog(agreed, proposed):
    day = None if agreed is None else TODAY + timedelta(days=agreed)
    told = FollowUpLead().defaults(SimpleNamespace(next_contact_on=day), SimpleNamespace(today=TODAY))
    assert told["next_on"] == (day if proposed else None)


def test_a_lead_that_nobody_touches_shows_after_the_days_of_the_policy(office, clock):
    clock.at(1)
    lead = office.lead()
    untouched = Queue("lead", say("多日", "Days"), "reassign", (("touched_on.lte", "today-{lead_untouched_days}"),))

    def waits(day):
        clock.at(day)
        from app.core.listing import Listing
        from app.leads.views import LeadRegister

        with here.acting_as(office.people["account_manager"]):
            listing = Listing(LeadRegister)
            filters = {name: value.replace("{lead_untouched_days}", "7") for name, value in untouched.filters}
            return listing.count(office.session, listing.asked(filters))

    assert waits(7) == 0
    assert waits(8) == 1
    clock.at(8)
    office.do("lead", lead, "follow_up", "account_manager", way="phone", note="无人接")
    assert waits(14) == 0
    assert waits(15) == 1


def waiting(session):
    return [str(each.queue.label) for _, found in inbox(session)[0] for each in found]


@pytest.mark.on("sqlite")
def test_the_queue_asks_the_policy(session, app):
    desk = Desk(session)
    desk.enter("lead", "front_desk", customer_name="傅欣", phone=PHONE, source="walk_in")
    session.commit()
    with app.test_request_context(), here.acting_as(desk.person("account_manager")):
        assert "多日未联系的新客户" not in waiting(session)
    with here.as_house():
        session.execute(sql("UPDATE lead SET touched_on = '2020-01-01'"))
        session.commit()
    with app.test_request_context(), here.acting_as(desk.person("account_manager")):
        assert "多日未联系的新客户" in waiting(session)


def test_the_days_filing_archives_for_whoever_entered(office, clock):
    first = office.lead("salesperson", source="marketing", floor_area=None)
    second = office.lead("salesperson2", source="marketing", floor_area=None)
    clock.at(16, 18)
    from app.core.runner import run
    from app.core.verbs import verb_named

    with here.acting_as(office.people["marketing_manager"]):
        for lead in (first, second):
            run(office.session, verb_named("lead", "file_daily"), [lead], {}, from_json=True)
    for lead, who in ((first, "salesperson"), (second, "salesperson2")):
        [claim] = office.rows("claim", lead_id=lead)
        assert (claim.kind, claim.staff_id) == ("archived", office.staff(who))
        assert "2026年11月16日" in claim.evidence
        assert office.row("lead", lead).claimant_id == office.staff(who)
        assert office.row("lead", lead).filed_on == TODAY
    with pytest.raises(NotAllowed) as refused, here.acting_as(office.people["marketing_manager"]):
        run(office.session, verb_named("lead", "file_daily"), [first], {}, from_json=True)
    assert rules(refused.value.blockers) == ["filed_already"]


def test_a_closing_that_is_drawn_is_asked_about_by_a_third_person(office):
    office.policy("recall_percent", 100)
    lead = office.lead()
    office.do("lead", lead, "propose_invalid", "account_manager", reason="no_plan", customer_words="不装了")
    office.do("lead", lead, "confirm_invalid", "design_manager", customer_words="不装了", designer_words="未接触")
    [closure] = office.rows("closure", lead_id=lead)
    assert closure.sampled
    asked = {"reason": "price_below_target", "customer_words": "其实是嫌贵"}
    assert office.refused("closure", closure.id, "recall", "account_manager", **asked) == ["same_person"]
    assert office.refused(
        "closure", closure.id, "recall", "account_assistant", reason="price", customer_words="贵"
    ) == ["not_a_reason"]
    office.do("closure", closure.id, "recall", "account_assistant", **asked)
    row = office.row("closure", closure.id)
    assert (row.reason, row.recall_reason) == ("no_plan", "price_below_target")
    assert office.refused("closure", closure.id, "recall", "account_assistant", **asked) == ["recalled_already"]


def test_a_ticket_is_appealed_against_and_decided(office):
    who = office.staff("front_desk")
    ticket = office.enter(
        "penalty_ticket", "account_manager", staff=who, kind="calls", happened_on="2026-11-16", evidence="五声后接听"
    )
    assert office.row("penalty_ticket", ticket).number == "GS-2026-000001"
    assert office.refused("penalty_ticket", ticket, "appeal", "design_manager", words="不服") == ["not_yours"]
    office.do("penalty_ticket", ticket, "appeal", "front_desk", words="正在接待")
    assert office.refused("penalty_ticket", ticket, "decide", "account_manager", decision="uphold", reason="是") == [
        "same_person"
    ]
    office.do("penalty_ticket", ticket, "decide", "general_manager", decision="withdraw", reason="情有可原")
    assert office.row("penalty_ticket", ticket).state == "withdrawn"
    with pytest.raises(Faulty):
        office.enter(
            "penalty_ticket", "account_manager", staff=who, kind="calls", happened_on="2026-11-17", evidence="x"
        )


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def desk(session):
    return Desk(session)


@pytest.mark.on("sqlite")
def test_a_known_number_is_told_and_nothing_of_whose_it_is(desk, session, sign_in):
    lead = desk.enter(
        "lead", "salesperson", customer_name="傅欣", phone=PHONE, source="referral", estate_name="丽景家园"
    )
    with here.as_house():  # as if it had been entered on another day: out of the front desk's reach
        session.execute(sql("UPDATE lead SET created_at = '2026-01-01 00:00:00'"))
    session.commit()
    number = desk.one("lead", lead).number
    page = sign_in("front_desk").get(f"/front_desk/known?phone={PHONE}").text
    assert "已有人登记在先" in page
    for secret in ("傅欣", number, "丽景家园", "/lead/"):
        assert secret not in page
    assert page.count(PHONE) == 1  # in the way to a claim: what was typed just now
    mine = sign_in("salesperson").get(f"/front_desk/known?phone={PHONE}").text
    assert number in mine
    fresh = sign_in("front_desk")
    assert "新客户" in fresh.get(f"/front_desk/known?phone={names.phone(77)}").text
    assert "known-wrong" in fresh.get("/front_desk/known?phone=12").text
    assert fresh.get("/front_desk/known?phone=").text == ""


@pytest.mark.on("sqlite")
def test_a_caller_and_their_call_are_entered_on_one_page(desk, session, sign_in):
    browser = sign_in("front_desk")
    given = {"phone": "138 0013 8000", "customer_name": "王思远", "source": "phone", "rings": "2", "about": "decoration",
             "budget_fen": "3.5万", "show_home_ideas": "喜欢开放式厨房"}  # fmt: skip
    assert browser.post("/front_desk/", given).status_code == 302
    session.rollback()
    [lead] = desk.ids("lead")
    [call] = desk.ids("call_entry")
    number = desk.one("lead", lead).number
    assert f'<a href="/lead/{lead}">已登记：{number}</a>' in browser.get("/front_desk/").text
    row = desk.one("lead", lead)
    assert (row.phone, row.budget_fen, row.show_home_ideas) == ("13800138000", 3_500_000, "喜欢开放式厨房")
    assert (desk.one("call_entry", call).lead_id, desk.one("call_entry", call).rings) == (lead, 2)
    refused = browser.post("/front_desk/", {**given, "rings": ""})
    assert refused.status_code == 422
    assert "已有人登记在先" in refused.text
    assert "王思远" in refused.text
    assert (
        browser.post(
            "/front_desk/", {"phone": "13800138000", "rings": "5", "about": "progress", "then": "call"}
        ).status_code
        == 302
    )
    assert browser.post("/front_desk/", {"phone": "13800138000", "then": "call"}).status_code == 422
    session.rollback()
    assert len(desk.ids("call_entry")) == 2


@pytest.mark.on("sqlite")
def test_a_call_that_can_not_be_read_keeps_the_lead_out_as_well(desk, session, sign_in):
    browser = sign_in("front_desk")
    given = {
        "phone": "13800138000",
        "customer_name": "王思远",
        "source": "phone",
        "rings": "很多",
        "about": "decoration",
    }
    refused = browser.post("/front_desk/", given)
    assert refused.status_code == 422
    assert 'id="f-rings-fault"' in refused.text
    session.rollback()
    assert desk.ids("lead") == []
    assert browser.post("/front_desk/", {**given, "rings": "2"}).status_code == 302


@pytest.mark.on("sqlite")
def test_a_double_click_at_the_desk_enters_once(desk, session, sign_in):
    browser = sign_in("front_desk")
    given = {"phone": "13800138000", "customer_name": "王思远", "source": "phone", "rings": "2", "about": "decoration",
             "once_token": "t" * 32}  # fmt: skip
    assert [browser.post("/front_desk/", given).status_code for _ in range(2)] == [302, 302]
    session.rollback()
    assert (len(desk.ids("lead")), len(desk.ids("call_entry"))) == (1, 1)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("verb", ["dispatch", "decide_claim"])
def test_whoever_came_from_a_queue_is_led_back_to_it(desk, session, sign_in, verb):
    lead = desk.enter("lead", "salesperson", customer_name="傅欣", phone=PHONE, source="referral")
    session.commit()
    browser, number = sign_in("account_manager"), desk.one("lead", lead).number
    page = browser.get(f"/lead/{lead}/{verb}?back=/lead/?state%3Dnew").text
    assert '<input type="hidden" name="back" value="/lead/?state=new">' in page
    assert '<a class="btn" href="/lead/?state=new">' in page
    for each in (page, browser.get(f"/lead/{lead}/edit").text):
        assert f'<span class="of">{number} 傅欣</span>' in each  # whom it is about
