"""Filters in words, AND and OR, counts and sums: each answers what a plain loop over the rows answers."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import request
from werkzeug.datastructures import MultiDict

from app.core import charts, here, queues
from app.core.answers import Refusal
from app.core.declaration import register_of
from app.core.kinds import Date
from app.core.listing import MATCHING_CAP, Listing, figures, ids_matching
from app.core.listing import days as day_words
from app.core.listing.limits import TooLong, at_most
from app.core.pages.list_heads import chips, is_of_a_tab
from app.demo.desk import Desk
from app.leads.views import LeadRegister

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10"}


@pytest.fixture
def leads(session: Any) -> Desk:
    """Twelve leads over two months, from three sources; of four nobody knows the budget."""
    desk = Desk(session)
    for number in range(12):
        desk.enter(
            "lead", "front_desk", **LEAD, customer_name=f"客户{number:02d}", phone=f"138001380{number:02d}",
            source=("walk_in", "phone", "web")[number % 3], inquiry_on=str(here.today() - timedelta(days=number * 5)),
            budget_fen=None if number % 3 == 0 else number * 10_000_00, estate_name=f"小区(A|B){number % 2}",
        )  # fmt: skip
    return desk


def found(leads: Desk, **asked: Any) -> set[str]:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        understood = listing.asked(MultiDict([(k.replace("__", "."), v) for k, v in asked.items()]))
        assert understood.wrong == []
        return {row.shown("customer_name")[2:] for row in listing.page(leads.session, understood).rows}


def those(fits: Any) -> set[str]:
    return {f"{number:02d}" for number in range(12) if fits(number)}


def test_days_in_words_mean_what_they_say(leads: Desk) -> None:
    today = here.today()

    def on(number: int) -> date:
        return today - timedelta(days=number * 5)

    monday = today - timedelta(days=today.weekday())
    assert found(leads, inquiry_on="today") == {"00"}
    assert found(leads, inquiry_on="本周") == those(lambda n: monday <= on(n) < monday + timedelta(days=7))
    assert found(leads, inquiry_on="last_7_days") == {"00", "01"}
    assert found(leads, inquiry_on="past") == those(lambda n: n > 0)
    assert found(leads, inquiry_on__gte="this_month") == those(lambda n: on(n) >= today.replace(day=1))
    assert found(leads, inquiry_on__lt="this_month") == those(lambda n: on(n) < today.replace(day=1))
    assert found(leads, inquiry_on=f"{today:%Y-%m}") == those(lambda n: on(n) >= today.replace(day=1))
    assert found(leads, inquiry_on__gte="today-10") == {"00", "01", "02"}
    assert found(leads, inquiry_on__bt=f"{on(3)}..{on(1)}") == {"01", "02", "03"}


def test_the_form_keeps_what_the_address_says_in_words(sign_in: Any) -> None:
    """What a field can't hold would be lost with the next search."""
    address = "/lead/?inquiry_on.gte=today-6&inquiry_on.lte=this_month&source=phone,web"
    page = sign_in("account_manager").get(address).text
    assert 'type="text" name="inquiry_on.gte" value="6 天前"' in page
    assert 'type="text" name="inquiry_on.lte" value="本月"' in page
    assert '<option value="phone,web" selected>' in page
    for said in ("6 天前", "6 days ago"):  # what the form sends moves with today as well
        again = sign_in("account_manager").get(f"/lead/?inquiry_on.gte={said}").text
        assert 'type="text" name="inquiry_on.gte" value="6 天前"' in again
    assert day_words.span_of(Date(), "6 天前") == day_words.span_of(Date(), "today-6")
    assert day_words.span_of(Date(), "in 3 days") == day_words.span_of(Date(), "today+3")
    assert [day_words.moving(each) for each in ("2026-11-25", "2026-11", "", "x")] == [""] * 4
    assert day_words.in_date_field("to_come", last=True) == ""
    assert day_words.in_date_field("2026-11-25") == "2026-11-25"


def test_several_people_in_the_address_stay_in_the_form(sign_in: Any, session: Any) -> None:
    desk = Desk(session)
    one, other = desk.staff_id("designer"), desk.staff_id("designer2")
    session.commit()
    manager = sign_in("account_manager")
    for address in (f"designer={one},{other}", f"designer={one}&designer={other}"):
        page = manager.get(f"/lead/?{address}").text
        chosen = re.search(rf'<option value="{one},{other}" selected>([^<]+)</option>', page)
        assert chosen and len(re.split("、|, ", chosen[1])) == 2
    assert '<option value="me" selected>' in manager.get("/lead/?designer=me").text


