"""Two clicks, two windows, fifty threads: one thing happens, and nobody's change is lost or another's."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from app.demo import names
from app.demo.desk import Desk
from app.extensions import db

AT_ONCE = 50


@pytest.fixture
def world() -> str:
    return "demo"


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_fifty_edits_at_once_reach_their_own_row_each(api: Any) -> None:
    manager = api("account_manager")
    rows = Desk(db.session).ids("lead")[:25]
    phones = {row: Desk(db.session).one("lead", row).phone for row in rows}
    before = count("lead")
    db.session.remove()

    def edit(turn: int) -> tuple[int, int, str]:
        row, estate = rows[turn % len(rows)], f"{turn}号小区"
        answer = manager.put(f"lead/{row}", estate_name=estate)
        assert answer.status_code in (200, 409, 422, 503), answer.text
        if answer.status_code == 200:
            assert (answer.json["id"], answer.json["result"]["id"]) == (row, row)
            assert answer.json["result"]["phone"] == phones[row]
        return row, answer.status_code, estate

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(edit, range(AT_ONCE)))
    assert count("lead") == before
    acknowledged = 0
    for row in rows:
        said = [estate for each, status, estate in told if each == row and status == 200]
        acknowledged += len(said)
        now = manager.get(f"lead/{row}").json["result"]
        assert now["phone"] == phones[row]
        assert not said or now["estate_name"] in said
    assert acknowledged >= 15


def test_a_double_click_is_one_act_with_one_answer(api: Any) -> None:
    cashier = api("cashier")
    [charge, *_] = Desk(db.session).ids("charge", state="due")
    headers = {**cashier.headers, "Idempotency-Key": "counter-1"}
    paid = {"charges": [charge], "method": "cash"}
    before = count("receipt")
    db.session.remove()

    def press(_: int) -> Any:
        return cashier.client.post("/api/v1/charge/take_payment", json=paid, headers=headers)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(press, range(10)))
    assert {answer.status_code for answer in answers} <= {200, 503}, [a.text for a in answers]
    assert count("receipt") == before + 1
    assert press(0).json == next(answer.json for answer in answers if answer.status_code == 200)
    assert count("receipt") == before + 1


def test_a_form_pressed_twice_is_entered_once(sign_in: Any) -> None:
    from tests.doors import _once

    desk = sign_in("front_desk")
    token = _once(desk.get("/lead/new").text)
    typed = {"customer_name": "王", "phone": names.phone(77_000), "source": "walk_in", "inquiry_on": "2026-11-20"}
    first = desk.post("/lead/new", {**typed, "once_token": token})
    again = desk.post("/lead/new", {**typed, "once_token": token})
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.location == first.location
    assert len(Desk(db.session).ids("lead", phone=typed["phone"])) == 1


def test_an_older_copy_overwrites_nothing_and_both_values_are_told(api: Any, sign_in: Any) -> None:
    manager, browser = api("account_manager"), sign_in("account_manager")
    [lead, *_] = Desk(db.session).ids("lead", state="new")
    version = manager.get(f"lead/{lead}").json["result"]["version"]
    assert manager.put(f"lead/{lead}", estate_name="望江花园", version=version).status_code == 200
    late = manager.put(f"lead/{lead}", estate_name="锦绣花园", version=version)
    assert late.status_code == 409
    page = browser.post(f"/lead/{lead}/edit", {"estate_name": "锦绣花园", "version": str(version)})
    assert page.status_code == 409
    assert "望江花园" in page.text
    assert "锦绣花园" in page.text
    assert manager.get(f"lead/{lead}").json["result"]["estate_name"] == "望江花园"
    assert manager.post(f"lead/{lead}/claim", version=version).status_code == 409


def test_a_number_that_is_taken_is_a_fault_of_its_field(api: Any) -> None:
    admin = api("admin")
    known = Desk(db.session).one("department", 1)
    told = admin.post("department/", code=known.code, name="重名部门", kind=known.kind)
    assert told.status_code == 422
    assert "code" in told.json["errors"]
