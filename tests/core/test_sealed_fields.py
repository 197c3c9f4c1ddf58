"""A figure, an amount, a day about a person: sealed in its row, seen by whoever may, forgotten in time."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.core import search
from app.core.added import loading
from app.core.jobs.worker import run_waiting
from app.demo.desk import Desk
from app.extensions import db
from tests.core.test_added_fields import lead
from tests.core.test_forms import form_in
from tests.security.test_rights import change

FIELDS = {"weight": "number", "wage": "money", "born": "date"}
CLEAR = {"weight": 71.5, "wage": 1234500, "born": "1987-05-04"}
#: as pages and files would show them
SHOWN = ("71.5", "12,345.00", "12345.00", "1234500", "1987-05-04")


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    loading.put_in_force([])


@pytest.fixture
def personal(sign_in: Any) -> Callable[[str, bool], None]:
    """The three fields, personal or not; called again they are changed."""
    admin = sign_in("admin")

    def _put(address: str, is_personal: bool) -> None:
        for place, (name, kind) in enumerate(FIELDS.items(), start=1):
            given = {
                "table": "lead", "name": name, "kind": kind, "zh": f"客户{name}", "en": name.title(), "places": "1", "listed": "1",
                "level": "masked" if is_personal else "write", "level_account_manager": "write", "indexed": "1",
            } | ({"personal": "1"} if is_personal else {})  # fmt: skip
            answer = admin.post(address.format(place=place), given)
            assert answer.status_code == 302, answer.text[-900:]

    return _put


def held(row_id: int) -> dict[str, Any]:
    db.session.rollback()
    found = db.session.execute(text("SELECT extra FROM lead WHERE id = :id"), {"id": row_id}).scalar_one()
    return json.loads(found) if isinstance(found, str) else found


def test_sealed_values_are_seen_by_whoever_may_and_nobody_compares_by_them(
    personal: Any, api: Any, sign_in: Any, session: Any
) -> None:
    personal("/added_field/new?table=lead", True)
    manager, desk = api("account_manager"), api("front_desk")
    made = manager.post("lead/", **lead(1), **CLEAR)
    assert made.status_code == 201, made.text
    row_id = made.json["id"]
    assert {name: manager.get(f"lead/{row_id}").json["result"][name] for name in FIELDS} == CLEAR
    assert all(set(each) == {"sealed"} for each in held(row_id).values())
    told = session.execute(text("SELECT * FROM journal_entry WHERE table_name = 'lead'")).all()
    assert "sealed" in str(told)
    assert not [each for each in SHOWN if each in str(told)]
    # whoever has the mask: no page, list, file or search tells more
    masked = sign_in("front_desk")
    pages = [masked.get(f"/lead/{row_id}").text, masked.get("/lead/").text, desk.get(f"lead/{row_id}").text,
             desk.get("lead/").text, api("auditor").get("lead/export").text,
             masked.get(f"/lead/{row_id}/part/story").text,
             sign_in("account_manager").get(f"/lead/{row_id}/part/story").text]  # fmt: skip
    for page in pages:
        assert not [each for each in SHOWN if each in page]
    assert desk.get(f"lead/{row_id}").json["result"]["wage"] == "***"
    assert "12345.00" in manager.get("lead/export").text
    assert "1987-05-04" in sign_in("account_manager").get(f"/lead/{row_id}").text
    # nobody filters, sorts, groups or changes many by them
    for name in FIELDS:
        assert manager.get(f"lead/?q=(filters:!((col:{name},opr:gt,value:1)))").status_code == 400
        assert manager.get(f"lead/?q=(order_column:{name})").status_code == 400
        assert name not in manager.get("lead/_info").json["filters"]
    assert sign_in("account_manager").get("/lead/?sort=-wage&wage.gte=1&q=1234500").status_code == 200
    # the same once more is no change, and an edit of another field leaves them as they lie
    before, version = held(row_id), manager.get(f"lead/{row_id}").json["result"]["version"]
    assert manager.put(f"lead/{row_id}", version=version, **CLEAR, remarks="回访").status_code == 200
    assert held(row_id) == before
    assert manager.put(f"lead/{row_id}", wage=None).status_code == 200
    assert "wage" not in held(row_id)
    # seen in full on a reason, which is told
    assert desk.post(f"lead/{row_id}/reveal", column="born", reason="核对年龄").status_code == 403
    shown = api("admin").post(f"lead/{row_id}/reveal", column="born", reason="核对年龄")
    assert "1987-05-04" in shown.text
    entry = "SELECT note FROM journal_entry WHERE verb = 'reveal'"
    assert "born" in str(session.execute(text(entry)).all())
    assert db.session.execute(text("SELECT count(*) FROM added_field WHERE indexed")).scalar() == 0


def test_a_file_brings_them_in_sealed_and_faults_are_told_at_their_columns(
    personal: Any, api: Any, command: Any, tmp_path: Path
) -> None:
    personal("/added_field/new?table=lead", True)
    file, head = tmp_path / "leads.csv", "客户姓名,联系电话,来源,客户weight,客户wage,客户born"
    file.write_text(f"{head}\n新客户,13911112222,上门,71.5,12345,1987.5.4\n")
    answer = command("import", "lead", str(file), "--as", "account_manager", "--json")
    assert answer.exit_code == 0, answer.output
    [row] = api("account_manager").get("lead/?customer_name=新客户").json["result"]
    assert {name: row[name] for name in FIELDS} == CLEAR
    assert all(set(each) == {"sealed"} for each in held(row["id"]).values())
    file.write_text(f"{head}\n另一客户,13911113333,上门,重,多,昨天\n")
    told = json.loads(command("import", "lead", str(file), "--as", "account_manager", "--json").output)
    assert {each["column"] for each in told["faulty"]} == {"客户weight", "客户wage", "客户born"}


def test_what_was_entered_before_is_sealed_when_its_field_becomes_personal_and_opened_again(
    personal: Any, api: Any, session: Any
) -> None:
    personal("/added_field/new?table=lead", False)
    manager = api("account_manager")
    rows = [manager.post("lead/", **lead(n), **CLEAR).json["id"] for n in (1, 2)]
    assert held(rows[0]) == CLEAR
    personal("/added_field/{place}", True)
    assert {name: manager.get(f"lead/{rows[0]}").json["result"][name] for name in FIELDS} == CLEAR, "before the job"
    assert api("front_desk").get(f"lead/{rows[0]}").json["result"]["weight"] == "***"
    assert run_waiting(session) == 3
    for row_id in rows:
        assert all(set(each) == {"sealed"} for each in held(row_id).values())
        assert {name: manager.get(f"lead/{row_id}").json["result"][name] for name in FIELDS} == CLEAR
    assert search.missing_index_rows(session) == {}
    personal("/added_field/{place}", False)
    assert run_waiting(session) == 3
    assert held(rows[1]) == CLEAR
    assert [each["id"] for each in manager.get("lead/?wage.gte=100&sort=-id").json["result"]] == rows[::-1]


def test_what_can_not_be_opened_is_nothing(personal: Any, api: Any, session: Any) -> None:
    personal("/added_field/new?table=lead", True)
    manager = api("account_manager")
    rows = [manager.post("lead/", **lead(n), **CLEAR).json["id"] for n in (1, 2)]
    junk = {**held(rows[0]), "wage": {"sealed": "AAAA"}, "born": held(rows[0])["weight"], "weight": "{x"}
    order = "UPDATE lead SET extra = :junk WHERE id = :id"
    if db.engine.dialect.name == "postgresql":
        order = "UPDATE lead SET extra = CAST(:junk AS jsonb) WHERE id = :id"
    session.execute(text(order), {"junk": json.dumps(junk), "id": rows[0]})
    session.commit()
    told = manager.get(f"lead/{rows[0]}").json["result"]
    assert {name: told[name] for name in FIELDS} == dict.fromkeys(FIELDS)
    assert manager.get("lead/").status_code == 200
    assert Desk(session).one("lead", rows[1]).wage == CLEAR["wage"]


def test_whoever_sees_them_takes_a_change_of_them_back_and_enters_them_again(
    personal: Any, api: Any, sign_in: Any
) -> None:
    personal("/added_field/new?table=lead", True)
    assert change(sign_in("admin"), "account_manager", "lead", "read", "add", "edit", "delete").status_code == 302
    manager, masked = sign_in("account_manager"), sign_in("front_desk")
    row_id = api("account_manager").post("lead/", **lead(1), **CLEAR).json["id"]
    assert manager.post(f"/lead/{row_id}/edit", {"wage": "1", "born": "1990-01-01"}).status_code == 302
    [back] = re.findall(r'class="take-back" href="([^"]+)"', manager.get(f"/lead/{row_id}/part/history").text)
    assert {name: form_in(manager.get(back))[name] for name in ("wage", "born")} == {
        "wage": "12345.00",
        "born": "1987-05-04",
    }
    assert not [each for each in SHOWN if each in masked.get(back).text]
    assert manager.post(f"/lead/{row_id}/edit", form_in(manager.get(back))).status_code == 302
    assert manager.post(f"/lead/{row_id}/delete").status_code == 302
    listed = manager.get("/lead/deleted").text
    assert not [each for each in SHOWN if each in listed]
    [again] = re.findall(r'href="(/lead/new[?]again=[0-9]+)"', listed)
    form = form_in(manager.get(again))
    assert (form["wage"], form["born"], form["weight"]) == ("12345.00", "1987-05-04", "71.5")


def test_a_change_of_many_is_put_back_where_it_lies_sealed(personal: Any, api: Any, sign_in: Any, session: Any) -> None:
    personal("/added_field/new?table=lead", True)
    manager, by_token = sign_in("account_manager"), api("account_manager")
    ids = [by_token.post("lead/", **lead(n), **CLEAR).json["id"] for n in (1, 2, 3)]

    def done(receipt: str = "", **values: str) -> str:
        sent = {"ids": ",".join(map(str, ids)), "field": "wage", **values}
        if receipt:
            sent = {"receipt": receipt, "how": "undo"}
            page = manager.get(f"/lead/change?receipt={receipt}&how=undo").text
        else:
            page = manager.post("/lead/change", sent).text
        rows = re.findall(r'name="rows" value="([\d.]+)"', page)
        answer = manager.post("/lead/change", {**sent, "do": "change", "rows": rows, "once_token": f"t{receipt}"})
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    first = done(wage="20000")
    assert [by_token.get(f"lead/{each}").json["result"]["wage"] for each in ids] == [2_000_000] * 3
    told = manager.get(first).text
    assert "办成 3 条" in told
    assert "20,000" not in told
    assert by_token.put(f"lead/{ids[2]}", wage=3).status_code == 200
    back = done(first.rpartition("/")[2].partition("?")[0])
    assert "办成 2 条" in manager.get(back).text
    assert [by_token.get(f"lead/{each}").json["result"]["wage"] for each in ids] == [1234500, 1234500, 3]
    assert all(set(each) == {"sealed"} for row_id in ids for each in held(row_id).values())
    told = str(session.execute(text("SELECT * FROM journal_entry WHERE table_name = 'lead'")).all())
    assert not [each for each in (*SHOWN, "2000000", "20000.00") if each in told]
    seen = session.execute(
        text("SELECT count(*) FROM journal_entry WHERE verb = 'view' AND row_id = :id"), {"id": ids[0]}
    )
    assert seen.scalar_one() >= 2  # what was shown before both is told
