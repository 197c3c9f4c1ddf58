"""Columns and rows of a role that an admin changes: held against plain SQL at every door, on both databases."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import gate, here, narrowing, rights, scopes
from app.core.declaration import all_registers
from app.core.journal import JournalEntry
from app.core.rights import HIDDEN, MASKED, READ, WRITE
from app.demo.desk import Desk
from app.extensions import db
from app.security import changing, in_force
from app.security.in_force import Rows
from app.security.roles import Role, table_of_rights

PHONE = re.compile(r"(?<![\d*])1[3-9]\d{9}(?!\d)")


@pytest.fixture
def world() -> str:
    return "demo"


def adjust(admin: Any, role: str, table: str, *, of: list[str] | None = None, why: str = "试行", **more: Any) -> Any:
    """`phone="masked"` is a column, `where_state=["new"]` a condition; the verbs stay as they are."""
    verbs = sorted(rights.standing().roles[role].get(table, ()))
    given: dict[str, Any] = {"verb": verbs, "why": why, "seen": str(changing.last_change(db.session)), "of": of or []}
    for name, value in more.items():
        given[f":where:{name[6:]}" if name.startswith("where_") else f":column:{name}"] = value
    return admin.post(f"/roles/{role}/{table}", given)


def rules_of(page: Any) -> str:
    assert page.status_code == 422, page.status_code
    return str(page.text)


def told_by(api: Any, browser: Any, table: str) -> set[int]:
    """The rows of a register, asked at each of its doors: all have to tell the same."""
    listed = api.get(f"{table}/?q=(page_size:100)").json
    ids = set(listed["ids"])
    asked = api.post("graphql", query=f"{{ {table}(first: 100) {{ rows {{ id }} count }} }}").json["data"][table]
    assert {each["id"] for each in asked["rows"]} == ids
    assert asked["count"] == listed["count"]
    page = browser.get(f"/{table}/?size=100").text
    shown = {int(each) for each in re.findall(rf'href="/{table}/(\d+)(?=["?])', page)}
    assert shown <= ids or len(ids) == 100
    return ids


@pytest.mark.parametrize(
    ("of", "where", "sql"),
    [
        (["own:claimant"], {}, "claimant_id = :me"),
        (["own:claimant", "own:created_by"], {}, "(claimant_id = :me OR created_by_id = :me)"),
        (["department:claimant"], {}, "claimant_id IN (SELECT id FROM staff WHERE department_id = :department)"),
        (["assigned"], {}, "id IN (SELECT row_id FROM assignment WHERE table_name = 'lead' AND to_id = :me AND state = 'open')"),
        (["as:designer"], {"where_state": ["dispatched", "measured"]}, "designer_id = :me AND state IN ('dispatched', 'measured')"),
        ([], {"where_state": ["new"]}, "state = 'new'"),
        ([], {"where_state": ["new"], "where_source": ["street"]}, "state = 'new' AND source = 'street'"),
        ([], {"where_budget_fen.gte": "100,000"}, "budget_fen >= 10000000"),
        ([], {"where_budget_fen.gte": "100000", "where_budget_fen.lte": "200000"}, "budget_fen BETWEEN 10000000 AND 20000000"),
        (["as:designer"], {"where_inquiry_on.lte": "2026-11-01"}, "designer_id = :me AND inquiry_on <= '2026-11-01'"),
        (["as:account_manager"], {}, "1 = 1"),
    ],
)  # fmt: skip
def test_rows_at_every_door_are_those_that_sql_says(
    of: list[str], where: dict[str, Any], sql: str, sign_in: Any, api: Any
) -> None:
    admin, browser, client = sign_in("admin"), sign_in("account_assistant"), api("account_assistant")
    desk = Desk(db.session)
    row = desk.ids("lead")[0]
    person = desk.person("account_assistant")
    assert client.post(f"lead/{row}/assignments", to=person.staff_id, text="跟一下").status_code == 201
    if "where_source" in where:
        where = {**where, "where_source": [next(iter(narrowing.words_of(narrowing.conditions("lead")["source"])))]}
        sql = sql.replace("street", where["where_source"][0])
    answer = adjust(admin, "account_assistant", "lead", of=of, **where)
    assert answer.status_code == 302, answer.text
    named = {
        name: value
        for name, value in (("me", person.staff_id), ("department", person.department_id))
        if f":{name}" in sql
    }
    expected = set(db.session.execute(text(f"SELECT id FROM lead WHERE {sql}"), named).scalars())
    assert told_by(client, browser, "lead") == (expected if len(expected) <= 100 else told_by(client, browser, "lead"))
    assert client.get("lead/").json["count"] == len(expected)
    foreign = sorted(set(desk.ids("lead")) - expected)
    for each in foreign[:3]:
        assert client.get(f"lead/{each}").status_code == 404
        assert browser.get(f"/lead/{each}").status_code == 404
        assert client.put(f"lead/{each}", remarks="x", version=1).status_code == 404
        assert client.post(f"lead/{each}/follow_up", text="x").status_code == 404
        assert browser.get(f"/lead/{each}/part/history").status_code == 404
    children = client.get("follow_up/?q=(page_size:100)").json["result"]
    assert all(each["lead"] is None or each["lead"]["id"] in expected for each in children)
    assert adjust(admin, "account_assistant", "lead").status_code == 302  # as released again
    assert client.get("lead/").json["count"] == len(desk.ids("lead"))


def test_a_mask_holds_at_every_door(sign_in: Any, api: Any) -> None:
    admin, browser, client = sign_in("admin"), sign_in("account_manager"), api("account_manager")
    row = Desk(db.session).ids("lead")[0]
    phone = client.get(f"lead/{row}").json["result"]["phone"]
    assert PHONE.fullmatch(phone)
    assert browser.get(f"/find/?q={phone}").text.count(f"/lead/{row}") > 0
    assert adjust(admin, "account_manager", "lead", phone=MASKED).status_code == 302
    doors = [
        client.get("lead/?q=(page_size:100)").text, client.get(f"lead/{row}").text, client.get("lead/export").text,
        client.post("graphql", query="{ lead(first: 100) { rows { id phone } } }").text,
        browser.get("/lead/").text, browser.get(f"/lead/{row}").text, browser.get(f"/lead/{row}/edit").text,
        browser.get(f"/lead/{row}/part/history").text, browser.get("/lead/export?format=csv").text,
    ]  # fmt: skip
    for number, told in enumerate(doors):
        assert phone not in told, number
    assert f"/lead/{row}" not in browser.get(f"/find/?q={phone}").text  # nor is it found by
    assert client.get(f"lead/?q=(filters:!((col:phone,opr:eq,value:'{phone}')))").status_code == 400
    given = {
        "customer_name": "新客户",
        "phone": "13900000001",
        "estate_name": "x",
        "source": client.get("lead/").json["result"][0]["source"],
    }
    assert "13900000001" not in client.post("lead/", **given).text  # it is typed, and not shown again
    assert adjust(admin, "account_manager", "lead").status_code == 302
    assert client.get(f"lead/{row}").json["result"]["phone"] == phone


def test_what_is_hidden_is_nowhere_and_what_is_read_only_is_not_written(sign_in: Any, api: Any) -> None:
    admin, browser, client = sign_in("admin"), sign_in("account_manager"), api("account_manager")
    row = Desk(db.session).ids("lead")[0]
    before = client.get(f"lead/{row}").json
    assert adjust(admin, "account_manager", "lead", budget_fen=HIDDEN, remarks=READ, floor_area=READ).status_code == 302
    after = client.get(f"lead/{row}").json
    assert "budget_fen" not in after["result"]
    assert after["result"]["remarks"] == before["result"]["remarks"]
    label = str(all_registers()["lead"].fields()["budget_fen"].label)
    for path in ("/lead/", f"/lead/{row}", f"/lead/{row}/edit", "/lead/new", "/lead/export"):
        assert label not in browser.get(path).text, path
    assert "budget_fen" not in client.get("graphql").text.split("type lead ")[1].split("}")[0]
    assert client.put(f"lead/{row}", remarks="改了").status_code == 422
    assert client.put(f"lead/{row}", budget_fen=100).status_code == 422
    assert 'name="remarks"' not in browser.get(f"/lead/{row}/edit").text
    assert 'name="customer_name"' in browser.get(f"/lead/{row}/edit").text
    with here.as_house():
        assert Desk(db.session).one("lead", row).remarks == before["result"]["remarks"]


@pytest.mark.on("sqlite")
def test_of_several_roles_the_one_that_shows_and_writes_most_counts(app: Flask) -> None:
    two = frozenset({"account_manager", "salesperson"})
    change = in_force.Change("account_manager", "lead", ":column:remarks", "given", value=READ)
    with rights.supposing(in_force.compose([change])):
        now = rights.standing()
        assert not now.writes(frozenset({"account_manager"}), "lead", "remarks")
        assert now.writes(two, "lead", "remarks")
        assert now.writes(frozenset({"salesperson"}), "lead", "remarks")
    looks = in_force.Change("account_manager", "lead", ":column:remarks", "given", value=HIDDEN)
    with rights.supposing(in_force.compose([looks])):
        assert rights.standing().level(two, "lead", "remarks") == READ
        reads_only = frozenset({"account_manager", "auditor"})  # who reads, and writes no row, brings no writing
        assert rights.standing().level(reads_only, "lead", "remarks") == READ
        assert not rights.standing().writes(reads_only, "lead", "remarks")


@pytest.mark.on("sqlite")
def test_what_is_never_given(sign_in: Any) -> None:
    admin = sign_in("admin")
    assert "own_role" in rules_of(adjust(admin, "admin", "lead", phone=READ))
    assert adjust(admin, "admin", "lead", budget_fen=HIDDEN).status_code == 302  # taken from oneself it may be
    assert "own_role" in rules_of(adjust(admin, "admin", "lead"))  # and not given back
    assert "required" in rules_of(adjust(admin, "account_manager", "lead", source=READ))
    spots = changing.adjustable("owner")
    assert READ not in changing.levels_offered("service_clerk", "owner", spots["id_number"])  # the code shows nobody
    assert READ in changing.levels_offered("service_clerk", "owner", spots["phone"])
    assert {"number", "state", "id", "version", "customer_name"}.isdisjoint(
        changing.adjustable("lead").keys() - {"customer_name"}
    )
    assert adjust(sign_in("general_manager"), "cashier", "charge", remarks=HIDDEN).status_code == 403


@pytest.mark.on("sqlite")
def test_no_level_and_no_scope_goes_beyond_the_code(app: Flask) -> None:
    """For every role, register and column: nothing is offered that the code gives to nobody."""
    for table, register in all_registers().items():
        declared = gate.declared().get(table, {})
        wide = [name for name, scope in scopes.offered(table).items() if scope is gate.everything]
        assert not wide or gate.everything in declared.values(), table
        for name, spot in changing.adjustable(table).items():
            most = max(
                (rights.standing().level(frozenset({str(role)}), table, name) for role in Role), key=rights.how_much
            )
            for role in Role:
                for level in changing.levels_offered(str(role), table, spot):
                    plain = READ if level == WRITE else level
                    assert rights.how_much(plain) <= max(rights.how_much(most), 3 if not spot.kind.personal else 0), (
                        table,
                        name,
                    )
        assert register.model.__label__ not in changing.adjustable(table)


def test_a_mask_is_taken_away_with_a_reason_and_told(sign_in: Any, api: Any) -> None:
    admin, client = sign_in("admin"), api("store_manager")
    row = Desk(db.session).ids("lead")[0]
    assert "*" in client.get(f"lead/{row}").json["result"]["phone"]
    effect = admin.get("/roles/store_manager/lead/effect?verb=read&%3Acolumn%3Aphone=read").text
    assert "store_manager" in effect
    assert str(all_registers()["lead"].fields()["phone"].label) in effect
    assert adjust(admin, "store_manager", "lead", phone=READ, why=" ").status_code == 422
    assert adjust(admin, "store_manager", "lead", phone=READ, why="店长回访").status_code == 302
    assert PHONE.fullmatch(client.get(f"lead/{row}").json["result"]["phone"])
    [entry] = db.session.execute(select(JournalEntry).where(JournalEntry.verb == "change_rights")).scalars()
    assert entry.after["columns"] == {"phone": READ}
    assert entry.note["reason"] == "店长回访"
    page = admin.get("/roles/?role=store_manager&register=lead").text
    assert "已调整" in page
    assert "店长回访" in page
    assert "已调整" in admin.get("/roles/export?role=store_manager&register=lead").text


def test_the_effect_tells_people_columns_and_rows(sign_in: Any) -> None:
    admin = sign_in("admin")
    query = "verb=" + "&verb=".join(sorted(table_of_rights()["account_assistant"]["lead"]))
    page = admin.get(
        f"/roles/account_assistant/lead/effect?{query}&%3Awhere%3Astate=new&%3Acolumn%3Abudget_fen=hidden"
    ).text
    every = len(Desk(db.session).ids("lead"))
    new = len(Desk(db.session).ids("lead", state="new"))
    assert f"{every:,} → <strong>{new:,}</strong>" in page
    assert str(all_registers()["lead"].fields()["budget_fen"].label) in page
    assert admin.get("/roles/account_assistant/lead/effect?" + query).text.count("没有改动") == 1


def test_what_is_gone_lets_no_row_through(app: Flask) -> None:
    for value in ("of=own%3Anobody", "of=as%3Anobody", "colour=red"):
        change = in_force.Change("account_assistant", "lead", ":rows", "given", value=value)
        with rights.supposing(in_force.compose([change])), here.acting_as(Desk(db.session).person("account_assistant")):
            model = all_registers()["lead"].model
            assert list(db.session.execute(select(model.id)).scalars()) == [], value


@pytest.mark.parametrize(
    "rows", [Rows(), Rows(("own:claimant",)), Rows(("a", "b"), {"state": ["x", "y"], "of2": ["&="]})]
)
def test_rows_are_kept_as_they_were_chosen(rows: Rows) -> None:
    assert Rows.read(rows.kept()) == rows


def test_a_condition_reaches_what_a_rows_unit_belongs_to(sign_in: Any, api: Any) -> None:
    """A gate of one building: `unit.building`."""
    admin, browser, client = sign_in("admin"), sign_in("gate"), api("gate")
    busy = "SELECT unit.building_id FROM permit JOIN unit ON unit.id = permit.unit_id GROUP BY 1 ORDER BY count(*) DESC"
    building = db.session.execute(text(busy)).scalars().first()
    other = next(each for each in Desk(db.session).ids("building") if each != building)
    moved = "UPDATE unit SET building_id = :other, room = '9901' WHERE id = (SELECT min(unit_id) FROM permit WHERE state = 'valid')"
    db.session.execute(text(moved), {"other": other})
    db.session.commit()
    asked = "SELECT permit.id FROM permit JOIN unit ON unit.id = permit.unit_id WHERE unit.building_id = :building"
    expected = {key: set(db.session.execute(text(asked), {"building": key}).scalars()) for key in (building, other)}
    usual = told_by(client, browser, "permit")
    expected = {key: ids & usual for key, ids in expected.items()}
    assert expected[building]
    assert expected[building] < usual
    name = str(db.session.execute(text("SELECT code FROM building WHERE id = :id"), {"id": building}).scalar())
    offered = admin.get(f"/roles/rows/permit/unit.building?q={name}").json
    assert {"id": str(building), "label": name} in offered
    answer = adjust(admin, "gate", "permit", **{"where_unit.building": [str(building)]})
    assert answer.status_code == 302
    assert told_by(client, browser, "permit") == expected[building]
    assert name in admin.get("/roles/?role=gate&register=permit").text
    assert adjust(admin, "gate", "permit", **{"where_unit.building": [str(building), str(other)]}).status_code == 302
    assert told_by(client, browser, "permit") == expected[building] | expected[other]
    entry = db.session.execute(
        select(JournalEntry).where(JournalEntry.verb == "change_rights").order_by(JournalEntry.id.desc()).limit(1)
    ).scalar_one()
    assert name in admin.get(f"/journal/?verb={entry.verb}").text
    assert adjust(admin, "gate", "permit").status_code == 302


def test_what_can_not_be_read_is_told_beside_it_and_stands_there_again(sign_in: Any) -> None:
    admin = sign_in("admin")

    def effect(of: str, given: dict[str, Any]) -> Any:
        return admin.get(f"/roles/{of}/effect?{urlencode(given, doseq=True)}")

    typed = {":where:budget_fen.gte": "很多", ":where:budget_fen.lte": "200000", ":where:state": ["new"]}
    given = {"verb": ["read"], ":column:phone": "masked", **typed}
    page = effect("account_manager/lead", given)
    told = rules_of(page)
    assert 'aria-invalid="true"' in told
    assert 'value="很多"' in told
    assert 'value="200000"' in told
    assert re.search(r'name=":where:state" value="new" checked', told)
    assert re.search(r'<option value="masked" selected', told)
    rules_of(admin.post("/roles/account_manager/lead", {**given, "why": "x", "seen": "0"}))
    for key, nonsense in (("inquiry_on.gte", "本月"), ("inquiry_on.gte", "2026-13-01"), ("budget_fen.lte", "1;drop")):
        rules_of(effect("account_manager/lead", {"verb": ["read"], f":where:{key}": nonsense}))
    rules_of(effect("gate/permit", {"verb": ["read"], ":where:unit.estate": "1 OR 1=1"}))
    fine = effect("account_manager/lead", {**given, ":where:budget_fen.gte": "100000"})
    assert fine.status_code == 200
    back = re.search(r'href="(/roles/account_manager/lead\?[^"]*again=1)"', fine.text)
    assert back is not None
    form = admin.get(back[1].replace("&amp;", "&")).text
    assert 'value="100000"' in form
    assert re.search(r'<option value="masked" selected', form)


@pytest.mark.on("sqlite")
def test_conditions_name_no_people_and_lead_nowhere_else(app: Flask, sign_in: Any) -> None:
    assert not any(
        getattr(spot.kind, "table", "") in ("staff", "owner", "lead")
        for table in all_registers()
        for spot in narrowing.conditions(table).values()
    )
    admin, clerk = sign_in("admin"), sign_in("account_manager")
    for path in (
        "/roles/rows/permit/unit.owner",
        "/roles/rows/lead/phone",
        "/roles/rows/nothing/state",
        "/roles/rows/lead/state",
    ):
        assert admin.get(path).status_code == 404
    assert clerk.get("/roles/rows/permit/unit.estate").status_code in (403, 404)


@pytest.mark.parametrize(
    "kept", ["nothing=1", "unit.owner=1", "valid_until.gte=soon", "unit.estate=x", "valid_until=2026-01-01"]
)
@pytest.mark.on("sqlite")
def test_a_condition_that_is_not_known_any_more_lets_no_row_through(app: Flask, kept: str) -> None:
    desk = Desk(db.session)
    wanted = Rows.read(kept)
    model: Any = all_registers()["permit"].model
    with here.as_house():
        scope = scopes.chosen("permit", gate.everything, wanted.names, wanted.condition)
        query = select(model.id).where(scope(model, desk.person("gate")))
        assert list(db.session.execute(query)) == []
