"""Nothing typed is lost, on whatever form of the house: with a stale token, a lost session, a record that is gone."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from app.core.drafts import Draft
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_forms import form_in, sign_in_through

WORDS = "周末来看房"
KEPT = "没有办成，内容还在"


@dataclass
class Place:
    """A form of the house: whose it is, where it is asked for and sent, and what is typed into it."""

    who: str
    opened: str
    typed: dict[str, Any] = field(default_factory=dict)
    sent: str = ""

    def at(self, ids: dict[str, int]) -> "Place":
        return Place(self.who, self.opened.format(**ids), self.typed, (self.sent or self.opened).format(**ids))


PLACES = {
    "front desk": Place("front_desk", "/front_desk/", {"customer_name": "李想", "phone": names.phone(21), "remarks": WORDS}),
    "register": Place("account_manager", "/lead/{lead}/edit", {"remarks": WORDS}),
    "verb": Place("account_manager", "/lead/{lead}/follow_up", {"note": WORDS}),
    "dispatch": Place("account_manager", "/lead/{lead}/dispatch", {"reason": WORDS}),
    "reassign": Place("account_manager", "/lead/{dispatched}/reassign", {"reason": WORDS}),
    "decide_claim": Place("account_manager", "/lead/{lead}/decide_claim", {"reason": WORDS}),
    "verb on many": Place("cashier", "/charge/do/void?ids={due}&ids={due2}", {"reason": WORDS}),
    "one field of many rows": Place(
        "account_manager", "/lead/change?ids={lead}&ids={dispatched}&field=remarks", {"remarks": WORDS, "ids": "{lead}"}, "/lead/change"
    ),
    "cell": Place("account_manager", "/lead/{lead}/cell/remarks", {"remarks": WORDS}),
    "comment": Place("account_manager", "/lead/{lead}/part/story", {"text": WORDS}, "/lead/{lead}/comment"),
    "reveal": Place("admin", "/lead/{lead}/reveal/phone", {"reason": WORDS}),
    "export on a schedule": Place("account_manager", "/lead/export/later", {"every": "week", "name": WORDS}),
    "added field": Place("admin", "/added_field/new?table=lead", {"kind": "text", "zh": WORDS}),
    "made register": Place("admin", "/made_register/new", {"zh": WORDS, "verb_0_zh": "借出", "verb_0_roles": ["admin", "cashier"]}),
    "new user": Place("admin", "/user/new", {"username": WORDS, "roles": ["cashier", "gate"]}),
    "roles of a user": Place("admin", "/user/3/effect?roles=cashier", {"roles": ["cashier"]}, "/user/3"),
    "webhook": Place("admin", "/webhook/new?table=lead", {"name": WORDS, "address": "https://example.test/", "secret": "geheim-4711"}),
    "reminder": Place(
        "admin", "/reminder/new?table=lead",
        {"zh": WORDS, "verbs": ["add"], "roles": ["cashier"], ":where:budget_fen.gte": "100000", "days": "3"},
    ),
    "figure": Place("admin", "/figures/call_rings", {"value": "4", "valid_from": "2027-01-01", "note": WORDS}),
    "right": Place(
        "admin", "/roles/cashier/charge/effect?verb=read", {"verb": ["read"], "why": WORDS}, "/roles/cashier/charge"
    ),
}  # fmt: skip


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def ids(session: Any) -> dict[str, int]:
    desk = Desk(session)
    new, dispatched, due = (
        desk.ids("lead", state="new"),
        desk.ids("lead", state="dispatched"),
        desk.ids("charge", state="due"),
    )
    return {"lead": new[0], "dispatched": dispatched[0], "due": due[0], "due2": due[1]}


def opened_by(page: Any) -> dict[str, str]:
    """What a browser would send along of the page's last form: hidden fields, the tokens above all."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def holds(page: Any, place: Place) -> list[str]:
    """What was typed and is not in the page."""
    typed = [value for value in place.typed.values() if isinstance(value, str) and "{" not in value]
    return [value for value in typed if value not in page.text and value != "geheim-4711"]


def begun(who: Any, place: Place) -> dict[str, Any]:
    page = who.get(place.opened)
    assert page.status_code in (200, 422), (place.opened, page.status_code)
    return {**opened_by(page), **place.typed}


@pytest.mark.on("sqlite")
def test_a_stale_token_gives_back_whatever_was_typed(sign_in: Any, ids: dict[str, int]) -> None:
    people = {who: sign_in(who) for who in {place.who for place in PLACES.values()}}
    for name, place in PLACES.items():
        place, who = place.at(ids), people[place.who]
        page = who.client.post(place.sent, data={**begun(who, place), "csrf_token": "stale"})
        assert page.status_code == 400, name
        assert holds(page, place) == [], name
        assert "geheim-4711" not in page.text
        assert 'name="opened_by"' in page.text, name
        other = who.client.post(place.sent, data={**place.typed, "opened_by": "guessed", "csrf_token": "stale"})
        assert WORDS not in other.text, name


