"""Lists kept ready: for the same person, columns and filters the statements are built and compiled once.

Only the place in the list differs from page to page, and it goes in as parameters. What is kept
belongs to one sight (`Person.sight`), one state of rights and fields (`rights.edition`,
`editions.read_now`) and one day, since words such as "today" are understood in it. Searches of a list
share what is kept: their words and the ids that the index answered are parameters, too.
"""

from collections import namedtuple
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from app.core import editions, gate, here, rights
from app.core.listing import keyset
from app.core.memory import Kept
from app.core.prepared import Prepared
from app.core.search import Box, Hits

_kept: Kept["Statements"] = Kept(400)


class Statements:
    """The statements of one list: its pages from the start, from a place on, back from a place; its count.
    Searched or not: that is a list of its own."""

    def __init__(self, listing: Any, asked: Any) -> None:
        self.listing, self.asked = listing, asked
        self.box = Box(listing.model, listing.searchable())
        #: one plan serves all pages where nothing is searched or filtered for and no row is out of reach
        self.any_value = not asked.narrows and gate.sees_all(listing.model, here.me())
        self._pages: dict[Hashable, tuple[Prepared, Prepared | None]] = {}
        self._counts: dict[Hashable, Prepared] = {}
        self._row: Any = None

    def rows(
        self, session: Session, cursor: list[Any] | None, *, backwards: bool, search: str = "", hits: Hits | None = None
    ) -> list[Any]:
        """One row more than a page has, as named values."""
        places = self._searched(search, hits)
        shape = (backwards, cursor and tuple(value is None for value in cursor), tuple(places))
        if shape not in self._pages:
            self._pages[shape] = self._prepare(session, cursor, backwards, search, hits)
        narrow, whole = self._pages[shape]
        places |= {f"place_{n}": value for n, value in enumerate(cursor or []) if value is not None}
        found = narrow.rows(session, places)
        if whole is not None and len(found) <= self.asked.size:
            found = whole.rows(session, places)
        if self._row is None:
            made: Any = namedtuple  # its names are known only now
            self._row = made("Row", narrow.names, rename=True)
        return [self._row._make(row) for row in found]

    def _searched(self, search: str, hits: Hits | None) -> dict[str, Any]:
        return self.box.values(search, hits) if search else {}

    def _prepare(
        self, session: Session, cursor: list[Any] | None, backwards: bool, search: str, hits: Hits | None
    ) -> tuple[Prepared, Prepared | None]:
        listing, asked = self.listing, replace(self.asked, search=search)
        query = listing.page_query(asked, hits, backwards=backwards)
        places = cursor and [
            None if value is None else bindparam(f"place_{n}", value, type_=listing.sort_type(column))
            for n, ((column, _), value) in enumerate(zip(asked.sort, cursor, strict=True))
        ]
        narrow, whole = keyset.beyond(listing.model, query, asked.sort, places, backwards=backwards)
        first = self._prepared(session, narrow, hits)
        return first, None if whole is None else self._prepared(session, whole, hits)

    def _prepared(self, session: Session, query: Select[Any], hits: Hits | None) -> Prepared:
        """A state that few rows have is found otherwise than one that many have: what is filtered is planned
        anew, but for rows that are looked up by their ids."""
        by_ids = hits is not None and not hits.everywhere
        return Prepared(session, query, any_value=by_ids or self.any_value)

    def count(self, session: Session, cap: int, search: str = "", hits: Hits | None = None) -> int:
        values = self._searched(search, hits)
        if (shape := (cap, tuple(values))) not in self._counts:
            query = self.listing.counted(replace(self.asked, search=search), cap, hits)
            self._counts[shape] = self._prepared(session, query, hits)
        return int(self._counts[shape].rows(session, values)[0][0])


def statements(session: Session, listing: Any, asked: Any, address: Hashable) -> Statements:
    """Those of this list; `address` is all that was asked but the place in it and the words searched for."""
    columns = tuple((column.name, column.level, column.about) for column in listing.columns)
    key = (listing.register, columns, state_of(session), asked.size, address)
    return _kept.get(key, lambda: Statements(listing, asked))


def state_of(session: Session) -> Hashable:
    """Who asks, in which state of rights, fields and figures, on which day, of which kind of database."""
    return (
        here.me().sight, here.me().within, here.me().in_place_of, rights.edition(), editions.read_now(without="list_view"), here.today(),
        session.get_bind().dialect.name,
    )  # fmt: skip
