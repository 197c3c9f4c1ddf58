"""The pages of a list that is searched: the index is asked first, and the statements follow its answer."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.listing import keyset
from app.core.listing.address import Asked
from app.core.search import ALL, MANY, NEWEST, Hits, hits_of

if TYPE_CHECKING:
    from app.core.listing.page import Listing


class Searching:
    """One search in one list: rare terms by their ids, frequent ones by their newest ids or by the list's order."""

    def __init__(self, session: Session, listing: "Listing", asked: Asked, cursor: list[Any] | None) -> None:
        self.session, self.listing, self.asked, self.cursor = session, listing, asked, cursor
        column, descending = asked.sort[0]
        self.from_new_to_old = column.name == "id" and descending and not asked.before
        self.hits = self._hits(NEWEST if self.from_new_to_old else MANY, cursor)

    def _hits(self, most: int, cursor: list[Any] | None = None) -> Hits | None:
        """What the index answers; in a list from new to old, below its place."""
        below = cursor[0] if cursor and self.from_new_to_old else None
        return hits_of(
            self.session, self.listing.model, self.listing.searchable(), self.asked.search, most=most, below=below
        )

    def rows(self, *, backwards: bool) -> list[Any]:
        """One row more than a page has."""
        if self.hits is None or self.hits.whole or not self.from_new_to_old:
            return self._rows(self.hits if self.hits is None or self.hits.whole else ALL, backwards)
        rows = self._rows(self.hits, backwards)
        if len(rows) > self.asked.size:
            return rows
        hits = self._hits(MANY, self.cursor)
        rows = self._rows(hits, backwards)
        return rows if len(rows) > self.asked.size or hits is None or hits.whole else self._rows(None, backwards)

    def _rows(self, hits: Hits | None, backwards: bool) -> list[Any]:
        query = self.listing.page_query(self.asked, hits, backwards=backwards)
        return keyset.rows_beyond(
            self.session, self.listing.model, query, self.asked.sort, self.cursor,
            size=self.asked.size, backwards=backwards,
        )  # fmt: skip

    def count(self, cap: int) -> tuple[int, bool]:
        """How many match in all, wherever the page is, and whether there may be more. Counted no
        further than the cap, nor than the newest hits when these are more than a page."""
        hits = self._hits(NEWEST) if self.cursor and self.from_new_to_old else self.hits
        if hits is not None and not hits.whole:
            hits = Hits(hits.ids[:NEWEST], whole=False)
        found = self._count(hits, cap)
        if hits is None or hits.whole or found > self.asked.size:
            return min(found, cap), found > cap or (hits is not None and not hits.whole)
        found = self._count(None, cap)
        return min(found, cap), found > cap

    def _count(self, hits: Hits | None, cap: int) -> int:
        query = self.listing.matching(select(self.listing.model.id), self.asked, hits).limit(cap + 1)
        return int(self.session.execute(select(func.count()).select_from(query.subquery())).scalar_one())
