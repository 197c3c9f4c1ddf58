"""What PostgreSQL is told: dead connections are not handed out, prepared statements outlive a request."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import engine
from app.extensions import db


def _names(session: Any) -> int:
    found = session.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()
    return int(found)


def _pid(connection: Any) -> Any:
    return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()


@pytest.mark.on("postgresql")
def test_a_connection_that_the_server_ended_is_not_handed_out(app: Flask) -> None:
    with db.engine.connect() as first, db.engine.connect() as second:
        held = {_pid(first), _pid(second)}
    with db.engine.connect() as killer:
        (other,) = held - {_pid(killer)}
        killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": other})  # and waits for its end
        with db.engine.connect() as found:
            assert _pid(found) not in held


@pytest.mark.on("postgresql")
def test_who_lay_still_for_long_is_asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(engine, "_answers", lambda _: bool(asked.append(1)) or True)
    db.session.execute(text("SELECT 1"))
    db.session.rollback()
    db.session.execute(text("SELECT 1"))
    db.session.rollback()
    assert not asked
    monkeypatch.setattr(engine, "STILL_SECONDS", -1)
    db.session.execute(text("SELECT 1"))
    assert asked


@pytest.mark.on("postgresql")
def test_reading_needs_no_transaction_and_leaves_its_prepared_statements(app: Flask) -> None:
    said = text("SELECT 41 + :n").execution_options(prepared=True)
    for _ in range(2):
        engine.only_reading(db.session)
        assert db.session.execute(said, {"n": 1}).scalar_one() == 42
        assert _names(db.session) == 1
        db.session.rollback()
    engine.only_reading(db.session)
    moments = {db.session.execute(text("SELECT now()")).scalar_one() for _ in range(2)}
    assert len(moments) == 2
    engine.in_a_transaction(db.session)
    moments = {db.session.execute(text("SELECT now()")).scalar_one() for _ in range(2)}
    assert len(moments) == 1
