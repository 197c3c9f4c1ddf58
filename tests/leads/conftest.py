"""A small decoration company for the tests of leads: its tables, its people, its own clock.

Everybody has every right here: what is tested are the rules and the scopes, which rights come
before. The tests of rights are with `security`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

import app.core.numbering
import app.leads.seeds
import app.leads.views
import app.owners.models
import app.people.views  # noqa: F401  (everybody may look up staff)
from app.core import crypt, here, policy, rights, saving
from app.core import engine as manners
from app.core.blockers import NotAllowed
from app.core.declaration import register_of
from app.core.jobs import work
from app.core.journal import JournalHead
from app.core.policy import Policy
from app.core.record import table_named
from app.core.runner import Outcome, run, would
from app.core.verbs import verb_named
from app.people.models import Department, Staff

#: user name -> (roles, department, grade)
PEOPLE = {
    "account_manager": ("account_manager", "KF", "none"),
    "account_assistant": ("account_assistant", "KF", "none"),
    "front_desk": ("front_desk", "KF", "none"),
    "salesperson": ("salesperson", "SC", "none"),
    "salesperson2": ("salesperson", "SC", "none"),
    "marketing_manager": ("marketing_manager", "SC", "none"),
    "store_manager": ("store_manager", "KF", "none"),
    "design_manager": ("design_manager", "SJ", "none"),
    "both_managers": ("account_manager design_manager", "KF", "none"),
    "general_manager": ("general_manager", "KF", "none"),
    "human_resources": ("human_resources", "KF", "none"),
    "assistant": ("designer", "SJ", "assistant"),
    "deputy": ("designer", "SJ", "deputy_director"),
    "director": ("designer", "SJ", "director"),
    "director2": ("designer", "SJ", "director"),
    "chief": ("designer", "SJ", "chief"),
}
LEAD = {
    "customer_name": "傅欣", "estate_name": "丽景家园", "address": "13栋2503", "floor_area": 89.5,
    "budget_fen": 40_000_00, "renovation_on": "2027-01-10", "source": "walk_in",
}  # fmt: skip


class EveryRight:
    """Stands where a role's table of rights does."""

    def get(self, table: str, default: Any = None) -> Any:
        return self

    def __contains__(self, verb: object) -> bool:
        return True


class AllIsAllowed(rights.Standing):
    """The rules alone decide."""

    def verbs(self, roles: Any, table: str) -> Any:
        return EveryRight()


