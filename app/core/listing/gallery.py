"""A list as a gallery 图库: its records by their pictures, each no larger than a stamp (core/thumbnails.py).

    ?as=gallery

A page of the list, and one statement more that tells which of its files are pictures. A picture is asked for
by itself when it comes into sight, by the door that serves the file: to whoever may open it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.declaration import Declaration
from app.core.files import JPEG, StoredFile, file_columns
from app.core.listing.address import Asked
from app.core.listing.page import Listing, Page
from app.core.reading import Column, Seen, columns_for
from app.core.rights import MASKED

#: records on a page, and the columns of the list that a card tells besides what the record is called
SHOWN, ON_A_CARD = 24, 3


@dataclass
class Card:
    """A record, its first picture (or else its first file), by column; empty: it has none."""

    row: Seen
    column: str
    is_picture: bool


def pictured(register: type[Declaration]) -> list[Column]:
    """The columns of files that this person may open."""
    wanted = [spot.name for spot in file_columns(register)] if register.gallery else []
    return [column for column in columns_for(register.model, wanted) if column.level != MASKED]


def cards_of(register: type[Declaration], columns: list[str]) -> Listing:
    """The list that a gallery asks for: what a record is called, the first of its columns, and its files."""
    label, files = register.model.__label__, [column.name for column in pictured(register)]
    rest = [name for name in columns if name != label and name not in files]
    return Listing(register, [label, *rest[:ON_A_CARD], *files], told=True)


def cards(session: Session, listing: Listing, asked: Asked, address: Hashable) -> tuple[Page, list[Card]]:
    """A page of cards. `address`: all that was asked but the place and what is searched for."""
    page = listing.page(session, replace(asked, size=SHOWN), address=("gallery", address))
    columns = [column.name for column in pictured(listing.register)]
    held = {row.id: [(name, row.values[name]) for name in columns if _may_open(row, name)] for row in page.rows}
    pictures = _pictures(session, [file for each in held.values() for _, file in each])
    return page, [_card(row, held[row.id], pictures) for row in page.rows]


def _may_open(row: Seen, name: str) -> bool:
    return row.values.get(name) is not None and not row.is_masked(name)


def _pictures(session: Session, files: list[int]) -> set[int]:
    """Which of the kept files are pictures."""
    query = select(StoredFile.id).where(StoredFile.id.in_(files), StoredFile.media_type == JPEG)
    return set(session.execute(query).scalars()) if files else set()


def _card(row: Seen, held: list[tuple[str, int]], pictures: set[int]) -> Card:
    shown = next((name for name, file in held if file in pictures), "")
    return Card(row, shown or (held[0][0] if held else ""), bool(shown))
