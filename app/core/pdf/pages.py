"""The pages of a record's PDF, for whoever may open the file: looking at one is opening it, and told to the journal."""

from sqlalchemy.orm import Session

from app.core import files, gate
from app.core.answers import NotFound
from app.core.declaration import Declaration
from app.core.files import PDF, StoredFile
from app.core.pdf import kept
from app.core.pdf.drawing import Drawn, drawn

#: pixels: an A4 page is read without a glass
WIDTH = 1240
#: what is looked at page by page; of a longer one the rest is in the file
MOST_PAGES = 200


def count(session: Session, register: type[Declaration], row_id: int, column: str) -> int:
    """How many pages can be looked at; 0: it can't be read. Raises NotFound for who may not open it, and for
    what is no PDF. Not told: of what they hold nothing is seen."""
    spot, found = files.column_of(register, column), gate.reachable(session, register.model, [row_id])
    if not found or not files.may_open(register, found[0], column):
        raise NotFound()
    stored = session.get(StoredFile, getattr(found[0], spot.attribute) or 0)
    if stored is None or stored.media_type != PDF:
        raise NotFound()
    return min(drawn_of(stored, None, 1, WIDTH).pages, MOST_PAGES)


def page(session: Session, register: type[Declaration], row_id: int, column: str, number: int) -> bytes:
    """A page as a JPEG. Raises NotFound, also where there is none."""
    if not 1 <= number <= MOST_PAGES:
        raise NotFound()
    stored, data = files.opened(session, register, row_id, column, page=number)
    found = drawn_of(stored, data, number, WIDTH) if stored.media_type == PDF else Drawn(0)
    if not found.pages:
        raise NotFound()
    return found.jpeg


def drawn_of(stored: StoredFile, data: bytes | None, number: int, width: int) -> Drawn:
    """Drawn once, and kept; for whoever has made sure that it may be shown."""
    found = kept.read(stored.key, number, width)
    if found is None:
        found = drawn(files.bytes_of(stored) if data is None else data, number, width)
        kept.keep(stored.key, number, width, found)
    return found
