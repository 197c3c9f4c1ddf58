"""Registers without code: defined in the browser, at once a register like any other, in every worker."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core import forgetting, here, search
from app.core.brief import brief_columns
from app.core.declaration import register_of
from app.core.journal import JournalEntry
from app.core.listing import Listing
from app.core.made import loading
from app.core.made.typed import unreachable
from app.core.openapi import document
from app.demo.desk import Desk
from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[2]
KEYS: dict[str, Any] = {
    "zh": "钥匙借用", "en": "Key loans", "name": "key_loan", "series": "JYY", "icon": "key", "heading": "人员",
    "states": "asked: 待审批 | Asked\nlent: 已借出 | Lent\nback: 已归还 | Given back\nrefused: 不同意 | Refused",
    "verb_0_zh": "借出", "verb_0_en": "Lend", "verb_0_from": ["asked"], "verb_0_to": "lent", "verb_0_other": "1",
    "verb_0_roles": ["service_manager"], "verb_0_queue": "1", "verb_0_queue_zh": "待借出钥匙", "verb_0_queue_en": "Keys to lend",
    "verb_1_zh": "不同意", "verb_1_en": "Refuse", "verb_1_from": ["asked"], "verb_1_to": "refused", "verb_1_reason": "1",
    "verb_1_roles": ["service_manager"],
    "verb_2_zh": "归还", "verb_2_en": "Give back", "verb_2_from": ["lent"], "verb_2_to": "back", "verb_2_roles": ["front_desk"],
    "right_service_manager": ["read", "add", "edit", "export", "import"], "right_front_desk": ["read", "add", "edit"],
    "own_front_desk": "1", "right_auditor": ["read"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    loading.put_in_force([])
    loading.added.put_in_force([])


@pytest.fixture
def define(sign_in: Any) -> Callable[..., Any]:
    """`define(series="AB")`: the admin fills the form in."""
    admin = sign_in("admin")

    def _define(status: int = 302, **changes: Any) -> Any:
        answer = admin.post("/made_register/new", {**KEYS, **changes})
        assert answer.status_code == status, re.findall(r"[^>]{0,80}fault[^>]*>.{0,300}", answer.text)
        return answer

    return _define


@pytest.fixture
def keys(define: Any, sign_in: Any) -> None:
    """The register of key loans with two fields."""
    define()
    admin = sign_in("admin")
    for field in ({"name": "room", "kind": "text", "zh": "房间", "en": "Room", "required": "1", "listed": "1"},
                  {"name": "due_on", "kind": "date", "zh": "归还日期", "en": "Due on", "listed": "1"}):  # fmt: skip
        answer = admin.post("/added_field/new?table=key_loan", {"table": "key_loan", "level": "", **field})
        assert answer.status_code == 302, answer.text[-1500:]


def test_a_state_that_nothing_leads_to_is_hinted_at_once(define: Any, sign_in: Any) -> None:
    states = KEYS["states"] + "\nlost: 已遗失 | Lost"
    page = define(422, states=states).text
    assert "没有办理事项能到达：已遗失，" in page and 'name="told_of" value="lost"' in page
    assert register_of("key_loan") is None, "not saved yet"
    define(422, states=states, told_of="back")  # told of another
    define(states=states, told_of="lost")
    assert sign_in("auditor").get("/key_loan/").status_code == 200


def test_which_states_can_be_come_to() -> None:
    ways = [{"start": ["a"], "end": "b"}, {"start": ["d"], "end": "e"}, {"start": ["b", "e"], "end": "c"}]
    assert unreachable("abcde", ways) == ["d", "e"]
    assert unreachable(["a"], []) == unreachable([], []) == []


def test_a_form_becomes_a_register_with_everything(
    keys: None, sign_in: Any, api: Any, command: Any, session: Any, tmp_path: Path
) -> None:
    desk, manager = sign_in("front_desk"), sign_in("service_manager")
    assert "钥匙借用" in desk.get("/").text
    saved = desk.post("/key_loan/new", {"room": "302", "due_on": "2026-12-01"})
    assert saved.status_code == 302, saved.text[-1500:]
    row = saved.location
    page = manager.get(row).text
    for word in ("JYY-", "待审批", "302", "2026-12-01", "借出"):
        assert word in page, word
    assert "待借出钥匙" in manager.get("/").text
    assert "302" in manager.get("/key_loan/?q=302").text
    assert "302" in manager.get("/key_loan/?state=asked&due_on.gte=2026-11-30&sort=-due_on").text
    row_id = int(row.rstrip("/").rpartition("/")[2])
    client = api("service_manager")
    assert client.get(f"key_loan/{row_id}/refuse").json["allowed"]
    assert client.post(f"key_loan/{row_id}/refuse").status_code == 422
    assert manager.post(f"/key_loan/{row_id}/lend").status_code == 302
    assert client.get(f"key_loan/{row_id}").json["result"]["state"] == "lent"
    assert client.put(f"key_loan/{row_id}", room="303").status_code == 422
    again = client.post(f"key_loan/{row_id}/lend")
    assert again.status_code == 422
    assert again.json["blockers"][0]["rule"] == "wrong_state"
    assert desk.post(f"/key_loan/{row_id}/give_back").status_code == 302
    told = [
        entry.verb
        for entry in session.query(JournalEntry)
        .filter_by(table_name="key_loan", row_id=row_id)
        .order_by(JournalEntry.id)
    ]
    assert [verb for verb in told if verb != "view"] == ["add", "lend", "lend", "give_back"]
    assert "已归还" in manager.get(row).text
    file = tmp_path / "keys.csv"
    file.write_text("房间,归还日期\n401,2026-12-03\n402,\n")
    assert command("import", "key_loan", str(file), "--as", "service_manager").exit_code == 0
    out = command("export", "key_loan", "--as", "service_manager").output
    assert "401" in out and "JYY-" in out
    paths = document()["paths"]
    assert {"/api/v1/key_loan/", "/api/v1/key_loan/{id}", "/api/v1/key_loan/{id}/lend"} <= set(paths)
    assert command("journal", "verify").exit_code == 0


def test_a_yes_or_no_is_not_among_the_facts_beside_a_number(keys: None, sign_in: Any) -> None:
    answer = sign_in("admin").post("/added_field/new?table=key_loan", {
        "table": "key_loan", "level": "", "name": "paid", "kind": "yes_no", "zh": "收了押金", "en": "Paid", "listed": "1",
    })  # fmt: skip
    assert answer.status_code == 302
    assert brief_columns(register_of("key_loan")) == ["number", "room", "due_on"]


def test_verbs_choose_from_the_states_as_they_are_typed(sign_in: Any) -> None:
    admin = sign_in("admin")
    drawn = admin.post("/made_register/lines", {**KEYS, "states": "sent: 已送 | Sent\n待复核 | To check"}).text
    assert 'value="to_check"' in drawn
    assert "待复核" in drawn
    assert "已借出" not in drawn
    assert sign_in("service_manager").post("/made_register/lines", KEYS).status_code in (403, 404)


def test_roles_reach_what_the_definition_gives_them(keys: None, sign_in: Any, api: Any, session: Any) -> None:
    mine = Desk(session).enter("key_loan", "front_desk", room="1")
    other = Desk(session).enter("key_loan", "service_manager", room="2")
    desk, cashier, auditor = api("front_desk"), api("cashier"), api("auditor")
    assert [row["id"] for row in desk.get("key_loan/").json["result"]] == [mine]
    assert desk.get(f"key_loan/{other}").status_code == 404
    assert desk.put(f"key_loan/{other}", room="x").status_code == 404
    assert desk.post(f"key_loan/{mine}/lend").status_code == 403
    assert desk.get("key_loan/export").status_code == 403
    assert {row["id"] for row in auditor.get("key_loan/").json["result"]} == {mine, other}
    assert auditor.post("key_loan/", room="3").status_code == 403
    for way in ("key_loan/", f"key_loan/{mine}"):
        assert cashier.get(way).status_code == 403
        assert sign_in("cashier").get(f"/{way}").status_code == 403
    assert "钥匙借用" not in sign_in("cashier").get("/").text
    mine_too = api("service_manager").post(f"key_loan/{other}/lend")
    assert mine_too.status_code == 422
    assert mine_too.json["blockers"][0]["rule"] == "another_person"
    assert api("service_manager").post(f"key_loan/{mine}/lend").status_code == 200
    assert sign_in("front_desk").get("/made_register/").status_code == 403
    told = sign_in("admin").get("/made_register/").text  # who reaches none of the rows is told how many there are
    assert 'data-label="记录">2<' in told


def test_two_registers_share_a_table_and_never_a_row(
    keys: None, define: Any, sign_in: Any, api: Any, session: Any
) -> None:
    define(name="visit", series="FK", zh="访客", en="Visitors")
    who = {"table": "visit", "level": "", "name": "who", "kind": "text", "zh": "来访人", "en": "Who", "listed": "1"}
    assert sign_in("admin").post("/added_field/new?table=visit", who).status_code == 302
    desk = Desk(session)
    key, visit = desk.enter("key_loan", "service_manager", room="1"), desk.enter("visit", "service_manager")
    client = api("service_manager")
    assert [row["id"] for row in client.get("key_loan/").json["result"]] == [key]
    assert [row["id"] for row in client.get("visit/").json["result"]] == [visit]
    assert client.get(f"visit/{key}").status_code == 404
    assert client.put(f"visit/{key}", version=1).status_code == 404
    assert client.post(f"visit/{key}/refuse", reason="不符合规定").status_code == 404
    assert client.get(f"visit/{visit}").json["result"]["number"].startswith("FK-")
    assert "room" not in client.get(f"visit/{visit}").json["result"]


def test_records_are_found_through_the_index_from_the_first_writing_on(
    keys: None, define: Any, sign_in: Any, api: Any, session: Any
) -> None:
    define(name="visit", zh="来访", en="Visits", series="LFA", verb_0_queue="")
    admin, manager, client = sign_in("admin"), sign_in("service_manager"), api("service_manager")
    for table in ("visit", "key_loan"):
        given = {
            "table": table,
            "name": "who",
            "kind": "text",
            "zh": "姓名",
            "en": "Who",
            "listed": "1",
            "level": "write",
        }
        assert admin.post(f"/added_field/new?table={table}", given).status_code == 302
    rows = [manager.post("/visit/new", {"who": who}).location for who in ("王思远", "张伟", "王小明")]
    other = manager.post("/key_loan/new", {"room": "302", "who": "王思远"}).location

    def found(table: str, typed: str) -> list[int]:
        with here.acting_as(Desk(session).person("service_manager")):
            listing = Listing(register_of(table))
            return sorted(row.id for row in listing.page(session, listing.asked({"q": typed})).rows)

    ids = [int(row.rpartition("/")[2]) for row in [*rows, other]]
    for typed, wanted in {
        "思远": [0],
        "wsy": [0],
        "wang": [0, 2],
        "zhangw": [1],
        "LFA-": [0, 1, 2],
        "000002": [1],
        "302": [],
    }.items():
        assert found("visit", typed) == [ids[n] for n in wanted], typed
    assert found("key_loan", "wangsiyuan 302") == [ids[3]]
    with here.acting_as(Desk(session).person("service_manager")):
        told = [(each.table, each.id) for each in search.find(session, here.me(), "siyuan")]
    assert sorted(each for each in told if each[0] in ("visit", "key_loan")) == [
        ("key_loan", ids[3]),
        ("visit", ids[0]),
    ]
    version = client.get(f"visit/{ids[0]}").json["result"]["version"]
    assert client.put(f"visit/{ids[0]}", version=version, who="曾晓东").status_code == 200
    assert (found("visit", "wsy"), found("visit", "zengxiaod")) == ([], [ids[0]])
    assert search.missing_index_rows(session) == {}
    assert search.reindex(session)["made_record"] == 4
    session.commit()
    assert found("visit", "zengxiaod") == [ids[0]]


def test_a_wrong_definition_is_told_at_its_fields(define: Any) -> None:
    for changes, place in (
        ({"name": "lead"}, "name"), ({"name": "user"}, "name"), ({"name": "api"}, "name"), ({"name": "1x"}, "name"),
        ({"name": "journal_entry"}, "name"), ({"series": "KH"}, "series"), ({"series": "y"}, "series"), ({"zh": ""}, "zh"),
        ({"states": ""}, "states"),
    ):  # fmt: skip
        assert f'id="f-{place}-fault"' in define(status=422, **changes).text, changes
    for changes in (
        {"verb_0_en": "Edit"},
        {"verb_0_to": "nowhere"},
        {"verb_0_roles": []},
        {"verb_1_en": "Lend"},
        {"verb_0_en": ""},
    ):
        assert 'class="fault"' in define(status=422, **changes).text, changes
    assert 'id="f-rights"' in define(
        status=422, right_service_manager=[], right_front_desk=[], right_auditor=[], verb_0_zh="", verb_0_en="",
        verb_1_zh="", verb_1_en="", verb_2_zh="", verb_2_en="",
    ).text  # fmt: skip
    define()
    assert 'id="f-name-fault"' in define(status=422, series="AB").text
    assert 'id="f-series-fault"' in define(status=422, name="other").text


def test_a_changed_definition_holds_at_once_and_an_archived_one_is_gone(
    keys: None, sign_in: Any, api: Any, session: Any
) -> None:
    row_id = Desk(session).enter("key_loan", "front_desk", room="1")
    admin = sign_in("admin")
    assert "asked: 待审批 | Asked" in admin.get("/made_register/1").text
    changed = {**KEYS, "zh": "钥匙领用", "verb_0_name": "lend", "right_cashier": ["read"]}
    assert admin.post("/made_register/1", changed).status_code == 302
    assert "钥匙领用" in sign_in("cashier").get("/key_loan/").text
    assert admin.post("/made_register/1/archive").status_code == 302
    assert sign_in("service_manager").get("/key_loan/").status_code == 404
    assert api("service_manager").get("key_loan/").status_code == 404
    assert "钥匙领用" not in sign_in("service_manager").get("/").text
    assert admin.post("/made_register/1/restore").status_code == 302
    assert api("service_manager").get(f"key_loan/{row_id}").json["result"]["room"] == "1"


WORKER = """
import sys
from tests.databases import make_app
from pathlib import Path
app = make_app(sys.argv[1], Path(sys.argv[2]))
from tests.browserless import Browserless
browser = Browserless(app, "service_manager", sys.argv[3])
print("ready", flush=True)
for line in sys.stdin:
    page = browser.get(line.strip())
    print(page.status_code, "房间" in page.text, flush=True)
