"""The pages of a list that is searched: the index is asked first, and the statements follow its answer."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.listing.address import Asked
from app.core.listing.kept import Statements
from app.core.search import MANY, NEWEST, Hits


class Searching:
    """One search in one list: rare terms by their ids, frequent ones by their newest ids or by the list's order."""

    def __init__(self, session: Session, ready: Statements, asked: Asked, cursor: list[Any] | None) -> None:
        self.session, self.ready, self.asked, self.cursor = session, ready, asked, cursor
        column, descending = asked.sort[0]
        self.from_new_to_old = column.name == "id" and descending and not asked.before
        self.hits = self._hits(NEWEST if self.from_new_to_old else MANY, cursor)

    def _hits(self, most: int, cursor: list[Any] | None = None) -> Hits | None:
        """What the index answers; in a list from new to old, below its place."""
        below = cursor[0] if cursor and self.from_new_to_old else None
        newest = most if self.from_new_to_old else NEWEST
        return self.ready.box.hits(self.session, self.asked.search, newest=newest, most=most, below=below)

    def rows(self, *, backwards: bool) -> list[Any]:
        """One row more than a page has."""
        hits, size = self.hits, self.asked.size
        if hits is None or hits.whole:
            return self._rows(hits, backwards)
        if hits.through or not self.from_new_to_old:
            return self._rows(hits.to_all(), backwards)
        # Most of what the index answers is found: the first ones mostly fill the page.
        for tried in (Hits(hits.ids[: 2 * size], False), hits):
            if len(rows := self._rows(tried, backwards)) > size:
                return rows
        hits = self._hits(MANY, self.cursor)
        rows = self._rows(hits, backwards)
        return rows if len(rows) > size or hits is None or hits.whole else self._rows(None, backwards)

    def _rows(self, hits: Hits | None, backwards: bool) -> list[Any]:
        return self.ready.rows(self.session, self.cursor, backwards=backwards, search=self.asked.search, hits=hits)

    def count(self, cap: int) -> tuple[int, bool]:
        """How many match in all, wherever the page is, and whether there may be more. Counted no
        further than the cap, nor than the newest hits when these are more than a page."""
        hits = self._hits(NEWEST) if self.cursor and self.from_new_to_old else self.hits
        found = self._count(hits, cap)
        if hits is None or hits.whole or found > self.asked.size:
            return min(found, cap), found > cap or (hits is not None and not hits.whole)
        found = self._count(None, cap)
        return min(found, cap), found > cap

    def _count(self, hits: Hits | None, cap: int) -> int:
        return self.ready.count(self.session, cap, self.asked.search, hits)
