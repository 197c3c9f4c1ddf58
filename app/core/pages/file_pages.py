"""The files of a record: what there is of each, and a PDF page by page, as pictures that need no plugin."""

from dataclasses import dataclass

from flask import render_template, request
from flask_appbuilder import expose

from app.core import files
from app.core.doors import door
from app.core.pages.answering import Answering
from app.core.pdf import pages
from app.core.reading import Seen
from app.core.record import Field
from app.extensions import db


@dataclass(frozen=True)
class Shown:
    """A file as its record's page shows it; `look`: where one looks at it, empty for what has no picture."""

    spot: Field
    address: str
    there: bool
    open: bool
    attach: bool
    look: str = ""


class FilePages(Answering):
    """Whoever may open a file may look at it."""

    def _files(self, row: Seen, raw: object) -> list[Shown]:
        """The scans of the record: whether there is one, and whether this person may open it."""
        found = []
        for spot in files.file_columns(type(self)):
            if spot.name not in row.columns:
                continue
            kept, opens = row.values.get(spot.name), files.may_open(type(self), raw, spot.name)
            address = f"/{self.table()}/{row.id}/file/{spot.name}"
            kind = files.media_type_of(db.session, kept) if opens and kept is not None else ""
            look = {files.JPEG: f"{address}?show=1", files.PDF: f"{address}/pages"}.get(kind, "")
            found.append(Shown(spot, address, kept is not None, opens, files.may_attach(type(self), spot), look))
        return found

    @expose("/<int:row_id>/file/<column>/pages")
    @door("read")
    def file_pages(self, row_id: int, column: str) -> str:
        """One page of a PDF. The picture in it is what is told to the journal."""
        count = pages.count(db.session, type(self), row_id, column)
        number = min(max(request.args.get("page", 1, type=int), 1), max(count, 1))
        return render_template(
            "file_pages.html", register=type(self), row_id=row_id, label=self._label(self._seen(row_id)),
            spot=files.column_of(type(self), column), number=number, count=count, most=pages.MOST_PAGES,
        )  # fmt: skip
