"""Lists asked by what their rows name: filtered by its fields, within the scope of both, and sorted by its name."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from app.core import here
from app.core.answers import Faulty
from app.core.declaration import all_registers, register_of
from app.core.doctor import indexes
from app.core.listing import Listing, crossing, kept, related
from app.core.listing.saved import save_view
from app.core.memory import Kept
from app.core.values.worded import worded
from app.demo.desk import Desk
from app.leads.claims.models import Claim
from app.leads.claims.rules import ClaimKind
from tests.core.test_list_filters import leads
from tests.core.test_lists import counted
from tests.core.walking import there_and_back

__all__ = ["leads"]


@pytest.fixture
def claims(leads: Desk) -> Desk:
    """A claim on each of the twelve leads: the salesperson's on the odd ones, the front desk's on the others."""
    session = leads.session
    session.execute(text("DELETE FROM claim"))
    for place, lead in enumerate(leads.ids("lead")):
        who = leads.staff_id("salesperson" if place % 2 else "front_desk")
        session.add(
            Claim(
                number=f"RD-{place:02d}",
                lead_id=lead,
                staff_id=who,
                kind=ClaimKind.FIRST_CONTACT,
                at=here.now(),
                evidence="微信",
                created_by_id=who,
            )
        )
    session.commit()
    return leads


def asked_as(desk: Desk, who: str, table: str = "claim", **asked: Any) -> tuple[list[str], list[str]]:
    """(numbers of the rows in order, what was not understood); two underscores are a dot."""
    register = register_of(table)
    assert register is not None
    with here.acting_as(desk.person(who)):
        listing = Listing(register)
        understood = listing.asked(MultiDict([(k.replace("__", "."), v) for k, v in asked.items()]))
        rows = listing.page(desk.session, understood).rows
        again = listing.page(desk.session, understood, address=("a test", tuple(asked.items()))).rows
    assert [row.id for row in rows] == [row.id for row in again]  # as its statements are kept
    return [row.shown("number") for row in rows], understood.wrong


def those(fits: Any) -> list[str]:
    return [f"RD-{place:02d}" for place in reversed(range(12)) if fits(place)]


@pytest.mark.parametrize("few", [0, crossing.FEW])
def test_rows_are_filtered_by_the_fields_of_what_they_name(
    claims: Desk, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are."""
    monkeypatch.setattr(crossing, "FEW", few)
    kept._kept._things.clear()
    today = here.today()
    ask = lambda **asked: asked_as(claims, "account_manager", sort="-number", **asked)  # noqa: E731
    assert ask(lead__source="web") == (those(lambda n: n % 3 == 2), [])
    assert ask(lead__source="web,phone") == (those(lambda n: n % 3), [])
    assert ask(lead__source__neq="web") == (those(lambda n: n % 3 != 2), [])
    assert ask(lead__budget_fen__null="1") == (those(lambda n: n % 3 == 0), [])
    assert ask(lead__budget_fen__bt="20000..70000") == (those(lambda n: n % 3 and 2 <= n <= 7), [])
    assert ask(lead__inquiry_on="last_7_days") == (those(lambda n: n < 2), [])
    assert ask(lead__inquiry_on__lt=str(today - timedelta(days=30))) == (those(lambda n: n > 6), [])
    assert ask(lead__customer_name__ct="户07") == (["RD-07"], [])
    department = str(claims.one("staff", claims.staff_id("salesperson")).department_id)
    assert ask(staff__department=department)[0] == those(lambda n: n % 2)
    assert ask(**{"or": "(lead.source.eq:web|lead.customer_name.ct:客户00)"})[0] == those(
        lambda n: n % 3 == 2 or n == 0
    )
    two_steps = ask(lead__created_by__number=str(claims.one("staff", claims.staff_id("front_desk")).number))
    assert two_steps[1] in ([], ["lead.created_by.number"])  # as far as leads are filtered by who entered them


