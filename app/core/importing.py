"""Imports: every fault told by row and column before anything is written; then all rows or none.

A cell is read by the same kind, and a row checked by the same `faults`, as on the form.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.answers import Faulty, Forbidden
from app.core.constraints import MISSING
from app.core.crypt import blind_index
from app.core.declaration import Declaration
from app.core.kinds import BadValue, IdNumber, Kind, Relation
from app.core.numbering import take_numbers
from app.core.record import Record, fields, table_named
from app.core.rights import may
from app.core.saving import put
from app.core.sheets import Sheet, plain, read_sheet
from app.core.words import Say, say
from app.core.writing import write

CHUNK = 500
SHORT = say("这一行少了单元格。", "Cells are missing in this row.")
LONG = say("这一行多出了单元格。", "There are cells beyond the header.")
NOT_THERE = say("没有这一项。", "There is no such one.")


@dataclass(frozen=True)
class Spot:
    """One column of the file: a field of the table, or an extra that the register takes apart."""

    name: str
    kind: Kind
    label: Say
    required: bool
    place: int
    header: str


@dataclass(frozen=True)
class Fault:
    """`row` counts from the first data row; 0 is the file itself."""

    row: int
    column: str
    message: Say | str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "message": str(self.message)}


@dataclass
class Answer:
    """What an import found, and whether it was written."""

    rows: int
    good: int
    faulty: list[Fault]
    unknown: list[str]
    written: bool = False

    def as_json(self) -> dict[str, Any]:
        faulty = [fault.as_json() for fault in self.faulty]
        return {
            "rows": self.rows,
            "good": self.good,
            "faulty": faulty,
            "unknown_columns": self.unknown,
            "written": self.written,
        }


@dataclass
class Context:
    """What a register may need to make its rows: the session and the file's title."""

    session: Session
    title: str
    kept: dict[str, Any] = field(default_factory=dict)


def bring_in(session: Session, register: type[Declaration], name: str, data: bytes, *, dry_run: bool = False) -> Answer:
    """Check a file and, unless there is a fault or it is a rehearsal, write all its rows.

    Raises Forbidden without the right, Faulty for a file that can't be read at all.
    """
    if not may(here.me(), "import", register.table()):
        raise Forbidden()
    if dry_run:
        answer, _ = _plan(session, register, name, data)
        session.rollback()
        return answer
    return write(session, lambda: _carry_out(session, register, name, data))


def _carry_out(session: Session, register: type[Declaration], name: str, data: bytes) -> Answer:
    answer, records = _plan(session, register, name, data)
    if answer.faulty:
        return answer
    journal.describe(session, "import", None, file=name[:80], rows=answer.rows)
    journal.add(session, "import", table=register.table(), rows=answer.rows, file=name[:80])
    with here.in_whole_sight():
        _number(session, records)
        session.add_all(records)
        session.flush()
    _within_reach(session, register, records)
    answer.written = True
    return answer


def _number(session: Session, records: Iterable[Record]) -> None:
    """Document numbers, taken in one go for each series."""
    waiting: dict[str, list[Any]] = {}
    for record in records:
        if record.__series__ and not getattr(record, "number", None):
            waiting.setdefault(record.__series__, []).append(record)
    for series, rows in waiting.items():
        for row, number in zip(rows, take_numbers(session, series, here.today().year, len(rows)), strict=True):
            row.number = number


def _within_reach(session: Session, register: type[Declaration], records: Iterable[Record]) -> None:
    ids = [record.id for record in records if isinstance(record, register.model)]
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        query = select(register.model.id).where(register.model.id.in_(part))
        if len(set(session.execute(query).scalars())) != len(part):
            raise Forbidden(say("有的行导入后不在您的数据范围内。", "Some rows would be out of your scope."))


# --- the plan -----------------------------------------------------------------------------


