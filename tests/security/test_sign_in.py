"""Signing in: limits, lifetimes, what ends a sign-in, second factor, CSRF, cookies, headers."""

import re
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.core import here
from app.demo.desk import Desk
from app.extensions import db
from app.security import limits, passwords
from app.security.models import Account, SignIn
from tests.conftest import PASSWORD
from tests.databases import make_app

LOGIN = "/api/v1/security/login"
GOOD = "horse battery 93 staple"


def proof(username: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    return {"username": username, "password": password, "provider": "db", **more}


def tries(app: Flask, username: str, password: str, address: str = "10.0.0.1", door: str = LOGIN) -> int:
    client = app.test_client(use_cookies=door != LOGIN)
    where = {"REMOTE_ADDR": address}
    if door == LOGIN:
        return int(client.post(door, json=proof(username, password), environ_overrides=where).status_code)
    page = client.get(door, environ_overrides=where)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    given = {"username": username, "password": password, "csrf_token": token[1]}
    return int(client.post(door, data=given, environ_overrides=where).status_code)


# --- limits -------------------------------------------------------------------------------


@pytest.mark.parametrize("door", [LOGIN, "/login/"])
def test_an_account_rests_after_five_wrong_tries(app: Flask, door: str, time_machine: Any) -> None:
    for number in range(limits.TRIES_PER_ACCOUNT):
        assert tries(app, "cashier", "wrong horse 42", f"10.0.0.{number}", door) == 401
    assert tries(app, "cashier", PASSWORD, "10.0.0.99", door) == 401  # resting, and it does not say so
    assert tries(app, "cashier2", PASSWORD, "10.0.0.98", LOGIN) == 200
    time_machine.move_to(here.now() + limits.LOCKED_FOR + timedelta(seconds=1))
    assert tries(app, "cashier", PASSWORD, "10.0.0.97", LOGIN) == 200


def test_the_limit_holds_over_workers(app: Flask, database_url: str, home: Path) -> None:
    another = make_app(database_url, home)
    for number in range(limits.TRIES_PER_ACCOUNT):
        assert tries((app, another)[number % 2], "cashier", "wrong horse 42") == 401
    assert tries(another, "cashier", PASSWORD) == 401


@pytest.mark.on("sqlite")
def test_an_address_that_tries_too_often_is_told_to_wait(app: Flask) -> None:
    answers = [tries(app, f"nobody{number}", "wrong horse 42") for number in range(limits.TRIES_PER_ADDRESS + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {401}
    assert tries(app, "cashier", PASSWORD, "10.9.9.9") == 200


@pytest.mark.on("sqlite")
def test_unknown_and_known_users_get_the_same_answer_in_the_same_time(app: Flask) -> None:
    def answered(username: str, turn: int) -> tuple[float, str]:
        client, began = app.test_client(), time.perf_counter()
        text = client.post(
            LOGIN, json=proof(username, "wrong"), environ_overrides={"REMOTE_ADDR": f"1.{turn}.1.1"}
        ).text
        return time.perf_counter() - began, text

    with here.as_house():
        db.session.get_one(User, user("cashier")).password = passwords.kept(PASSWORD)
        db.session.commit()
    known = [answered("cashier", turn) for turn in range(4)]
    unknown = [answered("nobody at all", turn) for turn in range(100, 104)]
    assert {text for _, text in known} == {text for _, text in unknown}
    slow, fast = median(t for t, _ in known), median(t for t, _ in unknown)
    assert 0.5 < slow / fast < 2


# --- what ends a sign-in ------------------------------------------------------------------


def test_logout_ends_a_copied_cookie(app: Flask, sign_in: Any) -> None:
    browser = sign_in("cashier")
    [cookie] = [each for each in browser.client._cookies.values() if each.key == "guanjia"]
    thief = app.test_client()
    thief.set_cookie("guanjia", cookie.value)
    assert thief.get("/account/").status_code == 200
    assert browser.post("/logout/").status_code == 302
    assert thief.get("/account/").status_code == 302


def test_a_changed_password_ends_every_other_sign_in_and_token(app: Flask, sign_in: Any, api: Any) -> None:
    here_, there, token = sign_in("cashier"), sign_in("cashier"), api("cashier")
    given = {"current": "not this one", "new": GOOD, "again": GOOD}
    assert here_.post("/account/password", given).status_code == 422
    assert token.get("charge/").status_code == 200
    given["current"] = PASSWORD
    assert here_.post("/account/password", given).status_code == 302
    assert here_.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert token.get("charge/").status_code == 401
    assert tries(app, "cashier", PASSWORD) == 401
    assert tries(app, "cashier", GOOD) == 200


def test_whoever_leaves_the_company_is_out_at_once(api: Any, sign_in: Any) -> None:
    browser, token = sign_in("designer5"), api("designer5")
    staff = Desk(db.session).staff_id("designer5")
    done = api("human_resources").post(f"staff/{staff}/leave_company", on=str(here.today()))
    assert done.status_code == 200, done.text
    assert browser.get("/account/").status_code == 302
    assert token.get("lead/").status_code == 401


def test_a_role_taken_away_bites_at_the_next_request(sign_in: Any, api: Any) -> None:
    admin, browser, token = sign_in("admin"), sign_in("account_manager2"), api("account_manager2")
    assert browser.get("/lead/").status_code == 200
    user_id = user("account_manager2")
    assert admin.post(f"/user/{user_id}", {"roles": "gate", "active": "1"}).status_code == 302
    assert browser.get("/lead/").status_code == 403
    assert token.get("lead/").status_code == 403
    assert admin.post(f"/user/{user_id}", {"roles": "gate"}).status_code == 302
    assert browser.get("/pass/").status_code == 302
    assert token.get("pass/").status_code == 401


def user(username: str) -> int:
    with here.as_house():
        return int(db.session.execute(select(User.id).where(User.username == username)).scalar_one())


@pytest.mark.parametrize(
    ("hours", "minutes", "alive"), [(0, 29, True), (0, 31, False), (11, 59, True), (12, 1, False)]
)  # fmt: skip
def test_a_sign_in_ends_after_half_an_hour_idle_and_twelve_hours_at_all(
    sign_in: Any, time_machine: Any, hours: int, minutes: int, alive: bool
) -> None:
    browser, began = sign_in("cashier"), here.now()
    for quarter in range(1, hours * 4 + 3 * (hours > 0)):
        time_machine.move_to(began + timedelta(minutes=15 * quarter))
        browser.get("/account/")
    time_machine.move_to(began + timedelta(hours=hours, minutes=minutes))
    assert (browser.get("/account/").status_code == 200) is alive


def test_a_token_lasts_fifteen_minutes_and_is_no_cookie(app: Flask, api: Any, time_machine: Any) -> None:
    token = api("cashier")
    page = app.test_client()
    page.set_cookie("guanjia", token.headers["Authorization"][7:])
    assert page.get("/account/").status_code == 302
    time_machine.move_to(here.now() + timedelta(minutes=16))
    assert token.get("charge/").status_code == 401


def test_the_clock_may_jump(sign_in: Any, app: Flask, time_machine: Any) -> None:
    browser = sign_in("cashier")
    time_machine.move_to(here.now() - timedelta(days=2))
    assert browser.get("/account/").status_code in (200, 302)  # a cookie from the future may be refused
    assert tries(app, "cashier", PASSWORD) == 200
    time_machine.move_to(here.now() + timedelta(days=42))
    assert browser.get("/account/").status_code == 302
    assert tries(app, "cashier", PASSWORD) == 200


def test_people_and_the_admin_see_and_end_sign_ins(sign_in: Any) -> None:
    first, second, admin = sign_in("cashier"), sign_in("cashier"), sign_in("admin")
    with here.as_house():
        query = select(SignIn.id).where(SignIn.user_id == user("cashier")).order_by(SignIn.id)
        [one, two] = db.session.execute(query).scalars()
    assert f"/account/end/{two}" in first.get("/account/").text
    stranger = sign_in("gate")
    stranger.post(f"/account/end/{two}")
    assert second.get("/account/").status_code == 200
    first.post(f"/account/end/{two}")
    assert second.get("/account/").status_code == 302
    assert first.get("/account/").status_code == 200
    assert admin.post(f"/user/{user('cashier')}/end").status_code == 302
    assert first.get("/account/").status_code == 302
    assert one


# --- accounts -----------------------------------------------------------------------------


def test_nobody_raises_themselves_and_the_last_admin_stays(sign_in: Any) -> None:
    admin, second = sign_in("admin"), sign_in("admin2")
    one, two = user("admin"), user("admin2")
    assert admin.post(f"/user/{one}", {"roles": ["admin", "cashier"], "active": "1"}).status_code == 422
    assert second.post(f"/user/{one}", {"roles": "gate", "active": "1"}).status_code == 302
    assert admin.get("/user/").status_code == 403
    refused = second.post(f"/user/{two}", {"roles": "gate", "active": "1"})
    assert refused.status_code == 422
    assert "系统管理员" in refused.text
    for role in ("human_resources", "general_manager", "auditor", "service_manager"):
        other = sign_in(role)
        assert other.post(f"/user/{user(role)}", {"roles": "admin", "active": "1"}).status_code == 403
        assert other.post("/user/new", {"username": "x1", "roles": "admin"}).status_code == 403


def test_two_admins_who_remove_each_other_leave_one(app: Flask, sign_in: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    pairs = [(sign_in("admin"), user("admin2")), (sign_in("admin2"), user("admin"))]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(f"/user/{pair[1]}", {"roles": "gate", "active": "1"}), pairs))
    assert sorted(each.status_code for each in answers) in ([302, 403], [302, 422])
    assert sum(each.get("/user/").status_code == 200 for each in (sign_in("admin"), sign_in("admin2"))) == 1


def test_an_initial_password_has_to_be_changed_first(app: Flask, sign_in: Any) -> None:
    admin = sign_in("admin")
    page = admin.post(f"/user/{user('gate2')}/password")
    initial = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", page.text)
    assert initial
    from tests.browserless import Browserless

    browser = Browserless(app, "gate2", initial[0])
    assert browser.get("/pass/").location == "/account/password"
    token = app.test_client().post(LOGIN, json=proof("gate2", initial[0])).json["access_token"]
    assert app.test_client().get("/api/v1/pass/", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    browser.get("/account/password")
    given = {"current": initial[0], "new": GOOD, "again": GOOD}
    assert browser.post("/account/password", given).status_code == 302
    assert browser.get("/pass/").status_code == 200


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short 1234", True), ("short 123", False), ("password123", False), ("1234567890", False), ("qwertyuiop", False),
        ("aaaaaaaaaaaa", False), ("my cashier password", False), ("长城长江黄河泰山华山衡山", True), ("x" * 201, False),
        ("tree lamp shoe river " * 4, True),
    ],
)  # fmt: skip
def test_which_passwords_are_good_enough(app: Flask, password: str, good: bool) -> None:
    assert (passwords.fault_in(password, "cashier") is None) is good
    assert len(passwords.common()) >= 3000


@pytest.mark.on("sqlite")
def test_a_company_that_is_assessed_may_ask_for_kinds_of_signs(app: Flask) -> None:
    app.config["PASSWORD_POLICY"] = "mlps"
    assert passwords.fault_in("tree lamp shoe", "cashier") is not None
    assert passwords.fault_in("Tree lamp shoe 7", "cashier") is None


# --- second factor ------------------------------------------------------------------------


def test_a_second_factor_is_asked_and_counts_once(app: Flask, time_machine: Any) -> None:
    secret = pyotp.random_base32()
    with here.as_house():
        db.session.get_one(Account, user("admin")).totp_secret = secret
        db.session.commit()
    time_machine.move_to(here.now(), tick=False)
    client, code = app.test_client(), pyotp.TOTP(secret).at(int(here.now().timestamp()))
    assert client.post(LOGIN, json=proof("admin")).status_code == 401
    assert client.post(LOGIN, json=proof("admin", totp="000000")).status_code == 401
    assert client.post(LOGIN, json=proof("admin", totp=code)).status_code == 200
    assert client.post(LOGIN, json=proof("admin", totp=code)).status_code == 401


def test_where_the_house_asks_for_it_who_may_reveal_sets_it_up_first(app: Flask, sign_in: Any, api: Any) -> None:
    app.config["GUANJIA_REQUIRE_TOTP"] = True
    for username, asked in (("admin", True), ("human_resources", True), ("cashier", False), ("designer", False)):
        browser = sign_in(username)
        assert (browser.get("/staff/").location == "/account/totp") is asked
        assert (api(username).get("staff/").status_code == 403) is asked
        assert browser.get("/account/totp").status_code == 200


# --- CSRF, cookies, headers ---------------------------------------------------------------


def test_every_unsafe_page_request_needs_its_token(app: Flask, sign_in: Any) -> None:
    browser = sign_in("admin")
    client = browser.client
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) & {"POST", "PUT", "DELETE", "PATCH"}
        if not methods or str(rule.rule).startswith("/api/v1/security/"):
            continue
        path = re.sub(r"<int:\w+>", "1", str(rule.rule)).replace("<table>", "staff")
        path = re.sub(r"<\w+>", "leave_company", path)
        for method in methods:
            answer = client.open(path, method=method, data={"on": "2026-01-01"})
            assert answer.status_code in (400, 401), f"{method} {path} without a token is {answer.status_code}"


