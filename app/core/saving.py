"""Entering and editing a row by hand: one write path for the form, the API and the import.

Only columns the register lets be typed and the person may write; each read by its kind; then
the row as a whole; then one transaction. States, numbers and stamps are never among them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core import comments, gate, here, journal, mattering, merging, once
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import Blocker, NotAllowed
from app.core.constraints import IN_USE, MISSING
from app.core.crypt import blind_index
from app.core.declaration import Declaration
from app.core.deleting import along
from app.core.kinds import BadValue, IdNumber, Relation
from app.core.merging import Opened
from app.core.reading import columns_for, read_one
from app.core.record import Field, Record, fields, table_named
from app.core.rights import MASKED, OWN, level, may, writes
from app.core.runner import named_rows
from app.core.verbs import Act
from app.core.words import Say, say
from app.core.writing import write

#: what is done in the transaction of a save, with the id of its row: its children, a line on a receipt
Also = Callable[[int], None]
UNKNOWN = say("没有这个字段，或不能由人工填写。", "There is no such field, or it is not typed by hand.")


def writable(register: type[Declaration], *, editing: bool) -> list[Field]:
    """The fields this person may type, in the form's order."""
    known = register.fields()
    wanted = register.edited() if editing else register.typed_in()
    return [known[name] for name in wanted if is_written(register, known[name])]


def is_written(register: type[Declaration], spot: Field) -> bool:
    return writes(here.me(), register.table(), spot.name)


def that_matter(
    register: type[Declaration], spots: list[Field], given: Mapping[str, Any], row: Any = None
) -> tuple[list[Field], Mapping[str, Any]]:
    """What is read of a form: a field that does not matter is neither read nor asked for."""
    gone = mattering.idle_in(register, given, row)
    if not gone:
        return spots, given
    spots = [replace(spot, required=False) if spot.name in gone else spot for spot in spots]
    return spots, {name: value for name, value in given.items() if name not in gone}


def read_values(
    session: Session, spots: Iterable[Field], given: Mapping[str, Any], *, from_json: bool, partial: bool
) -> dict[str, Any]:
    """field name -> value; raises Faulty with every fault at once. With `partial`, fields that
    are not given are left alone."""
    spots = list(spots)
    faults: dict[str, Say | str] = {}
    if from_json:
        faults = dict.fromkeys(set(given) - {spot.name for spot in spots} - {"version"}, UNKNOWN)
    values: dict[str, Any] = {}
    for spot in spots:
        if partial and spot.name not in given:
            continue
        try:
            values[spot.name] = _read(session, spot, given.get(spot.name), from_json)
        except BadValue as bad:
            faults[spot.name] = bad.sentence
        else:
            if spot.required and values[spot.name] in (None, ""):
                faults[spot.name] = MISSING
    if faults:
        raise Faulty(faults)
    return values


def _read(session: Session, spot: Field, raw: Any, from_json: bool) -> Any:
    value = spot.kind.read_json(raw) if from_json else spot.kind.read(raw)
    if not isinstance(spot.kind, Relation) or value in (None, []):
        return value
    rows = named_rows(session, spot.kind, value)
    return rows if spot.many else rows.id


def put(row: Record, spots: Mapping[str, Field], values: Mapping[str, Any]) -> None:
    """Set the values, keeping the blind index of a sealed column beside it. What does not matter by then is emptied."""
    for name, value in values.items():
        attribute = spots[name].attribute
        setattr(row, attribute, value)
        if isinstance(spots[name].kind, IdNumber) and hasattr(row, f"{attribute}_key"):
            setattr(row, f"{attribute}_key", blind_index(value) if value else None)
    mattering.clear(row)


def create(
    session: Session, register: type[Declaration], given: Mapping[str, Any],
    *, token: str | None = None, from_json: bool = False, also: Also | None = None,
) -> int:  # fmt: skip
    """Enter a new row; answers its id, and the same id again for the same `token`. Raises
    Forbidden, Faulty or NotAllowed."""
    _may_enter(register)
    key = once.key_of(f"{register.table()}.add", token)
    work = partial(enter_row, session, register, given, from_json=from_json, also=also)
    return int(_once(session, key, work))


def _once(session: Session, key: str | None, work: Callable[[], Any]) -> Any:
    """What it is answered with, or was when the same was asked for before."""
    return write(session, lambda: once.answered(session, key, lambda: {"done": work()}))["done"]


def _may_enter(register: type[Declaration]) -> None:
    if not (may(here.me(), "add", register.table()) and register.entered_by_hand):
        raise Forbidden()


