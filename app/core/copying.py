"""Duplicate as new 复制: a form filled with what may be copied of another row, and of the rows that are typed with it.

Never numbers, states, stamps and scans (they are no form fields), never what may stand once only,
never what the person sees in part. Rows of children are offered as new ones, nothing of them is stored before the
form is; a register names others, or none, by `copied_children`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import child_names, children, saving, viewing
from app.core.answers import NotFound
from app.core.brief import called, named_by
from app.core.child_names import WAS
from app.core.children import Children
from app.core.declaration import Declaration, names
from app.core.reading import Seen, columns_for, query_for, read_one, seen_rows
from app.core.uniques import uniques
from app.core.words import Say

PARENT = "row_above"


@dataclass(frozen=True)
class Copy:
    """`given`: field -> what the form holds. `rows`: those of children, by the names that their fields have in it."""

    given: dict[str, Any]
    #: what the row is called that it is a copy of
    label: str
    rows: "MultiDict[str, str]" = field(default_factory=MultiDict)
    #: registers of which there are more rows than one form may bring, and how many that is
    cut: Sequence[tuple[Say, int]] = ()


def copied(session: Session, register: type[Declaration], row_id: int, *, with_rows: bool = True) -> Copy:
    """Raises NotFound for a row out of reach."""
    wanted = [spot.name for spot in saving.writable(register, editing=False)]
    seen = read_one(session, register.model, row_id, wanted)
    if seen is None:
        raise NotFound()
    viewing.tell(session, register.table(), seen)
    given = _of(seen, unique(register))
    rows: MultiDict[str, str] = MultiDict()
    cut: dict[str, tuple[Say, int]] = {}
    for each in _brought(register, children.of(register)) if with_rows else []:
        _bring(session, each, {row_id: ""}, rows, cut)
    named = read_one(session, register.model, row_id, named_by(register))
    return Copy(given, called(register, named) if named else "", rows, list(cut.values()))


def _bring(
    session: Session, of: Children, over: Mapping[int, str], rows: "MultiDict[str, str]", cut: dict[str, tuple[Say, int]]
) -> None:  # fmt: skip
    """The rows of one register below the rows that came along (id -> what it is called in the form), as new ones; and
    those below them."""
    brought: dict[int, str] = {}
    found = _rows_of(session, of, list(over))
    if len(found) > of.most_new:
        cut[of.table] = (of.register.title(), of.most_new)
    for number, (row_id, parent_id, given) in enumerate(found[: of.most_new], start=1):
        name = child_names.row(child_names.section(over[parent_id], of.table), f"n{number}")
        rows.update({
            child_names.field(name, WAS): "", **{child_names.field(name, each): value for each, value in given.items()}
        })  # fmt: skip
        brought[row_id] = name
    for below in _brought(of.register, of.below) if brought else []:
        _bring(session, below, brought, rows, cut)


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


def _brought(register: type[Declaration], among: Iterable[Children]) -> list[Children]:
    """Those whose rows come along, as far as this person may enter such rows."""
    named = None if register.copied_children is None else names(register.copied_children)
    return [each for each in among if each.adds and (named is None or each.table in named)]


def _rows_of(session: Session, of: Children, parents: list[int]) -> list[tuple[int, int, dict[str, Any]]]:
    """(id, parent, what may be copied), one more than a form may bring, as they stand in order; a row of which nothing
    may be copied is none."""
    spots, model = of.spots(editing=False), of.register.model
    columns = columns_for(model, spots)
    order = of.order.sorted() if of.order else (model.id,)
    query = query_for(model, columns).add_columns(of.parent.label(PARENT)).where(of.parent.in_(parents))
    asked = session.execute(query.order_by(of.parent, *order).limit(of.most_new + 1)).all()
    seen = seen_rows(columns, asked)
    viewing.tell(session, of.table, *seen)
    # What stands once only with this parent may stand once with the new one.
    once_only = {each.names[-1] for each in uniques(model) if of.relation not in each.names} | {"number"}
    found = [(each.id, getattr(row, PARENT), _of(each, once_only)) for each, row in zip(seen, asked, strict=True)]
    return [each for each in found if any(each[2].values())]


__all__ = ["Copy", "copied", "unique"]
