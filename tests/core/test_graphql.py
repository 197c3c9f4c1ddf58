"""GraphQL: the same rows, columns, rules and refusals as REST, for every role; read at once, and bounded."""

# ruff: noqa: UP031 (a query is full of braces)

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from graphql import GraphQLObjectType, build_schema, get_introspection_query, get_named_type

from app.core import here
from app.core.declaration import all_registers
from app.core.journal import JournalEntry
from app.core.record import fields, table_named
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_lists import counted
from tests.security.test_rights import change

ADDRESS = "/api/v1/graphql"


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture
def ask(api: Any) -> Callable[..., Any]:
    """`ask("designer", "{lead{rows{id}}}")`: the data of the answer, which has no errors."""
    clients: dict[str, Any] = {}

    def _ask(username: str, query: str, status: int = 200, **variables: Any) -> Any:
        clients[username] = clients.get(username) or api(username)
        answer = clients[username].post("graphql", query=query, variables=variables)
        assert answer.status_code == status, answer.text[:800]
        if status != 200:
            return answer.json
        return answer.json["data"] if "errors" not in answer.json else answer.json

    return _ask


def everything_of(schema: Any, table: str) -> str:
    """A query for all that a list of the table shows."""
    chosen = []
    for name, spot in schema.type_map[table].fields.items():
        leads_to = get_named_type(spot.type)
        if name == "label" or "__" in name or (spot.args and isinstance(leads_to, GraphQLObjectType)):
            continue
        chosen.append(f"{name}{{id label}}" if isinstance(leads_to, GraphQLObjectType) else name)
    return f'{{{table}(first: 100, sort: "id") {{ rows {{ {" ".join(chosen)} }} count next }}}}'


# --- the same as REST ---------------------------------------------------------------------


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("username", ["designer", "front_desk", "gate", "auditor"])
def test_every_register_shows_what_rest_shows(username: str, api: Any, ask: Any) -> None:
    client = api(username)
    schema = build_schema(client.get("graphql").text)
    readable = {table for table in all_registers() if client.get(f"{table}/?size=1").status_code == 200}
    assert readable == {name for name in schema.query_type.fields if "__" not in name}
    for table in readable:
        told = ask(username, everything_of(schema, table))[table]
        rest = client.get(f"{table}/?q=(order_column:id,order_direction:asc,page_size:100)").json
        assert told["count"] == rest["count"]
        assert told["next"] == rest["next"]
        for mine, theirs in zip(told["rows"], rest["result"], strict=True):
            shown = {name: value for name, value in mine.items() if name in theirs}
            assert shown == {name: theirs[name] for name in shown}, table
            assert set(theirs) - set(mine) - {"label"} <= _unreadable(username, table)


def _unreadable(username: str, table: str) -> set[str]:
    """Relations to what the person may not read: REST has null for them, here they are not there."""
    from app.core.rights import may

    person = Desk(db.session).person(username)
    known = fields(table_named(table))
    return {name for name, spot in known.items() if spot.is_relation and not may(person, "read", spot.kind.table)}


@pytest.mark.on("sqlite")
def test_one_record_is_opened_and_the_journal_knows(ask: Any, session: Any) -> None:
    def opened() -> int:
        return session.query(JournalEntry).filter_by(verb="view", table_name="lead").count()

    row_id = Desk(session).ids("lead")[0]
    before = opened()
    row = ask("account_manager", "query ($id: Int!) {lead__one(id: $id) {phone}}", id=row_id)["lead__one"]
    assert "*" not in row["phone"]
    assert opened() == before + 1
    ask("account_manager", "{lead {rows {id phone}}}")
    assert opened() == before + 1, "a list is not told, as everywhere"
    masked = ask("auditor", "query ($id: Int!) {lead__one(id: $id) {phone}}", id=row_id)["lead__one"]
    assert "*" in masked["phone"]
    assert opened() == before + 1
    assert ask("account_manager", "{lead__one(id: 999999) {id}}") == {"lead__one": None}