@pytest.mark.parametrize("few", [0, crossing.FEW])
def test_only_what_one_reads_in_full_of_rows_in_reach(claims: Desk, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim of one's own on a customer of somebody else's tells nothing of that customer."""
    monkeypatch.setattr(crossing, "FEW", few)
    kept._kept._things.clear()
    manager, salesperson = "account_manager", "salesperson"
    assert len(asked_as(claims, salesperson)[0]) == 6  # their own claims
    assert asked_as(claims, manager, staff=str(claims.staff_id(salesperson)), lead__source="web")[0] != []
    for operator in ("", "__neq", "__null"):
        value = "0" if operator == "__null" else "web"
        rows, wrong = asked_as(claims, salesperson, **{f"lead__source{operator}": value})
        assert (rows, wrong) == ([], [])
    lead = claims.ids("lead")[1]
    claims.session.execute(
        text("UPDATE lead SET claimant_id = :who WHERE id = :lead"), {"who": claims.staff_id(salesperson), "lead": lead}
    )
    claims.session.commit()
    assert asked_as(claims, salesperson, lead__source="phone")[0] == ["RD-01"]
    assert asked_as(claims, manager, lead__phone="13800138001")[1] == []
    for name in ("lead.phone", "lead.password", "lead.id_number", "staff.phone", "nothing.source", "kind.x", "lead."):
        assert asked_as(claims, "auditor", **{name: "1"})[1] == [name]
    deep = "lead.designer.department.code"
    assert asked_as(claims, manager, **{deep: "1"})[1] == [deep]  # two steps at most


@pytest.mark.on("sqlite")
def test_chips_views_exports_and_the_api_say_the_same(claims: Desk, sign_in: Any, api: Any) -> None:
    manager = sign_in("account_manager")
    query = "lead.source=web&lead.budget_fen.gte=50000&sort=number"
    page = manager.get(f"/claim/?{query}").text
    assert "客户 › 来源：网络" in page and "客户 › 预算" in page and page.count('class="row-link"') == 3
    assert 'href="/claim/?lead.budget_fen.gte=50000&amp;sort=number"' in page
    lines = manager.get(f"/claim/export?{query}").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["RD-05", "RD-08", "RD-11"]
    told = api("account_manager").get(f"claim/?{query}").json
    assert [row["number"] for row in told["result"]] == ["RD-05", "RD-08", "RD-11"]
    rison = "q=(filters:!((col:lead.source,opr:eq,value:web)))"
    assert api("account_manager").get(f"claim/?{rison}").json["count"] == 4
    query_of_it = '{ claim(or: ["(lead.source.eq:web)"]) { rows { number } } }'
    told = api("account_manager").post("graphql", query=query_of_it).json
    assert {row["number"] for row in told["data"]["claim"]["rows"]} == {"RD-02", "RD-05", "RD-08", "RD-11"}
    grouped = manager.get("/claim/?lead.source=web&group=lead").text
    assert grouped.count("data-fold=") == 4 and "lead.source=web" in grouped
    manager.post("/claim/views", data={"name": "网络客户", "query": query})
    view = claims.session.execute(text("SELECT query FROM list_view WHERE name = '网络客户'")).scalar_one()
    assert view == query
    with here.acting_as(claims.person("account_manager")), pytest.raises(Faulty):
        save_view(claims.session, all_registers()["claim"], "张", "lead.phone=13800138001")


@pytest.mark.on("sqlite")
def test_the_builder_offers_them(claims: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    builder = manager.get("/claim/filter?build=1").text
    assert '<optgroup label="客户">' in builder and 'value="lead.source"' in builder
    assert 'value="lead.phone"' not in sign_in("auditor").get("/claim/filter?build=1").text
    line = manager.get("/claim/filter?n=0&f0=lead.designer").text
    assert 'data-options="/lead/options/designer"' in line
    assert '<option value="web">网络</option>' in manager.get("/claim/filter?n=0&f0=lead.source").text
    build = {"go": "1", "how": "all", "query": "", "f0": "lead.source", "o0": "eq", "v0": "web"}
    build |= {"f1": "staff.name", "o1": "ct", "v1": claims.person("front_desk").name}
    to = manager.get(f"/claim/filter?{urlencode(build)}").headers["Location"]
    assert to == "/claim/?" + urlencode({"lead.source": "web", "staff.name.ct": claims.person("front_desk").name})
    assert manager.get(to).text.count('class="row-link"') == 2


# --- sorted by a name ------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["designer", "-designer", "designer,-customer_name", "-designer,source"])
def test_a_relation_is_sorted_by_its_name_page_by_page(leads: Desk, sort: str) -> None:
    """Forth and back; those that name none are the least, at either end."""
    staff = [leads.staff_id(who) for who in ("designer", "designer2", "salesperson")]
    for place, lead in enumerate(leads.ids("lead")):
        if place % 4:
            values = {"who": staff[place % 3], "lead": lead}
            leads.session.execute(text("UPDATE lead SET designer_id = :who WHERE id = :lead"), values)
    leads.session.commit()
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(all_registers()["lead"])
        kept = ("sorted", sort)

        def page(**place: str) -> Any:
            return listing.page(leads.session, listing.asked({"sort": sort, "size": "5", **place}), address=kept)

        whole = listing.page(leads.session, listing.asked({"sort": sort, "size": "100"})).rows
        labels = [row.shown("designer") for row in whole]
        forth, back, _ = there_and_back(page)
    assert len(whole) == 12 and labels.count("") == 3
    assert labels == sorted(labels, key=worded, reverse=sort.startswith("-"))
    assert forth == [row.id for row in whole] and back == forth[:10]


def test_it_is_offered_where_the_whole_list_is_sorted_quickly(
    leads: Desk, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sign_in("account_manager")
    assert 'href="/lead/?sort=designer"' in manager.get("/lead/").text
    on = manager.get("/lead/?sort=designer").text
    assert 'aria-sort="ascending"' in on and 'href="/lead/?sort=-designer"' in on
    assert counted(lambda: manager.get("/lead/?sort=-designer")) <= 6
    first = leads.ids("lead")[0]
    assert manager.get(f"/lead/{first}?from={'sort=designer'}").status_code == 200
    monkeypatch.setattr(related, "SORTED_WHOLE", 11)
    monkeypatch.setattr(related, "_sizes", Kept(9))
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(all_registers()["lead"])
        assert listing.sorting("designer") is None and listing.sorting("customer_name") is not None
        by_key = listing.asked({"sort": "designer"}).sort
        assert by_key[0][0].field.attribute == "designer_id"
        assert Listing(all_registers()["building"]).sorting("estate") is None  # does not read estates
    found = [each for each in indexes.not_sorted_by_name(leads.session) if each.where == "lead"]
    assert len(found) == 1 and not found[0].must


def test_a_name_that_is_out_of_reach_orders_nothing(claims: Desk) -> None:
    """A salesperson's own claims on customers of others: all the same, whatever these are called."""
    with here.acting_as(claims.person("salesperson")):
        listing = Listing(all_registers()["claim"])
        rows = listing.page(claims.session, listing.asked({"sort": "lead"})).rows
    assert [row.values["lead"].label for row in rows] == [None] * 6
    assert [row.id for row in rows] == sorted(row.id for row in rows)
