"""Home: each role's inbox, figures and charts; their price, and that they tell what the lists tell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql

from app.core import charts, gate, here, queues
from app.core.declaration import register_of
from app.core.listing import COUNT_CAP, Listing
from app.core.rights import may
from app.demo.desk import Desk
from app.leads.models import Lead
from app.people.models import Delegation
from app.security.roles import Role
from tests.core.test_lists import counted


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def sit(app: Flask, session: Any) -> Any:
    """`with sit("cashier"): …`: as that person, in a request."""
    desk = Desk(session)
    with app.test_request_context():
        yield lambda username: here.acting_as(desk.person(username))


def waiting(session: Any) -> list[queues.Waiting]:
    return [each for _, found in queues.inbox(session)[0] for each in found]


def test_a_queue_counts_and_names_the_first_of_its_list(sit: Any, session: Any) -> None:
    """What the one statement for all queues answers is what each list would: same scope, same filters."""
    found = 0
    for role in Role:
        with sit(str(role)):
            for each in waiting(session):
                listing = Listing(each.register)
                asked = listing.asked({**each.queue.filled(), "sort": each.queue.sort, "size": str(queues.FIRST)})
                page = listing.page(session, asked)
                assert each.count == page.count, f"{role}: {each.queue.label}"
                assert each.ids == [row.id for row in page.rows], f"{role}: {each.queue.label}"
                assert len(each.lines) == len(each.ids)
                found += 1
    assert found > 30


def test_every_queue_is_of_a_verb_that_its_people_have_and_hides_what_they_may_not_see(sit: Any, session: Any) -> None:
    for role in Role:
        with sit(str(role)):
            for each in waiting(session):
                assert may(here.me(), each.queue.verb, each.queue.verb_table)
                assert gate.reachable(session, each.register.model, each.ids)
    with sit("designer"):
        mine = {each.queue.label.en: each for each in waiting(session)}
        measured = mine["To be measured"]
        assert measured.count < len(Desk(session).ids("lead", state="dispatched"))


ROLES = ("service_manager", "account_manager", "general_manager", "admin", "cashier")


@pytest.mark.on("sqlite")
def test_home_costs_few_statements_whatever_waits(sign_in: Callable[[str], Any]) -> None:
    """The person, the figures of the rules, all queues, the first records by table, figures, charts."""
    for username in ROLES:
        browser = sign_in(username)
        browser.get("/")
        assert counted(lambda browser=browser: browser.get("/")) <= 12, username
        assert "先把公司建起来" not in browser.get("/").text  # the demo company stands


@pytest.mark.on("sqlite")
def test_each_line_of_the_inbox_leads_to_the_verbs_dialog(sign_in: Callable[[str], Any]) -> None:
    for username in ("renovation_clerk2", "account_manager", "gate", "cashier", "design_manager", "marketing_manager"):
        browser = sign_in(username)
        page = browser.get("/").text
        ways = [part.split('"')[0].replace("&amp;", "&") for part in page.split('class="btn btn-sm" href="')[1:]]
        assert ways, username
        for way in ways[::3]:
            assert browser.get(way).status_code == 200, way
            assert "back=" in way


@pytest.mark.on("sqlite")
def test_who_has_done_a_thing_from_the_inbox_is_back_at_it(sign_in: Callable[[str], Any], session: Any) -> None:
    case = Desk(session).ids("renovation_application", state="submitted")[0]
    manager = sign_in("service_manager")
    token = manager.get(f"/renovation_application/{case}/approve?back=/").text
    done = manager.post(f"/renovation_application/{case}/approve?back=/", {"once_token": token[:20]})
    assert (done.status_code, done.location) == (302, "/")


def test_a_deputy_finds_the_slips_that_wait_for_their_signature(sit: Any, session: Any) -> None:
    def signing() -> list[str]:
        return [str(each.queue.label.en) for each in waiting(session) if each.queue.among is queues.Among.SIGN]

    with sit("front_desk"):
        assert signing() == []
    with here.as_house():
        day, desk = here.today(), Desk(session)
        desk.do("transfer_slip", desk.ids("transfer_slip", state="draft")[0], "sign_market", "marketing_manager")
        session.add(
            Delegation(
                number="SQ-1", from_staff_id=desk.staff_id("store_manager"), to_staff_id=desk.staff_id("front_desk"),
                starts_on=day, ends_on=day + timedelta(days=2), reason="出差",
            )
        )  # fmt: skip
        session.commit()
    with here.acting_as(Desk(session).person("front_desk")):
        assert signing() == ["Slips for the store manager"]


def test_figures_and_charts_tell_what_their_lists_tell(sit: Any, session: Any) -> None:
    with sit("account_manager"):
        shown = {each["label"].en: each for each in charts.figures(session)}
        listing = Listing(register_of("lead"))  # type: ignore[arg-type]
        recent = listing.count(session, listing.asked({"inquiry_on.gte": "today-6"}))
        assert shown["New leads, 7 days"]["count"] == str(recent)
        [drawn] = charts.charts(session)
        days = {"inquiry_on.gte": drawn.days[0].isoformat(), "inquiry_on.lte": drawn.days[-1].isoformat()}
        assert drawn.total == listing.count(session, listing.asked(days))
        for each in drawn.series:
            assert each.total == listing.count(session, listing.asked({**days, "source": each.value}))
    with sit("salesperson"):
        [own] = charts.charts(session)
        assert 0 < own.total < drawn.total


def test_what_is_more_than_the_cap_is_not_counted_further(sit: Any, session: Any) -> None:
    first = session.execute(sql("SELECT max(id) FROM lead")).scalar_one()
    values = [
        {"id": first + n, "number": f"KH-2030-{n:06d}", "phone": f"1390{n:07d}", "customer_name": f"客户{n}",
         "source": "phone", "inquiry_on": here.today(), "touched_on": here.today(), "created_at": here.now()}
        for n in range(1, COUNT_CAP + 50)
    ]  # fmt: skip
    session.execute(Lead.__table__.insert(), values)
    session.commit()
    with sit("account_manager"):
        new = next(each for each in waiting(session) if each.queue.label.en == "To be dispatched")
        assert new.shown_count == f"{COUNT_CAP}+"
        assert len(new.lines) == queues.FIRST
