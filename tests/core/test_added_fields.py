"""Fields without code: added in the browser, at once everywhere, to every role what it may."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import create_engine, text

from app.core import files, forgetting, here, search
from app.core.added import indexes, loading
from app.core.journal import JournalEntry
from app.core.listing import Listing
from app.core.openapi import document
from app.demo.desk import Desk
from app.extensions import db
from app.leads.rules import CLOSED
from app.leads.views import LeadRegister
from tests.conftest import PASSWORD
from tests.core.test_forms import form_in
from tests.core.test_lists import counted

LEAD = {"address": "13栋2503", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "walk_in"}
ROOT = Path(__file__).parents[2]
#: name -> (kind, Chinese, English, what else the form holds)
FIELDS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "pet": ("text", "宠物", "Pet", {}),
    "rooms": ("number", "间数", "Rooms", {"places": "1"}),
    "deposit": ("money", "意向金", "Deposit", {}),
    "visit_on": ("date", "到店日期", "Visit on", {"indexed": "1"}),
    "style": ("choice", "风格", "Style", {"choices": "现代 | Modern\n中式 | Chinese"}),
    "tags": (
        "several",
        "标签",
        "Tags",
        {"choices": "vip: 重点 | Key\nold: 老客户 | Old friend\nfar: 外地 | From afar"},
    ),
    "has_lift": ("yes_no", "有电梯", "Has a lift", {}),
    "guide": ("person", "接待人", "Guide", {}),
}


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    loading.put_in_force([])


@pytest.fixture
def add(sign_in: Any) -> Callable[..., Any]:
    """`add("lead", "pet", "text", "宠物", "Pet", required="1")`, by the admin in the browser."""
    admin = sign_in("admin")

    def _add(table: str, name: str, kind: str, zh: str, en: str, status: int = 302, **also: str) -> Any:
        given = {"table": table, "name": name, "kind": kind, "zh": zh, "en": en, "listed": "1", "level": "", **also}
        answer = admin.post(f"/added_field/new?table={table}", given)
        assert answer.status_code == status, answer.text[-1500:]
        return answer

    return _add


@pytest.fixture
def added(add: Any) -> None:
    for name, (kind, zh, en, also) in FIELDS.items():
        add("lead", name, kind, zh, en, **also)


def lead(number: int = 0, **values: Any) -> dict[str, Any]:
    return {**LEAD, "customer_name": f"客户{number}", "phone": f"138001380{number:02d}", **values}


def test_a_field_of_each_kind_is_at_once_in_every_page_and_in_the_api(
    added: None, sign_in: Any, api: Any, session: Any, backend: str
) -> None:
    manager, client = sign_in("account_manager"), api("account_manager")
    guide = Desk(session).staff_id("front_desk")
    form = manager.get("/lead/new").text
    for zh in (zh for _, zh, _, _ in FIELDS.values()):
        assert zh in form
    given = {"pet": "一只猫", "rooms": "3.5", "deposit": "1,200.50", "visit_on": "2026年11月2日", "style": "modern",
             "has_lift": "1", "guide": str(guide), "tags": ["", "vip", "old"]}  # fmt: skip
    saved = manager.post("/lead/new", {**{k: str(v) for k, v in lead(1).items()}, **given})
    assert saved.status_code == 302, saved.text
    row_id = int(saved.location.rstrip("/").rpartition("/")[2])
    told = client.get(f"lead/{row_id}").json["result"]
    assert {name: told[name] for name in FIELDS} == {
        "pet": "一只猫", "rooms": 3.5, "deposit": 120050, "visit_on": "2026-11-02", "style": "modern",
        "tags": ["old", "vip"], "has_lift": True, "guide": {"id": guide, "label": told["guide"]["label"]},
    }  # fmt: skip
    for page in (manager.get("/lead/").text, manager.get(f"/lead/{row_id}").text):
        for word in ("宠物", "一只猫", "3.5", "1,200.50", "现代", "接待人"):
            assert word in page, word
    manager.post("/language/en")
    assert "Modern" in manager.get("/lead/").text
    properties = document()["components"]["schemas"]
    assert set(FIELDS) <= set(properties["lead"]["properties"])
    assert properties["lead.new"]["properties"]["style"]["enum"] == ["modern", "chinese", None]
    assert properties["lead"]["properties"]["tags"]["items"]["enum"] == ["vip", "old", "far"]


CONDITIONS = {
    "pet=猫1": [1], "pet.ct=猫": [0, 1, 2, 3], "rooms.gte=2.5": [3], "rooms=2": [2], "deposit.lt=200": [0, 1],
    "visit_on.gte=2026-11-03&visit_on.lte=2026-11-04": [2, 3], "style=chinese": [1, 3], "style.in=modern,chinese": [0, 1, 2, 3],
    "tags=vip": [0, 1], "tags=vip,far": [0, 1, 2], "tags.in=老客户": [0], "tags.all=vip,old": [0], "tags.all=vip,far": [], "tags=-": [3, 4],
    "has_lift=1": [0, 2], "has_lift=0": [1, 3], "has_lift=-": [4], "has_lift.null=0": [0, 1, 2, 3], "deposit.null=1": [4], "visit_on.null=0": [0, 1, 2, 3],
}  # fmt: skip


@pytest.fixture
def leads(added: None, session: Any) -> list[int]:
    """Four leads with values, one without."""
    desk, ids = Desk(session), []
    for n in range(4):
        ids.append(desk.enter("lead", "front_desk", **lead(
            n, pet=f"猫{n}", rooms=[1, 1.5, 2, 10][n], deposit=n * 10000, visit_on=f"2026-11-{n + 1:02d}",
            style=["modern", "chinese"][n % 2], tags=[["old", "vip"], "重点", ["far"], []][n], has_lift=n % 2 == 0, guide={"id": desk.staff_id("front_desk")},
        )))  # fmt: skip
    ids.append(desk.enter("lead", "front_desk", **lead(4)))
    return ids


def found(answer: Any, ids: list[int]) -> list[int]:
    return [ids.index(each["id"]) for each in answer.json["result"]]


def test_added_fields_filter_sort_search_and_page(leads: list[int], api: Any, sign_in: Any) -> None:
    client = api("account_manager")
    for query, wanted in CONDITIONS.items():
        assert sorted(found(client.get(f"lead/?{query}"), leads)) == wanted, query
    for name in ("pet", "rooms", "deposit", "visit_on"):
        assert found(client.get(f"lead/?sort={name}"), leads) == [4, 0, 1, 2, 3], name
        assert found(client.get(f"lead/?sort=-{name}"), leads) == [3, 2, 1, 0, 4], name
        forth, after = [], ""
        while after is not None:
            page = client.get(f"lead/?sort=-{name}&size=2&after={after}")
            forth += found(page, leads)
            after = page.json["next"]
        assert forth == [3, 2, 1, 0, 4], name
    assert found(client.get("lead/?q=(filters:!((col:rooms,opr:gt,value:1.5)),order_column:rooms)"), leads) == [2, 3]
    page = sign_in("account_manager").get("/lead/?q=猫2").text
    assert "客户2" in page
    assert "客户1" not in page


def test_added_texts_are_found_by_pinyin_and_tell_nothing_to_who_sees_them_in_part(add: Any, session: Any) -> None:
    add("lead", "agent", "text", "介绍人", "Agent", level="write")
    add("lead", "kin", "text", "家属", "Kin", personal="1", level="masked", level_account_manager="write")
    desk, ids = Desk(session), []
    ids.append(desk.enter("lead", "account_manager", **lead(0, agent="王思远", kin="张伟")))
    ids.append(desk.enter("lead", "account_manager", **lead(1, agent="单雪莹", kin="Tom")))

    def told(username: str, typed: str) -> list[int]:
        with here.acting_as(desk.person(username)):
            listing = Listing(LeadRegister)
            return sorted(ids.index(row.id) for row in listing.page(session, listing.asked({"q": typed})).rows)

    for typed, wanted in {"思远": [0], "wsy": [0], "siyuan": [0], "shanxue": [1], "zhangwei": [0], "tom": [1], "zw wsy": [0],
                          "zw shan": []}.items():  # fmt: skip
        assert told("account_manager", typed) == wanted, typed
    assert told("front_desk", "wsy") == [0]
    for typed in ("zhangwei", "zw", "张伟", "tom"):
        assert told("front_desk", typed) == [], typed
    assert search.missing_index_rows(session) == {}


def test_a_field_may_be_called_like_a_method_of_a_dictionary(add: Any, sign_in: Any, session: Any) -> None:
    add("lead", "keys", "several", "钥匙", "Keys", choices="door: 大门 | Door\nmail: 信箱 | Mailbox")
    add("lead", "items", "text", "物品", "Items", required="1")
    clerk = sign_in("front_desk")
    page = clerk.get("/lead/new")
    assert page.status_code == 200
    assert "built-in" not in page.text
    again = clerk.post("/lead/new", {**lead(), "items": "", "keys": ["", "mail"]})
    assert again.status_code == 422
    assert "built-in" not in again.text
    assert '<option value="mail" selected>' in again.text
    assert clerk.post("/lead/new", {**lead(), "items": "伞", "keys": ["", "mail"]}).status_code == 302
    assert "built-in" not in clerk.get("/lead/?items.ct=伞&keys=mail&group=keys").text


def test_several_of_a_list_are_typed_shown_counted_changed_and_told_in_words(
    leads: list[int], api: Any, sign_in: Any, session: Any
) -> None:
    manager, client, first = sign_in("account_manager"), api("account_manager"), leads[0]
    assert '<ul class="tags"><li>重点</li><li>老客户</li></ul>' in manager.get("/lead/").text
    form = form_in(page := manager.get(f"/lead/{first}/edit"))
    assert page.text.count("data-several") == 1
    assert manager.post(f"/lead/{first}/edit", {**form, "tags": ["", "far", "vip"]}).status_code == 302
    assert client.get(f"lead/{first}").json["result"]["tags"] == ["far", "vip"]
    assert "<del>重点、老客户</del>" in (story := manager.get(f"/lead/{first}/part/story").text)
    assert "<ins>重点、外地</ins>" in story
    assert manager.get("/lead/facets").json["tags"]["counts"] == {"far": 2, "vip": 2, "-": 2}
    chips = manager.get("/lead/?tags=vip&tags.all=vip,far").text
    assert "标签：重点" in chips
    assert "标签 全部含有 外地、重点" in chips
    asked = {"ids": leads[:2], "field": "tags", "tags": ["", "old"]}
    looked = manager.post("/lead/change", asked)
    assert 'name="tags" value="old"' in looked.text
    assert (
        manager.post(
            "/lead/change",
            {**form_in(looked), "rows": re.findall(r'name="rows" value="([^"]+)"', looked.text), "do": "change"},
        ).status_code
        == 302
    )
    assert [client.get(f"lead/{each}").json["result"]["tags"] for each in leads[:3]] == [["old"], ["old"], ["far"]]
    emptied = manager.post(f"/lead/{first}/edit", {**form_in(manager.get(f"/lead/{first}/edit")), "tags": [""]})
    assert emptied.status_code == 302
    assert client.get(f"lead/{first}").json["result"]["tags"] is None
    version = client.get(f"lead/{first}").json["result"]["version"]
    assert client.put(f"lead/{first}", tags=["vip", "nothing"], version=version).json["errors"]["tags"]
    assert client.put(f"lead/{first}", tags=["vip", "From afar"], version=version).status_code == 200
    asked = client.post("graphql", query='{lead(where: {tags: {all: ["far", "vip"]}}) {rows {id tags}}}').json
    assert asked["data"]["lead"]["rows"] == [{"id": first, "tags": ["far", "vip"]}]
    assert client.get("lead/?sort=tags").status_code in (200, 400)
    assert client.get(f"lead/{first}").json["result"]["tags"] == ["far", "vip"]


def test_a_list_with_added_columns_costs_no_more(leads: list[int], sign_in: Any) -> None:
    browser = sign_in("account_manager")
    browser.get("/lead/")
    assert counted(lambda: browser.get("/lead/?sort=-visit_on&guide=1")) <= 6


def test_added_fields_go_out_and_come_in(leads: list[int], api: Any, command: Any, tmp_path: Path) -> None:
    out = api("account_manager").get(
        "lead/export?columns=customer_name,pet,rooms,deposit,visit_on,style,has_lift,guide,tags"
    )
    head, first, *_ = out.text.lstrip("\ufeff").splitlines()
    assert head.endswith("宠物,间数,意向金,到店日期,风格,有电梯,接待人,标签")
    assert first == "客户4,,,,,,,,"
    assert "重点、老客户" in out.text
    assert "客户3,猫3,10,300.00,2026-11-04,中式,否" in out.text
    file = tmp_path / "leads.csv"
    head = api("account_manager").get("lead/_info").json["add_columns"]
    labels = {each["name"]: each["label"] for each in head}
    names = f"{labels['customer_name']},{labels['phone']},{labels['source']},宠物,Rooms,意向金,到店日期,风格,Tags"
    file.write_text(f"{names}\n新客户,13911112222,上门,狗,2,88,2026.11.9,中式,外地、重点\n")
    answer = command("import", "lead", str(file), "--as", "account_manager", "--json")
    assert answer.exit_code == 0, answer.output
    [row] = api("account_manager").get("lead/?pet=狗").json["result"]
    assert (row["rooms"], row["deposit"], row["visit_on"], row["style"]) == (2.0, 8800, "2026-11-09", "chinese")
    assert row["tags"] == ["far", "vip"]
    file.write_text(f"{names}\n新客户,13911113333,上门,狗,很多,88,昨天,唐式,重点;熟人\n")
    told = command("import", "lead", str(file), "--as", "account_manager", "--json").output
    assert {each["column"] for each in json.loads(told)["faulty"]} == {"Rooms", "到店日期", "风格", "Tags"}


def test_changes_stand_in_journal_and_history_under_their_labels(
    leads: list[int], api: Any, sign_in: Any, session: Any
) -> None:
    client = api("account_manager")
    version = client.get(f"lead/{leads[0]}").json["result"]["version"]
    assert client.put(f"lead/{leads[0]}", pet="两只狗", deposit=None, version=version).status_code == 200
    assert client.put(f"lead/{leads[0]}", pet="三只狗", version=version).status_code == 409
    entry = session.query(JournalEntry).filter_by(table_name="lead", row_id=leads[0], verb="edit").one()
    assert (entry.before["pet"], entry.after["pet"], entry.after["deposit"]) == ("猫0", "两只狗", None)
    assert set(entry.after) - {"version"} == {"pet", "deposit"}
    page = sign_in("account_manager").get(f"/lead/{leads[0]}/part/story").text
    assert "<ins>两只狗</ins>" in page
    assert client.put(f"lead/{leads[0]}", rooms="x").json["errors"]["rooms"]


def test_a_role_sees_and_writes_what_it_may(add: Any, api: Any, sign_in: Any, session: Any) -> None:
    add("lead", "second_phone", "text", "第二电话", "Second phone", personal="1", level="masked",
        level_account_manager="write", level_account_assistant="hidden")  # fmt: skip
    add("lead", "grade", "text", "等级", "Grade", level="read", level_account_manager="write")
    manager, desk = api("account_manager"), api("front_desk")
    made = manager.post("lead/", **lead(1), second_phone="13577272786", grade="A")
    assert made.status_code == 201, made.text
    row_id = made.json["id"]
    assert made.json["result"]["second_phone"] == "13577272786"
    seen = desk.get(f"lead/{row_id}").json["result"]
    assert seen["grade"] == "A"
    assert "577272" not in desk.get(f"lead/{row_id}").text
    assert "second_phone" not in api("account_assistant").get(f"lead/{row_id}").json["result"]
    assert desk.put(f"lead/{row_id}", grade="B").json["errors"]["grade"]
    assert "等级" not in sign_in("front_desk").get(f"/lead/{row_id}/edit").text
    assert "等级" in sign_in("front_desk").get(f"/lead/{row_id}").text
    for client in (desk, api("account_assistant")):
        assert client.get("lead/?q=(filters:!((col:second_phone,opr:sw,value:'135')))").status_code == 400
        assert row_id not in client.get("lead/?q=(order_column:second_phone)").json.get("ids", [])
    assert "客户1" not in sign_in("front_desk").get("/lead/?q=13577272786").text
    told = sign_in("account_assistant").get(f"/lead/{row_id}").text + sign_in("account_assistant").get("/lead/").text
    assert "第二电话" not in told
    assert "13577272786" not in api("auditor").get("lead/export").text


def test_required_is_asked_of_new_rows_and_of_edits_by_hand_only(add: Any, session: Any, sign_in: Any) -> None:
    desk, browser = Desk(session), sign_in("account_manager")
    old = desk.enter("lead", "front_desk", **lead(1))
    add("lead", "origin", "text", "籍贯", "Origin", required="1")
    assert browser.post("/lead/new", {k: str(v) for k, v in lead(2).items()}).status_code == 422
    typed = {"customer_name": "客户一", "origin": "", "version": str(desk.one("lead", old).version)}
    assert browser.post(f"/lead/{old}/edit", typed).status_code == 422
    assert browser.post(f"/lead/{old}/edit", {**typed, "origin": "杭州"}).status_code == 302
    assert desk.one("lead", old).origin == "杭州"


def test_a_field_stands_in_the_part_that_is_said_of_it_declared_or_new(add: Any, sign_in: Any) -> None:
    add("lead", "pet", "text", "宠物", "Pet", part_zh="客户", part_en="Customer")
    add("lead", "lift", "text", "电梯", "Lift", part_zh="楼宇", part_en="Building")
    add("lead", "pets_name", "text", "其他", "Other")
    page = sign_in("account_manager").get("/lead/new").text
    found = re.findall(r'data-part="(\w+)"|name="(pet|lift|pets_name|source)"', page)
    assert [part or name for part, name in found] == [
        "customer_name", "pet", "budget_fen", "source", "source", "part_lift", "lift", "more", "pets_name",
    ]  # fmt: skip
    counter = sign_in("admin").get("/added_field/new?table=renovation_application")
    assert "所在部分" in counter.text
    add("renovation_application", "pet", "text", "宠物", "Pet")
    assert 'name="pet"' in sign_in("renovation_clerk").get("/renovation_application/new").text


def test_a_wrong_definition_is_told_at_its_fields(add: Any, sign_in: Any) -> None:
    wrong = ["", "Big", "1st", "phone", "id", "version", "q", "state", "save_me_", "x" * 31, "a__b", "metadata",
             "faults", "home_key", "csrf_token", "designer_id", "extra", "before_save", "房屋"]  # fmt: skip
    for name in wrong:
        assert 'id="f-name-fault"' in add("lead", name, "text", "甲", "A", status=422).text, name
    assert 'id="f-kind-fault"' in add("lead", "one", "colour", "甲", "A", status=422).text
    assert 'id="f-zh-fault"' in add("lead", "one", "text", "", "A", status=422).text
    assert 'id="f-choices-fault"' in add("lead", "one", "choice", "甲", "A", status=422, choices=" ").text
    add("lead", "one", "text", "甲", "A")
    assert 'id="f-name-fault"' in add("lead", "one", "text", "甲", "A", status=422).text
    add("unit", "one", "text", "甲", "A")
    assert sign_in("admin").get("/added_field/new?table=nothing").status_code == 404
    assert sign_in("admin").get("/added_field/?table=lead").text.count("row-link") == 1


def test_an_archived_field_leaves_every_page_and_its_values_stay(leads: list[int], api: Any, sign_in: Any) -> None:
    admin, client = sign_in("admin"), api("account_manager")
    assert admin.post("/added_field/1/archive").status_code == 302
    assert "宠物" not in sign_in("account_manager").get("/lead/").text
    assert "pet" not in client.get(f"lead/{leads[1]}").json["result"]
    assert client.put(f"lead/{leads[1]}", rooms=7).status_code == 200
    assert client.put(f"lead/{leads[1]}", pet="鱼").status_code == 422
    assert admin.post("/added_field/1/restore").status_code == 302
    assert client.get(f"lead/{leads[1]}").json["result"]["pet"] == "猫1"


def test_a_choice_that_is_no_longer_offered_stays_readable(leads: list[int], api: Any, sign_in: Any) -> None:
    admin, client = sign_in("admin"), api("account_manager")
    page = admin.get("/added_field/5").text
    assert "modern: 现代 | Modern" in page
    changed = {"zh": "风格", "en": "Style", "choices": "chinese: 新中式 | New Chinese\n北欧 | Nordic", "listed": "1"}
    assert admin.post("/added_field/5", changed).status_code == 302
    assert client.get(f"lead/{leads[0]}").json["result"]["style"] == "modern"
    assert "现代（停用）" in sign_in("account_manager").get("/lead/").text
    assert client.put(f"lead/{leads[0]}", style="nordic").json["result"]["style"] == "nordic"


def test_what_was_written_under_older_rules_breaks_nothing(leads: list[int], api: Any, session: Any) -> None:
    """Whatever lies in the column: lists, filters and orders go on, and say nothing of it."""
    junk = json.dumps({"rooms": "viele", "deposit": {"x": 1}, "visit_on": 20261101, "guide": "niemand", "pet": 5})
    order = "UPDATE lead SET extra = :junk WHERE id = :id"
    if db.engine.dialect.name == "postgresql":
        order = "UPDATE lead SET extra = CAST(:junk AS jsonb) WHERE id = :id"
    session.execute(text(order), {"junk": junk, "id": leads[0]})
    session.commit()
    client = api("account_manager")
    for query in ("", *CONDITIONS, *(f"sort={name}" for name in FIELDS), "guide=1"):
        assert client.get(f"lead/?{query}").status_code == 200, query
    assert client.get(f"lead/{leads[0]}").status_code == 200


def index_names() -> set[str]:
    order = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_extra_%'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%_extra_%'",
    }
    with db.engine.connect() as connection:
        return set(connection.execute(text(order[db.engine.dialect.name])).scalars())


def test_an_index_is_made_where_it_is_wished_for_used_and_dropped(leads: list[int], sign_in: Any, session: Any) -> None:
    assert index_names() == {"ix_lead_extra_visit_on"}
    assert "已建立" in sign_in("admin").get("/added_field/?table=lead").text
    with db.engine.begin() as connection:  # one over an expression that nothing asks by any more
        connection.execute(text("DROP INDEX ix_lead_extra_visit_on"))
        connection.execute(text("CREATE INDEX ix_lead_extra_visit_on ON lead ((coalesce(id, 0)))"))
    indexes.bring_up(session)
    with here.acting_as(Desk(session).person("account_manager")):
        listing = Listing(LeadRegister, ["number"])
        query = listing.ordered(listing.query(listing.asked({})), listing.asked({"sort": "visit_on"}).sort).limit(5)
        planned = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_sort = off"))
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    plan = "\n".join(str(tuple(row)) for row in session.execute(text(explain + planned.replace(":", "\\:"))))
    assert "ix_lead_extra_visit_on" in plan, plan
    session.rollback()
    sign_in("admin").post("/added_field/4", {"zh": "到店日期", "en": "Visit on", "listed": "1"})
    assert index_names() == set()


@pytest.mark.on("postgresql")
def test_an_index_that_the_account_may_not_make_waits_for_the_release(
    app: Flask, database_url: str, sign_in: Any, add: Any, session: Any
) -> None:
    owner = create_engine(database_url, isolation_level="AUTOCOMMIT")
    role = f"owner_{database_url[-8:]}"
    with owner.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        [user] = connection.execute(text("SELECT current_user")).scalars()
        connection.execute(text(f"ALTER TABLE lead OWNER TO {role}"))
        superuser = connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
        assert superuser
        connection.execute(text(f"CREATE ROLE {role}_service LOGIN"))
        connection.execute(
            text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}_service")
        )
        connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}_service"))
    service = create_engine(owner.url.set(username=f"{role}_service"))
    kept, db.engines[None] = db.engine, service
    try:
        add("lead", "visit_on", "date", "到店日期", "Visit on", indexed="1")
        assert "待发布时建立" in sign_in("admin").get("/added_field/?table=lead").text
        assert index_names() == set()
    finally:
        session.remove()
        service.dispose()
        db.engines[None] = kept
    indexes.bring_up(db.session)
    assert index_names() == {"ix_lead_extra_visit_on"}
    assert "已建立" in sign_in("admin").get("/added_field/?table=lead").text
    with owner.connect() as connection:
        connection.execute(text(f"ALTER TABLE lead OWNER TO {user}"))
        for each in (f"{role}_service", role):
            connection.execute(text(f"DROP OWNED BY {each}"))
            connection.execute(text(f"DROP ROLE {each}"))
    owner.dispose()


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.on("sqlite")
def test_a_file_is_kept_opened_and_never_swept_while_a_field_names_it(
    add: Any, sign_in: Any, api: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(
        "lead", "plan", "file", "户型图", "Plan", level="hidden", level_account_manager="write", level_front_desk="read"
    )
    row_id = Desk(session).enter("lead", "front_desk", **lead(1))
    manager, desk = sign_in("account_manager"), sign_in("front_desk")
    sent = {"file": (io.BytesIO(picture()), "plan.png")}
    assert manager.post(f"/lead/{row_id}/file/plan", sent, content_type="multipart/form-data").status_code == 302
    assert manager.get(f"/lead/{row_id}/file/plan").mimetype == "image/jpeg"
    assert desk.get(f"/lead/{row_id}/file/plan").status_code == 200
    assert sign_in("account_assistant").get(f"/lead/{row_id}/file/plan").status_code == 404
    again = {"file": (io.BytesIO(picture()), "plan.png")}
    assert desk.post(f"/lead/{row_id}/file/plan", again, content_type="multipart/form-data").status_code == 403
    monkeypatch.setattr(files, "LET_GO_KEPT", files.timedelta(0))
    assert [files.sweep(session) for _ in range(2)] == [0, 0]  # the first finds what nothing names, the next removes it
    sign_in("admin").post("/added_field/1/archive")
    assert [files.sweep(session) for _ in range(2)] == [0, 0]
    sign_in("admin").post("/added_field/1/restore")
    assert manager.get(f"/lead/{row_id}/file/plan").status_code == 200
    # what is taken out of a record that is forgotten goes at once
    closed = "UPDATE lead SET state = :state, updated_at = '2026-01-01 00:00:00' WHERE id = :id"
    session.execute(text(closed), {"id": row_id, "state": str(CLOSED[0])})
    session.commit()
    forgetting.carry_out(session, date(2026, 5, 1))
    assert session.query(files.StoredFile).count() == 0
    assert manager.get(f"/lead/{row_id}/file/plan").status_code == 404


def test_rows_that_only_verbs_make_have_their_added_fields_filled_by_whoever_is_named(
    add: Any, sign_in: Any, api: Any, session: Any
) -> None:
    desk = Desk(session)
    row_id = desk.enter("lead", "front_desk", **lead(1))
    desk.do("lead", row_id, "follow_up", "account_manager", way="phone", note="已联系，周末到店")
    [line] = desk.ids("follow_up")
    assert api("account_manager").put(f"follow_up/{line}", mood="好").status_code == 403
    add("follow_up", "mood", "text", "态度", "Mood", level="read", level_account_manager="write")
    assert api("account_manager").put(f"follow_up/{line}", mood="好").status_code == 200
    assert api("account_manager").put(f"follow_up/{line}", note="x").status_code == 422
    assert api("account_assistant").put(f"follow_up/{line}", mood="坏").status_code == 403


WORKER = """
import sys
from tests.databases import make_app
from pathlib import Path
app = make_app(sys.argv[1], Path(sys.argv[2]))
from tests.browserless import Browserless
browser = Browserless(app, "account_manager", sys.argv[3])
print("ready", flush=True)
for line in sys.stdin:
    page = browser.get(line.strip())
    print(page.status_code, "宠物" in page.text, flush=True)
"""


def test_another_process_hears_of_it_with_its_next_request(
    app: Flask, add: Any, database_url: str, home: Path, sign_in: Any
) -> None:
    order = [sys.executable, "-c", WORKER, database_url, str(home), PASSWORD]
    with subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout

        def ask() -> str:
            other.stdin.write("/lead/\n")  # type: ignore[union-attr]
            other.stdin.flush()  # type: ignore[union-attr]
            return other.stdout.readline().strip()  # type: ignore[union-attr]

        assert other.stdout.readline().strip() == "ready"
        assert ask() == "200 False"
        add("lead", "pet", "text", "宠物", "Pet")
        assert ask() == "200 True"
        sign_in("admin").post("/added_field/1/archive")
        assert ask() == "200 False"
        other.stdin.close()
