"""Pulled plugs: what was acknowledged is there, nothing is half, and the house comes back by itself."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import create_engine, event, text

from app.core import here, journal
from app.demo import names
from app.extensions import db
from tests.browserless import Api
from tests.conftest import PASSWORD
from tests.databases import make_app
from tests.postgres import Server, free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(url: str, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The shipped set-up, in a group of its own that can be killed as one."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
        "run:app",
    ]
    env = {**os.environ, "DATABASE_URL": url, "GUANJIA_HOME": str(home)}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until(lambda: _get(port, "/ready") == 200)
        yield process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def until(so: Callable[[], Any], seconds: float = 90) -> Any:
    """What it answers once it answers something, however busy the machine is."""
    ends = time.monotonic() + seconds
    while not (found := so()):
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)
    return found


def _get(port: int, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0


def _post(port: int, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any] | None:
    """The answer when it was acknowledged, None when the line went dead."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    asked = Request(f"http://127.0.0.1:{port}/api/v1/{path}", json.dumps(body).encode(), headers)
    try:
        with urlopen(asked, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (HTTPError, URLError, HTTPException, OSError, ValueError):
        return None


def _url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _are(those: list[str], enough: int) -> bool:
    return len(those) >= enough


def test_kill_9_in_writes_loses_nothing_acknowledged(database_url: str, home: Path, app: Any) -> None:
    db.session.remove()
    db.engine.dispose()
    kept: list[str] = []
    for turn, acknowledged in enumerate((3, 10, 25)):  # killed among the writes, wherever these are by then
        with serving(_url(database_url), home) as (process, port):
            proof = {"username": "front_desk", "password": PASSWORD, "provider": "db"}
            token = until(partial(_post, port, "security/login", proof))["access_token"]
            answered: list[str] = []

            def write(
                number: int, port: int = port, token: str = token, turn: int = turn, answered: list[str] = answered
            ) -> None:
                lead = {"customer_name": "王", "phone": names.phone(5000 + turn * 1000 + number), "source": "walk_in",
                        "inquiry_on": str(here.today())}  # fmt: skip
                done = _post(port, "lead/", lead, token)
                if done:
                    answered.append(done["result"]["number"])

            with ThreadPoolExecutor(4) as pool:
                pool.map(write, range(400))
                until(partial(_are, answered, acknowledged))
                os.killpg(process.pid, signal.SIGKILL)
            assert len(answered) < 400
            kept += answered
    with here.as_house():
        there = list(db.session.execute(text("SELECT number FROM lead ORDER BY number")).scalars())
        assert set(kept) <= set(there)
        assert len(kept) == len(set(kept))
        year = there[0][:8]
        assert there == [f"{year}{number:06d}" for number in range(1, len(there) + 1)]  # gapless
        told = db.session.execute(text("SELECT count(*) FROM journal_entry WHERE table_name = 'lead' AND verb = 'add'"))
        assert told.scalar_one() == len(there)
        assert journal.first_broken(db.session) is None
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_kill_9_in_an_import_leaves_none_or_all(database_url: str, home: Path, app: Any, tmp_path: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    file = tmp_path / "leads.csv"
    lines = [f"王{number},{names.phone(20_000 + number)},上门,{here.today()}" for number in range(1500)]
    file.write_text("客户姓名,联系电话,来源,咨询日期\n" + "\n".join(lines))
    env = {**os.environ, "DATABASE_URL": _url(database_url), "GUANJIA_HOME": str(home)}
    command = [sys.executable, "-m", "flask", "--app", "run", "import", "lead", str(file), "--as", "account_manager"]
    engine, counts = create_engine(database_url), []
    for wait in (1.8, 2.6, 60):
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with engine.connect() as connection:
            counts.append(connection.execute(text("SELECT count(*) FROM lead")).scalar_one())
        if counts[-1]:
            break
    engine.dispose()
    assert set(counts) <= {0, 1500}
    assert counts[-1] == 1500


@pytest.mark.on("sqlite")
def test_a_full_disk_is_told_and_reads_go_on(app: Any, api: Any) -> None:
    desk, full = api("front_desk"), {"on": True}

    @event.listens_for(db.engine, "begin")
    def _no_room(connection: Any) -> None:
        pages = connection.connection.dbapi_connection.execute("PRAGMA page_count").fetchone()[0]
        limit = pages if full["on"] else 2**30
        connection.connection.dbapi_connection.execute(f"PRAGMA max_page_count={limit}")

    db.session.remove()
    db.engine.dispose()
    answers = [desk.post("lead/", customer_name="王" * 30, phone=names.phone(600 + n), source="walk_in",
                         inquiry_on=str(here.today()), remarks="装" * 1900) for n in range(40)]  # fmt: skip
    assert {each.status_code for each in answers} <= {201, 503}
    assert 503 in {each.status_code for each in answers}
    refused = next(each for each in answers if each.status_code == 503)
    assert refused.json["message"]
    assert desk.get("lead/").status_code == 200
    assert desk.get("lead/").json["count"] == sum(each.status_code == 201 for each in answers)
    full["on"] = False
    again = desk.post(
        "lead/", customer_name="王", phone=names.phone(900), source="walk_in", inquiry_on=str(here.today())
    )
    assert again.status_code == 201
    assert journal.first_broken(db.session) is None


@pytest.mark.on("postgresql")
def test_a_lost_database_is_told_and_comes_back_by_itself(databases: Any, backend: str, home: Path) -> None:
    from tests.databases import _quick_to_check
    from tests.world import fill

    server = Server.start(durable=True)
    try:
        engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE house"))
        engine.dispose()
        app = make_app(server.url("house"), home)
        with app.app_context():
            from app.release import release

            release()
            fill(db.session)
            _quick_to_check(db.session)
            db.session.remove()
        desk = Api(app, "front_desk", PASSWORD)
        lead = {"customer_name": "王", "phone": names.phone(1), "source": "walk_in", "inquiry_on": str(here.today())}
        assert desk.post("lead/", **lead).status_code == 201
        server.crash()
        for answer in (desk.get("lead/"), desk.post("lead/", **lead), app.test_client().get("/ready")):
            assert answer.status_code == 503, answer.text
            assert "Traceback" not in answer.text
        assert app.test_client().get("/health").status_code == 200
        server.again()
        began = time.monotonic()
        while desk.get("lead/").status_code != 200:
            assert time.monotonic() - began < 5
            time.sleep(0.1)
        assert desk.get("lead/").json["count"] == 1
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()
