"""What a colleague may open, asked in their name: before they are told of a record."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core import gate, here
from app.core.declaration import Declaration
from app.core.rights import may

#: how the person behind a member of staff is found: put here by security, which knows accounts
PersonOf = Callable[[Session, int], here.Person | None]
#: the members of staff whose accounts are open and have one of the roles
InRoles = Callable[[Session, frozenset[str]], list[int]]
_person_of: list[PersonOf] = []
_in_roles: list[InRoles] = []


def install(person_of: PersonOf, in_roles: InRoles) -> None:
    _person_of[:], _in_roles[:] = [person_of], [in_roles]


def in_roles(session: Session, roles: frozenset[str]) -> list[int]:
    return _in_roles[0](session, roles) if _in_roles else []


def person_of(session: Session, staff_id: int) -> here.Person | None:
    """With the roles of now; None for whoever has left or whose account is closed."""
    return _person_of[0](session, staff_id) if _person_of else None


def reaches(session: Session, register: type[Declaration], row_id: int, staff_id: int) -> bool:
    """Whether that colleague may open the record now."""
    person = person_of(session, staff_id)
    if person is None:
        return False
    with here.acting_as(person):
        return may(person, "read", register.table()) and bool(gate.reachable(session, register.model, [row_id]))
