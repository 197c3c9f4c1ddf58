"""A picture as large as a stamp, for a record's page."""

import io

from PIL import Image
from sqlalchemy.orm import Session

from app.core import files, gate
from app.core.answers import NotFound
from app.core.declaration import Declaration

SIDE = 96  # pixels


def thumbnail(session: Session, register: type[Declaration], row_id: int, column: str) -> bytes:
    """A picture as large as a stamp: enough to tell what it is, too small to read, so it is not told to
    the journal. For whoever may open the file; raises NotFound otherwise."""
    spot = files.column_of(register, column)
    found = gate.reachable(session, register.model, [row_id])
    if not found or not files.may_open(register, found[0], column):
        raise NotFound()
    data = files.picture_of(session, getattr(found[0], spot.attribute))
    if data is None:
        raise NotFound()
    picture = Image.open(io.BytesIO(data), formats=files.IMAGES)
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    picture.thumbnail((SIDE, SIDE))
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=70)
    return drawn.getvalue()
