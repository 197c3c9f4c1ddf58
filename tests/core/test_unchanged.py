"""What was answered stands while nothing changes, and not one write longer."""

import re
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.wsgi import ClosingIterator

from app.core import here, unchanged
from app.core.pages import list_pages
from app.core.unchanged import Unchanged, Watch
from app.extensions import db
from app.security.sessions import revoke
from tests.browserless import Browserless
from tests.conftest import PASSWORD

LIST = "/lead/"
TOKEN = re.compile(r'(name="csrf_token" value="|name="csrf-token" content=")[^"]+')


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest) -> None:
    """As a house is served."""
    if "backend" in request.fixturenames:
        unchanged.watch(request.getfixturevalue("app"), db.engine)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with every list that is really made."""
    found: list[str] = []
    index: Any = list_pages.ListPages._listing

    def counted(self: Any, left: Any) -> Any:
        found.append(self.table())
        return index(self, left)

    monkeypatch.setattr(list_pages, "understood", Nothing())
    monkeypatch.setattr(list_pages.ListPages, "_listing", counted)
    return found


class Nothing:
    """Keeps nothing, so that each list that is made is understood anew."""

    def get(self, key: Any, make: Any) -> Any:
        return make()


@pytest.fixture
def clerk(sign_in: Any) -> Browserless:
    """Whose list stands: the address is known by now, and the browser has all its cookies."""
    found: Browserless = sign_in("account_manager")
    for _ in range(3):
        assert found.get(LIST).status_code == 200
    return found


def _is_made(made: list[str], browser: Browserless, path: str = LIST, **said: Any) -> bool:
    before = len(made)
    assert browser.get(path, **said).status_code == 200
    return len(made) > before


def _stands(made: list[str], browser: Browserless, path: str = LIST, **said: Any) -> bool:
    """PostgreSQL counts what is written in its other databases, too: other tests go on beside this one."""
    return any(not _is_made(made, browser, path, **said) for _ in range(50))


def test_nothing_is_made_anew_while_nothing_changes(clerk: Browserless, made: list[str]) -> None:
    first = clerk.get(LIST)
    assert _stands(made, clerk)
    again = clerk.get(LIST)
    assert TOKEN.sub("", again.text) == TOKEN.sub("", first.text)
    assert [name for name, _ in again.headers] == [name for name, _ in first.headers]


def test_whatever_is_written_by_whomever_ends_it(database_url: str, clerk: Browserless, made: list[str]) -> None:
    somebody = create_engine(database_url)
    with somebody.begin() as connection:
        connection.execute(text("UPDATE staff SET name = '改了名' WHERE id = 1"))
    assert _is_made(made, clerk)
    assert _stands(made, clerk)
    with somebody.begin() as connection:  # a table of which the list knows nothing as well
        connection.execute(text("UPDATE journal_head SET trimmed_hash = 'another'"))
    assert _is_made(made, clerk)
    with somebody.connect() as connection:  # what is not committed has not happened
        connection.execute(text("UPDATE staff SET name = '没改成' WHERE id = 1"))
        connection.rollback()
    clerk.get(LIST)
    assert _stands(made, clerk)
    somebody.dispose()


def test_an_ended_session_is_out_at_once(app: Flask, clerk: Browserless) -> None:
    assert clerk.get(LIST).status_code == 200
    user_id = db.session.execute(text("SELECT id FROM ab_user WHERE username = 'account_manager'")).scalar_one()
    revoke(db.session, reason="test", user_id=user_id)
    db.session.commit()
    assert clerk.get(LIST).status_code == 302


def test_a_closed_account_is_out_at_once(clerk: Browserless) -> None:
    db.session.execute(text("UPDATE ab_user SET active = :no WHERE username = 'account_manager'"), {"no": False})
    db.session.commit()
    assert clerk.get(LIST).status_code == 302


def test_each_browser_has_its_own(clerk: Browserless, sign_in: Any, made: list[str]) -> None:
    designer = sign_in("designer")
    designer.get(LIST)
    assert _stands(made, designer)
    clerk.get(LIST)
    ours, theirs = clerk.get(LIST).text, designer.get(LIST).text
    assert len(re.findall("<tr", ours)) > len(re.findall("<tr", theirs))
    nobody = clerk.client.application.test_client()
    assert nobody.get(LIST).status_code == 302


def test_whatever_the_browser_says_is_a_part_of_the_question(clerk: Browserless, made: list[str]) -> None:
    for said in ({"HX-Request": "true"}, {"Accept-Language": "en"}, {"Cookie-Consent": "x"}):
        assert _is_made(made, clerk, headers=said)
        assert _stands(made, clerk, headers=said)
    part = clerk.get(LIST, headers={"HX-Request": "true"}).text
    assert "<html" not in part and "<html" in clerk.get(LIST).text
    assert _is_made(made, clerk, f"{LIST}?size=2")


def test_the_minute_is_a_part_of_the_question(
    clerk: Browserless, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = here.now().replace(second=59)
    monkeypatch.setattr(here, "now", lambda: now)
    clerk.get(LIST)
    assert _stands(made, clerk)
    later = now + timedelta(seconds=1)
    monkeypatch.setattr(here, "now", lambda: later)
    assert _is_made(made, clerk)


def test_what_sets_a_cookie_or_holds_the_key_of_a_form_is_not_kept(app: Flask, clerk: Browserless) -> None:
    kept: Unchanged = app.extensions["unchanged"]
    first, second = (clerk.get("/lead/new").text for _ in range(2))
    once = re.compile(r'name="once_token"[^>]*value="([^"]+)"')
    assert once.findall(first) != once.findall(second)
    assert [path for path in (LIST, "/lead/new") if path in kept.paths] == [LIST]
    for answer in kept.answers.all():
        assert "Set-Cookie" not in dict(answer.headers)
        assert b"once_token" not in answer.body


def test_a_page_with_the_key_of_a_form_does_not_stand_whatever_it_says_of_itself() -> None:
    asked: list[str] = []

    def page(environ: dict[str, Any], start_response: Any) -> ClosingIterator:
        asked.append(environ["PATH_INFO"])
        environ["guanjia.stands"] = True
        body = b'<input name="once_token" value="1">' if environ["PATH_INFO"] == "/form" else b"<p>"
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return ClosingIterator([body])

    class Still(Watch):
        def mark(self) -> int:
            return 1

    around = Unchanged(page)
    around.watch = Still(lambda: None, "")
    for path in ("/form", "/list"):
        for _ in range(5):
            assert b"".join(around({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda *_: None))
    assert (asked.count("/form"), asked.count("/list")) == (5, 2)


@pytest.mark.on("postgresql")
def test_a_lost_connection_says_nothing_about_before(app: Flask, clerk: Browserless, made: list[str]) -> None:
    assert _stands(made, clerk)
    with db.engine.connect() as killer:
        killer.execute(text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE query LIKE '%pg_current_snapshot%' AND pid <> pg_backend_pid() AND datname = current_database()"
        ))  # fmt: skip
    assert _is_made(made, clerk)  # nothing can be said: made, not kept
    assert _is_made(made, clerk)  # another connection, whose word is not compared with the first one's
    assert _stands(made, clerk)


def test_nobody_is_told_what_was_before_a_write_that_is_done(app: Flask, database_url: str, sign_in: Any) -> None:
    """Four who read while one writes: whoever asks after a write was acknowledged is told of it."""
    manager, lead = sign_in("account_manager"), db.session.execute(text("SELECT max(id) FROM lead")).scalar_one()
    writer = create_engine(database_url)
    done, over, faults, seen = [0], Event(), [], []

    def write() -> None:
        for number in range(1, 60):
            with writer.begin() as connection:
                connection.execute(
                    text("UPDATE lead SET customer_name = :name WHERE id = :id"),
                    {"name": f"第{number:03d}号", "id": lead},
                )
            done[0] = number
        over.set()

    def read(browser: Browserless) -> None:
        while not over.is_set():
            for _ in range(3):  # several at rest, so that some do stand
                before = done[0]
                found = re.search(r"第(\d{3})号", browser.get(LIST).text)
                told = int(found[1]) if found else 0
                seen.append(told)
                if told < before:
                    faults.append((told, before))

    browsers = [manager, *(Browserless(app, "account_manager", PASSWORD) for _ in range(3))]
    for each in browsers:
        each.get(LIST)
    readers = [Thread(target=read, args=(each,)) for each in browsers]
    for each_thread in readers:
        each_thread.start()
    write()
    for each_thread in readers:
        each_thread.join(60)
    writer.dispose()
    assert not faults
    assert len(seen) > 20


# --- a record: whoever sees it in full is told of to the journal ---------------------------


def _looks(row_id: int) -> int:
    found = text("SELECT count(*) FROM journal_entry WHERE verb = 'view' AND table_name = 'lead' AND row_id = :id")
    return int(db.session.execute(found, {"id": row_id}).scalar_one())


@pytest.fixture
def lead() -> int:
    return int(db.session.execute(text("SELECT max(id) FROM lead")).scalar_one())


def test_a_record_loaded_again_within_its_minute_is_one_look(
    app: Flask, sign_in: Any, lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = here.now().replace(second=10)
    monkeypatch.setattr(here, "now", lambda: now)
    manager, path, before = sign_in("account_manager"), f"/lead/{lead}", _looks(lead)
    pages = [manager.get(path).text for _ in range(5)]
    assert _looks(lead) == before + 1
    assert len({TOKEN.sub("", each) for each in pages}) == 1
    assert f"/lead/{lead}" in {each[0] for each in _kept_of(app)}
    later = now + timedelta(seconds=50)
    monkeypatch.setattr(here, "now", lambda: later)
    manager.get(path)
    assert _looks(lead) == before + 2


def test_a_look_is_told_anew_from_elsewhere_or_of_what_was_changed(sign_in: Any, lead: int) -> None:
    manager, path = sign_in("account_manager"), f"/lead/{lead}"
    before = _looks(lead)
    manager.get(path)
    manager.get(path, environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    manager.get(path)
    assert _looks(lead) == before + 3
    manager.post(f"{path}/edit", {"customer_name": "顾清和"})
    assert "顾清和" in manager.get(path).text
    assert _looks(lead) == before + 4


def _kept_of(app: Flask) -> list[Any]:
    kept: Unchanged = app.extensions["unchanged"]
    return list(kept.answers._things)
