"""Duplicate as new 复制: a form filled with what may be copied of another row.

Never numbers, states, stamps and scans (they are no form fields), never what may stand once only,
never what the person sees in part.
"""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Session

from app.core import saving, viewing
from app.core.answers import NotFound
from app.core.declaration import Declaration, names
from app.core.reading import read_one


def copied(session: Session, register: type[Declaration], row_id: int) -> dict[str, Any]:
    """field -> what the form holds. Raises NotFound for a row out of reach."""
    wanted = [spot.name for spot in saving.writable(register, editing=False)]
    seen = read_one(session, register.model, row_id, wanted)
    if seen is None:
        raise NotFound()
    viewing.tell(session, register.table(), seen)
    once_only = unique(register)
    given = {}
    for name, column in seen.columns.items():
        if name in once_only or column.field.kind.widget == "file" or seen.is_masked(name):
            continue
        given[name] = [str(link.id) for link in seen.values[name]] if column.field.many else seen.typed(name)
    return given


def unique(register: type[Declaration]) -> set[str]:
    """The fields that make a row the only one: alone, or last among several that do together."""
    table = register.model.__table__
    columns = {column.name for column in table.c if column.unique}
    groups = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    groups += [list(index.columns) for index in table.indexes if index.unique]
    columns |= {group[-1].name for group in groups if group}
    found = {spot.name for spot in register.fields().values() if spot.attribute in columns}
    keyed = {spot.name for spot in register.fields().values() if f"{spot.attribute}_key" in columns}
    return found | keyed | set(names(register.import_unique)) | {"number"}


__all__ = ["copied", "unique"]