def enter_row(
    session: Session, register: type[Declaration], given: Mapping[str, Any],
    *, from_json: bool = False, also: Also | None = None,
) -> int:  # fmt: skip
    """`create` within a transaction that has begun."""
    _may_enter(register)
    act = Act(session, here.me())
    given = given if from_json else register.completed(given, act)
    spots, given = that_matter(register, writable(register, editing=False), given)
    values = read_values(session, spots, given, from_json=from_json, partial=False)
    row = register.model()
    put(row, register.fields(), {k: v for k, v in values.items() if v not in (None, [])})
    _as_a_whole(row)
    _within_each_other(session, row)
    with here.in_whole_sight():
        register.before_create(row, act)
        if row.__series__ and not getattr(row, "number", None):
            row.number = act.number(row.__series__)  # type: ignore[attr-defined]
        session.add(row)
        session.flush()
        register.after_create(row, act)
        session.flush()
    _also(session, also, "add", row)
    _still_within_reach(session, row)
    return row.id


def _also(session: Session, also: Also | None, verb: str, row: Record) -> None:
    """What comes with a row is done under its act, and the act is called after the row."""
    if also is not None:
        also(row.id)
    journal.describe(session, verb, row)


def _as_a_whole(row: Record) -> None:
    faults = row.faults()
    if faults:
        raise Faulty(faults)


def _within_each_other(session: Session, row: Record) -> None:
    """A building belongs to the estate that is named beside it; asked where one of the two is new. Raises Faulty."""
    if told := not_within(session, [row]):
        raise Faulty(told[0])


def not_within(session: Session, rows: Sequence[Record]) -> dict[int, dict[str, Say | str]]:
    """The same of many rows of one table: place -> what is wrong with it."""
    known = fields(type(rows[0])) if rows else {}
    wrong: dict[int, dict[str, Say | str]] = {}
    for spot in known.values():
        target = table_named(spot.kind.table) if isinstance(spot.kind, Relation) and spot.kind.within else None
        if target is None or not isinstance(spot.kind, Relation):
            continue
        beside = known[spot.kind.within]
        new = {place: row for place, row in enumerate(rows) if _is_newly_beside(row, spot, beside)}
        ids = {getattr(row, spot.attribute) for row in new.values()}
        parent = getattr(target, fields(target)[spot.kind.within].attribute)
        belongs: dict[int, int] = {}
        with session.no_autoflush:
            if ids:
                found = session.execute(select(target.id, parent).where(target.id.in_(ids)))
                belongs = dict(found.tuples().all())
        told = {spot.name: say("不属于所选的{w}。", "It is not of the {w} chosen.", w=beside.label)}
        wrong |= {
            place: dict(told)
            for place, row in new.items()
            if belongs.get(getattr(row, spot.attribute)) != getattr(row, beside.attribute)
        }
    return wrong


def _is_newly_beside(row: Record, spot: Field, beside: Field) -> bool:
    """Whether both are named, and one of them is new."""
    attributes = (spot.attribute, beside.attribute)
    named = all(getattr(row, each) is not None for each in attributes)
    return named and any(inspect(row).attrs[each].history.has_changes() for each in attributes)


def _still_within_reach(session: Session, row: Record) -> None:
    """A row can't be entered into, or moved to, where its writer may not reach."""
    if gate.sees_all(type(row), here.me()):
        return
    session.expire_all()
    if not gate.reachable(session, type(row), [row.id]):
        raise Forbidden(say("这样登记后您将看不到它，不予保存。", "Saved like this it would be out of your scope."))


def edit(
    session: Session, register: type[Declaration], row_id: int, given: Mapping[str, Any],
    *, version: int | None = None, opened: Opened | None = None, from_json: bool = False,
    token: str | None = None, also: Also | None = None,
) -> list[str]:  # fmt: skip
    """Change a row's typed columns; fields that are not given stay.

    With `version` a row that has changed since raises Conflict. With `opened`, what the form was
    opened on, only a field that both changed does; answers the fields that others changed meanwhile.
    """
    _may_edit(register)
    key = once.key_of(f"{register.table()}.edit", token)
    work = partial(
        change_row, session, register, row_id, given, version=version, opened=opened, from_json=from_json, also=also
    )
    return list(_once(session, key, work))


def _may_edit(register: type[Declaration]) -> None:
    if not (may(here.me(), "edit", register.table()) and register.edited()):
        raise Forbidden()