def test_a_month_and_a_week_begin_and_end_where_the_calendar_says() -> None:
    assert day_words.month_after(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert day_words.month_after(date(2026, 1, 5), -1) == date(2025, 12, 1)
    assert day_words.WORDS["last_week"][1](date(2026, 11, 25)) == (date(2026, 11, 16), date(2026, 11, 23))
    assert day_words.WORDS["this_year"][1](date(2026, 11, 25)) == (date(2026, 1, 1), date(2027, 1, 1))


def test_a_moment_is_asked_for_by_its_day_on_the_houses_clock(leads: Desk) -> None:
    from app.security.sessions import person_named

    with here.acting_as(leads.person("admin")):
        from app.fees.views import ReceiptRegister

        listing = Listing(ReceiptRegister)
        for word in ("today", "this_week", "2026-11", str(here.today()), "2026-11-01..2026-11-30"):
            asked = listing.asked({f"received_at{'.bt' if '..' in word else ''}": word})
            assert asked.wrong == []
            listing.count(leads.session, asked)
    assert person_named(leads.session, "admin") is not None


def test_and_and_or_nest_and_amounts_lie_between(leads: Desk) -> None:
    assert found(leads, budget_fen__bt="10000..50000") == {"01", "02", "04", "05"}
    assert found(leads, budget_fen__bt="80000..") == {"08", "10", "11"}
    assert found(leads, **{"or": "(source:web|budget_fen.lte:10000)"}) == {"01", "02", "05", "08", "11"}
    assert found(leads, **{"or": "(source:walk_in|(source:web&budget_fen.gte:80000))"}) == those(
        lambda n: n % 3 == 0 or (n % 3 == 2 and n >= 8)
    )
    assert found(leads, **{"or": r"(estate_name:小区\(A\|B\)1&source:phone)"}) == {"01", "07"}
    assert found(leads, **{"or": "(source:web|source:phone)", "budget_fen.gte": "100000"}) == {"10", "11"}


def test_mine_and_overdue_are_words_of_the_register(leads: Desk) -> None:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        assert set(listing.words()) == {"mine", "overdue", "assigned"}
        assert listing.count(leads.session, listing.asked({"is": "mine"})) == 0
        assert listing.count(leads.session, listing.asked({"is": "overdue"})) == 0
    with here.acting_as(leads.person("front_desk")):
        listing = Listing(LeadRegister)
        assert listing.count(leads.session, listing.asked({"is": "mine"})) == 12


NONSENSE = [{"inquiry_on.gt": "\r\n"}, {"budget_fen.lte": " "},
    {"or": "("}, {"or": "()"}, {"or": "(state)"}, {"or": "(state:new"}, {"or": "(state:new|id:1&id:2)"}, {"or": "state:new"},
    {"or": "((((state:new))))"}, {"or": "(a:b)"}, {"or": "(" + "state:new|" * 30 + "state:new)"}, {"or": "(x" * 3000},
    {"or": "(state:new)\\"}, {"or": "(phone.ct:\x00)"}, {"is": "nothing"}, {"is": ",,"}, {"inquiry_on": "9999-99"},
    {"inquiry_on": "today-9999"}, {"inquiry_on": "0001-01"}, {"inquiry_on.bt": ".."}, {"budget_fen.bt": "x..y"}, {"budget_fen.bt": "5"},
    {"group": "nothing"}, {"group": "__class__"}, {"columns": "password,,id;"}, {"view": "x"}, {"view": "99999999999"}, {"size": "x"},
]  # fmt: skip


def test_nonsense_is_answered_like_the_first_page_and_never_worked_on(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    for asked in NONSENSE:
        assert manager.get(f"/lead/?{urlencode(asked)}").status_code == 200, asked
    with here.acting_as(leads.person("account_manager")):
        for text in ("or=(", "state=zzz", "is=nothing", "nothing=1", "or=(phone.xx:1)"):
            with pytest.raises(Refusal):
                ids_matching(LeadRegister, text)


def test_all_that_match_come_in_the_lists_order_and_in_scope(leads: Desk) -> None:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        asked = listing.asked({"sort": "-budget_fen,number", "source": "web", "size": "100"})
        shown = [row.id for row in listing.page(leads.session, asked).rows]
        assert ids_matching(LeadRegister, "?source=web&sort=-budget_fen,number") == shown
        assert ids_matching(LeadRegister, "source=web&sort=-budget_fen,number", 2) == shown[:2]
        assert len(ids_matching(LeadRegister, "?")) == 12 <= MATCHING_CAP
    with here.acting_as(leads.person("designer")):
        assert ids_matching(LeadRegister, "?") == []


def test_counts_and_sums_are_those_of_the_rows(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    told = json.loads(manager.get("/lead/facets?source=web").text)
    assert told["source"]["counts"] == {"walk_in": 4, "phone": 4, "web": 4}
    assert told["state"] == {"counts": {"new": 4}, "total": 4, "capped": False}
    assert "92,000.00" not in manager.get("/lead/totals?").text
    whole = sum(n * 10_000 for n in range(12) if n % 3)
    told_whole = manager.get("/lead/totals?columns=number,budget_fen").text
    assert f"{whole:,}.00" in told_whole
    assert f"平均 {Decimal(whole) / 8:,.2f}" in told_whole  # of the eight that have a budget
    # The designer reaches none of these leads, and is told of none.
    assert json.loads(sign_in("designer").get("/lead/facets").text)["source"]["total"] == 0


def test_over_the_cap_the_list_is_not_summed_and_a_slow_figure_is_stopped(
    leads: Desk, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import text

    monkeypatch.setattr(figures, "SUM_CAP", 5)
    monkeypatch.setattr(figures, "FACET_CAP", 5)
    manager = sign_in("account_manager")
    assert "0.00" not in manager.get("/lead/totals?columns=number,budget_fen").text
    assert json.loads(manager.get("/lead/facets").text)["source"]["capped"] is True
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000000) SELECT count(*) FROM n"
    )
    with pytest.raises(TooLong), at_most(leads.session, 0.2):
        leads.session.execute(text(endless))
    leads.session.execute(text("SELECT 1"))


@pytest.mark.on("sqlite")
def test_the_builder_writes_the_address_without_a_script(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    line = {
        "go": "1",
        "how": "any",
        "query": "state=new",
        "f0": "source",
        "v0": "网络",
        "f1": "budget_fen",
        "o1": "gte",
        "v1": "100000",
    }
    to = manager.get(f"/lead/filter?{urlencode(line)}").headers["Location"]
    page = manager.get(to).text
    assert page.count('class="row-link"') == 5
    assert "来源：网络 或 预算" in page
    name = leads.person("front_desk").name
    line = {"go": "1", "how": "all", "query": "", "f0": "created_by", "v0": name, "f1": "inquiry_on", "v1": "今天"}
    page = manager.get(manager.get(f"/lead/filter?{urlencode(line)}").headers["Location"]).text
    assert page.count('class="row-link"') == 1
    assert f"登记人：{name}" in page
    assert "source" in manager.get("/lead/filter?n=1&f1=source").text


@pytest.mark.on("sqlite")
def test_the_export_is_exactly_this_list(leads: Desk, sign_in: Any, api: Any) -> None:
    """The columns as they stand, the filters with OR, the order; in the file as on the page and in the API."""
    manager = sign_in("account_manager")
    asked = "or=(source:web|budget_fen.gte:100000)&sort=budget_fen,-number&columns=customer_name,budget_fen"
    lines = manager.get(f"/lead/export?{asked}").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("客户姓名,")
    names = [line.split(",")[0] for line in lines[1:]]
    assert names == ["客户02", "客户05", "客户08", "客户10", "客户11"]
    told = api("account_manager").get(f"lead/?{asked}").json
    assert [row["customer_name"] for row in told["result"]] == names


def test_a_verb_on_many_is_asked_and_left_in_the_list_one_came_from(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    first, second = leads.ids("lead")[:2]
    page = manager.get(f"/lead/do/dispatch?ids={first}&ids={second}&from=source%3Dweb").text
    assert 'href="/lead/?source=web"' in page
    assert 'data-options="/lead/options/designer' in page
    assert "//options" not in page
    assert 'href="//' not in page


def test_the_ticked_rows_alone_leave_as_a_file(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    first, second = leads.ids("lead")[:2]
    file = manager.get(f"/lead/export?ids={first}&ids={second}&format=csv&from=&columns=number,customer_name").text
    assert len(file.split()) == 3
    assert len(manager.get("/lead/export?matching=%3Fsource%3Dweb&format=csv&columns=number").text.split()) == 5
    assert sign_in("designer").get(f"/lead/export?ids={first}&columns=number").status_code == 403


@pytest.mark.on("sqlite")
def test_each_chip_of_the_houses_own_lists_leads_to_the_list_without_it(app: Any) -> None:
    """Those that home leads to: of every queue and every figure."""
    lists = [(each.table, each.filled()) for each in queues._all_queues()]
    lists += [(each.table, dict(each.filters)) for each in charts._figures]
    looked_at = 0
    for table, filters in lists:
        with app.test_request_context(f"/{table}/?{urlencode(filters)}"), here.as_house():
            listing = Listing(register_of(table))  # type: ignore[arg-type]
            asked = listing.asked(request.args)
            assert not asked.wrong, (table, filters)
            shown = [each for each in asked.conditions if not is_of_a_tab(each)]
            for condition, chip in zip(shown, chips(listing, asked), strict=True):
                left = listing.asked(MultiDict(parse_qsl(urlsplit(chip.without).query)))
                gone = {each.key for each in asked.conditions} - {each.key for each in left.conditions}
                assert gone == {condition.key}, chip.without
                assert urlsplit(chip.without).query, "without an address the list opens with one's own view"
                looked_at += 1
    assert looked_at > 40


@pytest.mark.on("sqlite")
def test_several_states_are_a_chip_and_no_tab(leads: Desk, sign_in: Any) -> None:
    page = sign_in("account_manager").get("/lead/?state=new,dispatched&source=web,phone").text
    assert page.count('<a class="chip" ') == 2
    assert 'href="/lead/?source=web%2Cphone"' in page
    tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert "aria-current" not in tabs
    assert 'href="/lead/?source=web%2Cphone&amp;state=measured"' in tabs


def test_all_but_one_person_is_a_filter(leads: Desk) -> None:
    other = leads.staff_id("account_manager2")
    assert found(leads, created_by__neq="me") == those(lambda n: True)
    assert found(leads, created_by__neq=str(leads.staff_id("front_desk"))) == set()
    assert found(leads, claimant__neq=str(other)) == those(lambda n: True)  # also where there is none
