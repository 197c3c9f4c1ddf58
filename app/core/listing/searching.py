"""The pages of a list that is searched: the index is asked first, and the statements follow its answer."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.listing import keyset
from app.core.listing.address import Asked
from app.core.search import Hits, hits_of

if TYPE_CHECKING:
    from app.core.listing.page import Listing


class Searching:
    """One search in one list. What its newest hits do not fill is asked of the whole index."""

    def __init__(self, session: Session, listing: "Listing", asked: Asked, cursor: list[Any] | None) -> None:
        self.session, self.listing, self.asked, self.cursor = session, listing, asked, cursor
        column, descending = asked.sort[0]
        newest = column.name == "id" and descending and not asked.before
        self.hits = hits_of(
            session, listing.model, listing.searchable(), asked.search,
            newest=newest, below=cursor[0] if cursor and newest else None,
        )  # fmt: skip

    @property
    def _may_be_more(self) -> bool:
        return self.hits is not None and self.hits.newest and not self.hits.whole

    def rows(self, *, backwards: bool) -> list[Any]:
        """One row more than a page has."""
        rows = self._rows(self.hits, backwards)
        return self._rows(None, backwards) if self._may_be_more and len(rows) <= self.asked.size else rows

    def _rows(self, hits: Hits | None, backwards: bool) -> list[Any]:
        query = self.listing.page_query(self.asked, hits, backwards=backwards)
        return keyset.rows_beyond(
            self.session, self.listing.model, query, self.asked.sort, self.cursor,
            size=self.asked.size, backwards=backwards,
        )  # fmt: skip

    def count(self, cap: int) -> int:
        """How many match in all, wherever the page is, no further than one more than the cap."""
        hits = None if self.cursor else self.hits
        found = self._count(hits, cap)
        return self._count(None, cap) if hits is not None and self._may_be_more and found <= cap else found

    def _count(self, hits: Hits | None, cap: int) -> int:
        query = self.listing.matching(select(self.listing.model.id), self.asked, hits).limit(cap + 1)
        return int(self.session.execute(select(func.count()).select_from(query.subquery())).scalar_one())
