"""Personal data of closed leads and of people who left is taken out in time, and stays out."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core import here, journal
from app.core.added import loading
from app.demo.desk import Desk
from app.extensions import db


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    loading.put_in_force([])


def whole() -> str:
    """Everything in the database but the journal."""
    from sqlalchemy import inspect

    db.session.rollback()
    tables = [name for name in inspect(db.engine).get_table_names() if not name.startswith(("journal", "sign_in"))]
    if db.engine.dialect.name == "sqlite":
        tables.remove("search_index")  # it can only be asked; what it holds lies in the tables beside it
    return "\n".join(repr(tuple(row)) for name in tables for row in db.session.execute(text(f'SELECT * FROM "{name}"')))


def test_closed_leads_and_former_households_are_forgotten_and_the_rest_is_kept(
    command: Any, api: Any, time_machine: Any, sign_in: Any
) -> None:
    desk, clerk, admin = Desk(db.session), api("service_clerk"), sign_in("admin")
    for name, kind, personal in (("second_phone", "text", "1"), ("wage", "money", "1"), ("pet", "text", "")):
        given = {
            "table": "lead",
            "name": name,
            "kind": kind,
            "zh": name,
            "en": name,
            "personal": personal,
            "level": "write",
        }
        assert admin.post("/added_field/new?table=lead", given).status_code == 302
    [ownership, *_] = desk.ids("ownership")
    sold = desk.one("ownership", ownership).owner_id
    for each in desk.ids("ownership", owner_id=sold):
        done = clerk.put(f"ownership/{each}", until=str(here.today() - timedelta(days=1)))
        assert done.status_code == 200, done.text
    [resident, *_] = desk.ids("resident")
    assert clerk.put(f"resident/{resident}", until=str(here.today() - timedelta(days=1))).status_code == 200
    closed = [*desk.ids("lead", state="dead"), *desk.ids("lead", state="invalid")]
    assert closed
    for each in closed:
        row = desk.one("lead", each)
        row.second_phone, row.wage, row.pet = "13577272786", 98700, "one cat"
    db.session.commit()
    admin.post("/added_field/1/archive")  # out of sight is not forgotten
    gone = [desk.one("lead", each).phone for each in closed] + [
        desk.one("owner", sold).phone,
        desk.one("resident", resident).phone,
    ]
    live = desk.one("lead", desk.ids("lead", state="new")[0]).phone
    assert command("forget", "--before", str(here.today()), "--as", "admin").exit_code == 1  # too soon
    time_machine.move_to(here.now() + timedelta(days=400))
    edge = str(here.today() - timedelta(days=200))
    assert command("forget", "--before", edge, "--as", "auditor").exit_code == 1
    done = command("forget", "--before", edge, "--as", "admin", "--json")
    assert done.exit_code == 0, done.output
    left = whole()
    for each in filter(None, gone):
        assert each not in left
    assert live in left
    assert "（已匿名）" in left
    assert "13577272786" not in left
    assert "one cat" in left
    assert {tuple(desk.one("lead", each).extra) for each in closed} == {("pet",)}
    assert desk.one("owner", sold).id_number is None
    assert '"lead": 0' in command("forget", "--before", edge, "--as", "admin", "--json").output
    assert journal.first_broken(db.session) is None
    told = db.session.execute(text("SELECT table_name, note FROM journal_entry WHERE verb = 'forget'")).all()
    assert {row[0] for row in told} >= {"lead", "owner", "resident"}
