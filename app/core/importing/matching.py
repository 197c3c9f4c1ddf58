"""Upsert: the row that a line of a file stands for, and what of it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import Session

from app.core import here
from app.core.crypt import blind_index
from app.core.declaration import Declaration
from app.core.importing.reading import Context, wanted
from app.core.kinds import IdNumber, Instant, Kind
from app.core.rights import READ, WRITE, level, may
from app.core.saving import edit_blockers, not_within, put, writable
from app.core.uniques import Unique, stored, uniques
from app.core.verbs import Act
from app.core.words import Say, joined, say

if TYPE_CHECKING:
    from app.core.importing.plan import Line, Plan

#: values asked for in one statement
CHUNK = 5000
OUT_OF_REACH = say("已有这一条，但不在您的数据范围内。", "It is there, but out of your scope.")
NO_EDIT = say("已有这一条，您没有修改的权限。", "It is there, and you may not edit.")
TWICE = say("文件里有多行指向同一条。", "Several rows of the file mean the same one.")
NO_KEY = say("缺少用来对应的值。", "The value to find it by is missing.")
NO_NUMBER = say("没有这个编号；新增的行请留空。", "There is no such number; leave it empty for a new row.")
SEVERAL = say("有多条记录与此相符，请换一种方式对应。", "Several records fit: find them by something else.")
Found = tuple[Any, ...]


@dataclass
class Stands:
    """The row that is there, and name -> (old, new) of what the line says otherwise."""

    row_id: int
    version: int
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def keys_of(register: type[Declaration]) -> dict[str, Unique]:
    """The ways in which a line may find its row: by what stands once only, as far as a file may have it."""
    declared = tuple(register.import_key.split())
    own = [each for each in uniques(register.model) if each.names != ("number",)]
    own += [each for each in uniques(register.model) if each.names == ("number",)]
    own = [Unique(declared), *own] if declared else own
    offered = wanted(register)
    return {" ".join(each.names): each for each in own if all(name in offered for name in each.names)}


def label_of(register: type[Declaration], key: Unique) -> Say:
    offered = wanted(register)
    return joined((offered[name][0].label for name in key.names), " + ", " + ")


def standing(session: Session, register: type[Declaration], plan: "Plan", key: Unique, context: Context) -> None:
    """Finds the row of each line by `key`; lines that find none are new."""
    headers = {spot.name: spot.header for spot in plan.spots}
    if not all(name in headers for name in key.names):
        return
    header = headers[key.names[-1]]
    known = {line.number: said_of(register, line, key, context) for line in plan.lines if not line.faults}
    asked = [line for line in plan.lines if line.number in known and None not in known[line.number]]
    for line in plan.lines:
        if line.number in known and (told := _lacks(register, key, line)):
            line.faults[header] = told
    rows = rows_by_key(session, register, key, [known[line.number] for line in asked])
    with here.in_whole_sight():
        elsewhere = rows_by_key(session, register, key, [known[n.number] for n in asked if known[n.number] not in rows])
    act, changing, seen = Act(session, here.me()), _changing(register, plan), set()
    may_edit = may(here.me(), "edit", register.table())
    for line in asked:
        said = known[line.number]
        told = _told(register, key, rows.get(said, []), elsewhere.get(said, []))
        if told is not None:
            line.faults[header] = told
        elif said in rows:
            row = rows[said][0]
            line.stands = _difference(row, changing, line)
            line.faults |= _faults(register, line, row, header, act, may_edit, said in seen)
            seen.add(said)


def said_of(register: type[Declaration], line: "Line", key: Unique, context: Context) -> Found:
    """What a line says of each field of the key; None where it says nothing, or names what is not there."""
    values = {**line.values, **register.import_ids(line.values, context)}
    return tuple(None if values.get(name) == "" else values.get(name) for name in key.names)


def _lacks(register: type[Declaration], key: Unique, line: "Line") -> Say | None:
    """An empty cell finds nothing; an empty number is a new row's, where the house gives the numbers."""
    empty = any(line.values.get(name) in (None, "") for name in key.names)
    return NO_KEY if empty and any(name in register.imported() for name in key.names) else None


def _told(register: type[Declaration], key: Unique, rows: Sequence[Any], elsewhere: Sequence[Any]) -> Say | None:
    if elsewhere:
        return OUT_OF_REACH
    if len(rows) > 1:
        return SEVERAL
    if not rows and not any(name in register.imported() for name in key.names):
        return NO_NUMBER
    return None


