"""A new record that is typed step by step: what is wrong with it so far, by the rules of saving, and nothing is written.

What only the database can tell, such as that something stands already, is told when it is saved.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core import here, saving
from app.core.answers import Faulty, Forbidden
from app.core.declaration import Declaration
from app.core.verbs import Act
from app.core.words import Say


def faults_so_far(session: Session, register: type[Declaration], given: Mapping[str, Any]) -> dict[str, Say | str]:
    """field -> sentence; of fields that nobody has come to yet as of all others."""
    if not register.entered_by_hand:
        raise Forbidden()
    act = Act(session, here.me())
    given = register.completed(given, act)
    spots, given = saving.that_matter(register, saving.writable(register, editing=False), given)
    faults: dict[str, Say | str] = {}
    values: dict[str, Any] = {}
    for spot in spots:
        try:
            values |= saving.read_values(session, [spot], given, from_json=False, partial=False)
        except Faulty as faulty:
            faults |= faulty.faults
    like = register.model()  # it belongs to no session
    many = {spot.name for spot in spots if spot.many}
    saving.put(like, register.fields(), {n: held for n, held in values.items() if held is not None and n not in many})
    if not faults:  # they compare one value with another: all have to be there
        faults |= like.faults()
    with session.no_autoflush, here.in_whole_sight():
        return {**register.faults_so_far(like, act), **faults}
