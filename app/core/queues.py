"""Queues 待办: what waits for a person now, and the verb that clears it.

A domain declares its queues beside its register; home shows them together, in one inbox:

    queue("lead", say("待派单", "To be dispatched"), verb="dispatch", state="new")
    queue("pass", say("过期未交回", "Overdue"), verb="take_back", among=Among.OVERDUE, by="valid_until",
          state="issued", valid_until__lt="today")

Its rows are those on which the verb can be begun by this person, and on which it is no longer to be done once it
was: a rule of two people is a filter, `created_by__neq="me"`. Where the verb is one of the record that the row belongs
to, `on` names the relation: a closing waits, and its customer's lead is confirmed as dead.

All queues of a person are counted in one statement, and their first records read in one for each table:
what home costs grows with the tables a role works on, not with its queues, and not with the rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from app.core import here, policy
from app.core.brief import brief_columns, label_of
from app.core.declaration import Declaration, register_of
from app.core.listing import COUNT_CAP, Asked, Listing
from app.core.reading import Seen, columns_for, query_for, seen_rows
from app.core.rights import may
from app.core.verbs import verb_named
from app.core.words import Say, Words, say
from app.extensions import db

#: records of a queue that home names
FIRST = 3


class Among(Words):
    """Where a queue stands in the inbox."""

    OVERDUE = "overdue", "已逾期"
    SIGN = "sign", "待我签字", "Waiting for my signature"
    APPROVE = "approve", "待我审批", "Waiting for my approval"
    TODO = "todo", "待我办理", "Waiting to be done"
    SOON = "soon", "近期到期", "Due soon"


@dataclass(frozen=True)
class Queue:
    """A filtered list of a register, for whoever has the verb that clears it."""

    table: str
    label: Say
    verb: str
    filters: tuple[tuple[str, str], ...]
    among: Among = Among.TODO
    #: the column that says by when; the first are the most urgent. Empty: the oldest are.
    by: str = ""
    #: the relation to the record whose verb clears it; empty: the row itself
    on: str = ""

    @property
    def verb_table(self) -> str:
        """Whose verb it is."""
        register = register_of(self.table) if self.on else None
        return register.fields()[self.on].kind.table if register is not None else self.table  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        return f"/{self.table}/?{urlencode(self.filled())}"

    @property
    def sort(self) -> str:
        return f"{self.by},id" if self.by else "id"

    @property
    def names_policy(self) -> bool:
        return any(_POLICY.search(value) for _, value in self.filters)

    def filled(self, figures: Mapping[str, Any] | None = None) -> dict[str, str]:
        """The filters with today's figures of the rule book in them."""
        if figures is None:
            figures = _figures([self]) if self.names_policy else {}
        known = figures
        return {name: _POLICY.sub(lambda found: str(known[found[1]]), value) for name, value in self.filters}


_POLICY = re.compile(r"\{(\w+)\}")


def _figures(queues: Sequence[Queue]) -> Mapping[str, Any]:
    """All figures that the queues name, in one statement; none when they name none."""
    names = {name for each in queues for _, value in each.filters for name in _POLICY.findall(value)}
    return policy.all_in_force(db.session, sorted(names), here.today()) if names else {}


_queues: list[Queue] = []
#: of registers without code: replaced whole
_made: list[list[Queue]] = [[]]


def made(queues: list[Queue]) -> None:
    """The queues of all registers without code, in place of those before."""
    _made[0] = queues


def _all_queues() -> list[Queue]:
    return [*_queues, *_made[0]]


def queue(
    table: str, label: Say, *, verb: str, among: Among = Among.TODO, by: str = "", on: str = "", **filters: str
) -> None:  # fmt: skip
    """`filters` are those of the list's address, with `__` for the dot: `due_on__lte="today"`. A day
    by policy: `touched_on__lte="today-{lead_untouched_days}"`."""
    pairs = tuple((name.replace("__", "."), value) for name, value in filters.items())
    _queues.append(Queue(table, label, verb, pairs, among, by, on))


def queue_of(table: str, verb: str) -> Queue | None:
    """The widest queue that a verb clears: what is overdue is part of what is due."""
    cleared = [each for each in _all_queues() if (each.verb_table, each.verb) == (table, verb)]
    return min(cleared, key=lambda each: len(each.filters), default=None)


def queues_of_me() -> list[Queue]:
    """What may wait for the acting person: they have the verb and may read the table."""
    person = here.me()
    return [each for each in _all_queues() if register_of(each.table) and may(person, "read", each.table)
            and may(person, each.verb, each.verb_table)]  # fmt: skip


