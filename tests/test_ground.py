"""What the tests stand on: people do not leak into each other, nor do tests."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core import here
from app.owners.models import Estate
from app.people.models import Staff


def names(session: Any) -> list[str]:
    return list(session.execute(select(Estate.name).order_by(Estate.id)).scalars())


@pytest.mark.parametrize("time", ["first", "again"])
def test_each_test_has_a_world_of_its_own(session: Any, time: str) -> None:
    assert "留下的" not in names(session)
    session.execute(select(Estate)).scalars().first().name = "留下的"
    session.commit()
    assert "留下的" in names(session)


def test_two_people_in_one_test_stay_two(api: Any) -> None:
    clerk, cashier = api("renovation_clerk"), api("cashier")
    assert clerk.get("renovation_application/").status_code == 200
    assert cashier.get("charge/").status_code == 200
    assert clerk.headers != cashier.headers
    assert here.me() is here.NOBODY


def test_a_request_comes_from_outside_the_test(session: Any, client: Any) -> None:
    assert here.me() is here.HOUSE
    assert session.execute(select(Staff.id)).first() is not None
    assert client.get("/api/v1/staff/").status_code == 401
    assert here.me() is here.HOUSE


def test_an_empty_database_is_empty(databases: Any, backend: str) -> None:
    from sqlalchemy import create_engine, inspect

    url = databases.empty(backend)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    databases.drop(url)
