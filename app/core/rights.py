"""Which verbs a person has and how much of a column they see: asked everywhere, answered from memory.

`core` knows no role. `app/security` composes what stands: the code's table, what each register
declares, and what the admin changed since (`security/in_force.py`). What stands is one object that never
changes: whoever changes rights puts another in its place, so a thing kept in it is never out of date.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.core.here import HOUSE, Person

Names = frozenset[str]
#: role -> table -> verbs; "read", "add", "edit", "delete", "export", "import", "reveal" and the verbs
Roles = Mapping[str, Mapping[str, Names]]
#: (roles, table, column) -> level
ColumnRule = Callable[["Standing", Names, str, str], str]
#: the same -> whether they write it
WriteRule = Callable[["Standing", Names, str, str], bool]

#: the roles of the house; their words and rights are in `security/roles.py`
ROLE_NAMES = (
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier",
    "gate", "engineer", "account_manager", "account_assistant", "front_desk", "salesperson",
    "marketing_manager", "store_manager", "design_manager", "designer", "human_resources", "auditor",
)  # fmt: skip

WRITE, READ, MASKED, HIDDEN = "write", "read", "masked", "hidden"
#: "own:designer_id,claimant_id": in full on rows in which one of these is the person, else masked
OWN = "own:"
_BY_HOW_MUCH = {HIDDEN: 0, MASKED: 1, OWN: 2, READ: 3, WRITE: 4}
#: what hands something out: who looks at the panel as another role needs it themselves
HANDING_OUT = frozenset({"read", "export", "print", "reveal"})
_NOTHING: Names = frozenset()
_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Standing:
    """The rights as they stand: every answer is a function of roles and names, and is kept."""

    roles: Roles
    column_rule: ColumnRule
    #: table -> role -> the role whose rows it reaches (see gate.py)
    lent: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: table -> role -> the scope that an admin chose for it (scopes.py)
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: (table, column) -> role -> the level that an admin chose for it
    columns: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    write_rule: "WriteRule | None" = None
    edition: int = field(default_factory=lambda: next(_numbers))
    _verbs: dict[tuple[Names, str], Names] = field(default_factory=dict, repr=False)
    _levels: dict[tuple[Names, str, str], str] = field(default_factory=dict, repr=False)
    _written: dict[tuple[Names, str, str], bool] = field(default_factory=dict, repr=False)

    def verbs(self, roles: Names, table: str) -> Names:
        """All that any of the roles may do on the table."""
        found = self._verbs.get((roles, table))
        if found is None:
            found = _NOTHING.union(*(self.roles.get(role, {}).get(table, _NOTHING) for role in roles))
            self._verbs[roles, table] = found
        return found

    def level(self, roles: Names, table: str, column: str) -> str:
        """The most that any of the roles sees of the column."""
        found = self._levels.get((roles, table, column))
        if found is None:
            found = self._levels[roles, table, column] = self.column_rule(self, roles, table, column)
        return found

    def writes(self, roles: Names, table: str, column: str) -> bool:
        """Whether any of the roles writes the column, where it may write the row."""
        found = self._written.get((roles, table, column))
        if found is None:
            rule = self.write_rule
            found = rule(self, roles, table, column) if rule else self.level(roles, table, column) != HIDDEN
            self._written[roles, table, column] = found
        return found


_now: list[Standing] = []
_composer: list[Callable[[], Standing]] = []
_supposed: ContextVar[Standing | None] = ContextVar("supposed", default=None)


def install(compose: Callable[[], Standing]) -> None:
    """Called by `security` when the application is made: how to find what stands."""
    _composer[:] = [compose]
    renew()


def renew() -> None:
    """After a change of anything that rights are composed of: a table of roles, a register, a field."""
    _now[:] = [_composer[0]()]


def standing() -> Standing:
    return _supposed.get() or _now[0]


def edition() -> int:
    """Another number whenever something else stands; for what is kept beside it."""
    return standing().edition


@contextmanager
def supposing(other: Standing) -> Iterator[None]:
    """As if this stood, for what is asked within: the effect of a change before it is made."""
    token = _supposed.set(other)
    try:
        yield
    finally:
        _supposed.reset(token)


def may(person: Person, verb: str, table: str) -> bool:
    """Whether any of the person's roles has this verb on this table."""
    if person is HOUSE:
        return True
    if person.key is not None and not person.key.allows(verb, table):
        return False
    now = standing()
    if verb not in now.verbs(person.roles, table):
        return False
    return not person.within or verb not in HANDING_OUT or verb in now.verbs(person.within, table)


def shows(person: Person, verb: str, table: str) -> bool:
    """Whether a page draws what leads to the verb: as `may`, but who looks at the panel as another role is shown all that
    the role has. What it leads to is asked of `may`, and refuses what they have not themselves."""
    if not person.within:
        return may(person, verb, table)
    return verb in standing().verbs(person.roles, table) and may(person, "read", table)


def has(verb: str, role: str) -> bool:
    """Whether a role has this verb on any table."""
    return any(verb in verbs for verbs in standing().roles.get(role, {}).values())


def reads(role: str, table: str) -> bool:
    return "read" in standing().roles.get(role, {}).get(table, _NOTHING)


def verbs_allowed(person: Person, table: str) -> set[str]:
    found = standing().verbs(person.roles, table)
    return {verb for verb in found if person.key is None or person.key.allows(verb, table)}


def level(person: Person, table: str, column: str) -> str:
    """What a person may do with a column: "write", "read", "own:…", "masked" or "hidden"."""
    if person is HOUSE:
        return WRITE
    now = standing()
    found = now.level(person.roles, table, column)
    return _lesser(found, now.level(person.within, table, column)) if person.within else found


def writes(person: Person, table: str, column: str) -> bool:
    """Whether a person may type into a column, where they may write the row."""
    return person is HOUSE or standing().writes(person.roles, table, column)


def how_much(rule: str) -> int:
    return _BY_HOW_MUCH[OWN if rule.startswith(OWN) else rule]


def _lesser(one: str, other: str) -> str:
    if one.startswith(OWN) and other.startswith(OWN) and one != other:
        return MASKED
    return min(one, other, key=how_much)
