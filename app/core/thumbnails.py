"""A picture as large as a stamp, of a photograph or of a PDF's first page, for a record's page."""

import io

from PIL import Image
from sqlalchemy.orm import Session

from app.core import files, gate
from app.core.answers import NotFound
from app.core.declaration import Declaration
from app.core.pdf.pages import drawn_of

SIDE = 96  # pixels


def thumbnail(session: Session, register: type[Declaration], row_id: int, column: str) -> bytes:
    """A picture as large as a stamp: enough to tell what it is, too small to read, so it is not told to
    the journal. For whoever may open the file; raises NotFound otherwise."""
    spot = files.column_of(register, column)
    found = gate.reachable(session, register.model, [row_id])
    if not found or not files.may_open(register, found[0], column):
        raise NotFound()
    stored = session.get(files.StoredFile, getattr(found[0], spot.attribute) or 0)
    if stored is None:
        raise NotFound()
    data = drawn_of(stored, None, 1, SIDE).jpeg if stored.media_type == files.PDF else files.bytes_of(stored)
    return _small(
        Image.open(io.BytesIO(data), formats=files.IMAGES) if data else Image.new("RGB", (68, SIDE), "#e6e9ee")
    )


def _small(picture: Image.Image) -> bytes:
    """What can't be drawn is a blank sheet."""
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    picture.thumbnail((SIDE, SIDE))
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=70)
    return drawn.getvalue()
