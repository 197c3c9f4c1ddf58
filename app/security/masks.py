"""Which columns a role sees in full, in part, or not at all: the list, beside what a plain register declares.

A column of a personal kind (a phone, an identity number, a home address) is masked for every
role that is not named here; every other column of a table one may read is seen in full.
Pages, forms, filters, sorting, search, API, exports, histories and papers all ask `level`.
"""

from collections.abc import Iterable, Mapping

from app.core.added.definitions import OTHERS
from app.core.declaration import register_of
from app.core.record import fields, table_named
from app.core.rights import HIDDEN, MASKED, OWN, READ, WRITE, Standing, how_much

#: who has none of these writes no column
WRITING = frozenset({"add", "edit", "import", "attach"})
#: "table.column" -> role -> level; of several roles the one that shows most counts
COLUMNS: dict[str, dict[str, str]] = {
    "staff.phone": {"human_resources": READ, "general_manager": READ},
    "lead.phone": {
        "account_manager": READ, "account_assistant": READ,
        "designer": f"{OWN}designer_id", "salesperson": f"{OWN}claimant_id,created_by_id",
    },
    "lead.address": {
        "account_manager": READ, "account_assistant": READ, "front_desk": READ,
        "marketing_manager": READ, "store_manager": READ, "design_manager": READ,
        "designer": f"{OWN}designer_id", "salesperson": f"{OWN}claimant_id,created_by_id",
    },
    "renovation_application.applicant_phone": {
        "renovation_clerk": READ, "service_manager": READ, "cashier": READ,
    },
    "renovation_application.site_manager_phone": {
        "renovation_clerk": READ, "service_manager": READ, "engineer": READ,
    },
    "renovation_application.applicant_id_number": {
        "cashier": HIDDEN, "gate": HIDDEN, "engineer": HIDDEN,
    },
    "owner.id_number": {"cashier": HIDDEN},
    "owner.phone": {"service_manager": READ}, "owner.email": {"service_manager": READ},
    "credential.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "skill_certificate.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "worker.photo": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ, "gate": READ},
    "application_document.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "drawing.scan": {
        "renovation_clerk": READ, "service_manager": READ, "general_manager": READ, "engineer": READ,
    },
    "patrol.photo": {
        "renovation_clerk": READ, "service_manager": READ, "general_manager": READ, "engineer": READ,
    },
    "violation.photo": {
        "renovation_clerk": READ, "service_manager": READ, "general_manager": READ, "engineer": READ,
    },
    "agreement.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "undertaking.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "notice_receipt.scan": {"renovation_clerk": READ, "service_manager": READ, "general_manager": READ},
    "acceptance_item.photo": {
        "renovation_clerk": READ, "service_manager": READ, "general_manager": READ, "engineer": READ,
    },
    "phone_list_entry.phone": {"marketing_manager": READ, "salesperson": READ},
    "call_entry.phone": {"account_manager": READ, "account_assistant": READ, "front_desk": f"{OWN}by_id"},
    "contractor.phone": {"renovation_clerk": READ, "service_manager": READ},
}  # fmt: skip


def level_of(standing: Standing, roles: frozenset[str], table: str, column: str) -> str:
    """ "write" (of an added field), "read", "own:…", "masked" or "hidden": the most that one of the roles sees."""
    if not standing.verbs(roles, table) & {"read", "add"}:
        return HIDDEN
    named, usual = _said_of(table, column)
    adjusted = standing.columns.get((table, column), {})
    of_roles = [adjusted.get(role) or named.get(role, usual) for role in _reading(standing, roles, table)]
    return max(of_roles or [usual], key=how_much)


def _reading(standing: Standing, roles: Iterable[str], table: str) -> list[str]:
    return [role for role in roles if "read" in standing.roles.get(role, {}).get(table, ())]


def written_by(standing: Standing, roles: frozenset[str], table: str, column: str) -> bool:
    """Whether one of the roles writes the column. Where an admin says how much a role sees of it, or the register
    does, that role writes it only if that is what is said; what is masked is typed all the same, and not shown again."""
    named, usual = _said_of(table, column)
    adjusted = standing.columns.get((table, column), {})
    reading = _reading(standing, roles, table)
    if adjusted.keys() & set(reading):  # then a role counts that may write rows at all
        reading = [role for role in reading if WRITING & standing.roles[role][table]]
    leveled = is_leveled(table, column)
    if not reading:
        return not adjusted and _is_written(level_of(standing, roles, table, column), leveled=leveled)
    return any(
        _is_written(adjusted[role], leveled=leveled or adjusted[role] == READ)
        if role in adjusted
        else _is_written(named.get(role, usual), leveled=leveled)
        for role in reading
    )


def _is_written(level: str, *, leveled: bool) -> bool:
    return level == WRITE or (level != HIDDEN and not leveled)


def is_leveled(table: str, column: str) -> bool:
    """Whether the register itself says who writes the column."""
    register = register_of(table)
    spot = register.fields().get(column) if register else None
    return register is not None and spot is not None and register.has_levels(spot)


def released_level(role: str, table: str, column: str) -> str:
    """How much a role sees of a column that it reads, as the code has it."""
    named, usual = _said_of(table, column)
    return named.get(role, usual)


def highest_level(table: str, column: str) -> str:
    """The most that the code shows any role of it: a mask goes up to there, and no further."""
    named, usual = _said_of(table, column)
    return max([usual, *named.values()], key=how_much)


def named_levels(table: str, column: str) -> Mapping[str, str]:
    """What is said of this column, here or in the rights that its register declares."""
    register = register_of(table)
    declared = register.rights if register else {}
    shown = {role: READ for role, given in declared.items() if column in given.show.split()}
    hidden = {role: HIDDEN for role, given in declared.items() if column in given.hide.split()}
    return shown | hidden | COLUMNS.get(f"{table}.{column}", {})


def _said_of(table: str, column: str) -> tuple[Mapping[str, str], str]:
    """(role -> level, the level of whoever is not named), of a column or of a field added without code."""
    model = table_named(table)
    spot = fields(model).get(column) if model else None
    register = register_of(table)
    said = spot.levels if spot is not None and spot.added else register.levels.get(column) if register else None
    if said:
        return said, said[OTHERS]
    return named_levels(table, column), MASKED if spot is not None and spot.kind.personal else READ