"""


def test_another_process_serves_it_with_its_next_request(
    app: Flask, database_url: str, home: Path, request: pytest.FixtureRequest
) -> None:
    order = [sys.executable, "-c", WORKER, database_url, str(home), PASSWORD]
    with subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline().strip() == "ready"

        def ask() -> str:
            other.stdin.write("/key_loan/\n")  # type: ignore[union-attr]
            other.stdin.flush()  # type: ignore[union-attr]
            return other.stdout.readline().strip()  # type: ignore[union-attr]

        assert ask() == "404 False"
        request.getfixturevalue("keys")
        assert ask() == "200 True"
        other.stdin.close()


def test_personal_fields_of_records_that_are_over_are_forgotten_in_time(
    keys: None, sign_in: Any, session: Any, time_machine: Any
) -> None:
    given = {
        "table": "key_loan",
        "name": "phone",
        "kind": "text",
        "zh": "电话",
        "en": "Phone",
        "personal": "1",
        "level": "write",
    }
    assert sign_in("admin").post("/added_field/new?table=key_loan", given).status_code == 302
    desk, manager = sign_in("front_desk"), sign_in("service_manager")
    rows = [desk.post("/key_loan/new", {"room": room, "phone": "13800138000"}).location for room in ("1", "2")]
    manager.post(f"{rows[0]}/refuse", {"reason": "没有登记"})
    time_machine.move_to(here.now() + timedelta(days=400))
    with here.as_house():
        assert forgetting.carry_out(session, here.today() - timedelta(days=200))["key_loan"] == 1
        kept = [session.get(loading.all_made()[0], int(row.rpartition("/")[2])).extra for row in rows]
        assert kept == [{"room": "1"}, {"room": "2", "phone": "13800138000"}]
        assert forgetting.carry_out(session, here.today() - timedelta(days=200))["key_loan"] == 0


def test_the_journal_tells_who_defined_what(keys: None, session: Any) -> None:
    entry = session.query(JournalEntry).filter_by(table_name="made_register").one()
    assert (entry.verb, entry.after["name"], json.dumps(entry.after["states"]).count("value")) == ("add", "key_loan", 4)


def test_an_id_given_again_brings_nothing_of_the_deleted_record_along(keys: None, sign_in: Any) -> None:
    admin, desk = sign_in("admin"), sign_in("front_desk")
    answer = admin.post("/made_register/1", {**KEYS, "right_front_desk": ["read", "add", "edit", "delete"]})
    assert answer.status_code == 302, answer.text[-800:]
    first = desk.post("/key_loan/new", {"room": "302", "due_on": "2026-12-01"}).location
    assert desk.post(f"{first}/comment", {"text": "借给三楼"}).status_code == 302
    assert "借给三楼" in desk.get(f"{first}/part/story").text
    changed = desk.post(f"{first}/edit", {"room": "303", "due_on": "2026-12-01"})
    assert changed.status_code == 302
    [back] = re.findall(r'class="take-back" href="([^"]+)"', desk.get(f"{first}/part/history").text)
    assert re.search(r'name="room"[^>]*value="302"', desk.get(back).text)
    assert desk.post(f"{first}/delete").status_code == 302
    [again] = re.findall(r'href="(/key_loan/new[?]again=[0-9]+)"', desk.get("/key_loan/deleted").text)
    assert re.search(r'name="room"[^>]*value="303"', desk.get(again).text)
    second = desk.post("/key_loan/new", {"room": "401", "due_on": "2026-12-02"}).location
    story = desk.get(f"{second}/part/story").text
    assert "借给三楼" not in story
    assert ">302<" not in story
