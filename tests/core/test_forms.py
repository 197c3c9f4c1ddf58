"""Two people at one record, and nothing typed is ever lost: by a conflict, a hook, the database, the session, a token."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from app.core import drafts, here, saving
from app.core.answers import Busy
from app.core.drafts import Draft
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from app.leads.views import LeadRegister
from app.models import Lead
from app.security.models import SignIn

TODAY = {"inquiry_on": "2026-11-20", "source": "walk_in"}


@pytest.fixture
def lead(session: Any) -> int:
    entered = Desk(session).enter(
        "lead", "front_desk", customer_name="王思远", phone=names.phone(3), estate_name="锦绣花园", address="3栋502",
        floor_area=98, budget_fen=3_500_000, **TODAY,
    )  # fmt: skip
    session.commit()
    return entered


def form_in(page: Any) -> dict[str, Any]:
    """The fields of the page's form as a browser would send them back."""
    form = re.search(r'<form class="card form[^>]*method="post".*?</form>', page.text, re.S)
    assert form is not None, page.text[:2000]
    inputs = re.findall(r"<input\b[^>]*>", form[0])
    found: dict[str, Any] = {}
    for each in inputs:
        kind, name = re.search(r'type="(\w+)"', each), re.search(r'name="([^"]+)"', each)
        value = re.search(r'value="([^"]*)"', each)
        if name and (kind is None or kind[1] not in ("checkbox", "radio") or " checked" in each):
            found[name[1]] = value[1] if value else ""
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form[0]))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[0] if chosen else ""
    return found


def value_of(page: Any, name: str) -> str:
    return str(form_in(page)[name])


# --- two people at one record -------------------------------------------------------------


def test_changes_to_different_fields_both_stand_and_the_other_is_told(sign_in: Any, lead: int) -> None:
    first, second = sign_in("account_manager"), sign_in("account_assistant")
    mine, theirs = (form_in(who.get(f"/lead/{lead}/edit")) for who in (first, second))
    assert (
        second.post(f"/lead/{lead}/edit", {**theirs, "estate_name": "望江花园", "remarks": "已看房"}).status_code == 302
    )
    assert first.post(f"/lead/{lead}/edit", {**mine, "budget_fen": "4.2万", "remarks": "已看房"}).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.estate_name, row.budget_fen, row.remarks, row.customer_name) == (
        "望江花园",
        4_200_000,
        "已看房",
        "王思远",
    )
    told = first.get(f"/lead/{lead}").text
    assert "两边的修改都已保留" in told
    assert "小区" in told


def test_the_same_field_is_chosen_side_by_side_and_nothing_else_changes(sign_in: Any, lead: int) -> None:
    first, second = sign_in("account_manager"), sign_in("account_assistant")
    mine, theirs = (form_in(who.get(f"/lead/{lead}/edit")) for who in (first, second))
    second.post(f"/lead/{lead}/edit", {**theirs, "estate_name": "望江花园", "budget_fen": "50000"})
    page = first.post(f"/lead/{lead}/edit", {**mine, "estate_name": "滨湖花园", "remarks": "周末量房"})
    assert page.status_code == 409
    for each in ("锦绣花园", "望江花园", "滨湖花园", "周末量房"):
        assert each in page.text
    assert Desk(db.session).one("lead", lead).estate_name == "望江花园"
    again = form_in(page)
    assert again["keep.estate_name"] == "mine"
    back = first.post(f"/lead/{lead}/edit", {**again, "then": "form"})
    assert (back.status_code, value_of(back, "estate_name"), value_of(back, "remarks")) == (200, "滨湖花园", "周末量房")
    assert value_of(back, "budget_fen") == "50000.00"
    assert first.post(f"/lead/{lead}/edit", {**again, "keep.estate_name": "theirs"}).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.estate_name, row.budget_fen, row.remarks) == ("望江花园", 5_000_000, "周末量房")
    first.post(f"/lead/{lead}/edit", {**form_in(first.get(f"/lead/{lead}/edit")), "estate_name": "滨湖花园"})
    assert Desk(db.session).one("lead", lead).estate_name == "滨湖花园"


