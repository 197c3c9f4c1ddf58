"""Children 子表: rows of related registers that are typed in their parent's form, and saved with it.

Which they are follows from the declarations: a related register whose rows can't be without this parent,
are entered by hand in a few fields, and are neither numbered papers nor parents themselves. A register names
others, or none, by `children`.

In the form a field of a row is called `resident.12.name`: the table, the row's key, the field. The key of a row
that stands is its id, that of a new one begins with a letter. Parent and children are one transaction.

Where their table has an order (core/ordering.py), a row brings the place at which it is to stand, and the one at
which it stood: only what was moved is. Of many rows a form shows a page; those of other pages are left alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import gate, here, merging, saving, values
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.declaration import Declaration, names, register_of
from app.core.kinds import BadValue
from app.core.merging import Opened
from app.core.ordering import Order, arrange, order_of
from app.core.reading import read_one
from app.core.record import Field
from app.core.rights import may
from app.core.sent import sent_of
from app.core.words import Say, say

#: a row of more fields than this is entered on its own form
MOST_FIELDS = 6
#: rows that stand and are shown in a form; the others are in their list
MOST_SHOWN = 20
#: new rows that one form may bring
MOST_NEW = 50
GONE, WAS, AT, STOOD = "gone", "was", "at", "stood"

VANISHED = say(
    "这一行已被别人删除，或不再归您查看。再按保存即按新的一行登记；不要了就去掉它。",
    "Somebody removed this row, or it is no longer yours to see. Saved again it is entered anew; drop it if it has to go.",
)
CHANGED = say(
    "别人刚改过这一行，没有删除。请核对后再按保存。", "Somebody changed this row: not removed. Look at it, then save."
)
TOO_MANY = say("一次最多登记 {n} 行新的。", "At most {n} new rows at once.", n=MOST_NEW)


@dataclass(frozen=True)
class Children:
    """One related register in its parent's form, as the person at it may use it."""

    register: type[Declaration]
    #: the field of theirs that names the parent
    relation: str

    @property
    def table(self) -> str:
        return self.register.table()

    @property
    def order(self) -> Order | None:
        return order_of(self.register.model, self.relation)

    @property
    def adds(self) -> bool:
        return may(here.me(), "add", self.table)

    @property
    def edits(self) -> bool:
        return may(here.me(), "edit", self.table)

    @property
    def deletes(self) -> bool:
        return may(here.me(), "delete", self.table)

    def spots(self, *, editing: bool) -> dict[str, Field]:
        """The fields of a row that this person may type."""
        typed = saving.writable(self.register, editing=editing)
        return {spot.name: spot for spot in typed if spot.name != self.relation and not spot.many}


@dataclass(frozen=True)
class Typed:
    """A row as it came back; without `row_id` it is a new one."""

    key: str
    given: Mapping[str, Any]
    was: str
    gone: bool = False
    #: the place at which it is to stand, and stood
    at: str = ""
    stood: str = ""

    @property
    def row_id(self) -> int | None:
        return int(self.key) if self.key.isdigit() else None

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


# --- which they are -----------------------------------------------------------------------


def of(register: type[Declaration]) -> list[Children]:
    """Those that this person may read, and enter or edit."""
    return [each for each in all_of(register) if each.adds or each.edits]


def all_of(register: type[Declaration]) -> list[Children]:
    """Those that this person may read."""
    if not (register.entered_by_hand and register.form_template == "form.html"):
        return []
    named = names(register.related if register.children is None else register.children)
    found = []
    for each in named:
        table, _, relation = each.partition(".")
        other = register_of(table)
        if other is None or not (register.children is not None or is_part(other, relation)):
            continue
        children = Children(other, relation)
        if may(here.me(), "read", table):
            found.append(children)
    return found


def is_part(register: type[Declaration], relation: str) -> bool:
    """Whether rows of the register are parts of the row that `relation` names, and of nothing greater."""
    spots, typed = register.fields(), register.typed_in()
    if relation not in typed or register.form_template != "form.html" or not register.inline:
        return False
    column = register.model.__table__.c[spots[relation].attribute]
    is_greater = bool(register.related or register.model.__series__)
    fits = len(typed) - 1 <= MOST_FIELDS and not any(spots[name].many for name in typed)
    return not column.nullable and not is_greater and fits


# --- what was typed -----------------------------------------------------------------------


def typed_rows(children: Children, sent: MultiDict[str, str]) -> list[Typed]:
    """The rows of the form, in its order; a new one that was left empty is none."""
    keys = dict.fromkeys(
        parts[1]
        for name in sent
        if len(parts := name.split(".")) == 3 and parts[0] == children.table and parts[2] == WAS
    )
    return [row for key in keys if not (row := _typed(children, key, sent)).is_blank]


def _typed(children: Children, key: str, sent: MultiDict[str, str]) -> Typed:
    begin = f"{children.table}.{key}."
    given: dict[str, Any] = {}
    for name, spot in children.spots(editing=key.isdigit()).items():
        if spot.kind.widget == "checkbox":
            given[name] = "1" if sent.get(begin + name) not in (None, "", "0") else ""
        elif begin + name in sent:
            given[name] = sent_of(spot.kind, sent, begin + name)
    at, stood = (sent.get(begin + name, "").strip()[:12] for name in (AT, STOOD))
    return Typed(key[:12], given, sent[begin + WAS], bool(sent.get(begin + GONE)), at, stood)


