"""What is in force: definitions become fields of their tables, in every worker (edition "fields")."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, record, rights
from app.core.added.definitions import OTHERS, AddedField, AddedKind, usual_level
from app.core.added.held import FORMS, attach, is_attached
from app.core.added.kinds import kind_of
from app.core.declaration import all_registers
from app.core.record import Field, Record, added_fields, table_named
from app.core.rights import WRITE

EDITION = "fields"


def load(session: Session) -> None:
    """Read all definitions anew; what the code has grown itself in the meantime is the code's."""
    query = select(AddedField).where(AddedField.archived.is_(False)).order_by(AddedField.place, AddedField.id)
    put_in_force(session.execute(query.execution_options(populate_existing=True)).scalars())


def put_in_force(definitions: Iterable[AddedField]) -> None:
    found: dict[str, dict[str, Field]] = {}
    for each in definitions:
        model = table_named(each.table_name)
        if model is not None and is_free(model, each.name):
            attach(model, each.name, each.kind, sealed=each.sealed)
            found.setdefault(each.table_name, {})[each.name] = field_of(each)
    record.add_fields(EDITION, found)
    rights.renew()


def writers() -> Iterator[tuple[str, str]]:
    """(table, role): nobody edits rows that only verbs make, but the roles named as writing one of
    their added fields may edit these."""
    for table, register in all_registers().items():
        if not register.entered_by_hand:
            for spot in added_fields(register.model):
                yield from ((table, role) for role, level in spot.levels.items() if level == WRITE and role != OTHERS)


def archived_files(session: Session) -> Iterator[Any]:
    """The columns of file fields that are out of sight: what they name is kept."""
    query = select(AddedField).where(AddedField.archived.is_(True), AddedField.kind == AddedKind.FILE)
    for each in session.execute(query).scalars():
        model = table_named(each.table_name)
        if model is not None and is_free(model, each.name):
            yield FORMS[each.kind].expression(model.extra, each.name)


def is_free(model: type[Record], name: str) -> bool:
    """Whether the code has no attribute and no field of that name."""
    return is_attached(model, name) or not (hasattr(model, name) or name in record.own_fields(model))


def field_of(each: AddedField) -> Field:
    is_file = each.kind == AddedKind.FILE
    levels = {OTHERS: usual_level(each.kind, each.personal), **each.levels}
    return Field(
        name=each.name, attribute=each.name, kind=kind_of(each), label=each.label,
        required=each.required and not is_file, by_system=is_file, added=True, listed=each.listed,
        levels=levels, part=each.part, only=each.only,
    )  # fmt: skip


editions.loader(EDITION, load)
