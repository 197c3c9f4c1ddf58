"""Everything a person may find at once, by number, name or phone: for the command box.

One look into the index names the tables that may hold it, one statement a table reads the rows:
through the gate, and by the columns that this person sees in full, as the list would.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from app.core import here
from app.core.brief import called, named_by
from app.core.declaration import Declaration, all_registers, register_of
from app.core.here import Person
from app.core.kinds import Relation
from app.core.reading import Column, columns_for, query_for, seen_rows
from app.core.rights import may
from app.core.search.box import Box, Hits, newest_in

#: tables that are read, and rows of each that are looked at
MOST_TABLES, LOOKED_AT = 8, 60
#: rows of one register that are about what was found, and registers asked for them
MOST_ABOUT, MOST_NAMING = 3, 6
#: digits that are less of a phone than this are anybody's
SHORTEST_PHONE = 7
#: what is shown beside a record's name
MOST_FACTS = 3
#: table -> its register, and the columns that the person may search
Tried = Mapping[str, tuple[type[Declaration], list[Column]]]


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
        found = {table: list(_read(session, *tried[table], text, hits[table], limit)) for table in told}
        meant = not text.isdigit() or len(text) >= SHORTEST_PHONE
        about = [list(each) for each in _about(session, tried, found, limit)] if meant else []
    return _in_turn([*found.values(), *about], limit)


def _open_to(register: type[Declaration], person: Person) -> bool:
    return may(person, "read", register.table())


def _columns(register: type[Declaration], person: Person) -> list[Column]:
    return [each for each in columns_for(register.model, register.searched(), person) if each.comparable]


def _read(
    session: Session, register: type[Declaration], columns: list[Column], text: str, ids: list[int], limit: int
) -> Iterator[Found]:
    return _told(session, register, Box(register.model, columns).holds(text, Hits(ids, whole=True)), limit)


def _about(session: Session, tried: Tried, found: Mapping[str, list[Found]], limit: int) -> Iterator[Iterator[Found]]:
    """What is about a record that was found and goes by a number, which nobody has in mind: the contract, the
    follow-ups of a customer. One statement for each register that names such a table, of few."""
    named = {table: [each.id for each in rows] for table, rows in found.items() if rows and _is_numbered(table)}
    for register, keys in _naming(tried, named)[:MOST_NAMING]:
        model: Any = register.model
        theirs = or_(*(getattr(model, key).in_(ids) for key, ids in keys.items()))
        here_already = [each.id for each in found.get(register.table(), ())]
        yield _told(session, register, and_(theirs, model.id.not_in(here_already)), min(limit, MOST_ABOUT))


def _naming(tried: Tried, named: Mapping[str, list[int]]) -> list[tuple[type[Declaration], dict[str, list[int]]]]:
    """The registers that name one of these rows, and by which column: those that go by a number, then those that
    have no name at all. What is a line of another's checklist is found there."""
    found = []
    for register, columns in tried.values():
        if register.model.__label__ not in ("number", "id"):
            continue
        relations = [(each.field.attribute, each.field.kind) for each in columns]
        keys = {key: named[kind.table] for key, kind in relations if isinstance(kind, Relation) and kind.table in named}
        if keys:
            found.append((register, keys))
    return sorted(found, key=lambda each: each[0].model.__label__ != "number")


def _is_numbered(table: str) -> bool:
    register = register_of(table)
    return register is not None and register.model.__label__ == "number"


def _told(
    session: Session, register: type[Declaration], holds: ColumnElement[bool], limit: int
) -> Iterator[Found]:  # fmt: skip
    model, label = register.model, register.model.__label__
    shown = columns_for(model, dict.fromkeys([*named_by(register), *register.listed()[: MOST_FACTS + 2]]), told=True)
    query = query_for(model, shown).where(holds).order_by(model.id.desc()).limit(limit)
    for row in seen_rows(shown, session.execute(query).all()):
        facts = [row.shown(each.name) for each in shown if each.name not in (label, *named_by(register))]
        yield Found(register.table(), row.id, called(register, row), tuple(fact for fact in facts if fact)[:MOST_FACTS])


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
