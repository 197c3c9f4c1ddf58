"""One export: the list a person sees, as a file."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core import engine, here, journal
from app.core.answers import Forbidden
from app.core.declaration import Declaration
from app.core.exporting import by_database, receipts
from app.core.exporting.cells import BOM, Safe, cell_reader, csv_text
from app.core.guarded import safe_cell, safe_csv_cell
from app.core.listing import Asked, Listing
from app.core.reading import own_columns
from app.core.rights import may
from app.core.writing import write

BATCH = 1000
#: rows that a sheet of a workbook holds below its header; more go on in another
MOST_IN_A_SHEET = 1_048_575
PIECE = 256 * 1024


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
        self.rows, self.hash = 0, hashlib.sha256()
        #: told now and then how many rows there are so far, by whoever makes the file in the background
        self.beat: Callable[[int], None] = lambda rows: None

    @property
    def header(self) -> list[str]:
        return [str(column.field.label) for column in self.columns]

    def cells(self, safe: Safe = safe_cell) -> Iterator[list[Any]]:
        """Cell by cell, in Python. Asked as the person who began: a file is sent when their request is over."""
        query = self.listing.ordered(self.listing.query(self.asked), self.asked.sort)
        with here.acting_as(self.person):
            engine.in_a_transaction(self.session)
            result = self.session.execute(query.execution_options(yield_per=BATCH, stream_results=True))
        keys = list(result.keys())
        readers = [cell_reader(column, keys, safe) for column in self.columns]
        own = [keys.index(name) for name in own_columns(self.columns)]
        staff_id = self.person.staff_id
        for row in result:
            self.rows += 1
            if self.rows % BATCH == 0:
                self.beat(self.rows)
            is_own = any(row[place] == staff_id for place in own) if own else False
            yield [read(row, is_own) for read in readers]

    # --- how much it is -----------------------------------------------------------------------

    @cached_property
    def _in_words(self) -> Select[Any] | None:
        return by_database.query_in_words(
            self.listing.model, self.columns, self.person.staff_id, self.session.get_bind().dialect.name
        )

    def takes_long(self, form: str, most: int) -> bool:
        """Whether it has more than so many rows, and is thought cell by cell: a workbook, or a column that the
        database can't say. What the database writes itself takes seconds, however long it is."""
        if form != "xlsx" and self._in_words is not None:
            return False
        query = self.listing.matching(select(self.listing.model.id), self.asked).limit(most + 1)
        return self._counted(query) > most

    def count(self) -> int:
        """All of them; for whoever has time to count."""
        return self._counted(self.listing.matching(select(self.listing.model.id), self.asked))

    def _counted(self, query: Select[Any]) -> int:
        return int(self.session.execute(select(func.count()).select_from(query.subquery())).scalar_one())

    # --- the file -----------------------------------------------------------------------------

    def csv(self) -> Iterator[bytes]:
        """The file in pieces; the journal is told when it ends, also when it is cut short."""
        finished = False
        try:
            yield from self._csv_pieces()
            finished = True
        finally:
            self.tell("csv", "done" if finished else "cut")

    def pieces(self, form: str) -> Iterator[bytes]:
        """The same file for whoever keeps it, and tells of it in the transaction in which it is kept."""
        if form != "xlsx":
            yield from self._csv_pieces()
            return
        with self._workbook() as file:
            while piece := file.read(PIECE):
                yield piece

    def _csv_pieces(self) -> Iterator[bytes]:
        for piece in chain([(BOM + csv_text([self.header])).encode()], self._lines()):
            self.hash.update(piece)
            yield piece

    def _lines(self) -> Iterator[bytes]:
        if self._in_words is None:
            yield from self.lines_in_python()
            return
        query = self.listing.ordered(self.listing.matching(self._in_words, self.asked), self.asked.sort)
        counted = [0]
        with here.acting_as(self.person):
            pieces = by_database.lines(self.session, query, counted)
            first = next(pieces, b"")
        self.rows = counted[0]
        yield first
        for piece in pieces:
            self.rows = counted[0]
            self.beat(self.rows)
            yield piece

    def lines_in_python(self) -> Iterator[bytes]:
        """The same lines, thought cell by cell: for what no database can say."""
        cells = self.cells(safe_csv_cell)
        while batch := list(islice(cells, BATCH)):
            yield csv_text(batch).encode()

    def xlsx(self) -> Any:
        """A temporary file, told to the journal."""
        file = self._workbook()
        self.tell("xlsx", "done")
        return file

    def _workbook(self) -> Any:
        """A temporary file, written row by row: numbers as numbers, long digits as text."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 (handed to the caller)
        import xlsxwriter  # late: a worker starts sooner without it

        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        bold = book.add_format({"bold": True})
        numeric = [column.field.kind.right_aligned for column in self.columns]
        cells = self.cells()
        sheet = self._sheet(book, bold)
        for number, row in enumerate(cells):
            if number and number % MOST_IN_A_SHEET == 0:
                sheet = self._sheet(book, bold)
            _write_row(sheet, number % MOST_IN_A_SHEET + 1, row, numeric)
        book.close()
        file.seek(0)
        self.hash = hashlib.file_digest(file, "sha256")
        file.seek(0)
        return file

    def _sheet(self, book: Any, bold: Any) -> Any:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, self.header, bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def tell(self, form: str, result: str) -> None:
        """In a transaction of its own."""
        with here.acting_as(self.person):
            write(self.session, lambda: self.keep(form, result))

    def keep(self, form: str, result: str) -> None:
        """Who took what, in the caller's transaction: the filter in words, the columns, how many rows."""
        columns = [column.name for column in self.columns]
        journal.add(
            self.session, "export", table=self.register.table(), result=result, format=form,
            filter=self.asked.for_the_journal(), searched=bool(self.asked.search), rows=self.rows, columns=columns,
        )  # fmt: skip
        receipts.keep(
            self.session, self.register.table(), form, self.asked, columns, self.rows, result, self.hash.hexdigest()
        )


def _write_row(sheet: Any, number: int, cells: list[Any], numeric: list[bool]) -> None:
    for place, (cell, is_number) in enumerate(zip(cells, numeric, strict=True)):
        if is_number and cell not in ("", None) and _plain_number(cell):
            sheet.write_number(number, place, float(cell))
        elif cell:
            sheet.write_string(number, place, str(cell))


def _plain_number(cell: Any) -> bool:
    try:
        return len(str(cell)) <= 15 and float(cell) == float(cell)
    except ValueError:
        return False
