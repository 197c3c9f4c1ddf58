"""The rows of children as a form shows them: those that stand, or those that were sent (core/children.py).

What stands below the rows of a form is read for all of them at once: one statement a register, whatever their number.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, and_, or_, select, union_all
from werkzeug.datastructures import MultiDict

from app.core import child_names, child_rows, children, gate, here, mattering, merging, saving, viewing
from app.core.child_rows import Typed
from app.core.children import MOST_BELOW, MOST_SHOWN, Children
from app.core.declaration import Declaration
from app.core.pages.answering import labels_of
from app.core.reading import Seen, columns_for, query_for, seen_rows
from app.core.record import Field
from app.core.verbs import Act
from app.core.words import Say, say
from app.extensions import db

#: the key of the empty row that js/children.js copies, and that stands there by itself without JavaScript
BLANK = "n0"


NO_PAGES: Mapping[str, str] = MappingProxyType({})
_PLACE = re.compile(r"(after|before)\.([0-9]{0,9})\.([0-9]{1,9})")


@dataclass(frozen=True)
class AsEntered:
    """The order of rows that have none of their own."""

    model: Any
    column: str = ""

    def sorted(self, *, backwards: bool = False) -> tuple[Any, ...]:
        return (self.model.id.desc() if backwards else self.model.id,)


@dataclass(frozen=True)
class Place:
    """A row at which a page of rows begins or ends: `after.20.345`, by its place and its id."""

    backwards: bool
    place: int | None
    row_id: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        found = _PLACE.fullmatch(text)
        return found and cls(found[1] == "before", int(found[2]) if found[2] else None, int(found[3]))

    @classmethod
    def of(cls, order: Any, row: Any, *, backwards: bool) -> "Place | str":
        return cls(backwards, getattr(row, order.column) if order.column else None, row.id) if row is not None else ""

    def __str__(self) -> str:
        return f"{'before' if self.backwards else 'after'}.{'' if self.place is None else self.place}.{self.row_id}"

    def beyond(self, order: Any) -> Any:
        """That a row stands behind this one, or before it; those that were never placed are the last."""
        behind = order.model.id < self.row_id if self.backwards else order.model.id > self.row_id
        if not order.column:
            return behind
        place = order.place
        if self.place is None:
            same = and_(place.is_(None), behind)
            return or_(same, place.is_not(None)) if self.backwards else same
        further = place < self.place if self.backwards else or_(place > self.place, place.is_(None))
        return or_(further, and_(place == self.place, behind))


@dataclass(frozen=True)
class Line:
    """One row. `given`, `faults` and `masked` go by the names that the fields have in the form."""

    of: Children
    #: by which the form knows the row
    name: str
    key: str
    cells: Sequence[tuple[Field, Field | None]]
    given: Mapping[str, Any] = field(default_factory=dict)
    masked: Mapping[str, str] = field(default_factory=dict)
    #: what a field is shown by (core/mattering.py)
    whens: Mapping[str, str] = field(default_factory=dict)
    was: str = ""
    gone: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    #: what is wrong with the row as a whole
    fault: str = ""
    #: a row that stands, for what is shown of it and not typed; `why` it can't be typed now
    seen: Seen | None = None
    why: str = ""
    #: where it is to stand among the others, and stood, in rows that have an order
    at: str = ""
    stood: str = ""
    #: the rows below it, of each register that has such
    below: list["Section"] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return self.seen is not None

    @property
    def row_id(self) -> int | None:
        return self.seen.id if self.seen is not None else None

    @property
    def called(self) -> str:
        """What the row is called, as far as the form shows it; a new one what was typed."""
        label = self.of.register.model.__label__
        if self.seen is not None:
            return self.seen.shown(label) if label in self.seen.columns else ""
        return str(self.given.get(self.named(label)) or "")

    def named(self, name: str) -> str:
        """What a field of the row is called in the form."""
        return child_names.field(self.name, name)


@dataclass
class Section:
    """The rows of one related register in the form, or below one of its rows."""

    children: Children
    name: str
    columns: list[Field]
    lines: list[Line]
    blank: Line | None
    #: where the pages before and behind these rows begin, in words of the address
    before: str = ""
    after: str = ""
    #: whether there are more below this row than are shown
    more: bool = False
    fault: str = ""
    #: name of a field in the form -> id -> label
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def ordered(self) -> bool:
        """Whether this person may move the rows."""
        return self.children.order is not None and self.children.edits

    @property
    def order_label(self) -> Say:
        order = self.children.order
        assert order is not None
        return self.children.register.fields()[order.column].label

    def wrong(self, within: Say | None = None) -> Iterator[tuple[str, Say, str]]:
        """(the field in the form, what it is called, its fault), for the summary."""
        word = self.children.register.word()
        if self.fault:
            yield self.name, word if within is None else _within(within, word), self.fault
        for number, line in enumerate(self.lines, start=1):
            row = say("{w}第 {n} 行", "{w} {n}", w=word, n=number)
            row = row if within is None else _within(within, row)
            if line.fault:
                yield line.name, row, line.fault
            for _, spot in line.cells:
                if spot is not None and spot.name in line.faults:
                    yield spot.name, say("{r} {f}", "{r}, {f}", r=row, f=spot.label), line.faults[spot.name]
            for below in line.below:
                yield from below.wrong(row)


def _within(row: Say, word: Say) -> Say:
    return say("{r} {w}", "{r}, {w}", r=row, w=word)


def sections(
    register: type[Declaration], parent_id: int | None, sent: MultiDict[str, str] | None, faults: Mapping[str, str],
    again: Iterable[str] = (), pages: Mapping[str, str] = NO_PAGES,
) -> list[Section]:  # fmt: skip
    """With `sent` the rows as they came back, those in `again` on what they are now. `pages`: table -> which page
    of its rows, the first one unless it is said."""
    among, told = children.of(register), _Told(faults, frozenset(again))
    typed = child_rows.typed_rows(among, sent) if sent is not None else None
    return [_section(each, told, parent_id, typed, pages.get(each.table, "")) for each in among]


@dataclass(frozen=True)
class _Told:
    """What is wrong with what was sent, by the names of the fields; rows to be shown on what they are now."""

    faults: Mapping[str, str]
    again: frozenset[str]


def _section(of: Children, told: _Told, parent_id: int | None, typed: Sequence[Typed] | None, page: str) -> Section:
    """The rows of the form's own record, each with those below it."""
    lines = _Lines(of, told)
    section = lines.section("", [])
    came: list[tuple[Typed, Line]] = []
    if typed is not None:
        came = lines.sent({"": ("", parent_id)}, typed)
        section.lines = [line for _, line in came]
    elif parent_id is not None:
        section.lines, section.before, section.after = lines.standing(parent_id, page)
    section.labels = _labels(lines.columns, section.lines)
    for below in of.below:
        _put_below(section, _Lines(below, told), came, typed)
    return section