def test_scope_holds_at_every_depth(ask: Any, session: Any) -> None:
    """Whatever way a designer goes, only leads of theirs are met."""
    desk = Desk(session)
    mine = set(desk.ids("lead", designer_id=desk.staff_id("designer")))
    assert mine and mine < set(desk.ids("lead"))
    data = ask(
        "designer",
        "{lead {rows {id follow_up__lead(first: 5) {rows {lead {id number follow_up__lead(first: 5) {rows {lead {id}}}}}}}}"
        " follow_up {rows {id lead {id customer_name}}} dispatch {rows {lead {id number}}}}",
    )
    assert _ids_of("lead", data) <= mine
    assert _ids_of("lead", data)
    other = (set(desk.ids("lead")) - mine).pop()
    assert ask("designer", "query ($id: Int!) {lead__one(id: $id) {id}}", id=other)["lead__one"] is None
    refused = ask("designer", "query ($id: Int!) {lead__one(id: $id) {no_such}}", status=400, id=other)
    assert "no_such" in refused["message"]


def _ids_of(name: str, told: Any) -> set[int]:
    found: set[int] = set()
    for key, value in told.items() if isinstance(told, dict) else ():
        if key == name and isinstance(value, dict) and "id" in value:
            found.add(value["id"])
        found |= _ids_of(name, value)
    for each in told if isinstance(told, list) else ():
        found |= _ids_of(name, each)
    return found


@pytest.mark.on("sqlite")
def test_filters_are_the_words_of_the_list(api: Any, ask: Any) -> None:
    client = api("account_manager")
    for where, address in (
        ('where: {state: {eq: "new"}}', "state=new"),
        ('where: {state: {in: ["new", "dispatched"]}, budget_fen: {bt: "1000..900000"}}', "state=new,dispatched&budget_fen.bt=1000..900000"),
        ('where: {inquiry_on: {eq: "this_year"}, designer: {null: true}}', "inquiry_on=this_year&designer.null=1"),
        ('or: ["(state.eq:new|budget_fen.gte:3000)"], sort: "-budget_fen,id"', "or=(state.eq:new|budget_fen.gte:3000)&sort=-budget_fen,id"),
        ('is: ["mine"]', "is=mine"),
        ('q: "KH-2026"', "q=KH-2026"),
    ):  # fmt: skip
        told = ask("account_manager", f"{{lead({where}, first: 50) {{rows {{id}} count}}}}")["lead"]
        rest = client.get(f"lead/?{address}" if "q=" not in address else "lead/?search=x")
        if "q=" not in address:
            assert [row["id"] for row in told["rows"]] == rest.json["ids"], address
        assert told["count"] == len(told["rows"])
    first = ask("account_manager", '{lead(first: 5, sort: "number") {rows {id} next}}')["lead"]
    second = ask("account_manager", '{lead(first: 5, sort: "number", after: "%s") {rows {id} previous}}' % first["next"])["lead"]  # fmt: skip
    assert not {row["id"] for row in first["rows"]} & {row["id"] for row in second["rows"]}
    for wrong in ('sort: "phone_x"', 'is: ["nonsense"]', 'or: ["(x"]', 'where: {budget_fen: {gte: "abc"}}'):
        told = ask("account_manager", f"{{lead({wrong}) {{rows {{id}}}}}}")
        assert told["errors"][0]["extensions"]["status"] == 400, wrong
    assert "where" not in ask("auditor", '{lead(where: {phone: {ct: "138"}}) {rows {id}}}', status=400).get("data", {})


# --- at once ------------------------------------------------------------------------------