@pytest.mark.on("sqlite")
def test_a_lost_session_gives_back_whatever_was_typed(sign_in: Any, ids: dict[str, int]) -> None:
    for name, place in PLACES.items():
        place = place.at(ids)
        who = sign_in(place.who)
        sent = begun(who, place)
        who.client.delete_cookie("guanjia")
        page = who.client.post(place.sent, data=sent)
        assert page.status_code == 401, name
        assert WORDS not in page.text, name
        back = sign_in_through(who, page, place.who)
        back = who.get(back.location) if back.status_code == 302 else back
        assert holds(back, place) == [], name
        assert "geheim-4711" not in back.text


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", ["dispatch", "reassign", "decide_claim"])
def test_a_dialog_of_its_own_on_a_row_that_somebody_changed_first(sign_in: Any, ids: dict[str, int], name: str) -> None:
    place, who = PLACES[name].at(ids), sign_in("account_manager")
    sent = begun(who, place)
    row = ids["dispatched" if name == "reassign" else "lead"]
    assert sign_in("account_assistant").post(f"/lead/{row}/edit", {"remarks": "已看房"}).status_code == 302
    page = who.post(place.sent, sent)
    assert page.status_code == 409
    assert KEPT in page.text
    assert holds(page, place) == []
    assert 'name="version"' not in page.text  # sent once more it is meant on the row as it is now


# --- its record is gone, or out of reach ----------------------------------------------------


@pytest.fixture
def owner(session: Any) -> int:
    owner = Desk(session).enter("owner", "service_clerk", name="沈清秋", phone=names.phone(5))
    session.commit()
    return owner


def deleted(table: str, row: int) -> None:
    from app.core import here
    from app.core.record import table_named

    model = table_named(table)
    assert model is not None
    with here.as_house():
        db.session.delete(db.session.get(model, row))
        db.session.commit()


def test_what_was_typed_about_a_record_that_is_gone_is_given_back_and_entered_anew(sign_in: Any, owner: int) -> None:
    clerk = sign_in("service_clerk")
    opened = form_in(clerk.get(f"/owner/{owner}/edit"))
    sent = {**opened, "phone": names.phone(31), "postal_address": "滨湖路 8 号"}
    sent = {name: value for name, value in sent.items() if name in opened or name == "phone"}
    deleted("owner", owner)
    assert clerk.post(f"/owner/{owner}/draft", sent).status_code == 204  # the draft goes on
    page = clerk.post(f"/owner/{owner}/edit", sent)
    assert page.status_code == 404
    assert names.phone(31) in page.text
    assert '<dd class="long">沈清秋' not in page.text  # that stood there, and was not typed
    assert "填入一张新表" in page.text
    new = clerk.post("/owner/new", {**{k: v for k, v in sent.items() if k not in ("was", "version")}, "then": "form"})
    assert new.status_code == 200
    assert form_in(new)["phone"] == names.phone(31)
    for address in (f"/owner/{owner}/edit", f"/owner/{owner}"):
        left = clerk.get(address)
        assert left.status_code == 404
        assert names.phone(31) in left.text
        assert "沈清秋" not in left.text
    assert names.phone(31) not in sign_in("service_manager").get(f"/owner/{owner}").text
    assert clerk.post(f"/owner/{owner}/draft", {"then": "drop"}).status_code == 302
    assert db.session.execute(select(Draft)).first() is None
    assert names.phone(31) not in clerk.get(f"/owner/{owner}").text


@pytest.mark.on("sqlite")
def test_nothing_of_a_record_that_moved_out_of_reach_is_told(sign_in: Any, session: Any) -> None:
    desk = Desk(session)
    lead = next(
        each
        for each in desk.ids("lead")
        if desk.one("lead", each).designer_id and desk.one("lead", each).state == "dispatched"
    )
    designer_id = desk.one("lead", lead).designer_id
    desk.one("lead", lead).designer_id = desk.staff_id("designer")
    session.commit()
    designer = sign_in("designer")
    place = Place("designer", f"/lead/{lead}/follow_up", {"note": WORDS}, f"/lead/{lead}/follow_up")
    sent = begun(designer, place)
    row = desk.one("lead", lead)
    row.designer_id, row.estate_name = (
        next(each for each in desk.ids("staff") if each not in (designer_id, desk.staff_id("designer"))),
        "别人的小区",
    )
    session.commit()
    page = designer.post(place.sent, sent)
    assert page.status_code == 404
    assert WORDS in page.text
    assert "别人的小区" not in page.text
    assert str(row.customer_name) not in page.text


@pytest.mark.on("sqlite")
def test_a_draft_of_a_row_is_kept_for_whoever_had_it_open_alone(sign_in: Any, owner: int) -> None:
    clerk = sign_in("service_clerk")
    opened = form_in(clerk.get(f"/owner/{owner}/edit"))
    del opened["csrf_token"]
    deleted("owner", owner)
    other = sign_in("service_manager")
    assert other.post(f"/owner/{owner}/draft", {**opened, "name": "不是我的"}).status_code == 404
    assert clerk.post(f"/owner/{owner}/draft", {"name": "没有打开过"}).status_code == 404
    assert clerk.post(f"/owner/{owner}/draft", {**opened, "name": "沈清"}).status_code == 204
