"""The lines that the database says are those that Python would: for every register, role and mask."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text

from app.core import here
from app.core.declaration import all_registers, register_of
from app.core.exporting import Export, by_database
from app.core.importing.matching import NO_KEY, keys_of
from app.core.importing.plan import How, plan_for, sheet_of
from app.core.rights import may
from app.demo.desk import Desk
from app.extensions import db
from app.security.sign_in import person_named

LEAD = {"estate_name": "丽景家园", "floor_area": 89.5, "renovation_on": "2099-01-10", "source": "web"}


@pytest.fixture
def world() -> str:
    return "demo"


def read(pieces: Iterable[bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))


def both_ways(register: Any, args: dict[str, str]) -> tuple[list[list[str]], list[list[str]]]:
    export = Export(db.session, register, args)
    assert by_database.query_in_words(
        register.model, export.columns, here.me().staff_id, db.engine.dialect.name
    ) is not None  # fmt: skip
    return read(export._lines()), read(Export(db.session, register, args).lines_in_python())


def test_the_two_ways_say_the_same(session: Any) -> None:
    desk = Desk(session)
    odd = [("=1+1", "13800138000"), ("＝王", "021-12345678"), ('张"三",\n四', "0755-1234567"), ("440300199001010000", "4001234567"),
           ("-", "95588"), ("王", "12345"), ("@'", "013800138001"), ("0302", "95501"), ("3-5", "95502"),
           ("1/2", "95503"), ("2026年3月", "95504"), ("3E2", "95505"), ("12E", "95506"), ("'0302", "95507"), ("0", "95508"),
           ("5月3日", "95509"), ("2026-11-03 10", "95510")]  # fmt: skip
    for number, (name, phone) in enumerate(odd):
        lead = desk.enter(
            "lead",
            "account_manager",
            **LEAD,
            customer_name=f"客{number}",
            phone=f"177000000{number:02d}",
            budget_fen=number * 7,
        )
        session.execute(
            text(
                "UPDATE lead SET customer_name = :name, phone = :phone, address = :place, remarks = :more WHERE id = :id"
            ),
            {"name": name, "more": name, "place": name, "phone": phone, "id": lead},
        )
    session.execute(text("UPDATE lead SET budget_fen = NULL WHERE id = :id"), {"id": lead})
    session.execute(text("UPDATE unit SET floor_area = NULL WHERE id % 5 = 0"))
    session.commit()
    compared = 0
    for username in ("general_manager", "account_manager", "marketing_manager", "service_manager", "human_resources"):
        with here.as_house():
            person = person_named(session, username)
        assert person is not None
        with here.acting_as(person):
            for table, register in all_registers().items():
                if not may(person, "export", table) or table in (
                    "owner",
                    "resident",
                    "worker",
                    "renovation_application",
                ):
                    continue  # a sealed number is opened in Python
                fast, slow = both_ways(register, {})
                assert fast == slow, (
                    username,
                    table,
                    next(pair for pair in zip(fast, slow, strict=True) if pair[0] != pair[1]),
                )
                compared += 1
    assert compared > 60


@pytest.mark.on("sqlite")
def test_a_file_that_went_out_comes_back_as_it_was(session: Any) -> None:
    """Every register that a line may be found in: exported and brought back, nothing is new, changed or faulty."""
    odd = ["=1+1", "0302", "3-5", "'王", "''", "@", "440300199001010000"]
    for place, name in enumerate(odd, start=1):
        for table, column in (
            ("lead", "customer_name"),
            ("owner", "name"),
            ("contractor", "contact_name"),
            ("staff", "post"),
        ):
            session.execute(text(f"UPDATE {table} SET {column} = :name WHERE id = :id"), {"name": name, "id": place})
        session.execute(text("UPDATE unit SET room = :room WHERE id = :id"), {"room": name[-12:], "id": place})
    session.commit()
    seen, wrong = {}, []
    for table, register in sorted(all_registers().items()):
        if not register.imported() or table == "penalty_ticket":
            continue  # a ticket stands on a closure, which has no name of its own
        sheet = sheet_of(register, "x.csv", b"".join(Export(session, register, {}).pieces("csv")), any_header=True)
        for key, unique in keys_of(register).items():
            plan = plan_for(session, register, sheet, How(key=key))
            if unique.where is None and {spot.name for spot in plan.spots}.issuperset(unique.names):
                seen[table] = len(sheet.rows)
                others = [line for line in plan.lines if line.fate != "same" and NO_KEY not in line.faults.values()]
                wrong += [(table, key, line.faults, line.stands and line.stands.changes) for line in others[:1]]
    assert not wrong, "\n".join(str(each) for each in wrong)
    assert sum(1 for rows in seen.values() if rows) > 12, seen


def test_scope_filter_search_and_order_hold(session: Any) -> None:
    with here.as_house():
        person = person_named(session, "marketing_manager")
    assert person is not None
    lead = register_of("lead")
    with here.acting_as(person):
        for args in (
            {"state": "new", "sort": "customer_name"},
            {"q": "张"},
            {"budget_fen.gte": "30000", "columns": "phone,number"},
        ):
            fast, slow = both_ways(lead, args)
            assert fast == slow
        everything = len(both_ways(lead, {})[0])
    with here.as_house():
        assert everything < int(session.execute(text("SELECT count(*) FROM lead")).scalar_one())
