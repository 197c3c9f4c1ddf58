"""A million leads, written straight into the table: the bench measures reading, not entering."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text, update

from app.core import search
from app.demo import names
from app.extensions import db
from app.models import Lead, Unit

SOURCES = ("walk_in", "phone", "web", "marketing", "phone_list", "referral")
STATES = ("new", "new", "new", "invalid")
BATCH = 5000
UNITS = 20_000


def fill(count: int, rare_name: str = "") -> None:
    """`count` leads in all; the same for the same number. One is called `rare_name`, and every tenth
    is the first designer's, who sees no others."""
    with search.at_rest(db.session), db.engine.begin() as connection:
        designer = connection.execute(_DESIGNER).scalar_one()
        for batch in _batches(count):
            for row in batch:
                row["designer_id"] = designer if row["number"].endswith("0") else None
            connection.execute(insert(Lead.__table__), batch)
        if rare_name:
            number = f"KH-2026-{count // 3:07d}"
            connection.execute(update(Lead.__table__).where(Lead.number == number).values(customer_name=rare_name))
        _fill_units(connection)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def write_csv(file: Path, count: int) -> None:
    """Leads that are in no database yet, with the headers of the register's own example file."""
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["客户姓名", "联系电话", "小区", "装修地址", "建筑面积(㎡)", "预算(元)", "来源", "咨询日期", "备注"]
        )
        for number in range(count):
            writer.writerow([
                names.name(number), f"1{5_000_000_000 + number:010d}", f"小区{number % 50}", f"{number % 30 + 1}栋{number}",
                60 + number % 120, 50_000 + number % 200 * 1000, "电话", "2026-11-02", "",
            ])  # fmt: skip


def _fill_units(connection: Connection) -> None:
    """A relation with many rows, for a form to offer."""
    building = connection.execute(text("SELECT id, estate_id FROM building ORDER BY id LIMIT 1")).one()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    connection.execute(
        insert(Unit.__table__),
        [
            {"full_name": f"枫林苑 {number // 100}栋 {number:05d}", "estate_id": building.estate_id, "state": "unsold",
             "building_id": building.id, "room": f"B{number:05d}", "is_renovating": False, "created_at": at,
             "updated_at": at, "version": 1}
            for number in range(UNITS)
        ],
    )  # fmt: skip


_DESIGNER = text("SELECT s.id FROM staff s JOIN ab_user u ON u.id = s.user_id WHERE u.username = 'designer'")


def _batches(count: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        batch.append(_row(number))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(number: int) -> dict[str, Any]:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 20)
    return {
        "number": f"KH-2026-{number:07d}", "customer_name": names.name(number), "phone": f"1{3_000_000_000 + number:010d}",
        "estate_name": f"小区{number % 50}", "address": f"{number % 30 + 1}栋{number % 25 + 1}0{number % 4 + 1}",
        "floor_area": 60 + number % 120, "budget_fen": (number * 37 % 200_000 + 5_000) * 100,
        "renovation_on": date(2026, 6, 1) + timedelta(days=number % 300), "source": SOURCES[number % 6],
        "inquiry_on": at.date(), "state": STATES[number % len(STATES)], "tier": ("small", "medium", "large")[number % 3],
        "created_at": at, "updated_at": at, "version": 1,
    }  # fmt: skip
