"""The record before and the record after one in a list, found by the list's own order: two short
statements at any depth, whether or not the record still matches what the list was filtered by.
"""

from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.declaration import Declaration
from app.core.listing import keyset
from app.core.listing.page import Listing

MOST_PARAMETERS = 40


def neighbour(session: Session, register: type[Declaration], row_id: int, query: str, *, backwards: bool) -> int | None:
    """The id of the row beside this one in the list with that address; None at its end."""
    listing = Listing(register, ["id"])
    asked = listing.asked(MultiDict(parse_qsl(query[:2000])[:MOST_PARAMETERS]))
    place = select(register.model.id, *keyset.sort_columns(register.model, asked.sort))
    place = keyset.joined(register.model, place, asked.sort)
    found: Any = session.execute(place.where(register.model.id == row_id)).first()
    if found is None:
        return None
    cursor = keyset.cursor_of(asked.sort, found)
    asked.size, asked.after, asked.before = 1, "" if backwards else cursor, cursor if backwards else ""
    page = listing.page(session, asked, count=False)
    return int(page.found[-1 if backwards else 0].id) if page.found else None