def test_what_a_form_was_opened_on_can_be_neither_forged_nor_carried_elsewhere(sign_in: Any, lead: int) -> None:
    first, second = sign_in("account_manager"), sign_in("account_assistant")
    mine = form_in(first.get(f"/lead/{lead}/edit"))
    foreign = form_in(second.get(f"/lead/{lead}/edit"))["was"]
    second.post(f"/lead/{lead}/edit", {"estate_name": "望江花园"})
    for was in (foreign, mine["was"][:-8] + "AAAAAAA=", "", "x", "…"):
        page = first.post(f"/lead/{lead}/edit", {**mine, "was": was, "remarks": "周末量房"})
        assert page.status_code == 409
        assert "望江花园" in page.text


def test_a_masked_field_takes_part_without_being_shown(sign_in: Any, lead: int) -> None:
    """A phone that the salesperson sees in part: changed by another meanwhile, it is theirs and stands."""
    whole = names.phone(3)
    desk, manager = sign_in("front_desk"), sign_in("account_manager")
    page = desk.get(f"/lead/{lead}/edit")
    assert whole not in page.text
    mine = form_in(page)
    manager.post(f"/lead/{lead}/edit", {**form_in(manager.get(f"/lead/{lead}/edit")), "phone": names.phone(9)})
    assert desk.post(f"/lead/{lead}/edit", {**mine, "remarks": "周末量房"}).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.phone, row.remarks) == (names.phone(9), "周末量房")
    both = desk.post(f"/lead/{lead}/edit", {**mine, "phone": names.phone(11)})
    assert both.status_code == 409
    assert names.phone(9) not in both.text


# --- nothing typed is lost ----------------------------------------------------------------

TYPED = {"customer_name": "李想", "phone": names.phone(21), "remarks": "只在周末有空", **TODAY}