def carried(register: type[Declaration], sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What a form holds of children, for a page that stands between it and its saving."""
    tables = {children.table for children in of(register)}
    return [
        (name, value) for name, value in sent.items(multi=True) if name.count(".") == 2 and name.split(".")[0] in tables
    ]


# --- saving -------------------------------------------------------------------------------


def faults(session: Session, among: Iterable[Children], sent: MultiDict[str, str]) -> dict[str, Say | str]:
    """What can be told of the rows without writing them: for a form whose parent was refused already."""
    found: dict[str, Say | str] = {}
    for children in among:
        for row in typed_rows(children, sent):
            spots = children.spots(editing=row.row_id is not None).values()
            try:
                if not (row.gone or _is_untouched(children, row)):
                    given = saving.without_untouched_masks(children.register, row.given)
                    saving.read_values(session, spots, given, from_json=False, partial=row.row_id is not None)
            except Faulty as faulty:
                found |= _named(children, row, faulty.faults)
    return found


def save(session: Session, among: Iterable[Children], parent_id: int, sent: MultiDict[str, str]) -> None:
    """In the parent's transaction: what is removed first, then what is edited, then what is new. Each row by
    itself is held back when it is refused, so that all that is wrong is told at once. Raises WrongRows."""
    wrong = WrongRows()
    for children in among:
        rows = typed_rows(children, sent)
        if sum(row.row_id is None for row in rows) > MOST_NEW:
            wrong.faults[children.table] = TOO_MANY
            continue
        places: dict[int, int] = {}
        for row in sorted(rows, key=lambda row: (not row.gone, row.row_id is None)):
            try:
                with session.begin_nested():
                    place = _place(children, row)
                    row_id = _save(session, children, parent_id, row, moved=place is not None)
                    places |= {row_id: place} if place is not None else {}
            except Conflict as conflict:
                wrong.again.add(f"{children.table}.{row.key}")
                wrong.faults |= _named(children, row, _of_both(session, children, row, conflict))
            except Faulty as faulty:
                wrong.faults |= _named(children, row, faulty.faults)
            except IntegrityError as error:
                wrong.faults |= _named(children, row, fault_of(error))
            except NotAllowed as refused:
                wrong.faults |= _named(children, row, {"": "".join(str(each.message) for each in refused.blockers)})
            except NotFound:
                wrong.faults |= _named(children, row, {"": VANISHED})
            except Forbidden as refused:
                wrong.faults |= _named(children, row, {"": refused.message})
        if places and not wrong.faults and children.order is not None:
            arrange(session, children.order, parent_id, places)
    if wrong.faults:
        raise wrong


def _place(children: Children, row: Typed) -> int | None:
    """Where the row is to stand, if it was moved. Raises Faulty."""
    if children.order is None or row.gone or row.at in ("", row.stood):
        return None
    try:
        return values.read_integer(row.at, 1, 1_000_000)
    except BadValue as bad:
        raise Faulty({"": bad.sentence}) from None


def _save(session: Session, children: Children, parent_id: int, row: Typed, *, moved: bool) -> int:
    if row.row_id is None:
        given = {**row.given, children.relation: str(parent_id)}
        return saving.enter_row(session, children.register, given)
    opened = merging.unseal(children.register, row.row_id, row.was)
    if opened is None or not _is_child(session, children, parent_id, row.row_id):
        raise NotFound()
    if row.gone:
        saving.delete_row(session, children.register, row.row_id, version=opened.version)
    elif not _as_opened(row, opened):
        saving.change_row(session, children.register, row.row_id, row.given, version=opened.version, opened=opened)
    elif moved:
        saving.may_be_edited(session, children.register, row.row_id)
    return row.row_id


def _is_child(session: Session, children: Children, parent_id: int, row_id: int) -> bool:
    found = gate.reachable(session, children.register.model, [row_id])
    attribute = children.register.fields()[children.relation].attribute
    return bool(found) and getattr(found[0], attribute) == parent_id


def _is_untouched(children: Children, row: Typed) -> bool:
    opened = merging.unseal(children.register, row.row_id, row.was) if row.row_id else None
    return opened is not None and _as_opened(row, opened)


def _as_opened(row: Typed, opened: Opened) -> bool:
    """Whether the row came back as the form was given it: then it is left alone. A masked field comes back empty."""
    return all(
        value == ("" if merging.is_hashed(held) else held or "")
        for name, value in row.given.items()
        if (held := opened.values.get(name)) is not None or value
    )


def _of_both(session: Session, children: Children, row: Typed, conflict: Conflict) -> dict[str, Say | str]:
    """Both changed the same cell: theirs is told there, mine stays typed; saved again it counts."""
    if not conflict.fields or row.row_id is None:
        return {"": CHANGED}
    seen = read_one(session, children.register.model, row.row_id, conflict.fields)
    if seen is None:
        return {"": VANISHED}
    return {
        name: say("别人刚改为「{v}」；再按保存即以您的为准。", "Now “{v}”; save again for yours.", v=seen.shown(name))
        for name in seen.columns
    }


def _named(children: Children, row: Typed, faults: Mapping[str, Say | str]) -> dict[str, Say | str]:
    """By the names that the fields have in the form; what concerns no field of the row concerns the row."""
    begin, shown = f"{children.table}.{row.key}", children.spots(editing=row.row_id is not None)
    return {f"{begin}.{name}" if name in shown else begin: fault for name, fault in faults.items()}
