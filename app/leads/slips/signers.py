"""Who may sign a slip today: whoever has the post, or a delegate of theirs (R-4.4.5)."""

from datetime import date
from typing import Any

from flask_appbuilder.security.sqla.models import Role, assoc_user_role
from sqlalchemy import Select, select

from app.core.verbs import Act
from app.leads.slips.rules import Signer
from app.people.models import Delegation, Staff


def signer_of(act: Act, post: str) -> Signer:
    """The acting person as a signer of a post."""
    delegators = act.db.scalars(delegators_to(act.by_id, post, act.today)).all()
    return Signer(act.by_id, own_post=post in act.person.roles, delegators=tuple(delegators))


def delegators_to(staff_id: int, post: str, on: date) -> Select[Any]:
    """Holders of the post whose delegation to a member of staff is in force on a day."""
    return (
        select(Delegation.from_staff_id)
        .where(
            Delegation.to_staff_id == staff_id,
            Delegation.starts_on <= on,
            Delegation.ends_on >= on,
            Delegation.revoked.is_(False),
            Delegation.from_staff_id.in_(holders_of(post)),
        )
        .order_by(Delegation.id)
    )


def holders_of(post: str, *, also_left: bool = False) -> Select[Any]:
    """Members of staff, still with us unless told otherwise, whose sign-in has the role."""
    holders = (
        select(Staff.id)
        .join(assoc_user_role, assoc_user_role.c.user_id == Staff.user_id)
        .join(Role, Role.id == assoc_user_role.c.role_id)
        .where(Role.name == post)
    )
    return holders if also_left else holders.where(Staff.left_on.is_(None))
