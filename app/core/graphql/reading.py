"""A query answered level by level: what is chosen of all rows of a level is read at once.

Each part of the answer is filled into the dictionary of its row, under the key that the query gave it; the
library then only follows. Everything is read as lists and records are: through the gate, as `Seen`.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import gate, here, viewing
from app.core.answers import Refusal
from app.core.brief import label_of
from app.core.declaration import Declaration, register_of
from app.core.graphql.asking import Chosen
from app.core.kinds import BadValue, Relation
from app.core.listing import Asked, Condition, Listing, keyset, limits
from app.core.listing.groups import read_group
from app.core.listing.page import MOST_GROUPS, Page
from app.core.reading import Link, Seen, columns_for, query_for, read_one, seen_rows
from app.core.record import Field, table_named
from app.core.words import say

#: seconds that all reading of one query may take
SECONDS = 5.0
PAGE_SIZE, LARGEST_PAGE = 20, 100
#: fields of a row that stand in no column of their own
ID, VERSION, LABEL = "id", "version", "label"

Answer = dict[str, Any]


class TooLong(Refusal):
    status = 503

    def __init__(self) -> None:
        super().__init__(
            say("查询超过 {n} 秒，已停止。请缩小范围。", "The query took more than {n} seconds. Ask for less.", n=int(SECONDS))
        )  # fmt: skip


class Reader:
    """What one query reads, within one limit of time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.end = time.monotonic() + SECONDS
        #: (table, row, personal columns seen in full) of the records that were opened
        self.opened: list[tuple[str, int, list[str]]] = []

    def in_time(self, work: Callable[[], Any]) -> Any:
        """Raises TooLong, and then nothing of this part is answered."""
        try:
            with self._limit():
                return work()
        except limits.TooLong:
            raise TooLong() from None

    def _limit(self) -> AbstractContextManager[None]:
        left = self.end - time.monotonic()
        if left < 0.01:
            raise TooLong()
        return limits.at_most(self.session, left)

    def told(self) -> None:
        """The journal hears who saw whose data, when all has been read."""
        for table, row_id, columns in self.opened:
            viewing.tell_of(self.session, table, [(row_id, columns)])

    # --- roots ------------------------------------------------------------------------------

    def page(self, register: type[Declaration], chosen: Chosen) -> Answer:
        """A list, by the words of its address."""
        return self._page(register, chosen, None)

    def record(self, register: type[Declaration], chosen: Chosen, row_id: int) -> Answer | None:
        """One record, opened: None when it is out of reach."""
        wanted = wanted_of(register, chosen.parts)
        seen = read_one(self.session, register.model, row_id, wanted)
        if seen is None:
            return None
        self._open(register, seen)
        return self.filled(register, chosen.parts, [seen], opened=True)[0]

    def _open(self, register: type[Declaration], seen: Seen) -> None:
        if columns := viewing.in_full(seen):
            self.opened.append((register.table(), seen.id, columns))

    # --- a level ----------------------------------------------------------------------------

    def filled(
        self, register: type[Declaration], parts: Sequence[Chosen], rows: Sequence[Seen], *, opened: bool = False
    ) -> list[Answer]:
        """What is chosen of each of these rows. `opened`: of a record and what it names, not of a list."""
        answers: list[Answer] = [{} for _ in rows]
        for part in parts:
            for answer, value in zip(answers, self._values(register, part, rows, opened), strict=True):
                answer[part.key] = value
        return answers

    def _values(self, register: type[Declaration], part: Chosen, rows: Sequence[Seen], opened: bool) -> Iterable[Any]:
        if part.name == ID:
            return [row.id for row in rows]
        if part.name == VERSION:
            return [row.version for row in rows]
        if "__" in part.name:
            return self._related(part, rows)
        spot = register.fields().get(part.name)
        if spot is None:
            return [label_of(register, row) for row in rows]  # its label
        if spot.many:
            return self._many(register.model, spot, part, rows)
        if spot.is_relation:
            return self._linked(part, [row.values.get(spot.name) for row in rows], opened)
        return [row.json(part.name) for row in rows]

    def _linked(self, part: Chosen, links: Sequence[Link | None], opened: bool) -> list[Answer | None]:
        """The rows that a relation leads to, each read once; of those out of reach there is nothing."""
        within = {link.id: link for link in links if link is not None and link.label is not None}
        found = self._by_id(part, within, opened)
        return [found.get(link.id) if link is not None else None for link in links]

    def _by_id(self, part: Chosen, links: Mapping[int, Link], opened: bool) -> dict[int, Answer]:
        if not links:
            return {}
        if names_only(part):
            return {key: _named(part.parts, link) for key, link in links.items()}
        register = register_of(next(iter(links.values())).table)
        assert register is not None  # others are names only
        model: Any = register.model
        columns = columns_for(model, wanted_of(register, part.parts))
        query = query_for(model, columns).where(model.id.in_(sorted(links)))
        rows = seen_rows(columns, self.session.execute(query))
        for row in rows if opened else ():
            self._open(register, row)
        answers = self.filled(register, part.parts, rows, opened=opened)
        for row, answer in zip(rows, answers, strict=True):
            answer |= {key: value for key, value in _named(part.parts, links[row.id]).items() if value is not None}
        return {row.id: answer for row, answer in zip(rows, answers, strict=True)}

    def _many(self, model: Any, spot: Field, part: Chosen, rows: Sequence[Seen]) -> list[list[Answer]]:
        """A relation to many: which of them belong to which row, then they themselves."""
        assert isinstance(spot.kind, Relation)
        target: Any = table_named(spot.kind.table)
        query = (
            select(model.id, target.id, getattr(target, target.__label__))
            .select_from(model)
            .join(getattr(model, spot.attribute))
            .where(model.id.in_([row.id for row in rows]))
            .order_by(target.id)
        )
        pairs = [(key, Link(other, str(label), spot.kind.table)) for key, other, label in self.session.execute(query)]
        found = self._by_id(part, {link.id: link for _, link in pairs}, opened=False)
        lists: dict[int, list[Answer]] = {row.id: [] for row in rows}
        for key, link in pairs:
            if link.id in found:
                lists[key].append(found[link.id])
        return [lists[row.id] for row in rows]

    # --- related registers ------------------------------------------------------------------

    def _related(self, part: Chosen, rows: Sequence[Seen]) -> list[Answer]:
        table, _, relation = part.name.partition("__")
        register = register_of(table)
        assert register is not None
        if len(rows) == 1:
            return [self._page(register, part, (relation, rows[0].id))]
        pages = self._pages(register, part, relation, [row.id for row in rows])
        return [pages[row.id] for row in rows]

    def _page(self, register: type[Declaration], chosen: Chosen, under: tuple[str, int] | None) -> Answer:
        listing, parts = _listing(register, chosen)
        asked = asked_of(listing, chosen.given)
        if under is not None:
            (column,) = columns_for(register.model, [under[0]])
            asked.conditions.append(Condition(column, "eq", str(under[1]), under[1]))
        page = listing.page(self.session, asked, count=any(part.name.startswith("count") for part in chosen.parts))
        return self._paged(register, chosen, parts, page)

    def _pages(
        self, register: type[Declaration], chosen: Chosen, relation: str, above: Sequence[int]
    ) -> dict[int, Answer]:
        """The first rows under each of several, in one statement."""
        listing, parts = _listing(register, chosen)
        asked = asked_of(listing, chosen.given)
        if asked.after or asked.before or asked.search or any(part.name.startswith("count") for part in chosen.parts):
            raise Refusal(
                say(
                    "q、after、before 和 count 只能用于一条记录的下级。",
                    "q, after, before and count are for what belongs to one record.",
                )
            )
        model: Any = register.model
        key = getattr(model, register.fields()[relation].attribute)
        place = func.row_number().over(partition_by=key, order_by=keyset.terms_of(model, asked.sort))
        inner = (
            keyset.joined(model, listing.query(asked), asked.sort)
            .add_columns(*keyset.sort_columns(model, asked.sort), key.label("above__"), place.label("place__"))
            .where(key.in_(list(above)), gate.criterion_for(model, here.me()))
            .subquery()
        )
        query = select(inner).where(inner.c.place__ <= asked.size + 1).order_by(inner.c.above__, inner.c.place__)
        under: dict[int, list[Any]] = {each: [] for each in above}
        for row in self.session.execute(query):
            under[row.above__].append(row)
        shown = {each: found[: asked.size] for each, found in under.items()}
        filled = iter(self.filled(register, parts, seen_rows(listing.columns, [r for f in shown.values() for r in f])))
        answers = {}
        for each, found in shown.items():
            more = len(under[each]) > len(found)
            after = keyset.cursor_of(asked.sort, found[-1]) if more else None
            answers[each] = _as_chosen(chosen, [next(filled) for _ in found], {"next": after})
        return answers

    def _paged(self, register: type[Declaration], chosen: Chosen, parts: Sequence[Chosen], page: Page) -> Answer:
        told = {"next": page.after, "previous": page.before, "count": page.count, "count_is_capped": page.capped}
        return _as_chosen(chosen, self.filled(register, parts, page.rows), told)