def test_the_api_takes_no_cookie_for_a_change(sign_in: Any) -> None:
    browser = sign_in("account_manager")
    answer = browser.client.post(
        "/api/v1/lead/", json={"customer_name": "王"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code in (400, 401)


def test_nothing_changes_by_get(sign_in: Any, database_url: str) -> None:
    from tests.security.test_matrix import unchanging

    admin = sign_in("admin")
    before = unchanging(database_url)
    for path in (
        "/staff/1/leave_company?on=2026-01-01",
        "/staff/1/delete",
        "/logout/",
        "/user/1/end",
        "/user/1/password",
    ):
        assert admin.get(path).status_code in (200, 403, 404, 405)
    assert unchanging(database_url) == before
    assert admin.get("/account/").status_code == 200


@pytest.mark.on("sqlite")
def test_cookie_and_headers(app: Flask, sign_in: Any, database_url: str, home: Path) -> None:
    browser = sign_in("cashier")
    page = browser.get("/charge/")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in page.headers or "werkzeug" not in page.headers["Server"].lower()
    first = app.test_client().get("/login/").headers["Set-Cookie"]
    assert "HttpOnly" in first
    assert "SameSite=Lax" in first


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "way", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx"]
)
def test_the_way_back_is_never_another_host(app: Flask, way: str) -> None:
    from urllib.parse import quote

    client = app.test_client()
    page = client.get(f"/login/?next={quote(way)}")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    given = {"username": "cashier", "password": PASSWORD, "csrf_token": token[1]}
    answer = client.post(f"/login/?next={quote(way)}", data=given)
    assert answer.status_code == 302
    assert answer.location == "/"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("key", ["short", "secret" * 10, "a" * 64, "thisismyscretkey" * 3])
def test_a_known_or_short_key_stops_the_start(database_url: str, tmp_path: Path, key: str) -> None:
    from app import create_app

    with pytest.raises(RuntimeError):
        create_app({"SQLALCHEMY_DATABASE_URI": database_url, "GUANJIA_HOME": tmp_path, "SECRET_KEY": key})


@pytest.mark.on("sqlite")
def test_the_key_is_made_at_the_first_start_and_kept(database_url: str, tmp_path: Path) -> None:
    keys = [make_app(database_url, tmp_path).config["SECRET_KEY"] for _ in range(2)]
    assert keys[0] == keys[1]
    assert (tmp_path / "keys" / "secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys" / "data.key").stat().st_mode & 0o077 == 0


@pytest.mark.on("sqlite")
def test_the_host_header_is_not_believed(app: Flask, sign_in: Any) -> None:
    client = app.test_client()
    page = client.get("/lead/", headers={"Host": "evil.example"})
    assert page.status_code == 302
    assert "evil.example" not in page.location
    assert "evil.example" not in client.get("/login/", headers={"Host": "evil.example"}).text
    assert "evil.example" not in sign_in("admin").get("/", headers={"X-Forwarded-Host": "evil.example"}).text


def test_an_error_of_ours_tells_nothing_of_itself(api: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("SELECT phone FROM lead")

    client, browser = api("account_manager"), sign_in("account_manager")
    monkeypatch.setattr("app.core.listing.Listing.page", break_down)
    for answer in (client.get("lead/"), browser.get("/lead/")):
        assert answer.status_code == 500
        for each in ("Traceback", "RuntimeError", "SELECT", ".py", "Werkzeug", "Flask", "SQLAlchemy"):
            assert each not in answer.text
        assert "Werkzeug" not in answer.headers.get("Server", "")
