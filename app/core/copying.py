"""Duplicate as new 复制: a form filled with what may be copied of another row.

Never numbers, states, stamps and scans (they are no form fields), never what may stand once only,
never what the person sees in part.
"""

from typing import Any

from sqlalchemy.orm import Session

from app.core import saving, viewing
from app.core.answers import NotFound
from app.core.declaration import Declaration
from app.core.reading import read_one
from app.core.uniques import uniques


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
    return {each.names[-1] for each in uniques(register.model)} | {"number"}


__all__ = ["copied", "unique"]