def _as_chosen(chosen: Chosen, rows: list[Answer], told: Mapping[str, Any]) -> Answer:
    """A page, under the keys that the query gave its parts."""
    return {part.key: rows if part.name == "rows" else told.get(part.name) for part in chosen.parts}


def _listing(register: type[Declaration], chosen: Chosen) -> tuple[Listing, Sequence[Chosen]]:
    """The list, with the columns that are chosen of its rows, and these parts. Rows chosen twice are one."""
    rows = [part for part in chosen.parts if part.name == "rows"]
    if len(rows) > 1:
        raise Refusal(say("rows 只能出现一次。", "Ask for rows once."))
    parts = rows[0].parts if rows else []
    return Listing(register, wanted_of(register, parts)), parts


def wanted_of(register: type[Declaration], parts: Iterable[Chosen]) -> list[str]:
    """The columns that have to be read for what is chosen."""
    known = register.fields()
    names = dict.fromkeys(["id", "version"])
    for part in parts:
        if part.name in known:
            names[part.name] = None
        elif part.name == LABEL:
            names[register.model.__label__] = None
    return list(names)


def names_only(chosen: Chosen) -> bool:
    """Whether a relation is asked for no more than its row brings along."""
    return all(part.name in (ID, LABEL) and not part.about.get("own") for part in chosen.parts)