def test_a_hook_that_breaks_gives_the_form_back(sign_in: Any, monkeypatch: Any) -> None:
    desk = sign_in("front_desk")
    opened = form_in(desk.get("/lead/new"))

    def broken(cls: Any, row: Any, act: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(LeadRegister, "before_create", classmethod(broken))
        page = desk.post("/lead/new", {**opened, **TYPED})
    assert page.status_code == 500
    assert (value_of(page, "customer_name"), value_of(page, "remarks")) == ("李想", "只在周末有空")
    assert desk.post("/lead/new", form_in(page)).status_code == 302


def test_a_database_that_is_away_gives_the_form_back(sign_in: Any, lead: int, monkeypatch: Any) -> None:
    manager = sign_in("account_manager")
    opened = form_in(manager.get(f"/lead/{lead}/edit"))
    for broken in (Busy(), OperationalError("", {}, Exception("database is locked"))):
        with monkeypatch.context() as patch:
            patch.setattr(saving, "edit", lambda *_, broken=broken, **__: (_ for _ in ()).throw(broken))
            page = manager.post(f"/lead/{lead}/edit", {**opened, "remarks": "只在周末有空"})
        assert page.status_code == 503
        assert (value_of(page, "remarks"), value_of(page, "was")) == ("只在周末有空", opened["was"])
    assert manager.post(f"/lead/{lead}/edit", form_in(page)).status_code == 302


def test_a_broken_constraint_gives_the_form_back(sign_in: Any) -> None:
    admin = sign_in("admin")
    known = Desk(db.session).one("department", 1)
    opened = form_in(admin.get("/department/new"))
    page = admin.post("/department/new", {**opened, "code": known.code, "name": "重名部门", "kind": known.kind})
    assert page.status_code == 422
    assert value_of(page, "name") == "重名部门"


def test_a_stale_token_gives_the_form_back_to_who_opened_it_alone(sign_in: Any, lead: int) -> None:
    manager, other = sign_in("account_manager"), sign_in("account_assistant")
    opened = form_in(manager.get(f"/lead/{lead}/edit"))
    sent = {**opened, "csrf_token": "stale", "remarks": "只在周末有空"}
    page = manager.client.post(f"/lead/{lead}/edit", data=sent)
    assert page.status_code == 400
    assert value_of(page, "remarks") == "只在周末有空"
    assert value_of(page, "csrf_token") != "stale"
    assert Desk(db.session).one("lead", lead).remarks is None
    assert manager.client.post(f"/lead/{lead}/edit", data=form_in(page)).status_code == 302
    for wrong in ({}, {"opened_by": "guessed"}, {"opened_by": form_in(other.get(f"/lead/{lead}/edit"))["opened_by"]}):
        crossed = {"csrf_token": "stale", "remarks": "别处来的", **wrong}
        answer = manager.client.post(f"/lead/{lead}/edit", data=crossed)
        assert answer.status_code == 400
        assert "别处来的" not in answer.text


def sign_in_through(who: Any, page: Any, username: str) -> Any:
    from tests.conftest import PASSWORD

    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return who.client.post("/login/", data={**carried, "username": username, "password": PASSWORD})


@pytest.mark.parametrize("lost", ["expired", "gone"])
def test_a_lost_session_comes_back_to_the_form_with_what_was_typed(sign_in: Any, lead: int, lost: str) -> None:
    manager = sign_in("account_manager")
    opened = form_in(manager.get(f"/lead/{lead}/edit"))
    if lost == "expired":
        db.session.execute(update(SignIn).values(expires_at=here.now()))
        db.session.commit()
    else:
        manager.client.delete_cookie("guanjia")
    page = manager.client.post(f"/lead/{lead}/edit", data={**opened, "remarks": "只在周末有空"})
    assert page.status_code == 401
    assert "只在周末有空" not in page.text  # sealed: whoever stands at the screen now sees nothing of it
    answer = sign_in_through(manager, page, "account_manager")
    assert (answer.status_code, answer.location) == (302, f"/lead/{lead}/edit?draft=1")
    back = manager.get(answer.location)
    assert value_of(back, "remarks") == "只在周末有空"
    assert manager.post(f"/lead/{lead}/edit", form_in(back)).status_code == 302
    assert Desk(db.session).one("lead", lead).remarks == "只在周末有空"
    assert db.session.execute(select(Draft)).first() is None


def test_another_who_signs_in_there_gets_nothing_of_it(sign_in: Any, lead: int) -> None:
    manager = sign_in("account_manager")
    opened = form_in(manager.get(f"/lead/{lead}/edit"))
    manager.client.delete_cookie("guanjia")
    page = manager.client.post(f"/lead/{lead}/edit", data={**opened, "remarks": "只在周末有空"})
    answer = sign_in_through(manager, page, "account_assistant")
    assert (answer.status_code, answer.location) == (302, "/")
    assert db.session.execute(select(Draft)).first() is None


def test_a_verbs_dialog_comes_back_after_the_sign_in_too(sign_in: Any, lead: int) -> None:
    manager = sign_in("account_manager")
    dialog = manager.get(f"/lead/{lead}/follow_up")
    assert dialog.status_code == 200
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', dialog.text))
    manager.client.delete_cookie("guanjia")
    page = manager.client.post(f"/lead/{lead}/follow_up", data={**carried, "note": "客户周末有空"})
    assert page.status_code == 401
    back = sign_in_through(manager, page, "account_manager")
    assert back.status_code == 200
    assert "客户周末有空" in back.text
    assert f'action="/lead/{lead}/follow_up"' in back.text


def test_a_verb_on_a_row_that_somebody_changed_first_keeps_what_was_typed(sign_in: Any, lead: int) -> None:
    manager, other = sign_in("account_manager"), sign_in("account_assistant")
    carried = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', manager.get(f"/lead/{lead}/follow_up").text)
    )
    other.post(f"/lead/{lead}/edit", {"remarks": "已看房"})
    page = manager.post(f"/lead/{lead}/follow_up", {**carried, "note": "客户周末有空"})
    assert page.status_code == 409
    assert "客户周末有空" in page.text


# --- drafts -------------------------------------------------------------------------------