def test_a_list_with_two_relations_is_three_statements_whatever_its_length(ask: Any) -> None:
    query = "{lead(first: %d) {rows {number designer {name phone} created_by {name department {label}} unit: label}}}"
    ask("account_manager", query % 1)
    few = counted(lambda: ask("account_manager", query % 2))
    many = counted(lambda: ask("account_manager", query % 40))
    assert few == many <= 1 + 3 + 1, "who it is, the list and two relations; PostgreSQL is told the limit of time"
    under = "{lead(first: %d) {rows {id dispatch__lead(first: 2) {rows {id created_by {name}} next}}}}"
    ask("account_manager", under % 2)
    assert counted(lambda: ask("account_manager", under % 20)) == counted(lambda: ask("account_manager", under % 40))


def test_the_first_rows_under_each_are_those_of_their_own_lists(ask: Any, session: Any) -> None:
    under = 'claim__lead(first: 1, sort: "-id", where: {staff: {null: false}}) {rows {id staff {label}} next}'
    told = ask("account_manager", "{lead(first: 100) {rows {id %s}}}" % under)["lead"]["rows"]
    assert sum(bool(row["claim__lead"]["rows"]) for row in told) > 3
    assert any(row["claim__lead"]["next"] for row in told)
    for row in told[:30:3]:
        own = ask("account_manager", "{lead__one(id: %d) {%s}}" % (row["id"], under))
        assert own["lead__one"]["claim__lead"] == row["claim__lead"]


# --- what is done -------------------------------------------------------------------------


@pytest.mark.on("sqlite")
def test_verbs_and_saves_go_the_way_of_rest_with_the_same_refusals(ask: Any, api: Any, session: Any) -> None:
    desk = Desk(session)
    lead, wrong = desk.ids("lead", state="new")[0], desk.staff_id("cashier")
    rest = api("account_manager").post(f"lead/{lead}/dispatch", designer=wrong)
    do = "mutation ($to: Int!) {lead__dispatch(id: %d, designer: $to) {id state version row {designer {id}}}}" % lead
    refused = ask("account_manager", do, to=wrong)["errors"][0]
    assert rest.status_code == refused["extensions"]["status"] == 422
    assert refused["extensions"]["blockers"] == rest.json["blockers"]
    assert {"rule", "clause", "message", "fix"} <= set(refused["extensions"]["blockers"][0])
    would = "query ($to: Int!) {lead__dispatch(id: %d, designer: $to) {allowed blockers {rule clause fix}}}" % lead
    assert ask("account_manager", would, to=wrong)["lead__dispatch"]["allowed"] is False
    choices = ask("account_manager", "{lead__dispatch(id: %d) {choices}}" % lead)["lead__dispatch"]["choices"]
    able = next(each["id"] for each in choices["designer"] if each["eligible"])
    done = ask("account_manager", do, to=able)["lead__dispatch"]
    assert done["row"]["designer"]["id"] == able
    assert ask("account_manager", do, to=able)["errors"][0]["extensions"]["blockers"]
    named = ask("designer", do, status=400, to=able)
    assert "lead__dispatch" in named["message"], "whose verb it is not finds no such verb"


@pytest.mark.on("sqlite")
def test_a_row_is_entered_changed_and_refused_as_in_rest(ask: Any, api: Any) -> None:
    new = "mutation ($v: estate__new!) {estate__add(values: $v) {id row {version name}}}"
    entered = ask("admin", new, v={"code": "YQ", "name": "云栖里", "address": "文一西路 8 号"})["estate__add"]
    assert entered["row"]["name"] == "云栖里"
    empty = ask("admin", new, v={})["errors"][0]["extensions"]
    assert empty == {"status": 422, "errors": api("admin").post("estate/").json["errors"]}
    edit = (
        "mutation ($n: String, $at: Int) {estate__edit(id: %d, version: $at, values: {name: $n}) {row {name version}}}"
    )
    edit %= entered["id"]
    row = ask("admin", edit, n="云栖苑", at=entered["row"]["version"])["estate__edit"]["row"]
    assert row == {"name": "云栖苑", "version": entered["row"]["version"] + 1}
    stale = ask("admin", edit, n="云栖府", at=entered["row"]["version"])["errors"][0]["extensions"]
    assert (stale["status"], stale["version"]) == (409, row["version"])
    two = "mutation {a: estate__edit(id: 1, values: {}) {id} b: estate__edit(id: 2, values: {}) {id}}"
    assert "一次" in ask("admin", two, status=400)["message"]