def _named(parts: Sequence[Chosen], link: Link) -> Answer:
    told = {ID: link.id, LABEL: link.label}
    return {part.key: told[part.name] for part in parts if part.name in told and not part.about.get("own")}


# --- what is asked of a list --------------------------------------------------------------


def asked_of(listing: Listing, given: Mapping[str, Any]) -> Asked:
    """The words of a list's address as arguments. Raises Refusal for what can't be filtered or sorted by."""
    asked = Asked(search=str(given.get("q") or "").strip()[:80], size=size_of(given))
    asked.after, asked.before = str(given.get("after") or ""), str(given.get("before") or "")
    for name, tests in (given.get("where") or {}).items():
        asked.conditions += [_condition(listing, name, operator, raw) for operator, raw in (tests or {}).items()]
    for text in (given.get("or") or ())[:MOST_GROUPS]:
        try:
            asked.groups.append(read_group(str(text), listing.condition))
        except (BadValue, KeyError, ValueError):
            raise _unfit(str(text)) from None
    words = listing.words() if given.get("is") else {}
    for name in given.get("is") or ():
        if name not in words:
            raise _unfit(str(name))
        asked.words[name] = words[name][1]
    asked.sort = _order(listing, str(given.get("sort") or ""))
    return asked


def size_of(given: Mapping[str, Any]) -> int:
    first = given.get("first")
    return min(max(PAGE_SIZE if first is None else int(first), 1), LARGEST_PAGE)


def _condition(listing: Listing, name: str, operator: str, raw: Any) -> Condition:
    try:
        return listing.condition(name, operator, raw)
    except KeyError:
        raise _unfit(f"{name} {operator}") from None
    except BadValue as bad:
        raise Refusal(bad.sentence) from None


def _order(listing: Listing, text: str) -> list[Any]:
    for part in filter(None, text.split(",")):
        if part.lstrip("-") not in listing.usable and part.lstrip("-") != "id":
            raise Refusal(say("不能按「{c}」排序。", "Can't order by “{c}”.", c=part[:40]))
    return listing.order(text)


def _unfit(what: str) -> Refusal:
    return Refusal(say("不能这样筛选：{wrong}。", "Can't filter by {wrong}.", wrong=what[:60]))
