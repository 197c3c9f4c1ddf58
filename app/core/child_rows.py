"""Rows of children as they came back with their parent's form, and how they are saved with it (core/children.py).

One transaction; each row goes under its own rights, scope and checks, and is held back by itself when it is refused.
Rows below a row are saved after it, under the id that it has by then; those below one that is removed go with it.

Where their table has an order (core/ordering.py), a row brings the place at which it is to stand, and the one at
which it stood: only what was moved is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import child_names, children, merging, saving, values
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.child_names import AT, GONE, MOST_SENT, STOOD, WAS
from app.core.children import Children
from app.core.constraints import fault_of
from app.core.declaration import Declaration
from app.core.kinds import BadValue
from app.core.merging import Opened
from app.core.ordering import Order, arrange
from app.core.reading import read_one
from app.core.sent import sent_of
from app.core.words import Say, say

VANISHED = say(
    "这一行已被别人删除，或不再归您查看。再按保存即按新的一行登记；不要了就去掉它。",
    "Somebody removed this row, or it is no longer yours to see. Saved again it is entered anew; drop it if it has to go.",
)
CHANGED = say(
    "别人刚改过这一行，没有删除。请核对后再按保存。", "Somebody changed this row: not removed. Look at it, then save."
)
TOO_MANY_ROWS = say("一张表单最多带 {n} 行。", "At most {n} rows in one form.", n=MOST_SENT)


def too_many(most: int) -> Say:
    return say("一次最多登记 {n} 行新的。", "At most {n} new rows at once.", n=most)


@dataclass(frozen=True)
class Typed:
    """A row as it came back; without `row_id` it is a new one."""

    of: Children
    #: by which the form knows it, and the row below which it stands; "": the form's own record
    name: str
    above: str
    key: str
    given: Mapping[str, Any]
    was: str
    gone: bool = False
    #: the row below which it stands is removed
    gone_with: bool = False
    #: the place at which it is to stand, and stood
    at: str = ""
    stood: str = ""
    #: it stands and could not be typed: it is there for the rows below it
    only_shown: bool = False

    @property
    def row_id(self) -> int | None:
        return child_names.id_of(self.key)

    @property
    def section(self) -> str:
        return child_names.section(self.above, self.of.table)

    @property
    def goes(self) -> bool:
        return self.gone or self.gone_with

    @property
    def is_blank(self) -> bool:
        return self.row_id is None and not any(self.given.values())


@dataclass
class WrongRows(Faulty):
    """Faults by the names that the fields have in the form; `again`: rows to be shown as they stand now."""

    faults: dict[str, Say | str] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(self.faults)


# --- what was typed -----------------------------------------------------------------------


def typed_rows(among: Iterable[Children], sent: MultiDict[str, str]) -> list[Typed]:
    """The rows of the form in its order, each followed by those below it; a new one that was left empty is none."""
    keys = child_names.keys(sent)
    return [row for each in among for row in _rows_of(each, None, keys, sent)]


def _rows_of(
    of: Children, above: Typed | None, keys: Mapping[str, Sequence[str]], sent: MultiDict[str, str]
) -> Iterator[Typed]:
    for key in keys.get(child_names.section(above.name if above else "", of.table), ()):
        row = _typed(of, above, key, sent)
        below = [each for other in of.below for each in _rows_of(other, row, keys, sent)]
        if below or not row.is_blank:
            yield row
            yield from below


def _typed(of: Children, above: Typed | None, key: str, sent: MultiDict[str, str]) -> Typed:
    over = above.name if above else ""
    name = child_names.row(child_names.section(over, of.table), key)
    was, at, stood = (child_names.field(name, each) for each in (WAS, AT, STOOD))
    given: dict[str, Any] = {}
    for each, spot in of.spots(editing=key.isdecimal()).items() if was in sent else ():
        called = child_names.field(name, each)
        if spot.kind.widget == "checkbox":
            given[each] = "1" if sent.get(called) not in (None, "", "0") else ""
        elif called in sent:
            given[each] = sent_of(spot.kind, sent, called)
    return Typed(
        of, name, over, key, given, sent.get(was, ""), bool(sent.get(child_names.field(name, GONE))),
        gone_with=above is not None and above.goes, at=sent.get(at, "").strip()[:12], stood=sent.get(stood, "").strip()[:12],
        only_shown=was not in sent and key.isdecimal(),
    )  # fmt: skip


def carried(register: type[Declaration], sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What a form holds of children, for a page that stands between it and its saving."""
    tables = {each.table for each in children.of(register)}
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if (apart := child_names.taken_apart(name)) and apart.rows[0][0] in tables
    ]


