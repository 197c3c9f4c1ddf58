"""Everything a person may find at once, by number, name or phone: for the command box.

One look into the index names the tables that may hold it, one statement a table reads the rows:
through the gate, and by the columns that this person sees in full, as the list would.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration, all_registers
from app.core.here import Person
from app.core.reading import Column, columns_for, query_for, seen_rows
from app.core.rights import may
from app.core.search.box import Box, Hits, newest_in

#: tables that are read, and rows of each that are looked at
MOST_TABLES, LOOKED_AT = 8, 60
#: what is shown beside a record's name
MOST_FACTS = 3


@dataclass(frozen=True)
class Found:
    """One record: its table, its id, what it is called, and facts that tell it from others."""

    table: str
    id: int
    label: str
    facts: tuple[str, ...] = ()


def find(session: Session, person: Person, text: str, limit: int = 20) -> list[Found]:
    """The newest records of each register that this person may read, at most `limit` in all; those
    of registers that matched most narrowly first."""
    with here.acting_as(person):
        tried = {
            each.table(): (each, _columns(each, person)) for each in all_registers().values() if _open_to(each, person)
        }
        hits = newest_in(session, [(each.model, columns) for each, columns in tried.values()], text, LOOKED_AT)
        told = sorted(hits, key=lambda table: len(hits[table]))[:MOST_TABLES]
        found = [list(_read(session, *tried[table], text, hits[table], limit)) for table in told]
    return _in_turn(found, limit)


def _open_to(register: type[Declaration], person: Person) -> bool:
    return may(person, "read", register.table())


def _columns(register: type[Declaration], person: Person) -> list[Column]:
    return [each for each in columns_for(register.model, register.searched(), person) if each.comparable]


def _read(
    session: Session, register: type[Declaration], columns: list[Column], text: str, ids: list[int], limit: int
) -> Iterator[Found]:
    model, label = register.model, register.model.__label__
    shown = columns_for(model, dict.fromkeys([label, *register.listed()[: MOST_FACTS + 2]]))
    query = query_for(model, shown).where(Box(model, columns).holds(text, Hits(ids, whole=True)))
    for row in seen_rows(shown, session.execute(query.order_by(model.id.desc()).limit(limit)).all()):
        facts = [row.shown(each.name) for each in shown if each.name != label]
        name = row.shown(label) if label in row.columns else ""
        yield Found(register.table(), row.id, name or str(row.id), tuple(fact for fact in facts if fact)[:MOST_FACTS])


def _in_turn(found: list[list[Found]], limit: int) -> list[Found]:
    """Some of each register before many of one."""
    chosen: list[list[Found]] = [[] for _ in found]
    left = limit
    for place in range(max(map(len, found), default=0)):
        for kept, rows in zip(chosen, found, strict=True):
            if place < len(rows) and left:
                kept.append(rows[place])
                left -= 1
    return [each for kept in chosen for each in kept]
