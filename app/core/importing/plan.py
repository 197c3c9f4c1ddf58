"""The plan of an import: each line of the file read, checked, and held against what stands."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core import here, qualified
from app.core.answers import Faulty
from app.core.declaration import Declaration
from app.core.importing import hooks
from app.core.importing.matching import Stands, keys_of, parts, said_of, standing, standing_values
from app.core.importing.reading import NO_COLUMN, Context, Spot, read_row, spots_for, wanted
from app.core.kinds import Relation
from app.core.record import Record
from app.core.sheets import Sheet, read_sheet
from app.core.uniques import Unique, uniques
from app.core.verbs import Act
from app.core.words import Say, joined, say

#: rows that are asked about, flushed and journalled together
PORTION = 2000
#: lines between two signs of life
BEAT = 5000
NOT_THERE = say("没有这一项。", "There is no such one.")
TAKEN = say("系统里已经有了。", "It is in the register already.")
#: of rows that are called alike, how many are named
NAMED = 5
NEW, CHANGED, SAME, FAULTY = "new", "changed", "same", "faulty"

Beat = Callable[[int], None]


@dataclass(frozen=True)
class How:
    """`mapping`: place -> column (None: by the headers' words); `key`: the column by which a line finds the
    row it updates ("": every line is a new row); `only_good`: faulty lines are left out."""

    mapping: Mapping[int, str] | None = None
    key: str = ""
    only_good: bool = False


@dataclass(frozen=True)
class Fault:
    """`row` counts from the first data row; 0 is the file itself."""

    row: int
    column: str
    message: Say | str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "message": str(self.message)}


@dataclass
class Line:
    """One line: what it says, what is wrong with it, and the rows it becomes or the one it changes."""

    number: int
    cells: tuple[Any, ...]
    values: dict[str, Any]
    faults: dict[str, Say | str]
    records: list[Record] = field(default_factory=list)
    stands: Stands | None = None
    #: column -> the line before that says the same there
    repeats: dict[str, int] = field(default_factory=dict)

    @property
    def fate(self) -> str:
        if self.faults:
            return FAULTY
        if self.stands is not None:
            return CHANGED if self.stands.changes else SAME
        return NEW


@dataclass
class Plan:
    sheet: Sheet
    spots: list[Spot]
    unknown: list[str]
    lines: list[Line]
    #: of the file as a whole
    faults: list[Fault]

    def faulty(self) -> list[Fault]:
        return self.faults + [
            Fault(line.number, column, told) for line in self.lines for column, told in line.faults.items()
        ]

    def in_the_file(self, line: Line) -> dict[str, Say | str]:
        """What is wrong with it, for whoever has the file open: another line by where it stands there, as its own."""
        return line.faults | {column: _same_as(n + self.sheet.above) for column, n in line.repeats.items()}

    @property
    def headers(self) -> dict[str, str]:
        """Field -> the word that the file has for it."""
        return {spot.name: spot.header for spot in self.spots}

    def counts(self) -> dict[str, int]:
        found = Counter(line.fate for line in self.lines)
        return {fate: found.get(fate, 0) for fate in (NEW, CHANGED, SAME, FAULTY)}


def sheet_of(register: type[Declaration], name: str, data: bytes, *, any_header: bool = False) -> Sheet:
    words = [word for _, _, words in wanted(register).values() for word in words]
    return read_sheet(name, data, words, any_header=any_header)


def plan_for(session: Session, register: type[Declaration], sheet: Sheet, how: How, beat: Beat | None = None) -> Plan:
    """Reads only. Relations, keys and what may stand once are asked for in one statement per 5,000 values."""
    known = wanted(register)
    key = keys_of(register).get(how.key)
    spots, unknown = spots_for(sheet, known, how.mapping)
    if key is None or "number" not in key.names:  # it tells which row is meant, and is never written
        unknown += [spot.header for spot in spots if spot.name not in register.imported()]
        spots = [spot for spot in spots if spot.name in register.imported()]
    there = {spot.name for spot in spots}
    faults = [Fault(0, str(found.label), NO_COLUMN) for name, (found, required, _) in known.items() if required and name not in there]  # fmt: skip
    plan = Plan(sheet, spots, unknown, [], faults)
    for count, (number, cells) in enumerate(sheet.rows, start=1):
        plan.lines.append(Line(number, cells, *read_row(register, sheet, spots, cells)))  # type: ignore[arg-type]
        if beat is not None and count % BEAT == 0:
            beat(count)
    context = Context(session, sheet.title)
    _resolve(session, plan)
    if key is not None:
        standing(session, register, plan, key, context)
    _repeated(session, register, plan, context)
    if not faults:
        _make_records(session, register, plan, context)
    return plan


def good(plan: Plan) -> Iterator[Line]:
    return (line for line in plan.lines if not line.faults)


def _resolve(session: Session, plan: Plan) -> None:
    """Relations named by their label, code or number become ids; one that several rows share has to be told in full."""
    for spot in plan.spots:
        if not isinstance(spot.kind, Relation):
            continue
        words = {line.values[spot.name] for line in good(plan) if line.values[spot.name]}
        meant = qualified.found(session, spot.kind, words)
        for line in plan.lines:
            word = line.values.get(spot.name)
            if word is not None:
                rows = meant.get(word, [])
                line.values[spot.name] = rows[0].id if len(rows) == 1 else None
                if len(rows) != 1 and not line.faults:
                    line.faults[spot.header] = _which(word, rows) if rows else NOT_THERE


def _which(word: str, rows: Sequence[qualified.Named]) -> Say:
    if not all(row.note for row in rows):
        return say(
            "有 {n} 项叫「{w}」，分不清是哪一项。", "{n} are called “{w}”: it can't be told which.", n=len(rows), w=word
        )
    names = joined([*(row.full for row in rows[:NAMED]), *(["…"] if len(rows) > NAMED else [])])
    return say(
        "有 {n} 项叫「{w}」：{names}。请写全。", "{n} are called “{w}”: {names}. Please write it in full.",
        n=len(rows), w=word, names=names,
    )  # fmt: skip


def _repeated(session: Session, register: type[Declaration], plan: Plan, context: Context) -> None:
    """What may stand once only: twice in the file, or in the register already."""
    headers = plan.headers
    for unique in uniques(register.model):
        if not _is_foreseen(register, plan, unique):
            continue
        said = {line.number: said_of(register, line, unique, context) for line in good(plan) if _counts(line, unique)}
        fresh = [n for n in good(plan) if None not in said.get(n.number, (None,)) and not _keeps(n, unique)]
        with here.in_whole_sight():
            taken = standing_values(session, register, unique, [said[line.number] for line in fresh])
        first: dict[Any, int] = {}
        for line in list(good(plan)):
            values = said.get(line.number, (None,))
            if values in taken and not _keeps(line, unique):
                line.faults[headers[unique.names[-1]]] = TAKEN
            elif None not in values and first.setdefault(values, line.number) != line.number:
                column = headers[unique.names[-1]]
                line.faults[column], line.repeats[column] = _same_as(first[values]), first[values]


def _same_as(number: int) -> Say:
    return say("与第 {n} 行重复。", "The same as in row {n}.", n=number)


def _is_foreseen(register: type[Declaration], plan: Plan, unique: Unique) -> bool:
    """Whether the file says all of it; and, where it holds among some rows only, whether a new row is one of them:
    so long as the file says nothing of what they are, or which of its rows are."""
    there = {spot.name for spot in plan.spots if spot.name in register.imported()}
    return there.issuperset(unique.names) and not (unique.spoken_of - {unique.empty}) & there


def _counts(line: Line, unique: Unique) -> bool:
    return not unique.empty or line.values.get(unique.empty) is None


def _keeps(line: Line, unique: Unique) -> bool:
    """Whether the line updates a row in which all of it stands already."""
    return line.stands is not None and not any(name in line.stands.changes for name in unique.names)


def _make_records(session: Session, register: type[Declaration], plan: Plan, context: Context) -> None:
    """New rows, as the register makes them of a line, checked as the form checks them."""
    headers, new = plan.headers, []
    for line in plan.lines:
        if line.faults or line.stands is not None:
            continue
        try:
            made = register.rows_from({k: v for k, v in line.values.items() if k in register.imported()}, context)
        except Faulty as faulty:
            line.faults |= {headers.get(name, name): told for name, told in faulty.faults.items()}
            continue
        line.faults |= {headers.get(name, name): told for row in made for name, told in row.faults().items()}
        line.records = made
        new.append(line)
    _ask_before(session, [line for line in new if not line.faults], headers)


def _ask_before(session: Session, lines: Sequence[Line], headers: Mapping[str, str]) -> None:
    """What the registers refuse of many rows at once; those that are asked row by row are asked in writing."""
    act = Act(session, here.me())
    for part in parts(lines, PORTION):
        for line, told in hooks.refused_of_many([(each, row) for each in part for row in each.records], act):
            line.faults |= {headers.get(name, name): sentence for name, sentence in told.items()}
