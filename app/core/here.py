"""Who is at the screen, and what time it is in the house. The only clock and the only "me"."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

_zone = {"house": ZoneInfo("Asia/Shanghai")}


@dataclass(frozen=True)
class Key:
    """By which of a person's keys for machines they act: it opens less than they do, never more (security/keys.py)."""

    id: int
    name: str
    only_reads: bool = True
    #: the registers that it opens; None: all that the person reads
    tables: frozenset[str] | None = None
    #: and those that everybody looks names up in
    looked_up: frozenset[str] = frozenset()

    def opens(self, table: str) -> bool:
        return self.tables is None or table in self.tables or table in self.looked_up

    def allows(self, verb: str, table: str) -> bool:
        """Nothing is shown in full by a key: that asks a person for a reason."""
        if self.tables is not None and table not in self.tables:
            return verb == "read" and table in self.looked_up
        return verb != "reveal" and (not self.only_reads or verb in READING)


#: the verbs of a key that only reads
READING = frozenset({"read", "export", "print"})


@dataclass(frozen=True)
class Person:
    """Whoever acts, as plain values: read once a request, then never the database's row.

    `roles` are names of `security/roles.py`; `staff_id` is None for an account that belongs
    to no member of staff; `sign_in_id` is the server's record of this session or token.
    """

    user_id: int | None
    name: str
    username: str = ""
    staff_id: int | None = None
    department_id: int | None = None
    department_kind: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    language: str = "zh"
    address: str = ""
    sign_in_id: int | None = None
    must_change_password: bool = False
    by_token: bool = False
    #: has to set up a second factor before anything else
    needs_second_factor: bool = False
    #: who looks at the panel as another role: their own roles, above which they are shown nothing
    within: frozenset[str] = field(default_factory=frozenset)
    #: and whose rows they look at, where the role's rows are somebody's own
    in_place_of: "Person | None" = None
    #: by which key they came
    key: Key | None = None

    @property
    def sight(self) -> tuple[Any, ...]:
        """All of a person that scopes, rights and masks may ask for: who agrees in it sees the same."""
        own = (self.user_id, self.staff_id, self.department_id, self.department_kind, self.roles, self.key)
        return (*own, self.within, self.in_place_of.sight if self.in_place_of else None) if self.within else own


NOBODY = Person(user_id=None, name="")
HOUSE = Person(user_id=None, name="管家", username="house")

_person: ContextVar[Person] = ContextVar("person", default=NOBODY)
_whole_sight: ContextVar[bool] = ContextVar("whole_sight", default=False)


def me() -> Person:
    """The person who is acting; `NOBODY` before sign-in; `HOUSE` for the house's own work."""
    return _person.get()


@contextmanager
def acting_as(person: Person) -> Iterator[Person]:
    token = _person.set(person)
    try:
        yield person
    finally:
        _person.reset(token)


def enter(person: Person) -> None:
    """The person of this request, until `leave`."""
    _person.set(person)


def leave() -> None:
    _person.set(NOBODY)


@contextmanager
def as_house() -> Iterator[Person]:
    """The house itself: sees every row. For rules that must know the whole truth,
    for release and for the demo company; never for what a person named or will be shown."""
    with acting_as(HOUSE):
        yield HOUSE


@contextmanager
def in_whole_sight() -> Iterator[None]:
    """The person acts on, but the rules see every row: a cap counts what others did, too."""
    token = _whole_sight.set(True)
    try:
        yield
    finally:
        _whole_sight.reset(token)


def sees_everything() -> bool:
    return _whole_sight.get() or _person.get() is HOUSE


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on the house's wall."""
    return now().astimezone(house_zone()).date()


def house_zone() -> ZoneInfo:
    return _zone["house"]


def midnight(day: date | None = None) -> datetime:
    """The instant at which a day (today unless given) begins on the house's clock."""
    return datetime.combine(day or today(), time(), house_zone())


def in_house_time(instant: datetime) -> datetime:
    return instant.astimezone(house_zone())


def set_house_zone(name: str) -> None:
    """Set at start from `GUANJIA_TIMEZONE`."""
    _zone["house"] = ZoneInfo(name)