def _plan(session: Session, register: type[Declaration], name: str, data: bytes) -> tuple[Answer, list[Record]]:
    wanted = _wanted(register)
    sheet = read_sheet(name, data, [word for _, _, words in wanted.values() for word in words])
    spots, unknown = _spots(sheet, wanted)
    faulty = _missing_columns(spots, wanted)
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, cells in sheet.rows:
        values, faults = _read_row(register, sheet, spots, cells)
        faulty += [Fault(number, column, message) for column, message in faults]
        if not faults:
            rows.append((number, values))
    faulty += _resolve(session, spots, rows)
    faulty += _repeated(session, register, spots, rows)
    records, more = _records(session, register, sheet, spots, rows, {fault.row for fault in faulty})
    faulty = sorted([*faulty, *more], key=lambda fault: fault.row)
    bad = {fault.row for fault in faulty}
    return Answer(len(sheet.rows), 0 if 0 in bad else len(sheet.rows) - len(bad), faulty, unknown), records


def wanted_columns(register: type[Declaration]) -> list[tuple[Any, bool]]:
    """(field or extra, required) of every column a file may have."""
    return [(spot, required) for spot, required, _ in _wanted(register).values()]


def _wanted(register: type[Declaration]) -> dict[str, tuple[Any, bool, list[str]]]:
    """name -> (field or extra, required, header words)."""
    known = fields(register.model)
    wanted: dict[str, tuple[Any, bool, list[str]]] = {}
    for name in register.imported():
        spot = register.import_extra.get(name) or known[name]
        words = [name, spot.label.zh, spot.label.en, *register.import_words.get(name, ())]
        required = spot.required and name != "number"
        wanted[name] = (spot, required, words)
    return wanted


def _spots(sheet: Sheet, wanted: Mapping[str, tuple[Any, bool, list[str]]]) -> tuple[list[Spot], list[str]]:
    by_word = {plain(word): name for name, (_, _, words) in wanted.items() for word in words}
    spots, unknown, taken = [], [], set()
    for place, header in enumerate(sheet.header):
        name = by_word.get(plain(header))
        if name is None or name in taken:
            unknown += [header] if header else []
            continue
        taken.add(name)
        found, required, _ = wanted[name]
        spots.append(Spot(name, found.kind, found.label, required, place, header))
    return spots, unknown


def _missing_columns(spots: list[Spot], wanted: Mapping[str, tuple[Any, bool, list[str]]]) -> list[Fault]:
    there = {spot.name for spot in spots}
    return [
        Fault(0, str(found.label), say("缺少必需的列。", "A required column is missing."))
        for name, (found, required, _) in wanted.items()
        if required and name not in there
    ]


def _read_row(
    register: type[Declaration], sheet: Sheet, spots: list[Spot], cells: tuple[Any, ...]
) -> tuple[dict[str, Any], list[tuple[str, Say]]]:
    if len(cells) < len(sheet.header):
        return {}, [(sheet.header[len(cells)], SHORT)]
    if any(cell not in (None, "") for cell in cells[len(sheet.header) :]):
        return {}, [(sheet.header[-1], LONG)]
    values: dict[str, Any] = {}
    faults: list[tuple[str, Say]] = []
    for spot in spots:
        try:
            values[spot.name] = _read_cell(register, spot, cells[spot.place])
        except BadValue as bad:
            faults.append((spot.header, bad.sentence))
        else:
            if spot.required and values[spot.name] in (None, ""):
                faults.append((spot.header, MISSING))
    return values, faults


def _read_cell(register: type[Declaration], spot: Spot, raw: Any) -> Any:
    also = register.import_also.get(spot.name, {})
    if isinstance(raw, str) and raw.strip() in also:
        return also[raw.strip()]
    if isinstance(spot.kind, Relation):
        return str(raw).strip() or None if raw is not None else None
    if isinstance(raw, bool) and spot.kind.widget != "checkbox":
        raw = str(raw)
    return spot.kind.read(raw)


