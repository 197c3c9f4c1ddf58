"""Rights that an admin changes: given within bounds, taken at once, in every worker; told before and after."""

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import editions, here, rights
from app.core.journal import JournalEntry
from app.core.verbs import verb_named
from app.extensions import db
from app.security import changing, in_force
from app.security.roles import Role, table_of_rights
from app.security.rules import APART, blockers_to_give
from tests.security.test_sign_in import user


@pytest.fixture
def world() -> str:
    return "demo"


def change(admin: Any, role: str, table: str, *verbs: str, rows_of: str = "", why: str = "试行") -> Any:
    seen = changing.last_change(db.session)
    return admin.post(
        f"/roles/{role}/{table}", {"verb": list(verbs), "rows_of": rows_of, "why": why, "seen": str(seen)}
    )


def rules_of(page: Any) -> str:
    assert page.status_code == 422, page.status_code
    return str(page.text)


def test_a_right_taken_away_bites_at_the_next_request_and_comes_back(sign_in: Any, api: Any) -> None:
    admin, clerk, by_token = sign_in("admin"), sign_in("cashier"), api("cashier")
    assert clerk.get("/charge/").status_code == by_token.get("charge/").status_code == 200
    assert change(admin, "cashier", "charge").status_code == 302
    assert clerk.get("/charge/").status_code == by_token.get("charge/").status_code == 403
    assert by_token.post("charge/take_payment", charges=[1], method="cash").status_code == 403
    assert change(admin, "cashier", "charge", *table_of_rights()["cashier"]["charge"]).status_code == 302
    assert clerk.get("/charge/").status_code == 200
    assert all(each.how == "released" for each in in_force.changes().values()), "as released again"


def test_another_worker_hears_of_it_with_its_next_request(sign_in: Any) -> None:
    """A worker is a process: what this one has read is put back to what another one would still have."""
    admin, clerk = sign_in("admin"), sign_in("cashier")
    clerk.get("/charge/")
    stale = dict(in_force.changes()), dict(editions._loaded)
    assert change(admin, "cashier", "charge").status_code == 302
    admin.get("/roles/")
    in_force._changes[0] = stale[0]
    editions._loaded.update(stale[1])
    rights.renew()
    assert rights.may(here.Person(1, "", roles=frozenset({"cashier"})), "read", "charge"), "it has not heard yet"
    assert clerk.get("/charge/").status_code == 403


def test_a_right_is_given_with_rows_and_holds_by_page_api_and_export(sign_in: Any, api: Any) -> None:
    admin, engineer = sign_in("admin"), api("engineer")
    assert engineer.get("charge/").status_code == 403
    assert "no_rows" in rules_of(change(admin, "engineer", "charge", "read"))
    assert "no_read" not in change(admin, "engineer", "charge", "export").text, "without read there is nothing to give"
    effect = admin.get("/roles/engineer/charge/effect?verb=read&verb=export&rows_of=cashier").text
    assert "engineer" in effect and "→" in effect
    assert change(admin, "engineer", "charge", "read", "export", rows_of="cashier").status_code == 302
    listed = engineer.get("charge/").json["count"]
    assert listed == api("cashier").get("charge/").json["count"]
    exported = engineer.get("charge/export").text
    assert len(list(csv.reader(io.StringIO(exported.lstrip("\ufeff"))))) == listed + 1
    assert engineer.post("charge/take_payment", charges=[1], method="cash").status_code == 403


@pytest.mark.on("sqlite")
def test_what_is_never_given(sign_in: Any) -> None:
    admin = sign_in("admin")
    assert "own_role" in rules_of(change(admin, "admin", "lead", "read", "reveal", "edit"))
    assert "administration" in rules_of(change(admin, "cashier", "policy", "read", "edit", rows_of="admin"))
    assert admin.get("/roles/cashier/user").status_code == admin.get("/roles/nobody/lead").status_code == 404
    decides = [*table_of_rights()["general_manager"]["penalty_ticket"], "appeal"]
    assert "two_people" in rules_of(change(admin, "general_manager", "penalty_ticket", *decides))
    assert change(admin, "cashier", "receipt", "read", why=" ").status_code == 422, "without a reason"
    assert change(sign_in("general_manager"), "cashier", "receipt", "read").status_code == 403
    assert in_force.changes() == {}


