"""Which leads, slips and claims a person reaches; children of a lead go through it."""

from typing import Any, cast

from sqlalchemy import ColumnElement, exists, false, or_, select

from app.core import here
from app.core.gate import Scope, Scopes, all_rows, any_of, mine, through, told
from app.core.here import Person
from app.leads.closing.models import Closure
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import MARKET_MANAGER, STORE_MANAGER
from app.leads.slips.signers import delegators_to
from app.people.models import Staff

#: those who see the whole business
OVERSIGHT = (
    "account_manager", "account_assistant", "general_manager", "store_manager", "admin", "auditor",
)  # fmt: skip


#: whoever holds a delegation in force of a post that signs (security/sessions.py)
DEPUTIES = (f"{MARKET_MANAGER}_deputy", f"{STORE_MANAGER}_deputy")


@told("今天登记的", "entered today")
def entered_today(model: Any, person: Person) -> ColumnElement[bool]:
    """Rows entered since midnight on the house's clock."""
    return model.created_at >= here.midnight()


@told("派给过设计师的，或有人提出结案的", "dispatched at some time, or proposed to be closed")
def of_designers(model: Any, person: Person) -> ColumnElement[bool]:
    """Leads that a designer has or had, and those that somebody proposed to close: the design
    manager confirms that, dispatched or not (R-4.5.1)."""
    return or_(model.designer_id.is_not(None), model.id.in_(select(Closure.lead_id)))


def of_my_department(*columns: str) -> Scope:
    """Rows in which one of the columns names somebody of the person's department."""

    @told("本部门员工的", "of somebody in one's department")
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        if person.department_id is None:
            return false()
        colleagues = select(Staff.id).where(Staff.department_id == person.department_id)
        return or_(*(getattr(model, column).in_(colleagues) for column in columns))

    return scope


@told("受托签字的", "to be signed for somebody who delegated it")
def waiting_for_my_signature(model: Any, person: Person) -> ColumnElement[bool]:
    """R-4.4.5: a delegate reaches the slips of whoever they sign for, while it is in force:
    the market manager's department's, all of the store manager's."""
    if person.staff_id is None:
        return false()
    for_market = delegators_to(person.staff_id, MARKET_MANAGER, here.today()).order_by(None)
    for_store = delegators_to(person.staff_id, STORE_MANAGER, here.today()).order_by(None)
    departments = select(Staff.department_id).where(Staff.id.in_(for_market))
    theirs = select(Staff.id).where(Staff.department_id.in_(departments))
    return or_(model.salesperson_id.in_(theirs), exists(for_store))


@told("受托签字的交接单上的客户", "customers on slips to be signed for somebody")
def on_slips_i_sign(model: Any, person: Person) -> ColumnElement[bool]:
    """R-4.4.5: the customers on the slips that wait for a delegate."""
    slips = select(TransferSlip.lead_id).where(waiting_for_my_signature(TransferSlip, person))
    return cast(ColumnElement[bool], model.id.in_(slips))


LEADS: Scopes = {
    **all_rows(*OVERSIGHT),
    "front_desk": any_of(mine("created_by_id"), entered_today),
    "salesperson": mine("claimant_id", "created_by_id"),
    "marketing_manager": of_my_department("claimant_id", "created_by_id"),
    "design_manager": of_designers,
    "designer": mine("designer_id"),
    **dict.fromkeys(DEPUTIES, on_slips_i_sign),
}
CLAIMS: Scopes = {
    **all_rows(*OVERSIGHT),
    "front_desk": mine("staff_id", "created_by_id"),
    "salesperson": mine("staff_id"),
    "marketing_manager": any_of(through("lead"), of_my_department("staff_id")),
    "design_manager": through("lead"),
}
SLIPS: Scopes = {
    **all_rows(*OVERSIGHT, "human_resources"),
    "salesperson": any_of(mine("salesperson_id", "created_by_id"), waiting_for_my_signature),
    "marketing_manager": any_of(of_my_department("salesperson_id"), waiting_for_my_signature),
    "design_manager": any_of(through("lead"), waiting_for_my_signature),
    "designer": through("lead"),
    "front_desk": waiting_for_my_signature,
    **dict.fromkeys(DEPUTIES, waiting_for_my_signature),
}
DISPATCHES: Scopes = {
    **all_rows(*OVERSIGHT, "design_manager"),
    "salesperson": through("lead"),
    "marketing_manager": through("lead"),
    "designer": mine("designer_id"),
}
DECLINES: Scopes = {**all_rows(*OVERSIGHT, "design_manager"), "designer": mine("asked_by_id")}
CLOSURES: Scopes = {**all_rows(*OVERSIGHT, "design_manager"), "designer": through("lead")}
CONTRACTS: Scopes = {
    **all_rows(*OVERSIGHT, "design_manager", "human_resources"),
    "designer": mine("designer_id"),
    "salesperson": through("lead"),
    "marketing_manager": through("lead"),
}
CALENDAR: Scopes = all_rows(*OVERSIGHT, "design_manager", "designer", "human_resources")