def _put_below(
    section: Section, lines: "_Lines", came: Sequence[tuple[Typed, Line]], typed: Sequence[Typed] | None
) -> None:  # fmt: skip
    """The rows of one register below each row of the section, and below the empty one."""
    found, more = defaultdict[str, list[Line]](list), frozenset[str]()
    if typed is None:
        found, more = lines.below({line.row_id: line.name for line in section.lines if line.row_id is not None})
    else:
        over = {row.name: (line.name, line.row_id) for row, line in came}
        for row, line in lines.sent(over, typed):
            found[over[row.above][0]].append(line)
    was_called = {line.name: row.name for row, line in came}
    labels = _labels(lines.columns, [line for each in found.values() for line in each])
    for line in [*section.lines, *([section.blank] if section.blank else [])]:
        one = lines.section(line.name, found.get(line.name, []), was_called.get(line.name, line.name))
        one.more, one.labels = line.name in more, labels
        line.below.append(one)


class _Lines:
    """Lines of one register, each field known by its name in the form."""

    def __init__(self, of: Children, told: _Told) -> None:
        self.of, self.told = of, told
        self.entered, self.edited = of.spots(editing=False), of.spots(editing=True) if of.edits else {}
        typed = {**(self.entered if of.adds else {}), **self.edited} or of.told()
        self.seen_columns = columns_for(of.register.model, typed)
        self.columns = [column.field for column in self.seen_columns]
        self.conditions = mattering.conditions(of.register)

    def section(self, above: str, lines: list[Line], was_above: str | None = None) -> Section:
        """`was_above`: what the row above was called when the form came back."""
        name = child_names.section(above, self.of.table)
        fault = self.told.faults.get(child_names.section(above if was_above is None else was_above, self.of.table), "")
        blank = self._line(name, BLANK, self.entered) if self.of.adds else None
        return Section(self.of, name, self.columns, lines, blank, fault=fault)

    # --- that stand -------------------------------------------------------------------------

    def standing(self, parent_id: int, page: str) -> tuple[list[Line], str, str]:
        """The lines of one page, and where the pages before and behind it begin."""
        order, place = self._order(), Place.read(page)
        mine = self.of.parent == parent_id
        mine = mine if place is None else and_(mine, place.beyond(order))
        backwards = place is not None and place.backwards
        asked = order.sorted(backwards=backwards)
        seen = self._seen(lambda query: query.where(mine).order_by(*asked).limit(MOST_SHOWN + 1))
        shown, more = seen[:MOST_SHOWN], len(seen) > MOST_SHOWN
        shown = shown[::-1] if backwards else shown
        viewing.tell(db.session, self.of.table, *shown)
        rows = self._rows(each.id for each in shown)
        has_before, has_after = (more, True) if backwards else (place is not None, more)
        ends = [
            Place.of(order, rows.get(each.id), backwards=n == 0) for n, each in enumerate([*shown[:1], *shown[-1:]])
        ]
        before, after = (str(ends[0]), str(ends[-1])) if shown else ("", "")
        lines = [self._standing(self.of.table, each, rows[each.id]) for each in shown if each.id in rows]
        return lines, before if has_before else "", after if has_after else ""

    def below(self, over: Mapping[int, str]) -> tuple[defaultdict[str, list[Line]], frozenset[str]]:
        """The first rows below each of these, by what the form calls the row above; and below which there are more."""
        found = defaultdict[str, list[Line]](list)
        if not over:
            return found, frozenset()
        key, sorted_by = self.of.register.model.id, self._order().sorted()
        first = [
            select(key).where(self.of.parent == each).order_by(*sorted_by).limit(MOST_BELOW + 1).subquery()
            for each in over
        ]
        ids = union_all(*(select(each.c.id) for each in first))
        seen = self._seen(lambda query: query.where(key.in_(ids)).order_by(*sorted_by))
        viewing.tell(db.session, self.of.table, *seen)
        rows = self._rows(each.id for each in seen)
        for each in seen:
            if each.id in rows:
                above = over[self._parent_of(rows[each.id])]
                found[above].append(self._standing(child_names.section(above, self.of.table), each, rows[each.id]))
        more = frozenset(above for above, lines in found.items() if len(lines) > MOST_BELOW)
        for above in more:
            found[above] = found[above][:MOST_BELOW]
        return found, more

    def _order(self) -> Any:
        """By hand, where they stand so; else as they were entered."""
        return self.of.order or AsEntered(self.of.register.model)

    def _parent_of(self, row: Any) -> int:
        return int(getattr(row, self.of.parent.key))

    def _seen(self, narrowed: Any) -> list[Seen]:
        query: Select[Any] = query_for(self.of.register.model, self.seen_columns)
        return seen_rows(self.seen_columns, db.session.execute(narrowed(query)))

    def _rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return {row.id: row for row in gate.reachable(db.session, self.of.register.model, list(ids))}

    # --- that were sent ---------------------------------------------------------------------

    def sent(
        self, over: Mapping[str, tuple[str, int | None]], typed: Sequence[Typed]
    ) -> list[tuple[Typed, Line]]:  # fmt: skip
        """`over`: what the row above was called -> (what it is called now, its id). A row that is out of reach by now
        comes back as a new one, so that what was typed is not lost."""
        mine = [row for row in typed if row.of == self.of and row.above in over]
        ids = [row.row_id for row in mine if row.row_id is not None]
        key = self.of.register.model.id
        seen = {each.id: each for each in self._seen(lambda query: query.where(key.in_(ids)))} if ids else {}
        rows, carriers = self._rows(seen), {row.above for row in typed}
        found = []
        for row in mine:
            above, parent_id = over[row.above]
            section, stood = child_names.section(above, self.of.table), rows.get(row.row_id or 0)
            if stood is not None and self._parent_of(stood) == parent_id:
                line = self._standing(section, seen[stood.id], stood)
            elif row.only_shown and row.name not in carriers:
                continue
            else:
                line = self._line(section, f"v{row.key}" if row.row_id else row.key, self.entered)
            found.append((row, self._came_back(row, line)))
        return found

    def _came_back(self, row: Typed, line: Line) -> Line:
        """What was typed, on what it was opened on or, where both changed it, on what it is now."""
        begin = child_names.field(row.name, "")
        faults = {
            child_names.field(line.name, name[len(begin) :]): each
            for name, each in self.told.faults.items()
            if name.startswith(begin)
        }
        typed = {child_names.field(line.name, name): value for name, value in row.given.items()}
        is_now = row.only_shown or row.name in self.told.again
        return replace(
            line, given={**line.given, **typed}, faults=faults, fault=self.told.faults.get(row.name, ""),
            was=line.was if is_now else row.was if line.stands else "", gone=row.gone and line.stands,
            at=line.at if row.only_shown else row.at, stood=(line.stood if row.only_shown else row.stood) if line.stands else "",
        )  # fmt: skip

    # --- one of them ------------------------------------------------------------------------

    def _line(self, section: str, key: str, spots: Mapping[str, Field], **more: Any) -> Line:
        name = child_names.row(section, key)
        begin = child_names.field(name, "")
        cells = [
            (column, replace(spots[column.name], name=begin + column.name) if column.name in spots else None)
            for column in self.columns
        ]
        return Line(self.of, name, key, cells, whens=mattering.whens(self.conditions, spots, begin), **more)

    def _standing(self, section: str, seen: Seen, row: Any) -> Line:
        """The row as it stands; as words where it may not be edited."""
        register, key = self.of.register, str(seen.id)
        if not self.edited:
            return self._line(section, key, {}, seen=seen)
        blocked = saving.edit_blockers(register, row, Act(db.session, here.me()))
        if blocked:
            return self._line(section, key, {}, seen=seen, why="".join(str(each.message) for each in blocked))
        spots, begin = self.edited, child_names.field(child_names.row(section, key), "")
        opened = merging.opened_on(register, row, spots.values())
        masked = {
            begin + name: shown
            for name, spot in spots.items()
            if merging.is_masked(register, row, name) and (shown := spot.kind.mask(getattr(row, spot.attribute)))
        }
        given = {begin + name: "" if merging.is_hashed(held) else held for name, held in opened.values.items()}
        was = merging.seal(register, seen.id, opened)
        order = self.of.order
        stood = "" if order is None else str(getattr(row, order.column) or "")
        return self._line(section, key, spots, seen=seen, given=given, masked=masked, was=was, at=stood, stood=stood)


def _labels(columns: Sequence[Field], lines: Sequence[Line]) -> dict[str, dict[str, str]]:
    """What the chosen rows of relations are called: one statement a column."""
    found: dict[str, dict[str, str]] = {}
    for place, column in enumerate(columns):
        if not column.is_relation:
            continue
        names = [(line, spot.name) for line in lines if (spot := line.cells[place][1]) is not None]
        chosen = {name: str(line.given[name]) for line, name in names if name in line.given}
        labels = labels_of(column.kind.table, [each for each in chosen.values() if each])  # type: ignore[attr-defined]
        found |= {name: {held: labels[held]} for name, held in chosen.items() if held in labels}
    return found
