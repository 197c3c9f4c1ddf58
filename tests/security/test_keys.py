"""Keys for machines: they open what their owner may, less what they were not given, as long as both are there."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from app.core import here
from app.core.journal import JournalEntry
from app.demo.desk import Desk
from app.extensions import db
from app.security import keys
from app.security.models import Account, ApiKey
from tests.conftest import PASSWORD
from tests.security.test_sign_in import user


@pytest.fixture
def world() -> str:
    return "demo"


class Machine:
    """A program with a key."""

    def __init__(self, app: Flask, token: str, address: str = "10.0.0.8") -> None:
        self.client, self.address = app.test_client(use_cookies=False), address
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path: str, way: str = "get", **more: Any) -> Any:
        where = {"REMOTE_ADDR": self.address}
        return getattr(self.client, way)(path, headers=self.headers, environ_overrides=where, **more)


def make(browser: Any, **given: Any) -> str:
    asked = {"name": "财务系统", "last_on": str(here.today() + timedelta(days=30)), "current": PASSWORD, **given}
    page = browser.post("/account/keys/new", asked)
    assert page.status_code == 200, page.text
    token = page.text.split('<p class="secret secret-long" tabindex="0">')[1].split("</p>")[0]
    assert token.startswith("gj_")
    return str(token)


def test_a_key_reads_what_its_owner_reads_by_rest_and_graphql(app: Flask, sign_in: Any, api: Any) -> None:
    machine, token = Machine(app, make(sign_in("account_manager"), only_reads="1")), api("account_manager")
    assert machine.ask("/api/v1/lead/").json == token.get("lead/").json
    assert machine.ask("/api/v1/charge/").status_code == 403  # nor does its owner
    told = machine.ask("/api/v1/graphql", "post", json={"query": "{ lead { rows { id phone } } }"})
    assert told.status_code == 200, told.text
    assert "errors" not in told.json, told.text
    assert machine.ask("/api/v1/openapi.json").json["security"] == [{"token": []}, {"key": []}]
    assert machine.ask("/lead/").status_code == 403  # a page
    assert machine.ask("/api/v1/security/logout", "post").status_code == 403


def test_it_is_kept_as_a_hash_and_told_once(app: Flask, sign_in: Any) -> None:
    browser = sign_in("cashier")
    token = make(browser)
    [kept] = db.session.execute(select(ApiKey)).scalars()
    assert token not in str(vars(kept))
    page = browser.get("/account/").text
    assert token not in page
    assert "财务系统" in page
    told = [f"{each.note}{each.after}" for each in db.session.execute(select(JournalEntry)).scalars()]
    assert not any(token in each for each in told)


def test_one_that_only_reads_changes_nothing(app: Flask, sign_in: Any) -> None:
    machine = Machine(app, make(sign_in("account_manager"), only_reads="1"))
    row = machine.ask("/api/v1/lead/").json["ids"][0]
    for way, path in (
        ("post", "lead/"),
        ("put", f"lead/{row}"),
        ("delete", f"lead/{row}"),
        ("put", f"lead/{row}/follow"),
    ):
        assert machine.ask(f"/api/v1/{path}", way, json={}).status_code == 403, path
    changed = machine.ask("/api/v1/graphql", "post", json={"query": "mutation { lead_follow_up(id: 1) { id } }"})
    assert changed.status_code == 400  # there is no such thing in what it sees
    answer = machine.ask("/api/v1/graphql")
    assert "type Mutation" not in answer.text


def test_one_that_acts_does_it_as_by_the_key_of_its_owner(app: Flask, sign_in: Any) -> None:
    browser = sign_in("admin")
    machine = Machine(app, make(browser, name="同步"))
    made = machine.ask("/api/v1/department/", "post", json={"code": "XB", "name": "新部门", "kind": "administration"})
    assert made.status_code == 201, made.text
    [entry] = db.session.execute(
        select(JournalEntry).where(JournalEntry.table_name == "department", JournalEntry.verb == "add")
    ).scalars()
    assert entry.user_id == user("admin")
    assert entry.note == {"by_key": "同步"}
    assert "（密钥「同步」）" in browser.get("/journal/?table=department").text
    assert "（密钥「同步」）" in browser.get(f"/department/{made.json['id']}/part/history").text
    assert app.test_cli_runner().invoke(args=["journal", "verify"]).exit_code == 0


def test_one_for_some_registers_opens_them_and_names_only(app: Flask, sign_in: Any) -> None:
    machine = Machine(app, make(sign_in("account_manager"), tables=["lead"]))
    assert machine.ask("/api/v1/lead/").json["count"] > 0
    assert machine.ask("/api/v1/dispatch/").status_code == 403
    assert machine.ask("/api/v1/staff/").status_code == 200  # whose names everybody looks up
    schema = machine.ask("/api/v1/graphql").text
    assert "lead(" in schema
    assert "\n  dispatch(" not in schema


def test_nothing_masked_is_shown_in_full_to_a_key(app: Flask, sign_in: Any, api: Any) -> None:
    machine = Machine(app, make(sign_in("service_manager")))
    row = machine.ask("/api/v1/renovation_application/").json["ids"][0]
    given = {"column": "applicant_id_number", "reason": "核对身份"}
    assert machine.ask(f"/api/v1/renovation_application/{row}/reveal", "post", json=given).status_code == 403
    assert api("service_manager").post(f"renovation_application/{row}/reveal", **given).status_code in (200, 404, 422)


def test_it_ends_at_once_and_with_its_owner(app: Flask, sign_in: Any, api: Any) -> None:
    browser, admin = sign_in("cashier"), sign_in("admin")
    first, second = Machine(app, make(browser, name="甲")), Machine(app, make(browser, name="乙"))
    ids = dict(db.session.execute(select(ApiKey.name, ApiKey.id)).tuples().all())
    assert sign_in("designer").post(f"/account/keys/{ids['甲']}/end").status_code == 404
    assert browser.post(f"/account/keys/{ids['甲']}/end").status_code == 302
    assert first.ask("/api/v1/charge/").status_code == 401
    assert second.ask("/api/v1/charge/").status_code == 200
    assert "乙" in admin.get("/user/keys/").text
    assert admin.post(f"/user/keys/{ids['乙']}/end").status_code == 302
    assert second.ask("/api/v1/charge/").status_code == 401
    third = Machine(app, make(browser, name="丙"))
    assert third.ask("/api/v1/charge/").status_code == 200
    assert admin.post(f"/user/{user('cashier')}", {"roles": "gate", "active": "1"}).status_code == 302
    assert third.ask("/api/v1/charge/").status_code == 403
    assert admin.post(f"/user/{user('cashier')}", {"roles": "cashier"}).status_code == 302  # closed
    assert third.ask("/api/v1/charge/").status_code == 401
    assert admin.post(f"/user/{user('cashier')}", {"roles": "cashier", "active": "1"}).status_code == 302
    assert third.ask("/api/v1/charge/").status_code == 401  # it does not come back with the account
    fourth = Machine(app, make(sign_in("designer5")))
    assert fourth.ask("/api/v1/lead/").status_code == 200
    staff = Desk(db.session).staff_id("designer5")
    assert api("human_resources").post(f"staff/{staff}/leave_company", on=str(here.today())).status_code == 200
    assert fourth.ask("/api/v1/lead/").status_code == 401


def test_a_password_that_another_sets_ends_the_keys(app: Flask, sign_in: Any) -> None:
    machine = Machine(app, make(sign_in("cashier")))
    assert sign_in("admin").post(f"/user/{user('cashier')}/password").status_code == 200
    assert machine.ask("/api/v1/charge/").status_code == 401


def test_its_last_day_is_its_last(app: Flask, sign_in: Any, time_machine: Any) -> None:
    machine = Machine(app, make(sign_in("cashier"), last_on=str(here.today())))
    assert machine.ask("/api/v1/charge/").status_code == 200
    time_machine.move_to(here.midnight(here.today() + timedelta(days=1)) - timedelta(seconds=1))
    assert machine.ask("/api/v1/charge/").status_code == 200
    time_machine.move_to(here.midnight(here.today() + timedelta(days=1)))
    assert machine.ask("/api/v1/charge/").status_code == 401


def test_from_other_addresses_it_opens_nothing(app: Flask, sign_in: Any) -> None:
    token = make(sign_in("cashier"), networks="10.1.0.0/16, 192.168.1.7")
    assert Machine(app, token, "10.1.255.255").ask("/api/v1/charge/").status_code == 200
    assert Machine(app, token, "192.168.1.7").ask("/api/v1/charge/").status_code == 200
    assert Machine(app, token, "10.2.0.0").ask("/api/v1/charge/").status_code == 401
    assert Machine(app, token, "192.168.1.8").ask("/api/v1/charge/").status_code == 401


@pytest.mark.parametrize(
    ("address", "networks", "within"),
    [
        ("10.0.0.1", [], True), ("10.0.0.1", ["10.0.0.1"], True), ("10.0.0.1", ["10.0.0.0/31"], True),
        ("10.0.0.2", ["10.0.0.0/31"], False), ("::ffff:10.0.0.1", ["10.0.0.1"], True), ("fd00::1", ["fd00::/8"], True),
        ("fd00::1", ["10.0.0.0/8"], False), ("", ["10.0.0.0/8"], False), ("nonsense", ["0.0.0.0/0"], False),
    ],
)  # fmt: skip
def test_where_an_address_lies(address: str, networks: list[str], within: bool) -> None:
    assert keys.is_within(address, networks) is within


def test_every_use_counts_and_is_told(app: Flask, sign_in: Any, monkeypatch: Any, time_machine: Any) -> None:
    monkeypatch.setattr(keys, "A_MINUTE", 3)
    browser = sign_in("cashier")
    machine = Machine(app, make(browser))
    time_machine.move_to(here.midnight() + timedelta(hours=23, minutes=10, seconds=5))
    assert [machine.ask("/api/v1/charge/").status_code for _ in range(4)] == [200, 200, 200, 429]
    time_machine.move_to(here.now() + timedelta(minutes=1))
    assert machine.ask("/api/v1/charge/").status_code == 200
    [kept] = db.session.execute(select(ApiKey)).scalars()
    assert (kept.uses, kept.used_from) == (1, "10.0.0.8")


def test_who_tries_keys_is_told_to_wait_and_others_sign_in(app: Flask, api: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.security.limits.TRIES_PER_ADDRESS", 3)
    machine = Machine(app, "gj_nonsense", "127.0.0.1")
    assert [machine.ask("/api/v1/charge/").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert api("cashier").get("charge/").status_code == 200  # from the same address


def test_what_a_key_needs(app: Flask, sign_in: Any) -> None:
    browser, today = sign_in("cashier"), here.today()
    good = {"name": "甲", "last_on": str(today + timedelta(days=366)), "current": PASSWORD}
    for wrong in (
        {"name": ""}, {"last_on": ""}, {"last_on": str(today - timedelta(days=1))}, {"last_on": str(today + timedelta(days=367))},
        {"current": "not this one"}, {"networks": "10.0.0.300"}, {"networks": "10.0.0.1/8"},
    ):  # fmt: skip
        page = browser.post("/account/keys/new", {**good, **wrong})
        assert page.status_code == 422, wrong
        assert PASSWORD not in page.text
    make(browser, **good)
    assert browser.post("/account/keys/new", good).status_code == 422  # of this name there is one


def test_the_second_factor_is_asked_of_who_has_one(app: Flask, sign_in: Any) -> None:
    browser, secret = sign_in("cashier"), pyotp.random_base32()
    with here.as_house():
        db.session.get_one(Account, user("cashier")).totp_secret = secret
        db.session.commit()
    given = {"name": "甲", "last_on": str(here.today()), "current": PASSWORD}
    assert browser.post("/account/keys/new", given).status_code == 422
    assert browser.post("/account/keys/new", {**given, "code": "000000"}).status_code == 422
    make(browser, **given, code=pyotp.TOTP(secret).now())


def test_a_job_of_a_key_ends_with_it(app: Flask, sign_in: Any) -> None:
    make(sign_in("account_manager"), tables=["lead"])
    [kept] = db.session.execute(select(ApiKey)).scalars()
    owner = keys.owner_with_id(db.session, kept.user_id, kept.id)
    assert owner is not None
    assert owner.key is not None
    assert owner.key.tables == {"lead"}
    kept.ended_at = here.now()
    db.session.commit()
    assert keys.owner_with_id(db.session, kept.user_id, kept.id) is None
    assert keys.owner_with_id(db.session, kept.user_id) is not None
