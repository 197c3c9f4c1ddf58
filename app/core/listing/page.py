"""A register's rows as the acting person may see them, a page at a time."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration
from app.core.kinds import BadValue
from app.core.listing import keyset, related
from app.core.listing.address import (
    USUAL_SIZE,
    Asked,
    Condition,
    all_of,
    condition_on,
    filters_in,
    read_key,
    searched_in,
    size_in,
)
from app.core.listing.conditions import holds
from app.core.listing.groups import Group, read_group
from app.core.listing.kept import Statements, statements
from app.core.listing.searching import Searching
from app.core.listing.standing import words_of
from app.core.reading import Column, Seen, columns_for, query_for, seen_rows
from app.core.search import Box, Hits
from app.core.words import Say

COUNT_CAP = 1000
MOST_SORTS = 4
#: filters beyond these are passed over, and told to be
MOST_CONDITIONS, MOST_GROUPS = 40, 5


@dataclass
class Page:
    """The rows of one page and the way on."""

    found: list[Any]
    columns: list[Column]
    count: int | str
    more: bool
    after: str | None
    before: str | None
    capped: bool = False
    #: with gaps instead of what differs from one page to the next (core/stencils.py)
    outline: bool = False

    @cached_property
    def rows(self) -> list[Seen]:
        """The rows as the acting person may see them."""
        return seen_rows(self.columns, self.found)


class Listing:
    """A register's rows as the acting person may see them."""

    def __init__(
        self,
        register: type[Declaration],
        wanted: list[str] | None = None,
        size: int = USUAL_SIZE,
        *,
        told: bool = False,
    ) -> None:
        self.register = register
        self.model = register.model
        self.person = here.me()
        self.size = size
        self.columns = columns_for(self.model, wanted or register.listed(), self.person, told=told)
        self.usable = related.usable_of(register, self.person)

    # --- understanding the address ----------------------------------------------------------

    def asked(self, args: Mapping[str, Any]) -> Asked:
        asked = Asked(search=searched_in(args))
        asked.after, asked.before = str(args.get("after") or ""), str(args.get("before") or "")
        asked.size = size_in(args.get("size"), self.size)
        for key, raw in filters_in(args):
            self._understand(asked, key, raw)
        for text in all_of(args, "or"):
            self._understand_group(asked, text)
        known = self.words() if args.get("is") else {}
        for name in (part for each in all_of(args, "is") for part in each.split(",")):
            if name in known:
                asked.words[name] = known[name][1]
            else:
                asked.wrong.append("is")
        asked.sort = self.order(str(args.get("sort") or ""))
        return asked

    def _understand(self, asked: Asked, key: str, raw: str) -> None:
        try:
            condition = replace(self.condition(*read_key(key), raw), said=key, raw=raw)
        except (BadValue, KeyError):
            asked.wrong.append(key)
        else:
            _put(asked, asked.conditions, condition, MOST_CONDITIONS)

    def _understand_group(self, asked: Asked, text: str) -> None:
        try:
            group = read_group(text, self.condition)
        except (BadValue, KeyError, ValueError):
            asked.wrong.append("or")
        else:
            _put(asked, asked.groups, group, MOST_GROUPS)

    def words(self) -> dict[str, tuple[Say, Group]]:
        """The register's own words that this person may filter by: name -> what it is called, what it means."""
        return words_of(self.register, self.usable, self.person)

    def condition(self, name: str, operator: str, raw: Any) -> Condition:
        """Raises KeyError for what may not be filtered by, BadValue for what can't be read."""
        return condition_on(self.column(name), operator, raw)

    def column(self, name: str) -> Column:
        """One to filter by, of this register or of one that its rows name. Raises KeyError."""
        return self.usable.get(name) or related.column_beyond(self.usable, name, self.person)

    def related(self) -> list[tuple[Column, list[Column]]]:
        """Each relation with the columns of the rows that it names."""
        return list(related.offered(self.usable, self.person))

    def sorting(self, name: str) -> Column | None:
        """By what the list is sorted at this column's head: a relation by what its row is called; None: by nothing."""
        column = self.usable.get(name)
        if column is None or not column.field.kind.sortable or column.field.many:
            return None
        return related.by_name(self.register, column, self.person) if column.field.is_relation else column

    def only(self, asked: Asked, ids: list[int]) -> Asked:
        """What is asked, of these rows; of all that match when none is named."""
        if ids:
            (key,) = columns_for(self.model, ["id"], self.person)
            asked.conditions.append(Condition(key, "in", ",".join(map(str, ids)), ids))
        return asked

    def order(self, asked: str) -> list[tuple[Column, bool]]:
        """[(column, descending)], the key last so that the order is total. A relation is sorted by what its row is
        called, where that is offered, else by its key: then rows that name the same stand together."""
        usable = {name: column for name, column in self.usable.items() if column.field.kind.sortable}
        known = {**usable, **{c.name: c for c in columns_for(self.model, ["id"], self.person)}}
        wanted = [part for part in asked.split(",") if part.lstrip("-") in known]
        by_name = {part.lstrip("-") for part in wanted}  # a register's own order goes by keys
        wanted = wanted or [part for part in self.register.order.split() if part.lstrip("-") in known]
        chosen: dict[str, bool] = {}
        for part in wanted:
            chosen.setdefault(part.lstrip("-"), part.startswith("-"))
        known |= {name: column for name in by_name if name != "id" and (column := self.sorting(name))}
        order = [(known[name], descending) for name, descending in chosen.items()][:MOST_SORTS]
        if not any(column.name == "id" for column, _ in order):
            order.append((known["id"], order[0][1] if order else True))
        return order

    # --- asking the database ----------------------------------------------------------------

    def matching(self, query: Select[Any], asked: Asked, hits: Hits | None = None) -> Select[Any]:
        """The query narrowed to what is searched and filtered for."""
        parts: list[Condition | Group] = [*asked.conditions, *asked.groups, *asked.words.values()]
        for part in parts:
            query = query.where(holds(self.model, part))
        return query.where(Box(self.model, self.searchable()).holds(asked.search, hits)) if asked.search else query

    def searchable(self) -> list[Column]:
        """The columns of the search box that this person sees in full."""
        return [column for name in self.register.searched() if (column := self.usable.get(name))]

    def query(self, asked: Asked, hits: Hits | None = None) -> Select[Any]:
        return self.matching(query_for(self.model, self.columns), asked, hits)

    def ordered(self, query: Select[Any], sort: keyset.Sort) -> Select[Any]:
        return keyset.ordered(self.model, query, sort)

    def page(self, session: Session, asked: Asked, *, count: bool = True, address: Hashable = None) -> Page:
        """One page: two statements, the rows and the capped count; without `count` one. With `address`, all
        that was asked but the place in the list and the words searched for, the statements are kept for the next time."""
        backwards = bool(asked.before) and not asked.after
        cursor = keyset.read_cursor(asked.sort, asked.before if backwards else asked.after)
        ready = statements(session, self, asked, address) if address is not None else None
        search = Searching(session, ready or Statements(self, asked), asked, cursor) if asked.search else None
        if search:
            rows = search.rows(backwards=backwards)
        elif ready:
            rows = ready.rows(session, cursor, backwards=backwards)
        else:
            query = self.page_query(asked, backwards=backwards)
            rows = keyset.rows_beyond(
                session, self.model, query, asked.sort, cursor, size=asked.size, backwards=backwards
            )  # fmt: skip
        more = len(rows) > asked.size
        rows = rows[: asked.size]
        if backwards:
            rows.reverse()
        found, capped = len(rows), False
        if not count or not (more or cursor):
            pass  # these are all
        elif search:
            found, capped = search.count(COUNT_CAP)
        else:
            found = ready.count(session, COUNT_CAP) if ready else self.count(session, asked)
        has_after, has_before = (more, cursor is not None) if not backwards else (True, more)
        return Page(
            found=rows,
            columns=self.columns,
            count=min(found, COUNT_CAP),
            capped=capped or found > COUNT_CAP,
            more=has_after,
            after=keyset.cursor_of(asked.sort, rows[-1]) if rows and has_after else None,
            before=keyset.cursor_of(asked.sort, rows[0]) if rows and has_before else None,
        )

    def page_query(self, asked: Asked, hits: Hits | None = None, *, backwards: bool) -> Select[Any]:
        """The rows of a page that begins at the start; one more than it shows, to tell whether there are more."""
        query = self.query(asked, hits).add_columns(*keyset.sort_columns(self.model, asked.sort))
        return keyset.ordered(self.model, query, asked.sort, backwards=backwards).limit(
            literal_column(str(asked.size + 1))
        )

    def sort_type(self, column: Column) -> Any:
        return keyset.place_of(self.model, column).type

    def count(self, session: Session, asked: Asked) -> int:
        """How many match, counted no further than the cap: "1000+" costs what 1000 costs."""
        return int(session.execute(self.counted(asked, COUNT_CAP)).scalar_one())

    def counted(self, asked: Asked, cap: int, hits: Hits | None = None) -> Select[Any]:
        query = self.matching(select(self.model.id), asked, hits).limit(literal_column(str(cap + 1)))
        return select(func.count()).select_from(query.subquery())


def _put(asked: Asked, among: list[Any], part: Condition | Group, most: int) -> None:
    if len(among) < most:
        among.append(part)
    else:
        asked.wrong.append("too many")
