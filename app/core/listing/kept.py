"""Lists kept ready: for the same person, columns and filters the statements are built and compiled once.

Only the place in the list differs from page to page, and it goes in as parameters. What is kept
belongs to one sight (`Person.sight`), one state of rights and fields (`rights.edition`,
`editions.read_now`) and one day, since words such as "today" are understood in it. A search is not
kept: how it is asked depends on how many it finds.
"""

from collections import namedtuple
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.core import editions, here, rights
from app.core.listing import keyset
from app.core.memory import Kept
from app.core.prepared import Prepared

_kept: Kept["Statements"] = Kept(400)


class Statements:
    """The statements of one list: its pages from the start, from a place on, back from a place; its count."""

    def __init__(self, listing: Any, asked: Any) -> None:
        self.listing, self.asked = listing, asked
        self._pages: dict[Hashable, tuple[Prepared, Prepared | None]] = {}
        self._count: Prepared | None = None
        self._row: Any = None

    def rows(self, session: Session, cursor: list[Any] | None, *, backwards: bool) -> list[Any]:
        """One row more than a page has, as named values."""
        shape = (backwards, cursor and tuple(value is None for value in cursor))
        if shape not in self._pages:
            self._pages[shape] = self._prepare(session, cursor, backwards)
        narrow, whole = self._pages[shape]
        places = {f"place_{n}": value for n, value in enumerate(cursor or []) if value is not None}
        found = narrow.rows(session, places)
        if whole is not None and len(found) <= self.asked.size:
            found = whole.rows(session, places)
        if self._row is None:
            made: Any = namedtuple  # its names are known only now
            self._row = made("Row", narrow.names, rename=True)
        return [self._row._make(row) for row in found]

    def _prepare(self, session: Session, cursor: list[Any] | None, backwards: bool) -> tuple[Prepared, Prepared | None]:
        listing, asked = self.listing, self.asked
        query = listing.page_query(asked, backwards=backwards)
        places = cursor and [
            None if value is None else bindparam(f"place_{n}", value, type_=listing.sort_type(column))
            for n, ((column, _), value) in enumerate(zip(asked.sort, cursor, strict=True))
        ]
        narrow, whole = keyset.beyond(listing.model, query, asked.sort, places, backwards=backwards)
        return self._prepared(session, narrow), None if whole is None else self._prepared(session, whole)

    def _prepared(self, session: Session, query: Select[Any]) -> Prepared:
        """A state that few rows have is found otherwise than one that many have: what is filtered is planned anew."""
        return Prepared(session, query, any_value=not self.asked.narrows)

    def count(self, session: Session, cap: int) -> int:
        if self._count is None:
            query = self.listing.matching(select(self.listing.model.id), self.asked).limit(cap + 1)
            self._count = self._prepared(session, select(func.count()).select_from(query.subquery()))
        return int(self._count.rows(session)[0][0])


def statements(session: Session, listing: Any, asked: Any, address: Hashable) -> Statements:
    """Those of this list; `address` is all that was asked but the place in the list."""
    columns = tuple((column.name, column.level) for column in listing.columns)
    key = (listing.register, columns, state_of(session), asked.size, address)
    return _kept.get(key, lambda: Statements(listing, asked))


def state_of(session: Session) -> Hashable:
    """Who asks, in which state of rights, fields and figures, on which day, of which kind of database."""
    return (
        here.me().sight, here.me().within, here.me().in_place_of, rights.edition(), editions.read_now(without="list_view"), here.today(),
        session.get_bind().dialect.name,
    )  # fmt: skip
