"""Several houses on one installation: what belongs to one is of no use in another."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app import houses
from app.core.answers import Faulty, Refusal
from tests.browserless import _TOKEN
from tests.conftest import PASSWORD
from tests.postgres import free_port

pytestmark = pytest.mark.on("sqlite")


class Served:
    """One house's server, asked as from a browser that keeps what cookies it is given."""

    def __init__(self, house: houses.House) -> None:
        self.house = house
        command = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{house.port}", "run:app"]
        self.process = subprocess.Popen(
            [sys.executable, *command], env={**house.environment(), "GUANJIA_WORKERS": "1", "GUANJIA_JOBS": "0"}
        )

    def ask(self, way: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, str]:
        """(status, text, the cookie that was set)"""
        with closing(HTTPConnection("127.0.0.1", self.house.port, timeout=30)) as connection:
            text = json.dumps(body) if isinstance(body, dict) and "Cookie" not in headers else urlencode(body or {})
            kind = "application/json" if text.startswith("{") else "application/x-www-form-urlencoded"
            sent = {"Host": f"{self.house.host}:{self.house.port}", "Content-Type": kind, **headers}
            connection.request(way, path, text if body is not None else None, sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def ready(self) -> bool:
        try:
            return self.ask("GET", "/ready")[0] == 200
        except OSError:
            return False

    def session(self) -> str:
        """The cookie of somebody who signed in on the page."""
        _, page, cookie = self.ask("GET", "/login/")
        token = _TOKEN.search(page)
        assert token
        given = {"csrf_token": token[1], "username": "admin", "password": PASSWORD}
        status, _, signed = self.ask("POST", "/login/", given, Cookie=cookie)
        assert status == 302
        return signed or cookie

    def token(self) -> str:
        told = self.ask("POST", "/api/v1/security/login", {"username": "admin", "password": PASSWORD, "provider": "db"})
        return f"Bearer {json.loads(told[1])['access_token']}"


@pytest.fixture
def two(tmp_path: Path, databases: Any) -> Iterator[list[Served]]:
    """North and south, from one checkout, side by side."""

    def prepare(house: houses.House) -> bool:
        url = databases.copy("sqlite")
        shutil.copyfile(url.removeprefix("sqlite:///"), house.folder / "guanjia.db")
        databases.drop(url)
        return True

    with ExitStack() as ends:
        served = []
        for name in ("north", "south"):
            host = f"{name}.example"
            made = houses.new(tmp_path, name, host, port=free_port(), https=False, prepare=prepare)
            made = houses.named(tmp_path, name)  # as a command finds it
            served.append(Served(made))
            ends.callback(served[-1].process.wait, 60)
            ends.callback(served[-1].process.kill)  # its worker ends with it
        for each in served:
            _in_time(each.ready)
        yield served


def _in_time(true: Any) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_sessions_keys_and_data_of_one_are_of_no_use_in_the_other(two: list[Served]) -> None:
    north, south = two
    cookie, token = north.session(), north.token()
    assert north.ask("GET", "/estate/", Cookie=cookie)[0] == 200
    assert south.ask("GET", "/estate/", Cookie=cookie)[0] == 302, "to the page of sign-in"
    assert north.ask("GET", "/api/v1/estate/", Authorization=token)[0] == 200
    assert south.ask("GET", "/api/v1/estate/", Authorization=token)[0] == 401
    entered = {"code": "YQ", "name": "云栖里", "address": "文一西路 8 号"}
    assert north.ask("POST", "/api/v1/estate/", entered, Authorization=token)[0] == 201
    assert "云栖里" in north.ask("GET", "/api/v1/estate/", Authorization=token)[1]
    assert "云栖里" not in south.ask("GET", "/api/v1/estate/", Authorization=south.token())[1]
    assert north.ask("GET", "/estate/", Cookie=south.session())[0] == 302
    for key in ("data.key", "secret.key"):
        one, other = ((each.house.folder / "keys" / key).read_bytes() for each in two)
        assert one != other
    assert south.ask("GET", "/login/", Host="north.example")[0] == 400, "each answers to its own host only"


def test_what_another_house_has_is_refused(tmp_path: Path) -> None:
    def make(name: str, host: str, **more: Any) -> houses.House:
        return houses.new(tmp_path, name, host, prepare=lambda _: True, **more)

    at = "postgresql://n:secret@127.0.0.1/north"
    first = make("north", "north.example", database=at)
    assert (first.folder / "house.env").stat().st_mode & 0o077 == 0
    assert "secret" not in first.database
    assert make("south", "south.example").port == first.port + 1
    for name, host, more, field in (
        ("north", "n.example", {}, "name"), ("North", "n.example", {}, "name"), ("../x", "n.example", {}, "name"),
        ("x", "north.example", {}, "host"), ("x", "a b", {}, "host"), ("x", "x.example", {"port": first.port}, "port"),
        ("x", "x.example", {"database": "postgresql://o@localhost:5432/north"}, "database"),
        ("x", "x.example", {"database": "sqlite:///x"}, "database"),
        ("x", "x.example", {"database": "postgresql://a@h/b\nGUANJIA_HOME=/x"}, "database"),
    ):  # fmt: skip
        with pytest.raises(Faulty) as refused:
            make(name, host, **more)
        assert list(refused.value.faults) == [field]
    with pytest.raises(Refusal):
        houses.new(tmp_path, "broken", "b.example", prepare=lambda _: False)
    assert [house.name for house in houses.every(tmp_path)] == ["north", "south"], "what failed leaves nothing"


def test_a_house_sees_nothing_of_what_was_set_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUANJIA_SECRET_KEY", "GUANJIA_HOME", "DATABASE_URL", "GUANJIA_WEBHOOK_HOSTS", "PORT"):
        monkeypatch.setenv(name, "another's")
    house = houses.new(tmp_path, "north", "north.example", prepare=lambda _: True)
    assert "another's" not in house.environment().values()
    assert house.environment()["GUANJIA_HOME"] == str(house.folder)


def test_a_command_goes_through_every_house(
    app: Any, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, list[str]]] = []

    def run(house: houses.House, spoken: Any) -> int:
        done.append((house.name, list(spoken)))
        return 1 if house.name == "north" and "backup" in spoken else 0

    monkeypatch.setattr(houses.House, "run", run)
    app.config["GUANJIA_HOUSES"] = tmp_path
    for name in ("north", "south"):
        told = command("house", "new", name, "--host", f"{name}.example", "--json")
        assert told.exit_code == 0 and json.loads(told.output)["name"] == name
    assert command("house", "new", "third", "--host", "north.example").exit_code == 1
    assert done == [("north", ["release"]), ("south", ["release"])]
    assert [each["host"] for each in json.loads(command("house", "list", "--json").output)["houses"]] == [
        "north.example",
        "south.example",
    ]
    backup = command("house", "each", "backup", "/backup/{house}.tar.gz", "--json")
    assert backup.exit_code == 1 and "north" in backup.output, "one that fails does not stop the others"
    assert done[2:] == [(name, ["backup", "/backup/{house}.tar.gz", "--json"]) for name in ("north", "south")]
    assert command("house", "in", "south", "journal", "verify").exit_code == 0
    assert command("house", "in", "nowhere", "release").exit_code == 1