def _changing(register: type[Declaration], plan: "Plan") -> dict[str, Any]:
    """The fields that this person may change by a file: as on the form, and seen in full."""
    person, table = here.me(), register.table()
    own = {
        spot.name: spot for spot in writable(register, editing=True) if level(person, table, spot.name) in (READ, WRITE)
    }
    return {spot.name: own[spot.name] for spot in plan.spots if spot.name in own and spot.name not in register.import_extra}  # fmt: skip


def _difference(row: Any, changing: Mapping[str, Any], line: "Line") -> Stands:
    stands = Stands(row.id, row.version)
    for name, spot in changing.items():
        old, new = getattr(row, spot.attribute), line.values.get(name)
        if not _is_same(spot.kind, old, new) and not _says_nothing(row, spot.attribute, new):
            stands.changes[name] = (old, new)
    return stands


def _says_nothing(row: Any, attribute: str, new: Any) -> bool:
    """An empty cell of what can't be empty, and has a value by itself in a new row: what stands stays. So the file
    that brought the rows is taken again as it is."""
    column = inspect(type(row)).columns.get(attribute)
    return new in (None, "") and column is not None and not column.nullable and column.default is not None


def _is_same(kind: Kind, old: Any, new: Any) -> bool:
    """A file tells a moment to the minute."""
    if old in (None, "") or new in (None, ""):
        return old in (None, "") and new in (None, "")
    return bool(old == new or (isinstance(kind, Instant) and kind.show(old) == kind.show(new)))


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
    return {header: refused[0].message} if refused else dict(_as_changed(register, row, stands.changes))


def _as_changed(register: type[Declaration], row: Any, changes: Mapping[str, tuple[Any, Any]]) -> Mapping[str, Say]:
    """What would be wrong with the row as a whole; asked of a copy that nobody keeps."""
    attributes = [each.key for each in inspect(register.model).column_attrs]
    copy = register.model(**{name: getattr(row, name) for name in attributes})
    put(copy, register.fields(), {name: new for name, (_, new) in changes.items()})
    return copy.faults()


def apply(
    register: type[Declaration], row: Any, changes: Mapping[str, tuple[Any, Any]], act: Act
) -> dict[str, Say | str]:
    """Sets what changes on a row that is locked now; answers what is wrong with it as a whole."""
    put(row, register.fields(), {name: new for name, (_, new) in changes.items()})
    faults: dict[str, Say | str] = dict(row.faults()) or not_within(act.db, [row]).get(0, {})
    if not faults:
        register.before_edit(row, act)
    return faults


def rows_by_key(
    session: Session, register: type[Declaration], key: Unique, values: Sequence[Found]
) -> dict[Found, list[Any]]:
    """The rows in sight that stand where each of the values says."""
    found: dict[Found, list[Any]] = {}
    columns = [stored(register.model, name) for name in key.names]
    for said, row in _found(session, register, key, values, [register.model, *columns]):
        found.setdefault(said, []).append(row[0])
    return found


def standing_values(session: Session, register: type[Declaration], key: Unique, values: Sequence[Found]) -> set[Found]:
    """Those of the values that stand in some row already."""
    columns = [stored(register.model, name) for name in key.names]
    return {said for said, _ in _found(session, register, key, values, columns)}


def _found(
    session: Session, register: type[Declaration], key: Unique, values: Sequence[Found], wanted: Sequence[Any]
) -> Any:
    """(value, row) of each row that fits, by as few statements as the database takes."""
    columns = [stored(register.model, name) for name in key.names]
    sealed = [isinstance(register.fields()[name].kind, IdNumber) for name in key.names]
    by_stored = {tuple(blind_index(v) if s else v for v, s in zip(said, sealed, strict=True)): said for said in values}
    for part in parts(list(by_stored), CHUNK // len(columns)):
        fits = columns[0].in_([each[0] for each in part]) if len(columns) == 1 else tuple_(*columns).in_(part)
        query = select(*wanted).where(fits).order_by(register.model.id)
        query = query.where(key.where) if key.where is not None else query
        for row in session.execute(query):
            yield by_stored[tuple(row[-len(columns) :])], row


def parts(values: Sequence[Any], size: int = CHUNK) -> Any:
    for start in range(0, len(values), size):
        yield values[start : start + size]
