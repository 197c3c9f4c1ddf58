"""What a new table costs (docs/add-a-table.md), and that it is all it takes: shown in a copy of the house."""

import csv
import difflib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from sqlalchemy import StaticPool, create_engine, text

from app.core.answers import Refusal
from app.scaffold import spots_of
from tests.conftest import PASSWORD
from tests.databases import Databases
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]
SPOTS = [
    "unit:ref(unit):房屋",
    "meter:text:表号",
    "read_on:date:抄表日期",
    "reading:number:读数",
    "phone:phone?:联系电话",
]
FOR = ("--for", "service_manager", "--own", "service_clerk")


class Copy:
    """The house in a folder of its own, with its own SQLite: released, the demo company in it."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        shutil.copytree(database.parent / "keys", folder / "home" / "keys")
        shutil.move(database, folder / "home" / "guanjia.db")
        for name in ("app", "migrations"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("config.py", "run.py", "server.py", "gunicorn.conf.py"):
            shutil.copy(ROOT / name, folder)

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        return {**kept, "GUANJIA_HOME": str(self.folder / "home")}

    def flask(self, *arguments: str, ok: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "run", *arguments], cwd=self.folder, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout

    def lines_added(self) -> list[str]:
        """Lines that are not in the original and that a person would have written: neither blank nor a comment."""
        added = []
        for path in (self.folder / "app").rglob("*.py"):
            original = ROOT / path.relative_to(self.folder)
            before = original.read_text().splitlines() if original.exists() else []
            changes = difflib.unified_diff(before, path.read_text().splitlines(), n=0, lineterm="")
            added += [line[1:] for line in changes if line[0] == "+" and not line.startswith("+++")]
        return [line for line in added if line.strip() and not line.strip().startswith("#")]

    @contextmanager
    def served(self) -> Iterator["Visitor"]:
        """The house as it is shipped, by gunicorn, and somebody who comes in from outside."""
        port = free_port()
        command = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "run:app"]
        process = subprocess.Popen([sys.executable, *command], cwd=self.folder, env=self.environment)
        try:
            visitor = Visitor(f"http://127.0.0.1:{port}")
            visitor.wait()
            yield visitor
        finally:
            process.terminate()
            process.wait(20)


class Visitor:
    """Pages and forms over HTTP, as a browser sends them."""

    def __init__(self, house: str) -> None:
        self.house = house
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def wait(self) -> None:
        for _ in range(200):
            try:
                self.get("/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not start")

    def get(self, path: str) -> str:
        return str(self.opener.open(f"{self.house}{path}", timeout=20).read().decode())

    def post(self, page: str, **form: str) -> str:
        """The form of a page, sent to its address with its tokens."""
        tokens = dict(re.findall(r'name="(csrf_token|once_token)"[^>]*value="([^"]+)"', self.get(page)))
        sent = urlencode({**tokens, **form}).encode()
        return str(self.opener.open(f"{self.house}{page}", sent, timeout=20).read().decode())

    def sign_in(self, username: str) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.post("/login/", username=username, password=PASSWORD)


@pytest.fixture
def house(tmp_path: Path, databases: Databases) -> Copy:
    return Copy(tmp_path, Path(databases.copy("sqlite", "demo").removeprefix("sqlite:///")))


def exported(house: Copy, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(house.flask("export", table, "--as", "service_manager").lstrip("\ufeff"))))


def test_a_new_table_costs_at_most_20_lines_and_has_everything(house: Copy) -> None:
    house.flask("new", "owners", "meter_reading", *SPOTS, "--zh", "抄表记录", *FOR)
    added = house.lines_added()
    assert len(added) <= 20, "\n".join(added)
    for line in added:  # what the guide shows is what is written
        assert line in (ROOT / "docs/add-a-table.md").read_text(), line
    assert_clean(house)
    house.flask("db", "migrate", "-m", "meter_reading")
    house.flask("release")
    file = house.folder / "readings.csv"
    file.write_text(
        "房屋,表号,抄表日期,读数,联系电话\n锦绣花园 1栋101,S-1,2026年11月3日,12.5,13800138000\n"
        "锦绣花园 1栋102,S-2,2026-11-03,7,\n",
        encoding="gb18030",
    )
    house.flask("import", "meter_reading", str(file), "--as", "service_manager")
    assert [(row["表号"], row["读数"]) for row in exported(house, "meter_reading")] == [
        ("S-2", "7.00"),
        ("S-1", "12.50"),
    ]
    file.write_text("房屋,表号,抄表日期,读数\n锦绣花园 1栋101,S-3,昨天,很多\n")
    told = house.flask("import", "meter_reading", str(file), "--as", "service_manager", ok=False)
    assert "抄表日期" in told
    assert "读数" in told
    house.flask("export", "meter_reading", "--as", "cashier", ok=False)
    assert '"/api/v1/meter_reading/{id}"' in house.flask("openapi")
    with house.served() as visitor:
        visitor.sign_in("service_clerk")
        unit = json.loads(visitor.get("/meter_reading/options/unit?q=101"))[0]["id"]
        entered = visitor.post(
            "/meter_reading/new", unit=str(unit), meter="C-1", read_on="2026-11-04", reading="3", phone="13900139000"
        )
        assert "C-1" in entered
        own = visitor.get("/meter_reading/")
        assert "C-1" in own and "S-1" not in own, "a clerk sees what they entered themselves"
        assert "139****9000" in own and "13900139000" not in own, "phones are masked for them"
        visitor.sign_in("service_manager")
        every = visitor.get("/meter_reading/")
        assert "C-1" in every and "S-1" in every and "13900139000" in every
        assert "抄表记录" in visitor.get("/"), "it stands in the menu"
        visitor.sign_in("cashier")
        with pytest.raises(HTTPError, match="403"):
            visitor.get("/meter_reading/")
        assert_a_right_taken_bites_in_every_worker(visitor)
    house.flask("journal", "verify")
    assert doctors_findings(house, "meter_reading") == []


def assert_a_right_taken_bites_in_every_worker(visitor: Visitor) -> None:
    """Two processes serve; each has its own memory of what stands."""
    clerk = Visitor(visitor.house)
    clerk.sign_in("service_clerk")
    for _ in range(8):
        assert "C-1" in clerk.get("/meter_reading/")  # both have it in memory
    visitor.sign_in("admin")
    effect = visitor.get("/roles/service_clerk/meter_reading/effect")
    seen = re.search(r'name="seen" value="(\d+)"', effect)
    assert seen is not None and "service_clerk2" in effect, "who loses it is named"
    visitor.post("/roles/service_clerk/meter_reading", why="试", seen=seen[1])
    for _ in range(8):
        with pytest.raises(HTTPError, match="403"):
            clerk.get("/meter_reading/")


def doctors_findings(house: Copy, table: str, *, well: bool = True) -> list[str]:
    told = json.loads(house.flask("doctor", "--json", ok=well))["findings"]
    return [f"{each['check']} {each['where']}" for each in told if table in each["where"]]


def assert_clean(house: Copy) -> None:
    """What was written would pass the check of the house's own code."""
    written = [
        path for path in (house.folder / "app").rglob("*.py") if not (ROOT / path.relative_to(house.folder)).exists()
    ]
    pages = [house.folder / "app" / each for each in ("models.py", "views.py")]
    checked = ["check", "--quiet", "--config", str(ROOT / "pyproject.toml"), *map(str, [*written, *pages])]
    for command in (checked, ["format", "--check", *checked[1:]]):
        done = subprocess.run([shutil.which("ruff", path=Path(sys.executable).parent) or "ruff", *command],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_table_that_is_there_already_becomes_a_register(house: Copy) -> None:
    connection = sqlite3.connect(next((house.folder / "home").glob("*.db")))
    connection.execute(
        "CREATE TABLE old_meter (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL REFERENCES unit(id),"
        " label VARCHAR(20) NOT NULL, fitted_on DATE, price_fen BIGINT)"
    )
    connection.execute("INSERT INTO old_meter VALUES (7, 1, 'W-7', '2020-02-29', 12550)")
    connection.commit()
    connection.close()
    house.flask("adopt", "owners", "old_meter", "--zh", "旧表", *FOR)
    assert_clean(house)
    house.flask("release")
    [row] = exported(house, "old_meter")
    assert (row["label"], row["fitted_on"], row["price_fen"]) == ("W-7", "2020-02-29", "125.50")
    with house.served() as visitor:
        visitor.sign_in("service_manager")
        assert "125.50" in visitor.get("/old_meter/")
        assert "W-8" in visitor.post("/old_meter/7/edit", unit="1", label="W-8", version="1", price_fen="125.50")
    assert exported(house, "old_meter")[0]["label"] == "W-8"
    findings = doctors_findings(house, "old_meter", well=False)
    assert {each.split(".")[0] for each in findings} == {"label old_meter"}, "only its columns' Chinese words are due"


#: a foreign table -> what is said against it
STRANGE = {
    "no_key (code TEXT PRIMARY KEY)": "id",
    "two_keys (a INTEGER, b INTEGER, PRIMARY KEY (a, b))": "id",
    "other_name (id INTEGER PRIMARY KEY, owner_ref INTEGER REFERENCES owner (id))": "owner_ref",
    "no_register (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES ab_user (id))": "ab_user",
    "a_word (id INTEGER PRIMARY KEY, class TEXT)": "class",
    "a_blank (id INTEGER PRIMARY KEY, 'order no' TEXT)": "order no",
    "taken (id INTEGER PRIMARY KEY, metadata TEXT)": "metadata",
    "not_exact (id INTEGER PRIMARY KEY, price FLOAT)": "price",
    "bytes_in_it (id INTEGER PRIMARY KEY, scan BLOB)": "scan",
    "a_time (id INTEGER PRIMARY KEY, at_hour TIME)": "at_hour",
}


def test_a_table_that_can_not_be_kept_is_refused_with_all_its_reasons() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for statement in STRANGE:
            connection.execute(text(f"CREATE TABLE {statement}"))
    for statement, against in STRANGE.items():
        with pytest.raises(Refusal) as refused:
            spots_of(engine, statement.split(" ")[0])
        assert against in refused.value.message.en, statement


def test_what_can_not_be_written_is_told(house: Copy) -> None:
    before = sorted(path for path in house.folder.rglob("*.py"))
    for arguments in (
        ("new", "owners", "thing", "size:colour"), ("new", "nowhere", "thing", "size:text"),
        ("new", "owners", "../thing", "size:text"), ("adopt", "owners", "no_such_table"),
        ("new", "owners", "thing", "size:text", "--for", "nobody"),
    ):  # fmt: skip
        house.flask(*arguments, ok=False)
    assert sorted(path for path in house.folder.rglob("*.py")) == before
