"""What patrols and violations tell, read from the tables: one statement each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from app.core.verbs import Act
from app.core.word_order import AsWords
from app.owners.models import Unit
from app.renovation.applications.models import RenovationApplication
from app.renovation.patrols.models import Patrol, Violation
from app.renovation.patrols.rules import COUNTED, WITH_WORKS, Record, ViolationState


def violations_open(application: RenovationApplication, act: Act) -> int:
    query = select(func.count(Violation.id)).where(
        Violation.application_id == application.id, Violation.state == ViolationState.OPEN
    )
    return act.db.execute(query).scalar_one()


def record_of(contractor_id: int, act: Act) -> Record:
    """R-3.5: what approval is shown of a contractor: the last twelve months."""
    still_open = func.sum(case((Violation.state == ViolationState.OPEN, 1), else_=0))
    query = select(func.count(Violation.id), still_open).where(
        Violation.contractor_id == contractor_id, Violation.found_at >= act.at - COUNTED
    )
    found, left = act.db.execute(query).one()
    return Record(found, left or 0)


def to_be_looked_at(act: Act, limit: int = 200) -> Sequence[Any]:
    """Cases with work going on and when somebody last went there, the longest ago first."""
    last = select(Patrol.application_id, func.max(Patrol.at).label("at")).group_by(Patrol.application_id).subquery()
    query = (
        select(
            RenovationApplication.id, RenovationApplication.number, RenovationApplication.state,
            Unit.full_name, RenovationApplication.ends_on, last.c.at,
        )
        .join(Unit, Unit.id == RenovationApplication.unit_id)
        .outerjoin(last, last.c.application_id == RenovationApplication.id)
        .where(RenovationApplication.state.in_([str(each) for each in WITH_WORKS]))
        .order_by(last.c.at.is_not(None), last.c.at, AsWords(Unit.full_name))
        .limit(limit)
    )  # fmt: skip
    return act.db.execute(query).all()
