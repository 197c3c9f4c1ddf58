"""Duplicate as new 复制: a form filled with what may be copied of another row, and of the rows that are typed with it.

Never numbers, states, stamps and scans (they are no form fields), never what may stand once only,
never what the person sees in part. Rows of children are offered as new ones, nothing of them is stored before the
form is; a register names others, or none, by `copied_children`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import children, saving, viewing
from app.core.answers import NotFound
from app.core.brief import called, named_by
from app.core.children import MOST_NEW, WAS, Children
from app.core.declaration import Declaration, names
from app.core.reading import Seen, columns_for, query_for, read_one, seen_rows
from app.core.uniques import uniques
from app.core.words import Say


@dataclass(frozen=True)
class Copy:
    """`given`: field -> what the form holds. `rows`: those of children, by the names that their fields have in it."""

    given: dict[str, Any]
    #: what the row is called that it is a copy of
    label: str
    rows: "MultiDict[str, str]" = field(default_factory=MultiDict)
    #: registers of which there are more rows than one form may bring
    cut: Sequence[Say] = ()
    most: int = MOST_NEW


def copied(session: Session, register: type[Declaration], row_id: int, *, with_rows: bool = True) -> Copy:
    """Raises NotFound for a row out of reach."""
    wanted = [spot.name for spot in saving.writable(register, editing=False)]
    seen = read_one(session, register.model, row_id, wanted)
    if seen is None:
        raise NotFound()
    viewing.tell(session, register.table(), seen)
    given = _of(seen, unique(register))
    rows: MultiDict[str, str] = MultiDict()
    cut = []
    for each in _brought(register) if with_rows else []:
        found = _rows_of(session, each, row_id)
        if len(found) > MOST_NEW:
            cut.append(each.register.title())
        for number, row in enumerate(found[:MOST_NEW], start=1):
            begin = f"{each.table}.n{number}."
            rows.update({begin + WAS: "", **{begin + name: value for name, value in row.items()}})
    named = read_one(session, register.model, row_id, named_by(register))
    return Copy(given, called(register, named) if named else "", rows, cut)


def unique(register: type[Declaration]) -> set[str]:
    """The fields that make a row the only one: alone, or last among several that do together."""
    return {each.names[-1] for each in uniques(register.model)} | {"number"}


def _of(seen: Seen, once_only: set[str]) -> dict[str, Any]:
    given = {}
    for name, column in seen.columns.items():
        if name in once_only or column.field.kind.widget == "file" or seen.is_masked(name):
            continue
        given[name] = [str(link.id) for link in seen.values[name]] if column.field.many else seen.typed(name)
    return given


def _brought(register: type[Declaration]) -> list[Children]:
    """Those whose rows come along, as far as this person may enter such rows."""
    named = None if register.copied_children is None else names(register.copied_children)
    return [each for each in children.of(register) if each.adds and (named is None or each.table in named)]


def _rows_of(session: Session, of: Children, parent_id: int) -> list[dict[str, Any]]:
    """One more than a form may bring, as they stand in order; a row of which nothing may be copied is none."""
    spots, model = of.spots(editing=False), of.register.model
    columns = columns_for(model, spots)
    parent = getattr(model, of.register.fields()[of.relation].attribute)
    order = of.order.sorted() if of.order else (model.id,)
    query = query_for(model, columns).where(parent == parent_id).order_by(*order)
    found = seen_rows(columns, session.execute(query.limit(MOST_NEW + 1)))
    viewing.tell(session, of.table, *found)
    # What stands once only with this parent may stand once with the new one.
    once_only = {each.names[-1] for each in uniques(model) if of.relation not in each.names} | {"number"}
    return [row for each in found if any((row := _of(each, once_only)).values())]


__all__ = ["Copy", "copied", "unique"]
