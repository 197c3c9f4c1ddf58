"""Scopes by their names: which rows of a register may be chosen for a role in the browser, and on what condition.

    offered("lead")     # "as:designer" -> what the register declares for a role; where somebody sees all rows also
                        # "own:claimant", "department:claimant", "assigned"
    chosen("lead", None, ["own:claimant"], {"state": ("new",)})   # one scope of them, to pass the gate with

Nothing of it is SQL that was typed: a name leads to a scope of the code, a condition to a filter of the register.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, inspect, select

from app.core import gate, narrowing
from app.core.assigning.table import Assignment, AssignmentState
from app.core.gate import ALL_ROWS, Scope, any_of, everything, in_words, mine, phrased, told
from app.core.here import Person
from app.core.kinds import Relation
from app.core.narrowing import Condition
from app.core.record import Field, table_named
from app.core.words import Say, joined, say

AS, OWN, DEPARTMENT, ASSIGNED = "as:", "own:", "department:", "assigned"


def offered(table: str) -> dict[str, Scope]:
    """Name -> scope, of a register. None reaches further than some role does by the register's own declaration."""
    declared = gate.declared().get(table, {})
    found: dict[str, Scope] = {}
    for role, scope in declared.items():
        if scope not in found.values():
            found[f"{AS}{role}"] = scope
    if everything not in declared.values():
        return found
    people = [
        spot for spot in narrowing.columns(table) if isinstance(spot.kind, Relation) and spot.kind.table == "staff"
    ]
    found |= {f"{OWN}{spot.name}": mine(spot.attribute) for spot in people}
    found |= {f"{DEPARTMENT}{spot.name}": of_colleagues(spot) for spot in people}
    return found | {ASSIGNED: assigned_to_me}


def chosen(table: str, usual: Scope | None, names: Sequence[str], condition: Condition) -> Scope:
    """One scope: the named ones together (`usual` where none is named), and of these rows those that fulfil the
    condition. What is not known any more lets no row through."""
    known = offered(table)
    scopes = [known.get(name, nothing) for name in names] or [usual or nothing]
    reach = scopes[0] if len(scopes) == 1 else any_of(*scopes)
    return narrowed(table, reach, condition) if condition else reach


def in_words_of(table: str, names: Sequence[str], condition: Condition) -> Say:
    """What was chosen, told without what is usual."""
    model, known = table_named(table), offered(table)
    scopes = [in_words(known[name], model) if name in known else Say(name, name) for name in names]
    return joined([*scopes, *([narrowing.in_words(table, condition)] if condition else [])], "；", "; ")


@told("无", "none")
def nothing(model: Any, person: Person) -> ColumnElement[bool]:
    return false()


@told("交办给本人、还没办完的", "open assignments of one's own")
def assigned_to_me(model: Any, person: Person) -> ColumnElement[bool]:
    if person.staff_id is None:
        return false()
    asked = select(Assignment.row_id).where(
        Assignment.table_name == inspect(model).mapper.class_.__tablename__,
        Assignment.to_id == person.staff_id, Assignment.state == str(AssignmentState.OPEN),
    )  # fmt: skip
    return model.id.in_(asked)


def of_colleagues(spot: Field) -> Scope:
    """Rows in which the field names somebody of the person's department."""

    @phrased(lambda _: say("{c}是本部门员工的", "{c} is of one's department", c=spot.label))
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        if person.department_id is None:
            return false()
        staff: Any = table_named("staff")
        return getattr(model, spot.attribute).in_(select(staff.id).where(staff.department_id == person.department_id))

    return scope


def narrowed(table: str, reach: Scope, condition: Condition) -> Scope:
    def words(model: Any) -> Say:
        return say("{r}；且{c}", "{r}; and {c}", r=in_words(reach, model), c=narrowing.in_words(table, condition))

    @phrased(words)
    def scope(model: Any, person: Person) -> ColumnElement[bool]:
        within, also = reach(model, person), narrowing.holds(model, table, condition)
        return also if within is ALL_ROWS else and_(within, also)

    return scope
