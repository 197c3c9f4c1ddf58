"""A record's page reads its row once: as the person may see it, and whole, for the rules."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from app.core import gate, here, reading, whole
from app.core.declaration import all_registers
from app.core.rights import may
from app.extensions import db
from app.security.sessions import person_named


@pytest.fixture
def world() -> str:
    return "demo"


def test_both_ways_are_what_two_queries_would_answer(app: Flask) -> None:
    told = {"in reach": 0, "out of reach": 0}
    for username in ("admin", "designer", "account_manager", "gate"):
        person = person_named(db.session, username)
        assert person is not None
        for table, register in all_registers().items():
            if not may(person, "read", table):
                continue
            with here.as_house():
                ids = db.session.scalars(select(register.model.id).order_by(register.model.id.desc()).limit(4)).all()
            with here.acting_as(person):
                for row_id in [*ids, 987654]:
                    told["in reach" if _is_the_same(register, row_id) else "out of reach"] += 1
    assert min(told.values()) > 30, told


def _is_the_same(register: Any, row_id: int) -> bool:
    model, shown = register.model, register.shown()
    db.session.expunge_all()
    both = whole.one(db.session, model, row_id, shown)
    if both is not None:
        assert not inspect(both[1]).modified
        assert both[1] in db.session
    db.session.expunge_all()
    seen, found = reading.read_one(db.session, model, row_id, shown), gate.reachable(db.session, model, [row_id])
    assert (both is None) == (seen is None) == (not found)
    if both is None or seen is None:
        return False
    assert both[0].values == seen.values
    names = [each.key for each in inspect(model).column_attrs]
    assert [getattr(both[1], name) for name in names] == [getattr(found[0], name) for name in names]
    return True


def test_a_row_that_the_session_holds_already_is_answered_as_that_row(app: Flask) -> None:
    person = person_named(db.session, "admin")
    assert person is not None
    with here.acting_as(person):
        from app.leads.models import Lead

        held = db.session.scalars(select(Lead).limit(1)).one()
        both = whole.one(db.session, Lead, held.id, ["number"])
        assert both is not None
        assert both[1] is held