@pytest.mark.on("sqlite")
def test_one_value_is_revealed_for_a_reason(ask: Any, session: Any) -> None:
    owner = Desk(session).ids("owner")[0]
    show = 'mutation ($why: String!) {owner__reveal(id: %d, column: "phone", reason: $why) {value}}' % owner
    assert ask("admin", show, why="x")["errors"][0]["extensions"]["errors"]["reason"]
    assert ask("admin", show, why="核对业主电话")["owner__reveal"]["value"].isdigit()


@pytest.mark.on("sqlite")
def test_the_same_key_is_answered_once(api: Any, session: Any) -> None:
    client, text = (
        api("admin"),
        'mutation {estate__add(values: {code: "YC", name: "一次园", address: "一路 1 号"}) {id}}',
    )
    sent = {"data": json.dumps({"query": text}), "content_type": "application/json"}
    told = [client.client.post(ADDRESS, headers={**client.headers, "Idempotency-Key": "k1"}, **sent).json for _ in "ab"]
    assert told[0] == told[1]
    assert told[0]["data"]["estate__add"]["id"]


# --- whose schema it is -------------------------------------------------------------------


@pytest.mark.on("sqlite")
def test_nobody_reads_the_schema_before_signing_in_and_a_page_needs_its_token(app: Flask, sign_in: Any) -> None:
    stranger = app.test_client()
    assert stranger.get(ADDRESS).status_code == 401
    for query in ("{__schema {types {name}}}", "{lead {rows {id}}}", "{"):
        assert stranger.post(ADDRESS, json={"query": query}).status_code in (400, 401)
        assert "lead__" not in stranger.post(ADDRESS, json={"query": query}).text
    browser = sign_in("account_manager")
    query = {"query": "{lead {rows {id}}}"}
    assert browser.client.post(ADDRESS, json=query).status_code == 400
    browser.get("/account/")
    answer = browser.client.post(ADDRESS, json=query, headers={"X-CSRFToken": browser._token})
    assert answer.json["data"]["lead"]["rows"]


@pytest.mark.on("sqlite")
def test_the_schema_follows_the_rights_at_the_next_request(ask: Any, api: Any, sign_in: Any) -> None:
    admin, clerk = sign_in("admin"), api("cashier")
    assert "charge__page" in clerk.get("graphql").text
    assert change(admin, "cashier", "charge").status_code == 302
    told = clerk.get("graphql").text
    assert "charge__page" not in told and "charge__take_payment" not in told
    ask("cashier", "{charge {rows {id}}}", status=400)


@pytest.mark.on("sqlite")
def test_a_field_without_code_is_there_at_once(ask: Any, sign_in: Any, session: Any) -> None:
    from app.core.added import loading

    try:
        given = {
            "table": "follow_up",
            "name": "mood",
            "kind": "text",
            "zh": "心情",
            "en": "Mood",
            "listed": "1",
            "level": "",
        }
        assert sign_in("admin").post("/added_field/new?table=follow_up", given).status_code == 302
        told = ask(
            "account_manager", '{follow_up(where: {mood: {null: true}}, sort: "mood,-id", first: 3) {rows {id mood}}}'
        )
        assert all(row["mood"] is None for row in told["follow_up"]["rows"])
        under = ask("account_manager", '{lead {rows {follow_up__lead(sort: "-mood") {rows {mood} next}}}}')
        assert under["lead"]["rows"]
    finally:
        loading.put_in_force([])


# --- bounds -------------------------------------------------------------------------------

