"""Upsert: the row that a line of a file stands for, and what of it would change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.crypt import blind_index
from app.core.declaration import Declaration
from app.core.kinds import IdNumber
from app.core.rights import READ, WRITE, level, may
from app.core.saving import edit_blockers, put, writable
from app.core.verbs import Act
from app.core.words import Say, say

if TYPE_CHECKING:
    from app.core.importing.plan import Line, Plan

OUT_OF_REACH = say("已有这一条，但不在您的数据范围内。", "It is there, but out of your scope.")
NO_EDIT = say("已有这一条，您没有修改的权限。", "It is there, and you may not edit.")
TWICE = say("文件里有多行指向同一条。", "Several rows of the file mean the same one.")
NO_KEY = say("缺少用来对应的值。", "The value to find it by is missing.")


@dataclass
class Stands:
    """The row that is there, and name -> (old, new) of what the line says otherwise."""

    row_id: int
    version: int
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def keys_of(register: type[Declaration]) -> list[str]:
    """The columns by which a line may find its row: declared, or those that stand once only."""
    own = register.import_key.split() or register.import_unique.split()
    if not own and "number" in register.imported():
        own = ["number"]
    return [name for name in own if name in register.imported() and name in register.fields()]


def standing(session: Session, register: type[Declaration], plan: "Plan", key: str) -> None:
    """Finds the row of each line by `key`; lines without one are new."""
    spot = next((spot for spot in plan.spots if spot.name == key and key in keys_of(register)), None)
    if spot is None:
        return
    lines = [line for line in plan.lines if not line.faults]
    for line in lines:
        if line.values.get(key) in (None, ""):
            line.faults[spot.header] = NO_KEY
    found = _rows_by_key(session, register, key, spot.kind, [line.values[key] for line in lines if not line.faults])
    elsewhere = _hidden(
        session, register, key, spot.kind, [v for v in (line.values[key] for line in lines) if v not in found]
    )
    may_edit, seen = may(here.me(), "edit", register.table()), set()
    act = Act(session, here.me())
    changing = _changing(register, plan)
    for line in lines:
        value = line.values[key]
        if line.faults:
            continue
        if value in elsewhere:
            line.faults[spot.header] = OUT_OF_REACH
        elif value in found:
            line.stands = _difference(found[value], changing, line)
            line.faults |= _faults(register, line, found[value], spot.header, act, may_edit, value in seen)
            seen.add(value)


def _changing(register: type[Declaration], plan: "Plan") -> dict[str, Any]:
    """The fields that this person may change by a file: as on the form, and seen in full."""
    person, table = here.me(), register.table()
    own = {
        spot.name: spot for spot in writable(register, editing=True) if level(person, table, spot.name) in (READ, WRITE)
    }
    return {spot.name: own[spot.name] for spot in plan.spots if spot.name in own}


def _difference(row: Any, changing: Mapping[str, Any], line: "Line") -> Stands:
    stands = Stands(row.id, row.version)
    for name, spot in changing.items():
        old, new = getattr(row, spot.attribute), line.values.get(name)
        if old != new and not (old in (None, "") and new in (None, "")):
            stands.changes[name] = (old, new)
    return stands


def _faults(
    register: type[Declaration], line: "Line", row: Any, header: str, act: Act, may_edit: bool, twice: bool
) -> dict[str, Say | str]:
    stands = line.stands
    if twice:
        return {header: TWICE}
    if stands is None or not stands.changes:
        return {}
    if not may_edit:
        return {header: NO_EDIT}
    refused = edit_blockers(register, row, act)
    return {header: refused[0].message} if refused else {}


def apply(register: type[Declaration], row: Any, changes: Mapping[str, tuple[Any, Any]], act: Act) -> dict[str, Say]:
    """Sets what changes on a row that is locked now; answers what is wrong with it as a whole."""
    put(row, register.fields(), {name: new for name, (_, new) in changes.items()})
    faults: dict[str, Say] = row.faults()
    if not faults:
        register.before_edit(row, act)
    return faults


def _stored(register: type[Declaration], key: str, kind: Any) -> tuple[Any, Any]:
    sealed = isinstance(kind, IdNumber)
    name = register.fields()[key].attribute
    return getattr(register.model, f"{name}_key" if sealed else name), blind_index if sealed else (lambda value: value)


def _rows_by_key(
    session: Session, register: type[Declaration], key: str, kind: Any, values: list[Any]
) -> dict[Any, Any]:
    from app.core.importing.plan import parts

    attribute, seal = _stored(register, key, kind)
    by_stored = {seal(value): value for value in values}
    found: dict[Any, Any] = {}
    for part in parts(list(by_stored)):
        query = select(register.model, attribute).where(attribute.in_(part))
        live = register.unique_among()
        query = query.where(live) if live is not None else query
        for row, stored in session.execute(query.order_by(register.model.id)):
            found.setdefault(by_stored[stored], row)
    return found


def _hidden(session: Session, register: type[Declaration], key: str, kind: Any, values: list[Any]) -> set[Any]:
    """Values that stand in rows out of this person's reach."""
    with here.in_whole_sight():
        return set(_rows_by_key(session, register, key, kind, values)) if values else set()
