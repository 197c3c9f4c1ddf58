"""Which verbs a person has: asked everywhere, answered from the roles, which are code.

`core` knows no role. The tables of roles and of masked columns are handed in once, by
`app/security`, when the application is made.
"""

from collections.abc import Callable, Mapping

from app.core.here import HOUSE, Person

#: role -> table -> verbs; "read", "add", "edit", "delete", "export", "import", "reveal" and the verbs
Roles = Mapping[str, Mapping[str, frozenset[str]]]

#: the roles of the house; their words and rights are in `security/roles.py`
ROLE_NAMES = (
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier",
    "gate", "engineer", "account_manager", "account_assistant", "front_desk", "salesperson",
    "marketing_manager", "store_manager", "design_manager", "designer", "human_resources", "auditor",
)  # fmt: skip

_roles: dict[str, Mapping[str, frozenset[str]]] = {}

WRITE, READ, MASKED, HIDDEN = "write", "read", "masked", "hidden"
#: "own:designer_id,claimant_id": in full on rows in which one of these is the person, else masked
OWN = "own:"

ColumnRule = Callable[[Person, str, str], str]
_column_rule: list[ColumnRule] = []


def install(roles: Roles, column_rule: ColumnRule) -> None:
    """Called once, by `security`."""
    _roles.clear()
    _roles.update(roles)
    _column_rule[:] = [column_rule]


def may(person: Person, verb: str, table: str) -> bool:
    """Whether any of the person's roles has this verb on this table."""
    if person is HOUSE:
        return True
    return any(verb in _roles.get(role, {}).get(table, ()) for role in person.roles)


def has(verb: str, role: str) -> bool:
    """Whether a role has this verb on any table."""
    return any(verb in verbs for verbs in _roles.get(role, {}).values())


def reads(role: str, table: str) -> bool:
    return "read" in _roles.get(role, {}).get(table, ())


def verbs_allowed(person: Person, table: str) -> set[str]:
    return {verb for role in person.roles for verb in _roles.get(role, {}).get(table, ())}


def level(person: Person, table: str, column: str) -> str:
    """What a person may do with a column: "write", "read", "masked" or "hidden"."""
    if person is HOUSE:
        return WRITE
    return _column_rule[0](person, table, column)
