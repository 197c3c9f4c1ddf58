"""A prepared statement answers what the session would, for everybody; and only for whom it was made."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam

from app.core import here
from app.core.declaration import all_registers
from app.core.prepared import Prepared
from app.core.reading import columns_for, query_for
from app.security.sessions import person_named

PEOPLE = ("admin", "designer", "account_manager", "gate", "salesperson", "cashier")


@pytest.fixture
def world() -> str:
    return "demo"


def test_it_answers_what_the_session_answers(app: Flask) -> None:
    from app.extensions import db

    for username in PEOPLE:
        person = person_named(db.session, username)
        assert person is not None
        with here.acting_as(person):
            for register in all_registers().values():
                columns = columns_for(register.model, register.shown())
                query = query_for(register.model, columns).order_by(register.model.id)
                asked = query.where(register.model.id >= bindparam("from_id", 1)).limit(40)
                plain = [tuple(row) for row in db.session.execute(asked)]
                prepared = Prepared(db.session, asked)
                assert [tuple(row) for row in prepared.rows(db.session)] == plain, (username, register.table())
                if plain:
                    last = plain[-1][0]
                    beyond = [tuple(row) for row in prepared.rows(db.session, {"from_id": last})]
                    assert beyond[0] == plain[-1]


def test_it_is_for_nobody_else(app: Flask) -> None:
    from app.extensions import db

    register: Any = all_registers()["lead"]
    query = query_for(register.model, columns_for(register.model, ["number"]))
    one, other = person_named(db.session, "designer"), person_named(db.session, "designer2")
    assert one is not None
    assert other is not None
    with here.acting_as(one):
        prepared = Prepared(db.session, query)
    with here.acting_as(other), pytest.raises(AssertionError):
        prepared.rows(db.session)