# --- saving -------------------------------------------------------------------------------


def faults(session: Session, among: Iterable[Children], sent: MultiDict[str, str]) -> dict[str, Say | str]:
    """What can be told of the rows without writing them: for a form whose parent was refused already."""
    found: dict[str, Say | str] = {}
    for row in () if child_names.is_crowded(sent) else typed_rows(among, sent):
        found |= _readable(session, row)
    return found


def _readable(session: Session, row: Typed) -> dict[str, Say | str]:
    """What is wrong with a row that is not written, by the names that its fields have in the form."""
    spots = row.of.spots(editing=row.row_id is not None).values()
    try:
        if not (row.goes or row.only_shown or _is_untouched(row)):
            given = saving.without_untouched_masks(row.of.register, row.given)
            saving.read_values(session, spots, given, from_json=False, partial=row.row_id is not None)
    except Faulty as faulty:
        return _named(row, faulty.faults)
    return {}


def save(session: Session, among: Iterable[Children], parent_id: int, sent: MultiDict[str, str]) -> None:
    """In the parent's transaction: what is removed first, then what is edited, then what is new. Each row by
    itself is held back when it is refused, so that all that is wrong is told at once. Raises WrongRows."""
    among, rows = list(among), typed_rows(among, sent)
    if among and child_names.is_crowded(sent):
        raise WrongRows({among[0].table: TOO_MANY_ROWS})
    if crowded := _too_many(rows):
        raise WrongRows(crowded)
    wrong, moved = WrongRows(), dict[tuple[Order, int], dict[int, int]]()
    carriers = {row.above for row in rows}
    rows = [row for row in rows if not row.only_shown or row.name in carriers]
    ids = _standing(session, parent_id, rows)
    for row in sorted(rows, key=_turn):
        over = ids.get(row.above)
        if over is None:  # the row below which it stands was refused
            wrong.faults |= _readable(session, row)
            continue
        try:
            place = _place(row)
            ids[row.name] = _save(session, row, over, stands=row.name in ids, moved=place is not None)
            if place is not None and row.of.order is not None:
                moved.setdefault((row.of.order, over), {})[ids[row.name]] = place
        except Conflict as conflict:
            wrong.again.add(row.name)
            wrong.faults |= _named(row, _of_both(session, row, conflict))
        except Faulty as faulty:
            wrong.faults |= _named(row, faulty.faults)
        except IntegrityError as error:
            wrong.faults |= _named(row, fault_of(error))
        except NotAllowed as refused:
            wrong.faults |= _named(row, {"": "".join(str(each.message) for each in refused.blockers)})
        except NotFound:
            wrong.faults |= _named(row, {"": VANISHED})
        except Forbidden as refused:
            wrong.faults |= _named(row, {"": refused.message})
    if wrong.faults:
        raise wrong
    for (order, over), places in moved.items():
        arrange(session, order, over, places)


def _turn(row: Typed) -> tuple[int, int]:
    """Of what is removed the lowest first; of what is saved that below which other rows stand."""
    depth = len(row.of.above)
    return (0, -depth) if row.goes else (1 if row.row_id is not None else 2, depth)


def _too_many(rows: Sequence[Typed]) -> dict[str, Say | str]:
    new = [row for row in rows if row.row_id is None and not row.goes]
    count = Counter(row.of for row in new)
    return {row.section: too_many(row.of.most_new) for row in new if count[row.of] > row.of.most_new}


