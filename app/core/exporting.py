"""Exports: exactly the list a person sees, streamed, safe to open, told to the journal.

CSV is UTF-8 with BOM so that a spreadsheet shows Chinese; a cell that would start a formula
is kept as text; memory stays flat however many rows there are.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.answers import Forbidden
from app.core.declaration import Declaration
from app.core.kinds import Choice, Date, Instant, Money
from app.core.listing import Asked, Listing
from app.core.reading import Column, Seen, own_columns, seen_rows
from app.core.record import Field
from app.core.rights import MASKED, OWN, may
from app.core.writing import write

BATCH = 1000
BOM = "\ufeff"
#: the last four are the full-width forms, which some spreadsheets take for the others
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet runs: a leading apostrophe where it would start a formula."""
    return "'" + text if text.startswith(_STARTS_A_FORMULA) else text


Cell = Callable[[Any, bool], Any]


def cell_reader(column: Column, keys: list[str]) -> Cell:
    """(row, own) -> the cell: what the person may see of it, and no formula. By place in the
    row, because an export reads some ten million of them."""
    spot, kind = column.field, column.field.kind
    place = keys.index(f"{spot.attribute}__label" if spot.is_relation else spot.attribute)
    if column.level == MASKED:
        return lambda row, own: safe_cell(kind.mask(row[place]))
    if column.level.startswith(OWN):
        return lambda row, own: safe_cell((kind.show if own else kind.mask)(row[place]))
    shown = _shown(spot)
    return lambda row, own: shown(row[place])


def _shown(spot: Field) -> Callable[[Any], Any]:
    """How a value in full stands in a cell: numbers and dates for machines, the rest in words."""
    kind = spot.kind
    if isinstance(kind, Choice):
        words = {str(value): safe_cell(str(label)) for value, label in kind.options}
        return lambda value: words.get(value, "")
    if isinstance(kind, Money) or (isinstance(kind, Date) and not isinstance(kind, Instant)):
        return kind.typed
    if kind.right_aligned:
        return lambda value: "" if value is None else str(value)
    if spot.is_relation:
        return lambda value: safe_cell("" if value is None else str(value))
    return lambda value: safe_cell(kind.show(value))


class Export:
    """One export: a register, what is asked for, and whoever asks."""

    def __init__(
        self, session: Session, register: type[Declaration], args: Mapping[str, Any],
        asked: Callable[[Listing], Asked] | None = None,
    ) -> None:  # fmt: skip
        self.person = here.me()
        if not may(self.person, "export", register.table()):
            raise Forbidden()
        self.session, self.register = session, register
        wanted = str(args.get("columns") or "").split(",") if args.get("columns") else None
        self.listing = Listing(register, wanted or register.shown())
        self.columns = [column for column in self.listing.columns if not column.field.many]
        self.listing.columns = self.columns
        self.asked: Asked = asked(self.listing) if asked else self.listing.asked(args)
        self.rows = 0

    @property
    def header(self) -> list[str]:
        return [str(column.field.label) for column in self.columns]

    def _result(self) -> Any:
        """Asked as the person who began: a file is sent when their request is over."""
        query = self.listing.ordered(self.listing.query(self.asked), self.asked.sort)
        with here.acting_as(self.person):
            return self.session.execute(query.execution_options(yield_per=BATCH, stream_results=True))

    def cells(self) -> Iterator[list[Any]]:
        result = self._result()
        keys = list(result.keys())
        readers = [cell_reader(column, keys) for column in self.columns]
        own = [keys.index(name) for name in own_columns(self.columns)]
        staff_id = self.person.staff_id
        for row in result:
            self.rows += 1
            is_own = any(row[place] == staff_id for place in own) if own else False
            yield [read(row, is_own) for read in readers]

    def csv(self) -> Iterator[str]:
        """The file in pieces; the journal is told when it ends, also when it is cut short."""
        finished = False
        try:
            yield BOM + csv_text([self.header])
            batch: list[list[Any]] = []
            for cells in self.cells():
                batch.append(cells)
                if len(batch) == BATCH:
                    yield csv_text(batch)
                    batch = []
            yield csv_text(batch)
            finished = True
        finally:
            self.tell("csv", "done" if finished else "cut")

    def xlsx(self) -> Any:
        """A temporary file, written row by row: numbers as numbers, long digits as text."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 (handed to the caller)
        import xlsxwriter  # late: a worker starts sooner without it

        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, self.header, bold)
        sheet.freeze_panes(1, 0)
        numeric = [column.field.kind.right_aligned for column in self.columns]
        for number, cells in enumerate(self.cells(), start=1):
            for place, (cell, is_number) in enumerate(zip(cells, numeric, strict=True)):
                if is_number and cell not in ("", None) and _plain_number(cell):
                    sheet.write_number(number, place, float(cell))
                elif cell:
                    sheet.write_string(number, place, str(cell))
        book.close()
        self.tell("xlsx", "done")
        file.seek(0)
        return file

    def tell(self, form: str, result: str) -> None:
        """Who took what: the filter in words, the columns, how many rows."""
        with here.acting_as(self.person):
            write(
                self.session,
                lambda: journal.add(
                    self.session, "export", table=self.register.table(), result=result, format=form,
                    filter=self.asked.for_the_journal(), searched=bool(self.asked.search), rows=self.rows,
                    columns=[column.name for column in self.columns],
                ),
            )  # fmt: skip


def _plain_number(cell: Any) -> bool:
    try:
        return len(str(cell)) <= 15 and float(cell) == float(cell)
    except ValueError:
        return False


def csv_text(rows: Iterable[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


__all__ = ["Export", "Seen", "csv_text", "safe_cell", "seen_rows"]
