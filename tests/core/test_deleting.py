"""The end of a record: what goes with it, what holds it, and what was deleted, entered again."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.core import here
from app.core.deleting import along
from app.core.journal import JournalEntry
from app.core.receipts.table import Batch
from app.demo import names
from app.demo.desk import Desk
from app.extensions import db
from app.renovation.papers.models import Agreement
from tests.core.test_forms import form_in
from tests.security.test_rights import change

TODAY = {"inquiry_on": "2026-11-20", "source": "walk_in"}
DELETIONS = """SELECT * FROM journal_entry WHERE table_name = 'lead' AND verb = 'delete' AND result = 'done'
    AND id < 10000 ORDER BY id DESC LIMIT 26"""
PERSON = {"kind": "person", "name": "欧阳明", "id_kind": "identity_card", "id_number": "11010519491231002X"}


@pytest.fixture
def admin(sign_in: Any) -> Any:
    """Has let managers delete owners, units, leads and applications, and the desk leads."""
    admin = sign_in("admin")
    for role, table, verbs in (
        ("service_manager", "owner", "read add edit delete"),
        ("service_manager", "building", "read add edit delete"),
        ("service_manager", "renovation_application", "read add edit delete"),
        ("account_manager", "lead", "read add edit delete"),
        ("front_desk", "lead", "read add edit delete"),
    ):
        assert change(admin, role, table, *verbs.split()).status_code == 302
    return admin


def owner(session: Any) -> int:
    made = Desk(session).enter("owner", "service_manager", **PERSON, phone=names.phone(7), address="幸福路 8 号")
    session.commit()
    return made


def again_in(page: Any) -> list[str]:
    return re.findall(r'href="(/\w+/new\?again=\d+)"', page.text)


# --- before a deletion --------------------------------------------------------------------


def test_what_holds_a_record_is_named_and_there_is_no_button(admin: Any, sign_in: Any, session: Any) -> None:
    manager = sign_in("service_manager")
    building = Desk(session).ids("building")[0]
    units = Desk(session).ids("unit", building_id=building)
    page = manager.get(f"/building/{building}/delete")
    assert page.status_code == 200
    assert f'href="/unit/{units[0]}"' in page.text
    assert "btn-danger" not in page.text
    refused = manager.post(f"/building/{building}/delete")
    assert refused.status_code == 422
    assert "没有删除" in refused.text
    assert Desk(db.session).one("building", building)


def test_holders_out_of_reach_are_neither_called_nor_counted(admin: Any, sign_in: Any, session: Any) -> None:
    assert change(admin, "human_resources", "staff", "read", "add", "edit", "delete").status_code == 302
    staff = Desk(session).staff_id("front_desk")
    Desk(session).enter("lead", "front_desk", customer_name="王思远", phone=names.phone(3), **TODAY)
    session.commit()
    page = sign_in("human_resources").get(f"/staff/{staff}/delete").text
    assert "您看不到" in page
    assert "/lead/" not in page.split("ending")[1]
    assert "btn-danger" not in page


def test_the_page_asks_no_more_of_a_large_table_than_of_a_small_one(admin: Any, sign_in: Any, session: Any) -> None:
    manager, building = sign_in("service_manager"), Desk(session).ids("building")[0]
    estate = Desk(session).one("building", building).estate_id

    def asked() -> list[str]:
        found: list[str] = []
        event.listen(db.engine, "before_cursor_execute", tell := lambda *given: found.append(given[2]))
        manager.get(f"/building/{building}/delete")
        event.remove(db.engine, "before_cursor_execute", tell)
        return found

    manager.get(f"/building/{building}/delete")
    few = asked()
    for room in range(150):
        Desk(session).enter("unit", "service_manager", estate=estate, building=building, room=f"9{room:03}")
    session.commit()
    many = asked()
    assert len(many) == len(few)
    assert all("LIMIT" in each for each in many if "unit.building_id IN" in each)
    assert "100+" in manager.get(f"/building/{building}/delete").text


def test_what_cascades_goes_along_and_each_is_told(admin: Any, sign_in: Any, session: Any, monkeypatch: Any) -> None:
    manager, clerk = sign_in("service_manager"), sign_in("renovation_clerk")
    form = form_in(clerk.get("/renovation_application/new"))
    unit = Desk(session).ids("unit")[0]
    sent = {
        **form, "unit": unit, "applicant_kind": "owner", "applicant_name": "李明", "applicant_phone": names.phone(5),
        "applicant_id_number": "11010519491231002X", "scope": Desk(session).ids("scope_item")[:2], "work_mode": "self_managed",
        "starts_on": "2026-12-01", "ends_on": "2026-12-20",
    }  # fmt: skip
    answer = clerk.post("/renovation_application/new", sent)
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>.*?</div>', answer.text)
    row = int(re.search(r"/renovation_application/(\d+)", answer.location)[1])  # type: ignore[index]
    clerk.post(f"/renovation_application/{row}/comment", {"text": "材料齐"})
    page = manager.get(f"/renovation_application/{row}/delete").text
    assert "会一起删除" in page
    assert "评论" in page
    assert "btn-danger" in page
    monkeypatch.setattr(along, "MOST_ALONG", 0)
    assert manager.post(f"/renovation_application/{row}/delete").status_code == 422
    monkeypatch.undo()
    with here.as_house():
        papers = len(list(db.session.execute(select(Agreement.id).where(Agreement.application_id == row))))
    assert papers
    assert manager.post(f"/renovation_application/{row}/delete").status_code == 302
    told = select(JournalEntry.row_id).where(JournalEntry.verb == "delete", JournalEntry.table_name == "agreement")
    assert len(list(db.session.execute(told))) == papers
    [offer] = again_in(clerk.get("/renovation_application/deleted"))
    again = clerk.get(offer)
    assert f'value="{sent["scope"][1]}" selected' in again.text or f'value="{sent["scope"][1]}" checked' in again.text
    assert form_in(again)["applicant_name"] == "李明"


def test_a_record_changed_meanwhile_is_not_deleted_unseen(admin: Any, sign_in: Any, session: Any) -> None:
    manager, row = sign_in("service_manager"), owner(session)
    page = manager.get(f"/owner/{row}/delete")
    assert "欧阳明" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]  # type: ignore[index]
    assert manager.post(f"/owner/{row}/edit", {"email": "a@example.com"}).status_code == 302
    assert manager.post(f"/owner/{row}/delete", {"version": version}).status_code == 409
    fresh = form_in_ending(manager.get(f"/owner/{row}/delete"))
    assert manager.post(f"/owner/{row}/delete", {"version": fresh}).status_code == 302
    assert manager.get(f"/owner/{row}/delete").status_code == 404


def form_in_ending(page: Any) -> str:
    return str(re.search(r'name="version" value="(\d+)"', page.text)[1])  # type: ignore[index]


# --- what was deleted ---------------------------------------------------------------------


def test_a_mistake_is_mended_in_two_clicks_with_what_is_masked(admin: Any, sign_in: Any, session: Any) -> None:
    manager, auditor, row = sign_in("service_manager"), sign_in("auditor"), owner(session)
    manager.post(f"/owner/{row}/delete")
    for who in (manager, auditor):
        listed = who.get("/owner/deleted").text
        assert "欧阳明" in listed
        assert names.phone(7) not in listed
        assert "0519491231" not in listed
    assert again_in(auditor.get("/owner/deleted")) == []
    [offer] = again_in(manager.get("/owner/deleted"))
    assert auditor.get(offer).status_code == 403
    page = manager.get(offer)
    form = form_in(page)
    assert (form["name"], form["phone"], form["id_number"]) == ("欧阳明", names.phone(7), "")
    assert "0519491231" not in page.text
    refused = manager.post("/owner/new", {**form, "phone": "12"})
    assert refused.status_code == 422
    answer = manager.post("/owner/new", {**form_in(refused), "phone": names.phone(7)})
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>.*?</div>', answer.text)
    with here.as_house():
        new = Desk(db.session).one("owner", int(answer.location.rpartition("/")[2]))
        assert (new.name, new.id_number, new.address) == ("欧阳明", PERSON["id_number"], "幸福路 8 号")
    assert "已重新录入" in manager.get("/owner/deleted").text
    assert again_in(manager.get("/owner/deleted")) == []
    seen = select(JournalEntry.note).where(JournalEntry.verb == "view", JournalEntry.table_name == "owner")
    assert {"columns": ["phone"]} in list(db.session.execute(seen).scalars())


def test_who_reaches_some_rows_only_is_told_of_their_own_deletions_only(admin: Any, sign_in: Any, session: Any) -> None:
    desk, manager = sign_in("front_desk"), sign_in("account_manager")
    rows = [
        Desk(session).enter("lead", "front_desk", customer_name=f"客户{n}", phone=names.phone(30 + n), **TODAY)
        for n in (1, 2)
    ]
    session.commit()
    assert manager.post(f"/lead/{rows[0]}/delete").status_code == 302
    assert desk.post(f"/lead/{rows[1]}/delete").status_code == 302
    every, own = again_in(manager.get("/lead/deleted")), again_in(desk.get("/lead/deleted"))
    assert len(every) == 2
    assert own == every[:1]
    assert desk.get(every[1]).status_code == 404
    assert names.phone(32) not in desk.get(own[0]).text  # masked for the desk, whose own lead it was
    assert sign_in("salesperson").get(own[0]).status_code == 404
    assert sign_in("cashier").get("/lead/deleted").status_code == 403


def test_after_thirty_days_it_is_told_and_no_longer_entered_again(
    admin: Any, sign_in: Any, session: Any, time_machine: Any
) -> None:
    row = owner(session)
    sign_in("service_manager").post(f"/owner/{row}/delete")
    [offer] = again_in(sign_in("service_manager").get("/owner/deleted"))
    form = form_in(sign_in("service_manager").get(offer))
    time_machine.move_to(here.now() + timedelta(days=31))
    manager = sign_in("service_manager")
    assert "欧阳明" in manager.get("/owner/deleted").text
    assert again_in(manager.get("/owner/deleted")) == []
    assert manager.get(offer).status_code == 404
    form.pop("csrf_token")
    late = manager.post("/owner/new", {**form, "phone": "12"})  # what was typed meanwhile is not lost
    assert late.status_code == 422
    assert form_in(late)["name"] == "欧阳明"


def test_the_list_of_deletions_goes_by_keyset_and_through_its_index(admin: Any, sign_in: Any, session: Any) -> None:
    manager = sign_in("account_manager")
    for n in range(27):
        row = Desk(session).enter("lead", "front_desk", customer_name=f"客户{n}", phone=names.phone(40 + n), **TODAY)
        session.commit()
        manager.post(f"/lead/{row}/delete")
    first = manager.get("/lead/deleted")
    assert len(again_in(first)) == 25
    [further] = re.findall(r'href="(/lead/deleted\?before=\d+)"', first.text)
    assert len(again_in(manager.get(further))) == 2
    connection, asked = db.session.connection(), "EXPLAIN QUERY PLAN"
    if db.engine.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("DROP INDEX ix_journal_entry_verb")  # with so few rows either would do
        asked = "EXPLAIN"
    plan = connection.exec_driver_sql(f"{asked} {DELETIONS}")
    assert "ix_journal_entry_deleted" in str(plan.all())
    db.session.rollback()


# --- many at once -------------------------------------------------------------------------


def test_many_are_looked_at_then_deleted_with_a_receipt(sign_in: Any, session: Any) -> None:
    """By the house's own rights: what was never used goes, what is named stays and says by whom."""
    admin, desk = sign_in("admin"), Desk(session)
    [estate] = desk.ids("estate")[:1]
    new = [desk.enter("building", "admin", estate=estate, code=f"X{number}") for number in range(2)]
    used, rows = desk.ids("building")[0], desk.ids("building")[:1] + new
    session.commit()
    asked = ",".join(map(str, rows))
    assert 'formaction="/building/delete"' in admin.get("/building/").text
    page = admin.get(f"/building/delete?ids={asked}").text
    for told in ("可以删除 2 条", "不能删除 1 条", "「房屋」还指向它"):
        assert told in page
    where = {admin.post("/building/delete", {"ids": asked, "once_token": "d1"}).location for _ in range(2)}
    assert len(where) == 1
    receipt = admin.get(where.pop()).text
    for told in ("办成 2 条，未办 1 条", "X0", "/building/deleted", "/building/delete?receipt="):
        assert told in receipt
    assert desk.ids("building", code="X0") == []
    assert used in desk.ids("building")
    [first, *_] = again_in(admin.get("/building/deleted"))
    entries = session.execute(select(JournalEntry).where(JournalEntry.verb == "delete", JournalEntry.result == "done"))
    assert {each.note["receipt"] for each in entries.scalars()} == {session.query(Batch).one().id}
    assert admin.get(first).status_code == 200
    assert sign_in("service_manager").post("/building/delete", {"ids": asked}).status_code == 403


@pytest.mark.on("sqlite")
def test_what_the_rule_book_names_stays_in_the_catalogue(sign_in: Any, session: Any) -> None:
    forbidden, own = (
        Desk(session).ids("scope_item", kind="prohibited")[0],
        Desk(session).ids("scope_item", kind="ordinary")[0],
    )
    admin = sign_in("admin")
    page = admin.get(f"/scope_item/delete?ids={forbidden},{own}").text
    assert "这一项是制度规定的" in page
    assert "可以删除 1 条" in page
    admin.post("/scope_item/delete", {"ids": f"{forbidden},{own}", "once_token": "d2"})
    left = Desk(session).ids("scope_item")
    assert forbidden in left
    assert own not in left
