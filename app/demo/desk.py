"""How the demo works: it sits down as somebody, and enters and does things like a clerk."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here, saving
from app.core.declaration import register_of
from app.core.record import table_named
from app.core.runner import run
from app.core.verbs import verb_named
from app.security.sign_in import person_named


class Desk:
    """`desk.enter("lead", "front_desk", …)`, `desk.do("lead", 3, "dispatch", "account_manager", …)`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._people: dict[str, here.Person] = {}

    def person(self, username: str) -> here.Person:
        if username not in self._people:
            found = person_named(self.session, username)
            assert found is not None, username
            self._people[username] = found
        return self._people[username]

    def staff_id(self, username: str) -> int:
        found = self.person(username).staff_id
        assert found is not None
        return found

    def enter(self, table: str, username: str, **values: Any) -> int:
        register = register_of(table)
        assert register is not None, table
        with here.acting_as(self.person(username)):
            return saving.create(self.session, register, values, from_json=True)

    def do(self, table: str, row_id: int | list[int], verb: str, username: str, **params: Any) -> int:
        """The id of the record that the verb answers with."""
        found = verb_named(table, verb)
        assert found is not None, f"{table}.{verb}"
        ids = row_id if isinstance(row_id, list) else [row_id]
        with here.acting_as(self.person(username)):
            return run(self.session, found, ids, params, from_json=True).id

    def ids(self, table: str, **where: Any) -> list[int]:
        """Ids of the rows that fit, in order; relations by their `_id`."""
        model = table_named(table)
        assert model is not None, table
        with here.as_house():
            query = select(model.id).filter_by(**where).order_by(model.id)
            return list(self.session.execute(query).scalars())

    def one(self, table: str, row_id: int) -> Any:
        model = table_named(table)
        assert model is not None, table
        with here.as_house():
            return self.session.execute(
                select(model).where(model.id == row_id).execution_options(populate_existing=True)
            ).scalar_one()