@pytest.mark.on("sqlite")
def test_two_people_stay_two_whatever_is_given(app: Flask) -> None:
    for one, other in APART:
        for given, held in ((one, other), (other, one)):
            told = blockers_to_give("gate", *given, own_roles=frozenset(), has_rows=True, held={
                table: frozenset({"read", *(verb for of, verb in (given, held) if of == table)})
                for table in (given[0], held[0])
            })  # fmt: skip
            assert [each.rule for each in told] == ["two_people"], (given, held)
            assert given[1] in changing.verbs_on(given[0]), given


def test_a_change_made_meanwhile_is_shown_not_overwritten(sign_in: Any) -> None:
    one, other = sign_in("admin"), sign_in("admin")
    seen = str(changing.last_change(db.session))
    assert one.post("/roles/gate/pass", {"verb": ["read"], "why": "a", "seen": seen}).status_code == 302
    assert other.post("/roles/gate/permit", {"verb": [], "why": "b", "seen": seen}).status_code == 409
    assert {each.table for each in in_force.changes().values()} == {"pass"}


@pytest.mark.on("sqlite")
def test_who_changed_what_and_why_is_told(sign_in: Any, command: Any) -> None:
    admin = sign_in("admin")
    change(admin, "gate", "pass", "read", why="门岗改用闸机")
    [entry] = db.session.execute(select(JournalEntry).where(JournalEntry.verb == "change_rights")).scalars()
    assert entry.note["reason"] == "门岗改用闸机"
    assert "enter" in entry.before["rights"] and entry.after["rights"] == ["read"]
    assert "门岗改用闸机" in admin.get("/roles/changes").text
    assert "门岗改用闸机" in admin.get("/journal/?verb=change_rights").text
    assert command("do", "pass", "1", "enter", "--as", "gate").exit_code == 1, "the command line hears of it, too"
    assert command("journal", "verify").exit_code == 0


@pytest.mark.on("sqlite")
def test_the_effect_of_other_roles_is_shown_before_they_are_saved(sign_in: Any) -> None:
    admin, whom = sign_in("admin"), user("engineer")
    page = admin.get(f"/user/{whom}/effect?roles=cashier&active=1")
    assert page.status_code == 200
    for told in ("收费员", "收款", "→"):
        assert told in page.text, told
    assert admin.get(f"/user/{whom}/effect?roles=engineer&active=1").status_code == 302, "nothing changes"
    assert admin.get(f"/user/{whom}/effect?active=1").status_code == 422, "no role at all"
    assert admin.get(f"/user/{user('admin')}/effect?roles=gate&active=1").status_code == 422, "oneself"
    held = sign_in("engineer").get("/charge/").status_code
    assert held == 403, "looking changes nothing"


def test_why_tells_the_right_the_row_the_columns_and_the_rules(sign_in: Any) -> None:
    admin, designer = sign_in("admin"), user("designer")
    no = admin.get(f"/roles/why?user={designer}&register=receipt&verb=void").text
    assert "不能" in no and "收费员" in no, "which roles have it"
    yes = admin.get(f"/roles/why?user={designer}&register=lead&verb=measure").text
    assert "设计师是本人的" in yes and "电话" in yes
    number = db.session.execute(select(table("lead").number).limit(1).execution_options(gate="open")).scalar_one()
    far = admin.get(f"/roles/why?user={designer}&register=lead&verb=measure&record={number}").text
    assert "不在数据范围内" in far
    near = admin.get(f"/roles/why?user={user('account_manager')}&register=lead&verb=reassign&record={number}").text
    assert "规则不允许" in near and "data-rule=" in near
    assert "没有这条记录" in admin.get(f"/roles/why?user={designer}&register=lead&verb=read&record=XX-1").text
    assert sign_in("general_manager").get("/roles/why").status_code == 403


def table(name: str) -> Any:
    from app.core.record import table_named

    return table_named(name)


@pytest.mark.on("sqlite")
def test_the_matrix_tells_roles_registers_verbs_rows_and_columns(sign_in: Any) -> None:
    manager = sign_in("general_manager")
    grid = manager.get("/roles/").text
    assert all(str(role.label) in grid for role in Role)
    page = manager.get("/roles/?role=designer&register=lead").text
    for told in (str(verb_named("lead", "measure").label), "设计师是本人的", "本人的可看，其余遮盖"):
        assert told in page, told
    rows = list(csv.DictReader(io.StringIO(manager.get("/roles/export?role=gate").text.lstrip("\ufeff"))))
    [permit] = [row for row in rows if row["登记簿"] == "施工许可"]
    assert (permit["岗位"], permit["权限"], permit["数据范围"]) == ("门岗", "查看", "有效的")
    assert "/roles/gate/permit" not in manager.get("/roles/?role=gate").text, "only who keeps accounts may change"


