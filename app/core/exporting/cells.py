"""What stands in a cell: what the person may see of the value, and no formula."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

from app.core.kinds import Choice, Date, Instant, Money
from app.core.reading import Column
from app.core.record import Field
from app.core.rights import MASKED, OWN

BOM = "\ufeff"
#: the last four are the full-width forms, which some spreadsheets take for the others
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: a leading apostrophe where it would start a formula."""
    return "'" + text if text.startswith(STARTS_A_FORMULA) else text


#: so many digits a spreadsheet writes as 3.7E+17, or rounds
LONG_DIGITS = 12


def safe_csv_cell(text: str) -> str:
    """The same for CSV, where nothing but its look tells text from a number: long digits stay digits."""
    is_long = len(text) >= LONG_DIGITS and text.isascii() and text.isdigit()
    return "'" + text if is_long else safe_cell(text)


Safe = Callable[[str], str]
Cell = Callable[[Any, bool], Any]


def cell_reader(column: Column, keys: list[str], safe: Safe = safe_cell) -> Cell:
    """(row, own) -> the cell: what the person may see of it, and no formula. By place in the
    row, because an export reads some ten million of them."""
    spot, kind = column.field, column.field.kind
    place = keys.index(f"{spot.attribute}__label" if spot.is_relation else spot.attribute)
    if column.level == MASKED:
        return lambda row, own: safe(kind.mask(row[place]))
    if column.level.startswith(OWN):
        return lambda row, own: safe((kind.show if own else kind.mask)(row[place]))
    shown = _shown(spot, safe)
    return lambda row, own: shown(row[place])


def _shown(spot: Field, safe: Safe) -> Callable[[Any], Any]:
    """How a value in full stands in a cell: numbers and dates for machines, the rest in words."""
    kind = spot.kind
    if isinstance(kind, Choice):
        words = {str(value): safe(str(label)) for value, label in kind.options}
        return lambda value: words.get(value, "")
    if isinstance(kind, Money) or (isinstance(kind, Date) and not isinstance(kind, Instant)):
        return kind.typed
    if kind.right_aligned:
        return lambda value: "" if value is None else str(value)
    if spot.is_relation:
        return lambda value: safe("" if value is None else str(value))
    return lambda value: safe(kind.show(value))


def csv_text(rows: Iterable[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