DEEP = "{lead {rows " + "{designer {department " * 12 + "{id}" + "}}" * 12 + "}}"
HOSTILE = {
    "deep": DEEP,
    "braces": "{" * 3000,
    "aliases": "{" + " ".join(f"a{n}: lead {{rows {{id}}}}" for n in range(1000)) + "}",
    "few aliases": "{" + " ".join(f"a{n}: lead {{rows {{id}}}}" for n in range(60)) + "}",
    "aliased fields": "{lead {rows {" + " ".join(f"a{n}: id" for n in range(600)) + "}}}",
    "cycle": "{lead {rows {...a}}} fragment a on lead {id ...b} fragment b on lead {...a}",
    "own cycle": "{...a} fragment a on Query {...a}",
    "bomb": "{lead {rows {...f0}}} " + " ".join(
        f"fragment f{n} on lead {{...f{n + 1} ...f{n + 1}}}" for n in range(40)) + " fragment f40 on lead {id}",
    "many fragments": "{lead {rows {id}}} " + " ".join(f"fragment f{n} on lead {{id}}" for n in range(300)),
    "wide": "{lead(first: 100) {rows {follow_up__lead(first: 100) {rows {id lead {number state phone}}}}}}",
    "circles of the schema": "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}",
    "much of the schema": "{__schema {" + " ".join(f"a{n}: types {{fields {{args {{name type {{name}}}}}}}}" for n in range(40)) + "}}",
    "long": "{lead {rows {id}}}" + " " * 30_000,
    "comments": "#\n" * 5000 + "{lead {rows {id}}}",
    "empty": "", "nonsense": "\0\ud800{", "two": "query a {lead {rows {id}}} query b {lead {rows {id}}}",
    "subscription": "subscription {lead {rows {id}}}",
    "variables": "query ($a: Int!) {lead(first: $a) {rows {id}}}",
}  # fmt: skip


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_costs_too_much_is_refused_before_it_is_run(kind: str, ask: Any) -> None:
    ask("account_manager", "{lead {rows {id}}}")
    begun = time.monotonic()
    refused = ask("account_manager", HOSTILE[kind], status=400)
    assert time.monotonic() - begun < 1.5
    assert refused["message"] and refused["errors"]


@pytest.mark.on("sqlite")
def test_hostile_values_are_refused_and_tools_are_served(ask: Any, api: Any) -> None:
    client = api("account_manager")
    query = "query ($w: lead__where, $f: Int) {lead(where: $w, first: $f) {rows {id}}}"
    values: list[Any] = [None, True, -1, 2**70, "x" * 9000, "\ud800", "\0", [], {}, [[1]], {"eq": {"a": 1}}, {"eq": ["x"] * 900},
                         {"eq": "\ud800"}, {"in": ["\0"]}, {"ct": "%"}, {"null": "x"}]  # fmt: skip
    for value in values:
        for given in ({"w": {"customer_name": value}}, {"w": {"budget_fen": value}}, {"f": value}, {"w": value}):
            answer = client.post("graphql", query=query, variables=given)
            assert answer.status_code in (200, 400), (given, answer.text[:300])
    assert client.post("graphql", query="{lead {rows {id}}}", variables={"x": "y" * 600_000}).status_code == 413
    for body in ([], {"query": 3}, {"query": "{lead{rows{id}}}", "variables": []}):
        told = client.client.post(ADDRESS, json=body, headers=client.headers)
        assert told.status_code in (200, 400)
    whole = ask("account_manager", get_introspection_query())["__schema"]
    assert {"lead", "lead__page", "lead__where"} <= {each["name"] for each in whole["types"]}


def test_reading_stops_in_time(ask: Any, monkeypatch: Any) -> None:
    from app.core.graphql import reading

    monkeypatch.setattr(reading, "SECONDS", 0.0)
    told = ask("account_manager", "{lead {rows {id}}}")
    assert told["errors"][0]["extensions"]["status"] == 503
    assert here.me().user_id is None
