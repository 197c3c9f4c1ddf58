"""What the wizard shows: the mapping, the grid with its faults and differences, and the way it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import waiting
from app.core.declaration import Declaration
from app.core.importing import memory
from app.core.importing.faulty import keep_faults
from app.core.importing.matching import keys_of
from app.core.importing.plan import CHANGED, FAULTY, NEW, SAME, How, Line, Plan
from app.core.importing.reading import guesses, spots_for, wanted
from app.core.importing.writing import is_rehearsed, look
from app.core.kinds import Relation
from app.core.record import table_named
from app.core.sheets import Sheet

#: lines that are shown of a check, the faulty ones first
SHOWN = 100
#: a file of more lines is checked in full by a job, and here only at its beginning
WHOLE = 20_000
REHEARSED = 2_000
LOOKED_AT = 1000


@dataclass
class Check:
    """One look at a file: how its columns are taken, and what would become of its lines."""

    token: str
    name: str
    sheet: Sheet
    how: How
    plan: Plan
    partly: bool

    @property
    def mapping(self) -> Mapping[int, str]:
        return self.how.mapping or {}


def first_how(session: Session, register: type[Declaration], sheet: Sheet) -> How:
    """As this person said last, else by the words of the header."""
    words, key = memory.remembered(session, register.table())
    mapping = guesses(sheet.header, wanted(register), words)
    known = keys_of(register).get(key)
    if "number" in mapping.values() and "number" not in register.imported():
        if not _has_our_numbers(register, sheet, mapping):
            mapping = {place: name for place, name in mapping.items() if name != "number"}
        elif known is None:
            return How(mapping, "number")  # it was exported
    return How(mapping, key if known is not None and set(known.names) <= set(mapping.values()) else "")


def _has_our_numbers(register: type[Declaration], sheet: Sheet, mapping: Mapping[int, str]) -> bool:
    """An office's list has numbers of its own."""
    place = next(place for place, name in mapping.items() if name == "number")
    return sample(sheet, place).startswith(f"{register.model.__series__}-")


def how_in(form: Mapping[str, str], register: type[Declaration], sheet: Sheet) -> How:
    """As the form says; each column once, the first counts."""
    known = wanted(register)
    mapping: dict[int, str] = {}
    for place in range(len(sheet.header)):
        name = form.get(f"map.{place}", "")
        if name in known and name not in mapping.values():
            mapping[place] = name
    key = form.get("key", "")
    return How(mapping, key if key in keys_of(register) else "", form.get("only_good") == "1")


def kept_how(token: str) -> How | None:
    raw = waiting.noted(token, "how")
    if raw is None:
        return None
    told = json.loads(raw)
    return How({int(place): name for place, name in told["mapping"].items()}, told["key"], told["only_good"])


def keep_how(token: str, how: How) -> None:
    told = {"mapping": dict(how.mapping or {}), "key": how.key, "only_good": how.only_good}
    waiting.note(token, "how", json.dumps(told).encode())


def is_long(register: type[Declaration], sheet: Sheet, how: How) -> bool:
    """Whether it is for a job: nobody waits for it at a page, and nobody else for a rehearsal."""
    return len(sheet.rows) > (min(WHOLE, REHEARSED) if is_rehearsed(register, how) else WHOLE)


def check(
    session: Session, register: type[Declaration], token: str, name: str, sheet: Sheet, how: How,
    plan: Plan | None = None,
) -> Check:  # fmt: skip
    """Looks, and writes nothing; or shows a `plan` that was refused in writing. The faulty lines are kept beside the
    file for who wants them back."""
    partly = is_long(register, sheet, how)
    if plan is None:
        plan = look(session, register, replace(sheet, rows=sheet.rows[:LOOKED_AT]) if partly else sheet, how)
    if not partly:
        keep_faults(token, plan)
    keep_how(token, how)
    return Check(token, name, sheet, how, plan, partly)


def columns(register: type[Declaration]) -> list[dict[str, Any]]:
    """What a header may be taken for."""
    return [
        {"name": name, "label": spot.label, "required": required}
        for name, (spot, required, _) in wanted(register).items()
    ]


def sample(sheet: Sheet, place: int) -> str:
    """The first cell of a column that says something."""
    found = next(
        (cells[place] for _, cells in sheet.rows[:50] if place < len(cells) and cells[place] not in (None, "")), ""
    )
    return str(found)[:40]


def grid(session: Session, found: Check) -> list[dict[str, Any]]:
    """The lines to be shown: the faulty first, then what changes, then what is new."""
    order = {FAULTY: 0, CHANGED: 1, NEW: 2, SAME: 3}
    lines = sorted(found.plan.lines, key=lambda line: order[line.fate])[:SHOWN]
    places = {spot.name: spot.place for spot in found.plan.spots}
    old = _old_words(session, found, lines)
    return [_shown(line, found, places, old) for line in lines]


def _shown(line: Line, found: Check, places: Mapping[str, int], old: Mapping[tuple[str, Any], str]) -> dict[str, Any]:
    header = found.sheet.header
    missing = [None] * (len(header) - len(line.cells))
    cells: list[dict[str, Any]] = [
        {"text": "" if cell is None else str(cell), "wrong": "", "old": None, "used": place in places.values()}
        for place, cell in enumerate([*line.cells, *missing][: len(header)])
    ]
    faults = []
    for column, told in found.plan.in_the_file(line).items():
        place = header.index(column) if column in header else len(cells)
        there = f"cell-{line.number}-{place}" if place < len(cells) else ""
        if there:
            cells[place]["wrong"] = there
        faults.append((column, told, there))
    for name, (was, _) in line.stands.changes.items() if line.stands is not None else ():
        cells[places[name]]["old"] = old[name, was]
    return {"number": line.number + found.sheet.above, "fate": line.fate, "cells": cells, "faults": faults}


def _old_words(session: Session, found: Check, lines: list[Line]) -> dict[tuple[str, Any], str]:
    """What stands, in words; a related row by its name, or not at all."""
    kinds = {spot.name: spot.kind for spot in found.plan.spots}
    asked: dict[str, set[Any]] = {}
    for line in lines:
        for name, (was, _) in line.stands.changes.items() if line.stands is not None else ():
            asked.setdefault(name, set()).add(was)
    words: dict[tuple[str, Any], str] = {}
    for name, values in asked.items():
        kind = kinds[name]
        if isinstance(kind, Relation):
            target = table_named(kind.table)
            assert target is not None
            ids = [each for each in values if each is not None]
            rows = session.execute(select(target.id, getattr(target, target.__label__)).where(target.id.in_(ids)))
            labels = {key: str(label) for key, label in rows}
            words |= {(name, each): labels.get(each, "***" if each else "–") for each in values}
        else:
            words |= {(name, each): kind.show(each) or "–" for each in values}
    return words


__all__ = ["Check", "check", "columns", "first_how", "grid", "how_in", "keep_how", "kept_how", "sample", "spots_for"]