# --- the panel as a role --------------------------------------------------------------------


def test_the_panel_seen_as_a_role_shows_it_and_changes_nothing(sign_in: Any) -> None:
    admin = sign_in("admin")
    assert admin.post("/roles/see_as", {"role": "cashier"}).status_code == 302
    home = admin.get("/").text
    assert "收费员" in home and "返回本人岗位" in home
    assert admin.get("/charge/").status_code == 200
    assert admin.get("/lead/").status_code == admin.get("/user/").status_code == 403, "a cashier has neither"
    for path in ("/charge/new", "/charge/1/void", "/roles/cashier/charge", f"/user/{user('gate')}", "/roles/see_as"):
        assert admin.post(path, {}).status_code == 403, path
    assert admin.get("/charge/export").status_code == 403, "an admin exports no charges, and does not as a cashier"
    assert admin.post("/roles/see_as/end").status_code == 302
    assert admin.get("/lead/").status_code == 200
    verbs = db.session.execute(select(JournalEntry.verb).where(JournalEntry.table_name == "right")).scalars()
    assert list(verbs) == ["see_as", "see_as_end"]


@pytest.mark.on("sqlite")
def test_nothing_is_seen_as_a_role_that_one_may_not_see_oneself(sign_in: Any) -> None:
    admin, phone = sign_in("admin"), "13800138000"
    session_of = table("staff")
    with here.as_house():
        row = db.session.execute(select(session_of).limit(1)).scalar()
        row.phone = phone
        db.session.commit()
    assert phone in sign_in("human_resources").get(f"/staff/{row.id}").text
    assert admin.post("/roles/see_as", {"role": "human_resources"}).status_code == 302
    page = admin.get(f"/staff/{row.id}")
    assert page.status_code == 200 and phone not in page.text
    assert admin.get(f"/staff/{row.id}/reveal/phone").status_code == 200, "they may reveal it themselves"
    assert admin.post(f"/staff/{row.id}/reveal/phone", {"reason": "x"}).status_code == 403, "but not while looking"


@pytest.mark.on("sqlite")
def test_the_look_is_as_true_as_own_rights_allow_and_says_what_is_left_out(sign_in: Any) -> None:
    admin = sign_in("admin")
    assert admin.post("/roles/see_as", {"role": "account_manager"}).status_code == 302
    page = admin.get("/lead/").text
    assert "/lead/export" in page, "the role's buttons are all there"
    assert admin.get("/lead/export").status_code == 403, "and hand out nothing that is not one's own to hand out"
    row = re.search(r'href="/lead/(\d+)', page)
    assert row
    assert f"/lead/{row[1]}/edit" in admin.get(f"/lead/{row[1]}").text
    assert "客户单的联系电话、装修地址按您本人的权限遮盖" in page
    assert re.search(r"导出只显示、不能用：[^<]*客户单", page)
    assert admin.post("/roles/see_as", {"role": "gate"}).status_code == 403
    assert admin.post("/roles/see_as/end").status_code == 302
    assert admin.post("/roles/see_as", {"role": "gate"}).status_code == 302
    gate_page = admin.get("/pass/").text
    assert "所见与该岗位完全相同" in gate_page or "处不同" in gate_page
    other = sign_in("admin2")
    assert "所见与该岗位" not in other.get("/lead/").text


def test_in_somebodys_place_their_rows_are_seen(sign_in: Any, api: Any) -> None:
    admin = sign_in("admin")
    staff_id = db.session.execute(
        select(table("staff").id).where(table("staff").user_id == user("designer")).execution_options(gate="open")
    ).scalar_one()
    assert admin.post("/roles/see_as", {"role": "designer", "staff": str(staff_id)}).status_code == 302
    own = api("designer").get("lead/").json["ids"]
    assert own and all(admin.get(f"/lead/{row}").status_code == 200 for row in own)
    stranger = db.session.execute(
        select(table("lead").id).where(table("lead").id.not_in(own)).limit(1).execution_options(gate="open")
    ).scalar_one()
    assert admin.get(f"/lead/{stranger}").status_code == 404
    assert sign_in("cashier").post("/roles/see_as", {"role": "designer"}).status_code == 403
    other = sign_in("admin")
    wrong = other.post("/roles/see_as", {"role": "gate", "staff": str(staff_id)})
    assert wrong.status_code == 404, "nobody is looked through who is not in the role"
