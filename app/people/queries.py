"""Questions about people that upper domains ask."""

from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.people.models import Delegation

_WITH_ROLE = text(
    "SELECT staff.id FROM staff JOIN ab_user ON ab_user.id = staff.user_id"
    " JOIN ab_user_role ON ab_user_role.user_id = ab_user.id"
    " JOIN ab_role ON ab_role.id = ab_user_role.role_id"
    " WHERE ab_role.name = :role AND ab_user.active AND staff.left_on IS NULL ORDER BY staff.id"
)


def staff_with_role(session: Session, role: str) -> list[int]:
    """The staff who hold a role now, by id."""
    return list(session.execute(_WITH_ROLE, {"role": role}).scalars())


def delegators_of(session: Session, staff_id: int, on: date) -> list[int]:
    """Those in whose place this person may sign on a day (R-4.4.5)."""
    query = select(Delegation.from_staff_id).where(
        Delegation.to_staff_id == staff_id,
        Delegation.starts_on <= on,
        Delegation.ends_on >= on,
        Delegation.revoked.is_(False),
    )
    return list(session.execute(query).scalars())
