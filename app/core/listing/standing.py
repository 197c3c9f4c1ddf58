"""Words that a register has for its own rows: "mine" and "overdue", from what it declares; "assigned", from what is asked."""

from collections.abc import Mapping

from app.core.assigning.reading import word_of
from app.core.declaration import Declaration, names
from app.core.here import Person
from app.core.kinds import Choice, Date, Relation
from app.core.listing.address import Condition, condition_on
from app.core.listing.groups import Group
from app.core.reading import Column
from app.core.words import Say, say

MINE = say("我的", "Mine")
OVERDUE = say("已逾期", "Overdue")


def words_of(register: type[Declaration], usable: Mapping[str, Column], person: Person) -> dict[str, tuple[Say, Group]]:
    found = {}
    if mine := _mine(register, usable, person):
        found["mine"] = (MINE, mine)
    if overdue := _overdue(register, usable):
        found["overdue"] = (OVERDUE, overdue)
    if assigned := word_of(register, person):
        found["assigned"] = assigned
    return found


def _mine(register: type[Declaration], usable: Mapping[str, Column], person: Person) -> Group | None:
    """Rows in which one of the columns that name a member of staff names this person."""
    if person.staff_id is None:
        return None
    named = [
        usable[name]
        for name in dict.fromkeys([*register.filtered(), *register.listed()])
        if name in usable and _names_staff(usable[name])
    ]
    return Group(True, tuple(condition_on(column, "eq", "me") for column in named)) if named else None


def _names_staff(column: Column) -> bool:
    kind = column.field.kind
    return isinstance(kind, Relation) and kind.table == "staff" and not kind.many


def _overdue(register: type[Declaration], usable: Mapping[str, Column]) -> Group | None:
    """`due = "due_on"`, or `"due_on state=due,asked"` where the day matters only in these states."""
    day, *only = names(register.due) or [""]
    if day not in usable or not isinstance(usable[day].field.kind, Date):
        return None
    parts: list[Condition] = [condition_on(usable[day], "eq", "past")]
    for each in only:
        name, _, values = each.partition("=")
        if name not in usable or not isinstance(usable[name].field.kind, Choice):
            return None
        parts.append(condition_on(usable[name], "in", values))
    return Group(False, tuple(parts))
