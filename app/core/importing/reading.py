"""The columns of a file and its cells: which header goes where, and what a cell says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sqlalchemy.orm import Session

from app.core.constraints import MISSING
from app.core.declaration import Declaration
from app.core.kinds import BadValue, Kind, Relation
from app.core.record import Record, fields
from app.core.saving import is_written, put
from app.core.sheets import Sheet, plain
from app.core.words import Say, say

SHORT = say("这一行少了单元格。", "Cells are missing in this row.")
LONG = say("这一行多出了单元格。", "There are cells beyond the header.")
#: different cells of a column that are remembered
REMEMBERED = 1000
NO_COLUMN = say("缺少必需的列。", "A required column is missing.")

#: name -> (field or extra, required, header words)
Wanted = Mapping[str, tuple[Any, bool, list[str]]]


@dataclass(frozen=True)
class Spot:
    """One column of the file: a field of the table, or an extra that the register takes apart."""

    name: str
    kind: Kind
    label: Say
    required: bool
    place: int
    header: str
    #: what cells of this column have said so far: a word of a list is read once, not a hundred thousand times
    read: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass
class Context:
    """What a register may need to make its rows: the session and the file's title."""

    session: Session
    title: str
    kept: dict[str, Any] = field(default_factory=dict)


def wanted_columns(register: type[Declaration]) -> list[tuple[Any, bool]]:
    """(field or extra, required) of every column that is written."""
    own = register.imported()
    return [(spot, required) for name, (spot, required, _) in wanted(register).items() if name in own]


def wanted(register: type[Declaration]) -> dict[str, tuple[Any, bool, list[str]]]:
    known = fields(register.model)
    found: dict[str, tuple[Any, bool, list[str]]] = {}
    for name in [*register.imported(), *_known_by(register)]:
        spot = register.import_extra.get(name) or known[name]
        if name not in register.import_extra and not is_written(register, spot):
            continue
        words = [name, spot.label.zh, spot.label.en, *register.import_words.get(name, ())]
        found[name] = (spot, spot.required and name != "number", words)
    return found


def _known_by(register: type[Declaration]) -> list[str]:
    """The number that the house gives: a file may name a row by it, and never writes it."""
    own = register.imported()
    return ["number"] if own and register.model.__series__ and "number" not in own else []


def guesses(header: tuple[str, ...], known: Wanted, remembered: Mapping[str, str]) -> dict[int, str]:
    """place -> column ("" for one that is left out): as this person had it last, by its word, or by a word
    that is nearly the same. Each column once."""
    by_word = {plain(word): name for name, (_, _, words) in known.items() for word in words}
    mapping: dict[int, str] = {}
    taken: set[str] = set()

    def take(place: int, name: str | None) -> None:
        if name is not None and place not in mapping and (name == "" or (name in known and name not in taken)):
            mapping[place] = name
            taken.add(name)

    for place, word in enumerate(header):
        take(place, remembered.get(plain(word)))
    for place, word in enumerate(header):
        take(place, by_word.get(plain(word)))
    for place, word in enumerate(header):
        near = get_close_matches(plain(word), by_word, 1, 0.75) if plain(word) else []
        take(place, by_word[near[0]] if near else None)
    return {place: name for place, name in mapping.items() if name}


def spots_for(sheet: Sheet, known: Wanted, mapping: Mapping[int, str] | None) -> tuple[list[Spot], list[str]]:
    """The columns that are taken, and the headers that are not. Without a mapping: by their words alone."""
    if mapping is None:
        mapping = _by_words(sheet, known)
    spots = []
    for place, name in sorted(mapping.items()):
        if name in known and place < len(sheet.header):
            found, required, _ = known[name]
            spots.append(Spot(name, found.kind, found.label, required, place, sheet.header[place]))
    places = {spot.place for spot in spots}
    return spots, [word for place, word in enumerate(sheet.header) if word and place not in places]


def _by_words(sheet: Sheet, known: Wanted) -> dict[int, str]:
    by_word = {plain(word): name for name, (_, _, words) in known.items() for word in words}
    mapping: dict[int, str] = {}
    for place, header in enumerate(sheet.header):
        name = by_word.get(plain(header))
        if name is not None and name not in mapping.values():
            mapping[place] = name
    return mapping


Read = tuple[dict[str, Any], dict[str, Say]]


def read_row(register: type[Declaration], sheet: Sheet, spots: list[Spot], cells: tuple[Any, ...]) -> Read:
    """(values by column, faults by header) of one line."""
    width = len(sheet.header)
    if len(cells) < width:
        return {}, {sheet.header[len(cells)]: SHORT}
    if len(cells) > width and any(cell not in (None, "") for cell in cells[width:]):
        return {}, {sheet.header[-1]: LONG}
    values: dict[str, Any] = {}
    faults: dict[str, Say] = {}
    for spot in spots:
        try:
            value = _read_cell(register, spot, cells[spot.place])
        except BadValue as bad:
            faults[spot.header] = bad.sentence
            continue
        values[spot.name] = value
        if spot.required and value in (None, ""):
            faults[spot.header] = MISSING
    return values, faults


def _read_cell(register: type[Declaration], spot: Spot, raw: Any) -> Any:
    if not isinstance(raw, str):
        return _read_anew(register, spot, raw)
    if raw in spot.read:
        return spot.read[raw]
    value = _read_anew(register, spot, raw)
    if len(spot.read) < REMEMBERED:
        spot.read[raw] = value
    return value


def _read_anew(register: type[Declaration], spot: Spot, raw: Any) -> Any:
    also = register.import_also.get(spot.name)
    if also and isinstance(raw, str) and raw.strip() in also:
        return also[raw.strip()]
    if isinstance(spot.kind, Relation):
        return str(raw).strip() or None if raw is not None else None
    if isinstance(raw, bool) and spot.kind.widget != "checkbox":
        raw = str(raw)
    return spot.kind.read(raw)


def row_of(model: type[Record], values: Mapping[str, Any]) -> Record:
    """A new row with the values of the table's own fields."""
    known = fields(model)
    row = model()
    put(row, known, {name: value for name, value in values.items() if name in known and value not in (None, [])})
    return row