def _resolve(session: Session, spots: list[Spot], rows: list[tuple[int, dict[str, Any]]]) -> list[Fault]:
    """Relations named by their label or code become ids: one statement a column."""
    faults = []
    for spot in spots:
        if not isinstance(spot.kind, Relation):
            continue
        known = _labels(session, spot.kind, {values[spot.name] for _, values in rows if values[spot.name]})
        for number, values in rows:
            named = values[spot.name]
            if named is not None:
                values[spot.name] = known.get(named)
                if values[spot.name] is None:
                    faults.append(Fault(number, spot.header, NOT_THERE))
    return faults


def _labels(session: Session, kind: Relation, named: set[str]) -> dict[str, int]:
    """label or code -> id, within the person's scope; what is ambiguous is left out."""
    target = table_named(kind.table)
    assert target is not None
    columns = [getattr(target, target.__label__)]
    columns += [target.code] if hasattr(target, "code") else []
    found: Counter[str] = Counter()
    ids: dict[str, int] = {}
    for row in session.execute(select(target.id, *columns).where(or_(*(c.in_(named) for c in columns)))):
        for word in {str(each) for each in row[1:]}:
            found[word] += 1
            ids[word] = row.id
    return {word: key for word, key in ids.items() if found[word] == 1}


def _repeated(
    session: Session, register: type[Declaration], spots: list[Spot], rows: list[tuple[int, dict[str, Any]]]
) -> list[Fault]:
    """What may stand once only: twice in the file, or in the register already."""
    faults = []
    for spot in spots:
        if spot.name not in register.import_unique.split():
            continue
        first: dict[Any, int] = {}
        taken = _taken(session, register, spot, [v[spot.name] for _, v in rows if v[spot.name]])
        for number, values in rows:
            value = values[spot.name]
            if value in taken:
                faults.append(Fault(number, spot.header, say("系统里已经有了。", "It is in the register already.")))
            elif value is not None and first.setdefault(value, number) != number:
                faults.append(
                    Fault(number, spot.header, say("与第 {n} 行重复。", "The same as in row {n}.", n=first[value]))
                )
    return faults


def _taken(session: Session, register: type[Declaration], spot: Spot, values: list[Any]) -> set[Any]:
    sealed = isinstance(spot.kind, IdNumber)
    model = register.model
    attribute = getattr(model, f"{spot.name}_key" if sealed else spot.name)
    by_stored = {blind_index(value) if sealed else value: value for value in values}
    taken: set[Any] = set()
    keys = list(by_stored)
    with here.in_whole_sight():
        for start in range(0, len(keys), CHUNK):
            query = select(attribute).where(attribute.in_(keys[start : start + CHUNK]))
            live = register.unique_among()
            query = query.where(live) if live is not None else query
            taken |= {by_stored[stored] for stored in session.execute(query).scalars()}
    return taken


def _records(
    session: Session, register: type[Declaration], sheet: Sheet, spots: list[Spot],
    rows: list[tuple[int, dict[str, Any]]], bad: set[int],
) -> tuple[list[Record], list[Fault]]:  # fmt: skip
    context = Context(session, sheet.title)
    headers = {spot.name: spot.header for spot in spots}
    records: list[Record] = []
    faults: list[Fault] = []
    for number, values in rows:
        if number in bad:
            continue
        try:
            made = register.rows_from(values, context)
        except Faulty as faulty:
            faults += [Fault(number, headers.get(name, name), told) for name, told in faulty.faults.items()]
            continue
        found = [(name, told) for row in made for name, told in row.faults().items()]
        faults += [Fault(number, headers.get(name, name), told) for name, told in found]
        records += made
    return records, faults


def row_of(model: type[Record], values: Mapping[str, Any]) -> Record:
    """A new row with the values of the table's own fields."""
    known = fields(model)
    row = model()
    put(row, known, {name: value for name, value in values.items() if name in known and value not in (None, [])})
    return row


__all__ = ["Answer", "Context", "Fault", "bring_in", "row_of", "wanted_columns"]