def _standing(session: Session, parent_id: int, rows: Sequence[Typed]) -> dict[str, int]:
    """name -> id of the rows that stand where the form has them; "" is the form's own record."""
    parents, ids = _parents(session, rows), {"": parent_id}
    for row in rows:
        if row.row_id is not None and parents[row.of].get(row.row_id) == ids.get(row.above, 0):
            ids[row.name] = row.row_id
    return ids


def _parents(session: Session, rows: Sequence[Typed]) -> dict[Children, dict[int, int]]:
    """id -> whose row it is, as far as this person reaches them: one statement a register."""
    sent: dict[Children, list[int]] = {}
    for row in rows:
        if row.row_id is not None:
            sent.setdefault(row.of, []).append(row.row_id)
    found: dict[Children, dict[int, int]] = {}
    for of, ids in sent.items():
        query = select(of.register.model.id, of.parent).where(of.register.model.id.in_(ids))
        found[of] = dict(session.execute(query).tuples().all())
    return found


def _place(row: Typed) -> int | None:
    """Where the row is to stand, if it was moved. Raises Faulty."""
    if row.of.order is None or row.goes or row.only_shown or row.at in ("", row.stood):
        return None
    try:
        return values.read_integer(row.at, 1, 1_000_000)
    except BadValue as bad:
        raise Faulty({"": bad.sentence}) from None


def _save(session: Session, row: Typed, parent_id: int, *, stands: bool, moved: bool) -> int:
    """Its id. Each row that is written is held back by itself."""
    register = row.of.register
    if row.row_id is None:
        if row.goes:  # it never was
            return 0
        with session.begin_nested():
            return saving.enter_row(session, register, {**row.given, row.of.relation: str(parent_id)})
    opened = merging.unseal(register, row.row_id, row.was)
    if not stands or (opened is None and not row.only_shown):
        raise NotFound()
    if opened is None or not (row.goes or moved or not _as_opened(row, opened)):
        return row.row_id
    with session.begin_nested():
        _write(session, row, opened)
    return row.row_id


def _write(session: Session, row: Typed, opened: Opened) -> None:
    register, row_id = row.of.register, int(row.key)
    if row.goes:
        saving.delete_row(session, register, row_id, version=opened.version)
    elif not _as_opened(row, opened):
        saving.change_row(session, register, row_id, row.given, version=opened.version, opened=opened)
    else:
        saving.may_be_edited(session, register, row_id)


def _is_untouched(row: Typed) -> bool:
    opened = merging.unseal(row.of.register, row.row_id, row.was) if row.row_id else None
    return opened is not None and _as_opened(row, opened)


def _as_opened(row: Typed, opened: Opened) -> bool:
    """Whether the row came back as the form was given it: then it is left alone. A masked field comes back empty."""
    return all(
        value == ("" if merging.is_hashed(held) else held or "")
        for name, value in row.given.items()
        if (held := opened.values.get(name)) is not None or value
    )


def _of_both(session: Session, row: Typed, conflict: Conflict) -> dict[str, Say | str]:
    """Both changed the same cell: theirs is told there, mine stays typed; saved again it counts."""
    if not conflict.fields or row.row_id is None:
        return {"": CHANGED}
    seen = read_one(session, row.of.register.model, row.row_id, conflict.fields)
    if seen is None:
        return {"": VANISHED}
    return {
        name: say("别人刚改为「{v}」；再按保存即以您的为准。", "Now “{v}”; save again for yours.", v=seen.shown(name))
        for name in seen.columns
    }


def _named(row: Typed, faults: Mapping[str, Say | str]) -> dict[str, Say | str]:
    """By the names that the fields have in the form; what concerns no field of the row concerns the row."""
    shown = row.of.spots(editing=row.row_id is not None)
    return {child_names.field(row.name, name) if name in shown else row.name: fault for name, fault in faults.items()}
