"""What a new table costs (docs/add-a-table.md), and that it is all it takes: shown in a copy of the house."""

import csv
import difflib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Databases

ROOT = Path(__file__).parents[2]
SPOTS = [
    "unit:ref(unit):房屋",
    "meter:text:表号",
    "read_on:date:抄表日期",
    "reading:number:读数",
    "remarks:long_text?:备注",
]


class Copy:
    """The house in a folder of its own, with its own SQLite: released, the demo company in it."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        shutil.copytree(database.parent / "keys", folder / "home" / "keys")
        shutil.move(database, folder / "home" / "guanjia.db")
        for name in ("app", "migrations"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("config.py", "run.py"):
            shutil.copy(ROOT / name, folder)

    def flask(self, *arguments: str, ok: bool = True) -> str:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
            "GUANJIA_HOME": str(self.folder / "home"),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "run", *arguments], cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout

    def lines_added(self) -> int:
        """Lines of code that are not in the original: neither blank nor the migration's."""
        added = 0
        for path in (self.folder / "app").rglob("*.py"):
            original = ROOT / path.relative_to(self.folder)
            before = original.read_text().splitlines() if original.exists() else []
            changes = difflib.unified_diff(before, path.read_text().splitlines(), n=0, lineterm="")
            added += sum(1 for line in changes if line[0] == "+" and not line.startswith("+++") and line[1:].strip())
        return added


@pytest.fixture
def house(tmp_path: Path, databases: Databases) -> Copy:
    return Copy(tmp_path, Path(databases.copy("sqlite", "demo").removeprefix("sqlite:///")))


def exported(house: Copy, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(house.flask("export", table, "--as", "service_manager").lstrip("\ufeff"))))


def test_a_new_table_costs_at_most_35_lines_and_has_everything(house: Copy) -> None:
    house.flask("new", "owners", "meter_reading", *SPOTS, "--zh", "抄表记录", "--for", "admin,service_manager")
    assert house.lines_added() <= 35
    house.flask("db", "migrate", "-m", "meter_reading")
    house.flask("release")
    file = house.folder / "readings.csv"
    file.write_text(
        "房屋,表号,抄表日期,读数\n锦绣花园 1栋101,S-1,2026年11月3日,12.5\n锦绣花园 1栋102,S-2,2026-11-03,7\n",
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
    house.flask("journal", "verify")


def test_a_table_that_is_there_already_becomes_a_register(house: Copy) -> None:
    connection = sqlite3.connect(next((house.folder / "home").glob("*.db")))
    connection.execute(
        "CREATE TABLE old_meter (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL REFERENCES unit(id),"
        " label VARCHAR(20) NOT NULL, fitted_on DATE, price_fen BIGINT)"
    )
    connection.execute("INSERT INTO old_meter VALUES (7, 1, 'W-7', '2020-02-29', 12550)")
    connection.commit()
    connection.close()
    house.flask("adopt", "owners", "old_meter", "--zh", "旧表", "--for", "service_manager")
    house.flask("release")
    [row] = exported(house, "old_meter")
    assert (row["label"], row["fitted_on"], row["price_fen"]) == ("W-7", "2020-02-29", "125.50")


def test_what_can_not_be_written_is_told(house: Copy) -> None:
    before = sorted(path for path in house.folder.rglob("*.py"))
    for arguments in (
        ("new", "owners", "thing", "size:colour"), ("new", "nowhere", "thing", "size:text"),
        ("new", "owners", "../thing", "size:text"), ("adopt", "owners", "no_such_table"),
    ):  # fmt: skip
        house.flask(*arguments, ok=False)
    assert sorted(path for path in house.folder.rglob("*.py")) == before