def test_a_draft_is_sealed_its_writers_alone_offered_again_and_gone_when_saved(sign_in: Any) -> None:
    desk, other = sign_in("front_desk"), sign_in("front_desk2")
    opened = form_in(desk.get("/lead/new"))
    assert desk.post("/lead/new/draft", {**opened, **TYPED}).status_code == 204
    kept = db.session.execute(text("SELECT sealed FROM draft")).scalar_one()
    assert TYPED["phone"] not in kept
    assert "接着填写" in desk.get("/lead/new").text
    assert "接着填写" not in other.get("/lead/new").text
    assert value_of(other.get("/lead/new?draft=1"), "customer_name") == ""
    again = desk.get("/lead/new?draft=1")
    assert (value_of(again, "customer_name"), value_of(again, "phone")) == ("李想", TYPED["phone"])
    assert desk.post("/lead/new", form_in(again)).status_code == 302
    assert db.session.execute(select(Draft)).first() is None


def test_a_draft_on_a_record_is_merged_with_what_others_did_meanwhile(sign_in: Any, lead: int) -> None:
    manager, other = sign_in("account_manager"), sign_in("account_assistant")
    opened = form_in(manager.get(f"/lead/{lead}/edit"))
    manager.post(f"/lead/{lead}/draft", {**opened, "remarks": "只在周末有空"})
    other.post(f"/lead/{lead}/edit", {"estate_name": "望江花园"})
    again = manager.get(f"/lead/{lead}/edit?draft=1")
    assert manager.post(f"/lead/{lead}/edit", form_in(again)).status_code == 302
    row = Desk(db.session).one("lead", lead)
    assert (row.estate_name, row.remarks) == ("望江花园", "只在周末有空")


def test_a_draft_may_be_dropped_and_is_swept(sign_in: Any, lead: int) -> None:
    manager, designer = sign_in("account_manager"), sign_in("designer")
    assert designer.post(f"/lead/{lead}/draft", {"remarks": "不是我的"}).status_code in (403, 404)
    manager.post(f"/lead/{lead}/draft", {"remarks": "只在周末有空"})
    assert manager.post(f"/lead/{lead}/draft", {"then": "drop"}).status_code == 302
    assert db.session.execute(select(Draft)).first() is None
    manager.post(f"/lead/{lead}/draft", {"remarks": "只在周末有空"})
    db.session.execute(update(Draft).values(at=here.now() - drafts.KEPT * 2))
    db.session.commit()
    assert "接着填写" not in manager.get(f"/lead/{lead}/edit").text
    assert drafts.sweep(db.session) == 1


# --- a relation within another ------------------------------------------------------------


def test_a_building_is_chosen_among_those_of_the_estate_beside_it(sign_in: Any, session: Any) -> None:
    desk = Desk(session)
    estates = [desk.enter("estate", "admin", code=code, name=f"{code}花园") for code in ("QA", "QB")]
    buildings = [desk.enter("building", "admin", estate=estate, code="5栋") for estate in estates]
    session.commit()
    clerk = sign_in("service_manager")
    assert 'data-within="estate"' in clerk.get("/unit/new").text
    assert 'data-within="estate"' in clerk.get("/unit/").text
    for estate, building in zip(estates, buildings, strict=True):
        offered = clerk.get(f"/unit/options/building?q=5&within={estate}").json
        assert [each["id"] for each in offered] == [building]
    everywhere = {each["id"] for each in clerk.get("/unit/options/building?q=5栋&within=").json}
    assert set(buildings) <= everywhere
    typed = {"estate": str(estates[0]), "building": str(buildings[1]), "room": "501", "state": "sold"}
    refused = clerk.post("/unit/new", typed)
    assert refused.status_code == 422
    assert "不属于所选的小区" in refused.text
    assert clerk.post("/unit/new", {**typed, "building": str(buildings[0])}).status_code == 302


def test_what_goes_by_a_number_is_found_by_whom_it_is_about(sign_in: Any, session: Any) -> None:
    lead = Desk(session).enter("lead", "front_desk", **TODAY, customer_name="欧阳若兰", phone=names.phone(77))
    session.commit()
    number = session.get_one(Lead, lead).number
    offered = sign_in("account_manager").get("/claim/options/lead?q=欧阳若").json
    assert [(each["id"], each["label"]) for each in offered] == [(lead, number)]
    assert names.phone(77) not in str(offered)
