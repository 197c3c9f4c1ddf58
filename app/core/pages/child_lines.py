"""The rows of children as a form shows them: those that stand, or those that were sent (core/children.py)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, and_, or_
from werkzeug.datastructures import MultiDict

from app.core import children, gate, here, mattering, merging, saving, viewing
from app.core.children import MOST_SHOWN, Children, Typed
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

    @property
    def stands(self) -> bool:
        return self.seen is not None


@dataclass
class Section:
    """The rows of one related register in the form."""

    children: Children
    columns: list[Field]
    lines: list[Line]
    blank: Line | None
    #: where the pages before and behind these rows begin, in words of the address
    before: str = ""
    after: str = ""
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

    def wrong(self) -> Iterable[tuple[str, Say, str]]:
        """(the field in the form, what it is called, its fault), for the summary."""
        word = self.children.register.word()
        if self.fault:
            yield f"{self.children.table}", word, self.fault
        for number, line in enumerate(self.lines, start=1):
            row = say("{w}第 {n} 行", "{w} {n}", w=word, n=number)
            if line.fault:
                yield f"{self.children.table}.{line.key}", row, line.fault
            for _, spot in line.cells:
                if spot is not None and spot.name in line.faults:
                    yield spot.name, say("{r} {f}", "{r}, {f}", r=row, f=spot.label), line.faults[spot.name]


def sections(
    register: type[Declaration], parent_id: int | None, sent: MultiDict[str, str] | None, faults: Mapping[str, str],
    again: Iterable[str] = (), pages: Mapping[str, str] = NO_PAGES,
) -> list[Section]:  # fmt: skip
    """With `sent` the rows as they came back, those in `again` on what they are now. `pages`: table -> which page
    of its rows, the first one unless it is said."""
    found = []
    for each in children.of(register):
        lines = _Lines(each, faults, frozenset(again))
        section = Section(
            each, lines.columns, [], lines.empty() if each.adds else None, fault=faults.get(each.table, "")
        )
        if sent is not None:
            section.lines = lines.sent(children.typed_rows(each, sent))
        elif parent_id is not None:
            section.lines, section.before, section.after = lines.standing(parent_id, pages.get(each.table, ""))
        section.labels = _labels(section)
        found.append(section)
    return found


class _Lines:
    """Lines of one register, each field known by its name in the form."""

    def __init__(self, of: Children, faults: Mapping[str, str], again: frozenset[str]) -> None:
        self.of, self.faults, self.again = of, faults, again
        self.entered, self.edited = of.spots(editing=False), of.spots(editing=True) if of.edits else {}
        typed = {**(self.entered if of.adds else {}), **self.edited}
        self.seen_columns = columns_for(of.register.model, typed)
        self.columns = [column.field for column in self.seen_columns]

    def empty(self) -> Line:
        return self._line(BLANK, self.entered)

    def standing(self, parent_id: int, page: str) -> tuple[list[Line], str, str]:
        """The lines of one page, and where the pages before and behind it begin."""
        attribute = getattr(self.of.register.model, self.of.register.fields()[self.of.relation].attribute)
        order, place = self._order(), Place.read(page)
        mine = attribute == parent_id if place is None else and_(attribute == parent_id, place.beyond(order))
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
        lines = [self._standing(each, rows[each.id]) for each in shown if each.id in rows]
        return lines, before if has_before else "", after if has_after else ""

    def _order(self) -> Any:
        """By hand, where they stand so; else as they were entered."""
        return self.of.order or AsEntered(self.of.register.model)

    def sent(self, typed: Sequence[Typed]) -> list[Line]:
        """A row that is out of reach by now comes back as a new one, so that what was typed is not lost."""
        ids = [row.row_id for row in typed if row.row_id is not None]
        model = self.of.register.model
        seen = {each.id: each for each in self._seen(lambda query: query.where(model.id.in_(ids)))} if ids else {}
        rows = self._rows(seen)
        return [
            self._came_back(row, self._standing(seen[row.row_id], rows[row.row_id]))
            if row.row_id in seen and row.row_id in rows
            else self._came_back(row, self._line(f"v{row.key}" if row.row_id else row.key, self.entered))
            for row in typed
        ]

    def _seen(self, narrowed: Any) -> list[Seen]:
        query: Select[Any] = query_for(self.of.register.model, self.seen_columns)
        return seen_rows(self.seen_columns, db.session.execute(narrowed(query)))

    def _rows(self, ids: Iterable[int]) -> dict[int, Any]:
        return {row.id: row for row in gate.reachable(db.session, self.of.register.model, list(ids))}

    def _line(self, key: str, spots: Mapping[str, Field], **more: Any) -> Line:
        begin = f"{self.of.table}.{key}."
        cells = [
            (column, replace(spots[column.name], name=begin + column.name) if column.name in spots else None)
            for column in self.columns
        ]
        return Line(key, cells, whens=mattering.whens(mattering.conditions(self.of.register), spots, begin), **more)

    def _standing(self, seen: Seen, row: Any) -> Line:
        """The row as it stands; as words where it may not be edited."""
        register, key = self.of.register, str(seen.id)
        if not self.edited:
            return self._line(key, {}, seen=seen)
        blocked = saving.edit_blockers(register, row, Act(db.session, here.me()))
        if blocked:
            return self._line(key, {}, seen=seen, why="".join(str(each.message) for each in blocked))
        spots, begin = self.edited, f"{self.of.table}.{key}."
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
        return self._line(key, spots, seen=seen, given=given, masked=masked, was=was, at=stood, stood=stood)

    def _came_back(self, row: Typed, line: Line) -> Line:
        """What was typed, on what it was opened on or, where both changed it, on what it is now."""
        old, new = f"{self.of.table}.{row.key}", f"{self.of.table}.{line.key}"
        faults = {f"{new}{name[len(old) :]}": each for name, each in self.faults.items() if name.startswith(f"{old}.")}
        typed = {f"{new}.{name}": value for name, value in row.given.items()}
        was = line.was if old in self.again else row.was if line.stands else ""
        return replace(
            line, given={**line.given, **typed}, faults=faults, fault=self.faults.get(old, ""), was=was,
            gone=row.gone and line.stands, at=row.at, stood=row.stood if line.stands else "",
        )  # fmt: skip


def _labels(section: Section) -> dict[str, dict[str, str]]:
    """What the chosen rows of relations are called: one statement a column."""
    found: dict[str, dict[str, str]] = {}
    for place, column in enumerate(section.columns):
        if not column.is_relation:
            continue
        names = [spot.name for line in section.lines if (spot := line.cells[place][1]) is not None]
        chosen = {name: str(line.given.get(name, "")) for line in section.lines for name in names if name in line.given}
        labels = labels_of(column.kind.table, [each for each in chosen.values() if each])  # type: ignore[attr-defined]
        found |= {name: {held: labels[held]} for name, held in chosen.items() if held in labels}
    return found
