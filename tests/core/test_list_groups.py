"""A list shown grouped: headings of what the list holds, opened in place, by the list's own scope and filters."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.core import here
from app.core.declaration import all_registers
from app.core.kinds import Instant
from app.core.listing import Listing, grouped
from app.core.listing.limits import TooLong
from app.demo.desk import Desk
from app.leads.views import LeadRegister
from tests.core.test_list_filters import leads
from tests.core.test_lists import counted

__all__ = ["leads"]
PART = {"HX-Request": "true"}
HEADING = re.compile(r'<tr>.*?data-fold="([^"]*)".*?<span class="count">([^<]*)</span>', re.DOTALL)


def headings(text: str) -> dict[str, str]:
    """path -> how many."""
    return dict(HEADING.findall(text))


def names(text: str) -> list[str]:
    return re.findall(r"<td>客户(\d\d)</td>", text)


def test_headings_tell_the_values_their_counts_and_sums(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    page = manager.get("/lead/?group=source&columns=number,customer_name,budget_fen").text
    assert headings(page) == {"walk_in": "4", "phone": "4", "web": "4"} and names(page) == []
    assert f"<b>{sum(n * 10_000 for n in (2, 5, 8, 11)):,}.00</b><small>平均 65,000.00</small>" in page
    assert 'href="/lead/?source=web"' in page and "共 12 条" in re.sub(r"\s+", " ", page)
    assert headings(manager.get("/lead/?group=source&source.neq=web").text) == {"walk_in": "4", "phone": "4"}
    assert headings(manager.get("/lead/?group=source&q=客户07").text) == {"phone": "1"}
    months = headings(manager.get("/lead/?group=inquiry_on").text)
    assert next(iter(months)) == f"{here.today():%Y-%m}" and sum(map(int, months.values())) == 12
    assert headings(manager.get("/lead/?group=designer").text) == {"~": "12"}
    by_whom = manager.get("/lead/?group=created_by").text
    assert len(headings(by_whom)) == 1 and "***" not in by_whom


def test_a_group_is_opened_by_its_address_and_in_place(sign_in: Any, leads: Desk, monkeypatch: Any) -> None:
    manager = sign_in("account_manager")
    page = manager.get("/lead/?group=source&open=phone&sort=number").text
    assert names(page) == ["01", "04", "07", "10"] and page.count('name="ids"') == 4
    assert 'aria-expanded="true" data-fold="phone"' in page and 'href="/lead/?group=source&amp;sort=number"' in page
    part = manager.get("/lead/?group=source&sort=number&open=phone&in=phone", headers=PART).text
    assert names(part) == ["01", "04", "07", "10"] and "<html" not in part and "<thead" not in part
    assert 'data-under="phone"' in part and "in%3Dphone" not in part  # what its rows lead back to
    assert names(manager.get("/lead/?group=designer&open=~").text) != []
    monkeypatch.setattr(grouped, "SHOWN", 3)
    part = manager.get("/lead/?group=source&sort=number&in=phone", headers=PART).text
    more = re.search(r'<a href="([^"]*)" data-more hx-get="([^"]*)"', part)
    assert more and names(part) == ["01", "04", "07"]
    plain, in_place = (each.replace("&amp;", "&") for each in more.groups())
    assert names(manager.get(plain).text) == ["10"]
    rest = manager.get(in_place, headers=PART).text
    assert names(rest) == ["10"] and "<tbody" not in rest


def test_two_levels(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    page = manager.get("/lead/?group=source,state&open=web&open=web/new&sort=number").text
    assert headings(page) == {"walk_in": "4", "phone": "4", "web": "4", "web/new": "4"}
    assert names(page) == ["02", "05", "08", "11"] and 'data-query="?sort=number&amp;source=web&amp;state=new"' in page
    part = manager.get("/lead/?group=source,state&in=web", headers=PART).text
    assert headings(part) == {"web/new": "4"} and names(part) == []
    assert names(manager.get("/lead/?group=source,state&in=web/new&sort=number", headers=PART).text)[0] == "02"


def test_scope_masks_and_nonsense(sign_in: Any, leads: Desk) -> None:
    assert headings(sign_in("salesperson").get("/lead/?group=source").text) == {}
    clerk = sign_in("front_desk")
    part = clerk.get("/lead/?group=source&in=web", headers=PART).text
    assert "客户02" in part and "13800138002" not in part
    assert headings(clerk.get("/lead/?group=phone").text) == {}  # what is masked groups nothing
    for odd in ("in=a/b/c", "in=x/", "in=web&after=x", "in=inquiry", "in=%00", "open=/&open=a/b", "in=", "in=~"):
        assert clerk.get(f"/lead/?group=source&{odd}", headers=PART).status_code in (200, 404), odd
    assert clerk.get("/lead/?group=inquiry_on&in=2026-99", headers=PART).status_code == 404
    assert sign_in("cashier").get("/lead/?group=source&in=web", headers=PART).status_code == 403


def test_over_the_cap_values_are_walked_and_counted(leads: Desk, monkeypatch: Any) -> None:
    """To the same groups; only the sums are missing."""
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        asked = listing.asked({})
        known = {each.name: each for each in grouped.groupable(listing)}
        assert {"state", "source", "inquiry_on", "designer"} <= known.keys()
        for by in known.values():
            at_once = grouped.headings(leads.session, listing, asked, by)
            with monkeypatch.context() as many:
                many.setattr(grouped, "SUM_CAP", 5)
                walked = grouped.headings(leads.session, listing, asked, by)
            assert at_once.summed and not walked.summed
            assert {(each.path, each.count) for each in walked.headings} == {
                (each.path, each.count) for each in at_once.headings
            }
        monkeypatch.setattr(grouped, "MOST_GROUPS", 2)
        for cap in (5, 50):
            monkeypatch.setattr(grouped, "SUM_CAP", cap)
            found = grouped.headings(leads.session, listing, asked, known["source"])
            assert found.more and len(found.headings) == 2


def test_what_takes_too_long_says_so(sign_in: Any, leads: Desk, monkeypatch: Any) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise TooLong

    manager = sign_in("account_manager")
    monkeypatch.setattr(grouped, "headings", stopped)
    monkeypatch.setattr(grouped, "rows", stopped)
    assert "分不了组" in manager.get("/lead/?group=source").text
    assert "打不开" in manager.get("/lead/?group=source&in=web", headers=PART).text


def test_a_view_keeps_the_groups_and_what_is_open(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    page = manager.get("/lead/?group=source,state&open=web&in=web").text
    query = re.findall(r'name="query" value="([^"]*)"><input type="hidden" name="columns"', page)[0]
    saved = manager.post("/lead/views", {"name": "分组", "query": query.replace("&amp;", "&")})
    assert "group=source%2Cstate" in saved.location and "open=web" in saved.location and "in=" not in saved.location
    assert headings(manager.get(saved.location).text)["web/new"] == "4"


@pytest.mark.on("sqlite")
def test_statements_do_not_grow_with_groups_or_rows(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")
    for address, most in (("?group=source", 4), ("?group=designer", 5), ("?group=source&open=web&open=phone", 6)):
        manager.get(f"/lead/{address}")
        assert counted(lambda address=address: manager.get(f"/lead/{address}")) <= most, address


def test_every_register_groups_by_each_of_its_columns_or_by_none(sign_in: Any, session: Any, monkeypatch: Any) -> None:
    admin = sign_in("admin")
    for table, register in all_registers().items():
        with here.acting_as(Desk(session).person("admin")):
            columns = grouped.groupable(Listing(register))
        for column in [*columns[:1], *(each for each in columns if isinstance(each.field.kind, Instant))]:
            assert admin.get(f"/{table}/?group={column.name}").status_code == 200, (table, column.name)
    monkeypatch.setattr(LeadRegister, "grouped", False)
    manager = sign_in("account_manager")
    assert "data-fold" not in manager.get("/lead/?group=source").text


# --- the bar of ticked rows ---------------------------------------------------------------------


def test_the_bar_offers_what_may_begin_in_the_states_that_are_shown(sign_in: Any, leads: Desk) -> None:
    manager = sign_in("account_manager")

    def offered(query: str) -> set[str]:
        return set(re.findall(r'formaction="/lead/do/(\w+)"', manager.get(f"/lead/?{query}").text))

    everything = offered("")
    assert {"dispatch", "propose_invalid"} <= everything
    leads.session.rollback()
    lead = leads.ids("lead")[0]
    leads.do("lead", lead, "propose_invalid", "account_manager", reason="no_plan", customer_words="不装了")
    assert "dispatch" not in offered("state=invalid_proposed") and "dispatch" in offered("state=new")
    assert offered("state=new,invalid_proposed") > offered("state=invalid_proposed")
    assert "dispatch" not in offered("state.neq=new") and "dispatch" in offered("state.neq=signed")
    assert offered("q=客户") == everything
    assert 'name="ids"' in manager.get("/lead/?state=invalid_proposed").text


def test_days_beyond_the_month_are_not_in_its_group(leads: Desk) -> None:
    """A heading's number is that of its rows, also for moments on the house's clock."""
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        asked = listing.asked({"inquiry_on.gte": str(here.today() - timedelta(days=33))})
        by = listing.usable["inquiry_on"]
        for heading in grouped.headings(leads.session, listing, asked, by).headings:
            page = grouped.rows(leads.session, listing, asked, grouped.steps(listing, [by], heading.path), ())
            assert len(page.found) == heading.count