class Office:
    """`office.enter("lead", "front_desk", …)`, `office.do("lead", 1, "dispatch", …)`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people: dict[str, here.Person] = {}
        self.phones = 13_800_000_000

    def staff(self, username: str) -> int:
        found = self.people[username].staff_id
        assert found is not None
        return found

    def enter(self, table: str, username: str, **values: Any) -> int:
        register = register_of(table)
        assert register is not None
        with here.acting_as(self.people[username]):
            return saving.create(self.session, register, values, from_json=True)

    def lead(self, username: str = "front_desk", **values: Any) -> int:
        self.phones += 1
        return self.enter("lead", username, **{**LEAD, "phone": str(self.phones), **values})

    def do(self, table: str, row_id: int, verb: str, username: str, **params: Any) -> Outcome:
        found = verb_named(table, verb)
        assert found is not None, verb
        with here.acting_as(self.people[username]):
            return run(self.session, found, [row_id], params, from_json=True)

    def refused(self, table: str, row_id: int, verb: str, username: str, **params: Any) -> list[str]:
        """The rules that refuse it; fails when nothing does."""
        with pytest.raises(NotAllowed) as refused:
            self.do(table, row_id, verb, username, **params)
        return [each.rule for each in refused.value.blockers]

    def dispatch(self, lead: int, designer: str) -> Outcome:
        return self.do("lead", lead, "dispatch", "account_manager", designer=self.staff(designer))

    def would(self, table: str, row_id: int, verb: str, username: str) -> dict[str, Any]:
        found = verb_named(table, verb)
        assert found is not None, verb
        with here.acting_as(self.people[username]):
            answer = would(self.session, found, [row_id])
            self.session.rollback()
        return answer

    def row(self, table: str, row_id: int) -> Any:
        model = table_named(table)
        assert model is not None
        with here.as_house():
            query = select(model).where(model.id == row_id)
            return self.session.scalar(query.execution_options(populate_existing=True))

    def rows(self, table: str, **where: Any) -> list[Any]:
        model = table_named(table)
        assert model is not None
        with here.as_house():
            query = select(model).filter_by(**where).order_by(model.id)
            return list(self.session.scalars(query.execution_options(populate_existing=True)))

    def seen(self, table: str, username: str) -> set[int]:
        """The ids that a person reaches."""
        model = table_named(table)
        assert model is not None
        with here.acting_as(self.people[username]):
            return set(self.session.scalars(select(model.id)))

    def policy(self, name: str, value: Any) -> None:
        with here.as_house():
            self.session.add(Policy(name=name, value=value, valid_from=date(2026, 1, 1)))
            self.session.commit()


class Clock:
    """The house's clock, stopped: `clock.at(day=17, hour=9)` of November 2026, house time."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 16, 1, tzinfo=UTC)  # a Monday, nine in Shanghai

    def at(self, day: int, hour: int = 9, minute: int = 0) -> None:
        local = datetime(2026, 11, 1, hour, minute, tzinfo=here.house_zone())
        self.instant = local.replace(day=day).astimezone(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return stopped.instant

    monkeypatch.setattr(here, "datetime", Stopped)
    return stopped


@pytest.fixture(scope="session")
def company_database(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Any:
    """The tables, made once; each test empties what it wrote."""
    import app.models  # noqa: F401  (every table of the house, whichever test comes first)

    crypt.load_key(home / "keys" / "data.key")
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('leads')}/company.db")
    manners.prepare(engine)
    Model.metadata.create_all(engine)
    return engine


@pytest.fixture
def office(company_database: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    everything = AllIsAllowed(dict.fromkeys(rights.ROLE_NAMES, EveryRight()), lambda *_: rights.WRITE)  # type: ignore
    monkeypatch.setattr(rights, "_now", [everything])
    monkeypatch.setattr(
        work,
        "_find_person",
        [lambda _, user_id, key_id=None: next(p for p in office.people.values() if p.user_id == user_id)],
    )
    with Session(company_database, autoflush=True) as session:
        office = Office(session)
        with here.as_house():
            _hire(office)
        yield office
        session.rollback()
    _empty(company_database)


def _hire(office: Office) -> None:
    session = office.session
    session.add(JournalHead(id=1, last_hash=""))
    departments = {
        code: Department(code=code, name=code, kind=kind)
        for code, kind in (("KF", "customer_service"), ("SC", "marketing"), ("SJ", "design"))
    }
    roles = {name: Role(name=name) for name in rights.ROLE_NAMES}
    session.add_all([*departments.values(), *roles.values()])
    session.flush()
    for number, (username, (held, code, grade)) in enumerate(PEOPLE.items()):
        user = User(
            username=username, first_name=username, last_name="", email=f"{username}@house.invalid",
            active=True, password="-", roles=[roles[name] for name in held.split()],
        )  # fmt: skip
        session.add(user)
        session.flush()
        staff = Staff(
            number=f"YG-{number}", name=username, department_id=departments[code].id,
            designer_grade=grade, user_id=user.id,
        )  # fmt: skip
        session.add(staff)
        session.flush()
        office.people[username] = here.Person(
            user_id=user.id, name=username, username=username, staff_id=staff.id,
            department_id=staff.department_id, roles=frozenset(held.split()),
        )  # fmt: skip
    session.commit()


def _empty(engine: Any) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in Model.metadata.tables.values():
            connection.execute(table.delete())
    policy.forget(engine)