def change_row(
    session: Session, register: type[Declaration], row_id: int, given: Mapping[str, Any],
    *, version: int | None = None, opened: Opened | None = None, from_json: bool = False, also: Also | None = None,
) -> list[str]:  # fmt: skip
    """`edit` within a transaction that has begun."""
    _may_edit(register)
    act = Act(session, here.me())
    row = _locked(session, register, row_id)
    given = without_untouched_masks(register, given if from_json else register.completed(given, act))
    spots, given = that_matter(register, writable(register, editing=True), given, row)
    values = read_values(session, spots, given, from_json=from_json, partial=True)
    theirs: list[str] = []
    if version is not None and row.version != version:
        if opened is None or opened.version != version:
            raise Conflict(yours=version, theirs=row.version, values=_current(session, register, row_id))
        values, theirs = merging.merged(register, row, {spot.name: spot for spot in spots}, opened, values)
    refused = edit_blockers(register, row, act)
    if refused:
        raise NotAllowed(refused)
    with here.in_whole_sight():
        put(row, register.fields(), values)
        _as_a_whole(row)
        _within_each_other(session, row)
        register.before_edit(row, act)
        session.flush()
    _also(session, also, "edit", row)
    _still_within_reach(session, row)
    return theirs


def may_be_edited(session: Session, register: type[Declaration], row_id: int) -> None:
    """Raises what an edit of the row would be refused with: for what is changed of it in another way."""
    _may_edit(register)
    refused = edit_blockers(register, _locked(session, register, row_id), Act(session, here.me()))
    if refused:
        raise NotAllowed(refused)


def _locked(session: Session, register: type[Declaration], row_id: int) -> Any:
    found = gate.reachable(session, register.model, [row_id], lock=True)
    if not found:
        raise NotFound()
    return found[0]


def without_untouched_masks(register: type[Declaration], given: Mapping[str, Any]) -> dict[str, Any]:
    """A masked field comes back from the form empty, or as it was shown: then it is left alone."""
    person, table = here.me(), register.table()
    kept = {}
    for name, raw in given.items():
        rule = level(person, table, name)
        hidden_part = rule == MASKED or rule.startswith(OWN)
        if hidden_part and (raw in (None, "") or "*" in str(raw)):
            continue
        kept[name] = raw
    return kept


def _current(session: Session, register: type[Declaration], row_id: int) -> dict[str, Any]:
    seen = read_one(session, register.model, row_id, register.shown())
    return {name: seen.json(name) for name in seen.columns} if seen else {}


def edit_blockers(register: type[Declaration], row: Any, act: Act) -> list[Blocker]:
    """Why the row may not be edited now: its state, and what its domain says."""
    allowed = register.editable_in.split()
    if allowed and row.state not in allowed:
        kind: Any = register.fields()["state"].kind
        words = kind.words
        listed = "、".join(str(words(each).label) for each in allowed)
        return [
            Blocker(
                "wrong_state", "",
                say("当前状态为「{now}」，不能修改。", "It is “{now}” now and can't be edited.", now=words(row.state).label),
                say("只有「{states}」时可以修改。", "It can be edited only while: {states}.", states=listed),
            )
        ]  # fmt: skip
    with here.in_whole_sight():
        return list(register.blockers_to_edit(row, act))


def delete_blockers(register: type[Declaration], row: Any, act: Act) -> list[Blocker]:
    """Why the row may not be deleted now, whoever names it: as it may not be edited, and what its domain keeps."""
    with here.in_whole_sight():
        return [*edit_blockers(register, row, act), *register.blockers_to_delete(row, act)]


def delete(
    session: Session, register: type[Declaration], row_id: int, *, version: int | None = None,
    also: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Only for rows nothing refers to and nobody acted on (drafts, catalogue slips). `also` is done in the same
    transaction when it went."""

    def work() -> None:
        delete_row(session, register, row_id, version=version)
        if also is not None:
            session.flush()
            also()

    write(session, work)


def delete_row(session: Session, register: type[Declaration], row_id: int, *, version: int | None = None) -> None:
    """`delete` within a transaction that has begun."""
    if not may(here.me(), "delete", register.table()):
        raise Forbidden()
    row = _locked(session, register, row_id)
    if version is not None and row.version != version:
        raise Conflict(yours=version, theirs=row.version)
    refused = delete_blockers(register, row, Act(session, here.me()))
    if refused:
        raise NotAllowed(refused)
    journal.describe(session, "delete", row)
    along.take_along(session, register.model, [row_id])
    along.load_lists(row)
    comments.leave_with(session, register.table(), [row_id])
    session.delete(row)


__all__ = [
    "IN_USE", "change_row", "columns_for", "create", "delete", "delete_blockers", "delete_row", "edit", "edit_blockers",
    "enter_row", "may_be_edited", "that_matter", "without_untouched_masks", "writable",
]  # fmt: skip
