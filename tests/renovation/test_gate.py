"""The gate's page, the printed pass and its code (R-3.4.9)."""

import io
from time import perf_counter

import pytest
from PIL import Image
from sqlalchemy import text

from app.extensions import db
from app.renovation.passes.rules import are_days, are_hours
from tests.core.test_files import picture
from tests.renovation import test_passes
from tests.renovation.conftest import BOSS, CLERK
from tests.renovation.test_passes import issued, rules

GATE = "gate"
permit = test_passes.permit


@pytest.fixture
def card(counter, permit):
    """A pass that is out, of a permit that holds today."""
    return issued(counter, permit)


def test_the_number_its_digits_and_the_code_find_the_pass(counter, card, sign_in):
    gate = sign_in(GATE)
    for typed in (card.number, card.number.lower(), str(int(card.number[-6:])), card.check_token,
                  f"https://guanjia.example/check/pass/{card.check_token}"):  # fmt: skip
        page = gate.get("/gate/", query_string={"q": typed}).text
        assert card.worker_name in page, typed
        assert "放行进入" in page
    for typed in ("999999", "CR-1999-000001", "x", "%", "\u202e", "9" * 300, "' OR 1=1"):
        answer = gate.get("/gate/", query_string={"q": typed})
        assert answer.status_code == 200
        assert "没有这张出入证" in answer.text


def test_one_button_lets_in_and_out_and_a_double_scan_does_no_harm(counter, card, sign_in):
    from tests.doors import _once

    gate = sign_in(GATE)
    token = _once(gate.get(f"/gate/?q={card.number}").text)
    for _ in range(2):
        assert gate.post(f"/gate/{card.id}/enter", {"once_token": token}).status_code == 302
    assert counter.one("pass", card.id).inside
    assert len(counter.ids("gate_event", pass_id=card.id)) == 1
    page = gate.get(f"/gate/?q={card.number}").text
    assert "登记离开" in page
    assert f"/gate/?q={card.number}" in page  # among those who are inside
    assert gate.post(f"/gate/{card.id}/leave", {"once_token": _once(page)}).status_code == 302
    assert not counter.one("pass", card.id).inside


def test_who_is_refused_is_told_why_in_red_and_the_try_is_kept(counter, card, sign_in):
    counter.do("pass", card.id, "report_lost", CLERK, reason="遗失")
    gate = sign_in(GATE)
    page = gate.get(f"/gate/?q={card.number}").text
    assert "不得放行" in page
    assert "R-3.4.9" in page
    told = gate.post(f"/gate/{card.id}/enter")
    assert told.status_code == 422
    assert "已记录" in told.text
    [event] = counter.ids("gate_event", pass_id=card.id)
    assert (counter.one("gate_event", event).result, counter.one("gate_event", event).reason) == (
        "refused",
        "pass_not_open",
    )


def test_the_gate_sees_the_face_through_the_pass_only(counter, card, sign_in, api):
    clerk, gate = api(CLERK), sign_in(GATE)
    assert gate.get(f"/gate/{card.id}/photo").status_code == 404
    sent = {"file": (io.BytesIO(picture(size=(600, 800))), "x.png")}
    done = clerk.client.post(f"/api/v1/worker/{card.worker_id}/file/photo", data=sent, headers=clerk.headers)
    assert done.status_code == 200, done.text
    photo = gate.get(f"/gate/{card.id}/photo")
    assert Image.open(io.BytesIO(photo.data)).size == (600, 800)
    assert photo.headers["Cache-Control"] == "no-store"
    assert f"/gate/{card.id}/photo" in gate.get(f"/gate/?q={card.number}").text
    assert gate.get(f"/worker/{card.worker_id}").status_code == 403
    assert sign_in("cashier").get(f"/gate/{card.id}/photo").status_code == 403
    paper = sign_in(CLERK).get(f"/pass/{card.id}/print")
    assert paper.data.startswith(b"%PDF")


def test_only_the_gate_lets_in(card, sign_in):
    for username in (CLERK, BOSS, "cashier", "auditor", "admin"):
        browser = sign_in(username)
        assert browser.get("/gate/").status_code == 403
        assert browser.post(f"/gate/{card.id}/enter").status_code == 403


def test_a_crew_gets_its_passes_all_or_none(counter, permit, sign_in):
    workers = [test_passes.worker(counter, permit, n) for n in range(1, 4)]
    until = str(permit.valid_until)
    counter.do("permit", permit.id, "issue_pass", CLERK, worker=workers[0], valid_until=until)
    refused = counter.refused("permit", permit.id, "issue_passes", CLERK, workers=workers, valid_until=until)
    assert rules(refused) == ["pass_open"]
    assert counter.one("worker", workers[0]).name in str(refused[0].message)
    assert len(counter.ids("pass", permit_id=permit.id)) == 1
    counter.do("permit", permit.id, "issue_passes", CLERK, workers=workers[1:], valid_until=until)
    assert len(counter.ids("pass", permit_id=permit.id)) == 3
    sheet = sign_in(CLERK).get(f"/pass/sheet?permit={permit.id}")
    assert sheet.data.startswith(b"%PDF")
    assert sign_in(CLERK).get("/pass/sheet?permit=999999").status_code == 404
    assert sign_in(CLERK).get("/pass/sheet?permit=x").status_code == 404


def test_the_code_tells_everybody_the_state_and_nobody_the_name(counter, card, client, sign_in):
    page = client.get(f"/check/pass/{card.check_token}")
    assert page.status_code == 200
    assert card.number in page.text
    assert card.worker_name not in page.text
    assert client.get("/check/pass/nothing").status_code == 404
    counter.do("pass", card.id, "revoke", CLERK, reason="违规")
    assert "已收回" in client.get(f"/check/pass/{card.check_token}").text
    led = sign_in(GATE).get(f"/check/pass/{card.check_token}")
    assert led.status_code == 302
    assert led.location.startswith("/gate/?q=")


def test_a_scan_is_answered_in_a_tenth_of_a_second_among_a_hundred_thousand_passes(counter, card, sign_in):
    columns = [c.name for c in type(card).__table__.c if c.name not in ("id", "number", "check_token", "state")]
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    padded = "substr('000000' || i, -6)" if db.engine.dialect.name == "sqlite" else "lpad(i::text, 6, '0')"
    db.session.execute(
        text(
            f"INSERT INTO pass (number, check_token, state, {', '.join(columns)}) {many}"
            f" SELECT 'CR-1990-' || {padded}, 'token' || i, 'returned', {', '.join(columns)} FROM pass, n"
            " WHERE pass.id = :id AND i < 100000"
        ),
        {"id": card.id},
    )
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    gate = sign_in(GATE)
    gate.get("/gate/")
    taken = []
    for typed in [card.number, card.check_token] * 5:
        began = perf_counter()
        assert card.worker_name in gate.get(f"/gate/?q={typed}").text
        taken.append(perf_counter() - began)
    assert sorted(taken)[len(taken) // 2] < 0.1, taken


def test_hours_and_holidays_are_read_before_they_are_kept():
    assert are_hours(["00:00-23:59", "08:00-08:00"])
    assert not are_hours(["24:00-25:00"])
    assert not are_hours(["08:00-07:59"])
    assert are_days(["2026-10-01"])
    assert not are_days(["2026-02-29"])
