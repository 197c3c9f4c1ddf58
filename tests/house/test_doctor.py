"""The doctor names what was forgotten, on both databases, and finds nothing in the house itself."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import declaration, doctor, gate, rights
from app.core.declaration import all_registers
from app.core.policy import Policy
from app.core.record import fields
from app.core.search.sources import source_of
from app.core.words import Say
from app.extensions import db
from tests.core.test_made_registers import _nothing_stays, define, keys  # noqa: F401  (fixtures)


@pytest.fixture
def world() -> str:
    return "demo"  # every role is held


def named(check: str) -> dict[str, str]:
    """where -> what would mend it"""
    return {each.where: each.mend for each in doctor.examine(db.session) if each.check == check}


def test_the_house_is_in_good_health(command: Any) -> None:
    done = command("doctor", "--json")
    assert done.exit_code == 0, done.stdout
    assert json.loads(done.stdout) == {"findings": [], "must": 0}


@pytest.fixture
def ill(session: Any, backend: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One fault of each sort."""
    registers = all_registers()
    session.execute(text("DROP INDEX ix_lead_budget_fen_sorted"))
    session.execute(text("DROP INDEX ix_worker_name_words"))
    session.execute(text("CREATE INDEX ix_worker_name_plain ON worker (name, id)"))
    held = "zh(name)" if backend == "sqlite" else "name COLLATE zh"
    session.execute(text(f"CREATE INDEX ix_worker_name_some ON worker ({held}, id) WHERE trade IS NOT NULL"))
    session.execute(text("DROP INDEX ix_lead_estate_name_words"))
    session.execute(text("DELETE FROM search_source WHERE name = 'owner'"))
    unit = source_of(registers["unit"].model)
    assert unit is not None
    key = "id" if backend == "postgresql" else "rowid"  # of a row that is not there
    session.execute(text(f"INSERT INTO search_index ({key}, pieces) VALUES ({unit.base + 999_999}, '{unit.mark}')"))
    monkeypatch.setattr("app.core.doctor.indexes.SMALL", 3)
    monkeypatch.delitem(declaration._registers, "champion")
    monkeypatch.setattr(registers["season"], "rows", {})
    monkeypatch.setitem(gate._scopes, "pass", {**gate.declared()["pass"], "gate": lambda model, person: model.id > 0})
    monkeypatch.setattr(registers["pass"], "rows", gate.declared()["pass"])
    spots = fields(registers["owner"].model)
    object.__setattr__(spots["name"], "label", Say("姓名", "姓名"))
    spots["contact_phone"] = spots["kind"]
    session.execute(text("UPDATE ab_user SET active = false WHERE username LIKE 'auditor%'"))
    standing = rights.standing()
    cashier = {**standing.roles["cashier"], "charge": frozenset({"read"})}
    monkeypatch.setattr(rights, "_now", [rights.Standing({**standing.roles, "cashier": cashier}, standing.column_rule)])
    session.add(Policy(name="no_such_figure", valid_from=date(2020, 1, 1), value=1))
    session.flush()
    yield
    object.__setattr__(spots["name"], "label", Say("姓名/名称", "Name"))
    del spots["contact_phone"]
    session.rollback()


def test_each_thing_that_was_forgotten_is_named(ill: None, app: Flask, backend: str) -> None:
    empty_first = " NULLS FIRST" if backend == "postgresql" else ""
    small = {table: mend for table, mend in named("index").items() if "." not in table}
    assert small["staff"] == "small = False"
    assert set(named("typeahead")) == {"dispatch.privilege"}, "the related table has no register"
    by_name, by_estate = (
        ("zh(name)", "zh(estate_name)")
        if backend == "sqlite"
        else ("name COLLATE zh", f"estate_name COLLATE zh{empty_first}")
    )
    assert {where: mend for where, mend in named("index").items() if "." in where} == {
        "lead.estate_name": f"CREATE INDEX ix_lead_estate_name_words ON lead ({by_estate}, id);",
        "lead.budget_fen": f"CREATE INDEX ix_lead_budget_fen_sorted ON lead (budget_fen{empty_first}, id);",
        # neither a partial one serves, nor one by code
        "worker.name": f"CREATE INDEX ix_worker_name_words ON worker ({by_name}, id);",
    }
    assert (
        named("search").items() >= {"owner.phone": "flask --app run release", "unit": "flask --app run reindex"}.items()
    )
    assert {"season", "pass <lambda>"} <= set(named("scope"))
    assert set(named("mask")) == {"owner.contact_phone"}
    assert "owner.name" in named("label")
    assert set(named("role")) == {"auditor"}
    assert {"charge.take_payment", "charge.void"} <= set(named("verb"))
    assert set(named("policy")) == {"no_such_figure"}
    assert [each.must for each in doctor.examine(db.session) if each.check == "role"] == [False]


def test_what_it_tells_to_do_mends_it(session: Any, command: Any) -> None:
    session.execute(text("DROP INDEX ix_charge_due_on_sorted"))
    session.commit()
    told = command("doctor", "--json")
    assert told.exit_code == 1
    [finding] = json.loads(told.stdout)["findings"]
    session.execute(text(finding["mend"].rstrip(";")))
    session.commit()
    assert command("doctor").exit_code == 0


@pytest.mark.on("sqlite")
def test_an_added_field_without_index_is_advice(sign_in: Any, command: Any) -> None:
    from app.core.added import loading

    given = {
        "table": "lead",
        "name": "rooms",
        "kind": "number",
        "zh": "间数",
        "en": "Rooms",
        "listed": "1",
        "level": "",
        "places": "0",
    }
    assert sign_in("admin").post("/added_field/new?table=lead", given).status_code == 302
    told = command("doctor", "--json")
    loading.put_in_force([])
    assert told.exit_code == 0, told.stdout
    assert [each["where"] for each in json.loads(told.stdout)["findings"]] == ["lead.rooms"]


def test_registers_and_fields_without_code_are_examined_like_any_other(keys: None, command: Any) -> None:  # noqa: F811
    told = command("doctor", "--json")
    assert told.exit_code == 0, told.stdout
    found = json.loads(told.stdout)["findings"]
    assert {(each["where"], each["must"]) for each in found} == {("key_loan.room", False), ("key_loan.due_on", False)}
