"""One export: the list a person sees, as a file."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from sqlalchemy.orm import Session

from app.core import engine, here, journal
from app.core.answers import Forbidden
from app.core.declaration import Declaration
from app.core.exporting import by_database, receipts
from app.core.exporting.cells import BOM, Safe, cell_reader, csv_text, safe_cell, safe_csv_cell
from app.core.listing import Asked, Listing
from app.core.reading import own_columns
from app.core.rights import may
from app.core.writing import write

BATCH = 1000


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
            is_own = any(row[place] == staff_id for place in own) if own else False
            yield [read(row, is_own) for read in readers]

    def csv(self) -> Iterator[bytes]:
        """The file in pieces; the journal is told when it ends, also when it is cut short."""
        finished = False
        try:
            for piece in chain([(BOM + csv_text([self.header])).encode()], self._lines()):
                self.hash.update(piece)
                yield piece
            finished = True
        finally:
            self.tell("csv", "done" if finished else "cut")

    def _lines(self) -> Iterator[bytes]:
        query = by_database.query_in_words(
            self.listing.model, self.columns, self.person.staff_id, self.session.get_bind().dialect.name
        )
        if query is None:
            yield from self.lines_in_python()
            return
        query = self.listing.ordered(self.listing.matching(query, self.asked), self.asked.sort)
        counted = [0]
        with here.acting_as(self.person):
            pieces = by_database.lines(self.session, query, counted)
            first = next(pieces, b"")
        self.rows = counted[0]
        yield first
        for piece in pieces:
            self.rows = counted[0]
            yield piece

    def lines_in_python(self) -> Iterator[bytes]:
        """The same lines, thought cell by cell: for what no database can say."""
        cells = self.cells(safe_csv_cell)
        while batch := list(islice(cells, BATCH)):
            yield csv_text(batch).encode()

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
        file.seek(0)
        self.hash = hashlib.file_digest(file, "sha256")
        self.tell("xlsx", "done")
        file.seek(0)
        return file

    def tell(self, form: str, result: str) -> None:
        """Who took what: the filter in words, the columns, how many rows."""
        columns = [column.name for column in self.columns]

        def keep() -> None:
            journal.add(
                self.session, "export", table=self.register.table(), result=result, format=form,
                filter=self.asked.for_the_journal(), searched=bool(self.asked.search), rows=self.rows, columns=columns,
            )  # fmt: skip
            receipts.keep(
                self.session, self.register.table(), form, self.asked, columns, self.rows, result, self.hash.hexdigest()
            )

        with here.acting_as(self.person):
            write(self.session, keep)


def _plain_number(cell: Any) -> bool:
    try:
        return len(str(cell)) <= 15 and float(cell) == float(cell)
    except ValueError:
        return False
