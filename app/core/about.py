"""Whom or what a record is about that goes by a number, so that it is known among others.

lead        customer_name             KH-2026-000044 李依诺
contract    lead > customer_name      HT-2026-000012 李依诺
permit      unit                      SG-2026-000007 丽景家园1栋1201
"""

from typing import Any

from app.core.declaration import Declaration, register_of
from app.core.here import Person
from app.core.kinds import Relation, Text, YesNo
from app.core.record import Field, fields, table_named
from app.core.rights import READ, WRITE, level

#: steps from a record to a name
FURTHEST = 3


def about(register: type[Declaration]) -> str:
    """The first fact of its list that is neither somebody's number nor address, nor a yes or no."""
    known = fields(register.model)
    names = [name for name in register.listed() if name not in ("number", "state")]
    found = (n for n in names if not known[n].kind.personal and not isinstance(known[n].kind, YesNo))
    return next(found, "")


def path_of(kind: Any, person: Person, steps: int = FURTHEST) -> tuple[str, ...]:
    """The fields by which a related row is told from others: from it to a name that this person sees in full.
    Empty where it has a name itself, or none is seen."""
    target = table_named(kind.table) if isinstance(kind, Relation) and not kind.many else None
    register = register_of(target.__tablename__) if target is not None else None
    if target is None or register is None or target.__label__ != "number" or not steps:
        return ()
    spot = fields(target).get(about(register))
    if spot is None or not _is_seen(target, spot, person):
        return ()
    if not isinstance(spot.kind, Relation):
        return (spot.name,) if isinstance(spot.kind, Text) else ()
    further = path_of(spot.kind, person, steps - 1)
    return (spot.name, *further) if further or _has_name(spot.kind) else ()


def _is_seen(target: Any, spot: Field, person: Person) -> bool:
    """In full, and as a column of the table itself."""
    held = spot.attribute in target.__table__.c and not spot.many
    return held and level(person, target.__tablename__, spot.name) in (READ, WRITE)


def _has_name(kind: Relation) -> bool:
    target = table_named(kind.table)
    return target is not None and target.__label__ not in ("number", "id")