def dialog_of(table: str, verb_name: str, row_id: int, back: str) -> str:
    """Where a verb is done with one record, and where it leads back to."""
    verb = verb_named(table, verb_name)
    way = urlencode({"back": back})
    return (
        f"/{table}/do/{verb_name}?ids={row_id}&{way}" if verb and verb.many else f"/{table}/{row_id}/{verb_name}?{way}"
    )


# --- the inbox ----------------------------------------------------------------------------


@dataclass
class Waiting:
    """One queue as it stands: how many, and the first of them."""

    queue: Queue
    register: type[Declaration]
    count: int
    url: str
    ids: list[int] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def verb_label(self) -> Say:
        verb = verb_named(self.queue.verb_table, self.queue.verb)
        return verb.label if verb else say("修改", "Edit")

    @property
    def shown_count(self) -> str:
        return f"{COUNT_CAP}+" if self.count > COUNT_CAP else str(self.count)


def inbox(session: Session) -> tuple[list[tuple[Among, list[Waiting]]], list[Queue]]:
    """What waits for the acting person, by kind; and the queues in which nothing waits."""
    mine = queues_of_me()
    waiting = _counted(session, mine)
    for register in {each.register for each in waiting}:
        _name(session, register, [each for each in waiting if each.register is register])
    groups = [(among, [each for each in waiting if each.queue.among is among]) for among in Among]
    busy = {each.queue for each in waiting}
    return [(among, found) for among, found in groups if found], [each for each in mine if each not in busy]


def _counted(session: Session, queues: Sequence[Queue]) -> list[Waiting]:
    """One statement: of each queue the capped count and the first ids. An empty one has no row."""
    figures, parts, urls = _figures(queues), [], {}
    for place, (each, listing, asked) in enumerate(_asked(queues, figures)):
        urls[place] = (each, listing.register)
        parts.append(_part(place, listing, asked))
    if not parts:
        return []
    found: dict[int, Waiting] = {}
    for place, row_id, count in session.execute(union_all(*parts)):
        each, register = urls[place]
        if place not in found:
            url = f"/{each.table}/?{urlencode(each.filled(figures))}"
            found[place] = Waiting(each, register, count, url)
        found[place].ids.append(row_id)
    return [found[place] for place in sorted(found)]


def _asked(queues: Sequence[Queue], figures: Mapping[str, Any]) -> Iterator[tuple[Queue, Listing, Asked]]:
    """A queue by what this person does not see in full would be another list: it is left out."""
    for each in queues:
        register = register_of(each.table)
        assert register is not None
        listing = Listing(register)
        asked = listing.asked({**each.filled(figures), "sort": each.sort})
        if not asked.wrong:
            yield each, listing, asked


def _part(place: int, listing: Listing, asked: Asked) -> Any:
    capped = listing.matching(select(listing.model.id), asked).limit(COUNT_CAP + 1).subquery()
    count = select(func.count()).select_from(capped).scalar_subquery()
    first = listing.matching(select(literal(place).label("place"), listing.model.id, count.label("found")), asked)
    return select(listing.ordered(first, asked.sort).limit(FIRST).subquery())


def _name(session: Session, register: type[Declaration], waiting: Sequence[Waiting]) -> None:
    """The first records of a table's queues, in one statement: label, facts, day, and the verb's dialog."""
    days = sorted({each.queue.by for each in waiting if each.queue.by})
    others = sorted({each.queue.on for each in waiting if each.queue.on})
    columns = columns_for(register.model, list(dict.fromkeys([*brief_columns(register, *days), *others])), told=True)
    ids = {row_id for each in waiting for row_id in each.ids}
    rows = session.execute(query_for(register.model, columns).where(register.model.id.in_(ids)))
    seen = {row.id: row for row in seen_rows(columns, list(rows))}
    for each in waiting:
        each.lines = [_line(each, seen[row_id], days) for row_id in each.ids if row_id in seen]


def _line(waiting: Waiting, row: Seen, days: Sequence[str]) -> dict[str, Any]:
    table, label, by, on = waiting.queue.table, waiting.register.model.__label__, waiting.queue.by, waiting.queue.on
    facts = [fact for name in row.columns if name not in (label, *days) and (fact := row.shown(name))]
    return {
        "label": label_of(waiting.register, row), "url": f"/{table}/{row.id}", "facts": facts,
        "day": row.shown(by) if by in row.columns else "",
        "verb": dialog_of(waiting.queue.verb_table, waiting.queue.verb, row.values[on].id if on else row.id, "/"),
    }  # fmt: skip
