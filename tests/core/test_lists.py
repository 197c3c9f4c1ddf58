"""Lists: a fixed price whatever their size, paging by place, and nonsense in the address."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from app.core import here
from app.core.declaration import all_registers
from app.core.listing import Listing
from app.demo.desk import Desk
from app.extensions import db
from app.leads.views import LeadRegister

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}


def counted(work: Callable[[], Any]) -> int:
    """How many statements it takes."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "PRAGMA", "ROLLBACK", "SAVEPOINT")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    work()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_no_list_costs_more_than_six_statements(sign_in: Any, session: Any) -> None:
    """Session, person, roles, the rows, the count; whatever the register and its size."""
    desk = Desk(session)
    for number in range(30):
        desk.enter("lead", "front_desk", **LEAD, customer_name=f"客户{number}", phone=f"138001380{number:02d}")
    browser = sign_in("admin")
    browser.get("/lead/")
    for table in all_registers():
        for address in (f"/{table}/", f"/{table}/?q=abc&sort=-id&size=100"):
            assert counted(lambda address=address: browser.get(address)) <= 6, address


@pytest.fixture
def leads(session: Any) -> Desk:
    """Twelve leads; of four nobody knows the budget."""
    desk = Desk(session)
    for number in range(12):
        desk.enter(
            "lead", "front_desk", **LEAD, customer_name=f"客户{number:02d}", phone=f"138001380{number:02d}",
            estate_name=f"小区{number % 3}" if number % 4 else None,
            budget_fen=None if number % 3 == 0 else (number % 5 + 1) * 10_000_00,
        )  # fmt: skip
    return desk


@pytest.mark.parametrize(
    "sort", ["", "id", "-id", "budget_fen", "-budget_fen", "estate_name,-budget_fen", "-estate_name,customer_name"]
)
def test_paging_forth_and_back_shows_each_row_once(leads: Desk, sort: str) -> None:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister)
        whole = [row.id for row in listing.page(leads.session, listing.asked({"sort": sort, "size": "100"})).rows]
        forth, back, asked = [], [], listing.asked({"sort": sort, "size": "5"})
        while True:
            page = listing.page(leads.session, asked)
            forth += [row.id for row in page.rows]
            if page.after is None:
                break
            asked = listing.asked({"sort": sort, "size": "5", "after": page.after})
        while page.before is not None:
            page = listing.page(leads.session, listing.asked({"sort": sort, "size": "5", "before": page.before}))
            back = [row.id for row in page.rows] + back
    assert len(whole) == 12
    assert forth == whole
    assert back == whole[: len(back)]
    assert len(back) == 10


def test_empty_counts_as_the_least(leads: Desk) -> None:
    with here.acting_as(leads.person("account_manager")):
        listing = Listing(LeadRegister, ["budget_fen"])
        up = [
            row.values["budget_fen"] for row in listing.page(leads.session, listing.asked({"sort": "budget_fen"})).rows
        ]
        down = [
            row.values["budget_fen"] for row in listing.page(leads.session, listing.asked({"sort": "-budget_fen"})).rows
        ]
    assert up[:4] == [None] * 4
    assert up[4:] == sorted(up[4:])
    assert down == up[::-1]


MANGLED = [
    "sort=password", "sort=-", "sort=,,,", "sort=id;drop table lead", "size=-1", "size=abc", "size=99999999999999999999",
    "after=%00", "after=AAAA", "after=bnVsbA", "after=W10", "after=WzFd", "after=WyJhIl0", "after=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
    "after=W1tdXQ", "after=W3RydWVd", "after=WzFlOTk5XQ", "after=W05hTl0", "before=Wy0xXQ", "before=%F0%9F%98%80",
    "state=%00", "state=zzz", "budget_fen.gte=NaN", "budget_fen.gte=1e999", "budget_fen=x", "inquiry_on.lt=0000-00-00",
    "inquiry_on=9999-99-99", "designer=99999999999999999999", "designer=me", "designer=-1", "claimant.in=1,x,3",
    "phone.ct=%25%25%25", "q=%00", "q=%", "q=" + "x" * 5000, "q=%EF%BF%BD%5C_%25", "nothing=1", "id.regex=.*", "state.null=maybe",
    "__class__=1", "created_by.eq=1%20or%201=1", "view=1&page=-5", "columns=%00",
]  # fmt: skip


def test_nonsense_in_the_address_is_answered_like_the_first_page(leads: Desk, sign_in: Any) -> None:
    manager = sign_in("account_manager")
    for query in MANGLED:
        assert manager.get(f"/lead/?{query}").status_code in (200, 400), query


@pytest.mark.on("sqlite")
def test_what_one_may_not_see_is_neither_searched_nor_sorted_by(leads: Desk, api: Any, sign_in: Any) -> None:
    """The auditor sees masked phones: no filter, order or search tells more."""
    auditor = api("auditor")
    for q in (
        "(filters:!((col:phone,opr:eq,value:'13800138001')))",
        "(order_column:phone)",
        "(filters:!((col:phone,opr:sw,value:'138001380')))",
    ):
        assert auditor.get(f"lead/?q={q}").status_code == 400
    assert auditor.get("lead/?q=(filters:!((col:state,opr:eq,value:new)))").json["count"] == 12
    assert "客户01" not in sign_in("auditor").get("/lead/?q=13800138001").text
    assert "客户01" in sign_in("account_manager").get("/lead/?q=13800138001").text
