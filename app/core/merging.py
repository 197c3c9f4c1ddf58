"""Two people at one record: what each of them changed, told apart field by field.

A form carries what it was opened on, sealed: nobody can forge it, and it shows nothing that the form
does not. Of a field that is masked for the person it holds a keyed hash, enough to tell whether it
changed. Changes to different fields both stand; to the same field, the person chooses (`Conflict`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import crypt, here
from app.core.answers import Conflict
from app.core.declaration import Declaration
from app.core.journal import JournalEntry
from app.core.kinds import BadValue
from app.core.record import Field
from app.core.rights import MASKED, OWN, level
from app.core.words import say

#: the hidden fields of a form that is opened on a row
VERSION, FIELD = "version", "was"
ANOTHER_WINDOW = say("您（在另一个窗口）", "you, in another window,")
_HASHED = "#"


@dataclass(frozen=True)
class Opened:
    """A row as a form was opened on it: its version, and each field as the form would send it back."""

    version: int
    values: Mapping[str, Any]


def opened_on(register: type[Declaration], row: Any, spots: Iterable[Field]) -> Opened:
    """The fields of a row that is in reach; what this person sees in part only is hashed."""
    return Opened(
        row.version,
        {
            spot.name: _hashed(_held(spot, row)) if is_masked(register, row, spot.name) else _held(spot, row)
            for spot in spots
        },
    )


def is_masked(register: type[Declaration], row: Any, name: str) -> bool:
    """Whether this person sees the field of this row in part only."""
    rule = level(here.me(), register.table(), name)
    if rule.startswith(OWN):
        return all(getattr(row, column) != here.me().staff_id for column in rule[len(OWN) :].split(","))
    return rule == MASKED


def _held(spot: Field, row: Any) -> Any:
    return typed(spot, getattr(row, spot.attribute))


def typed(spot: Field, value: Any) -> Any:
    """A value as the form would send it back: text, or for many rows the list of their ids."""
    if spot.many:
        return [str(each) for each in sorted(row.id for row in value or [])]
    if spot.is_relation:
        return "" if value is None else str(value)
    return spot.kind.typed(value)


def _hashed(held: Any) -> str:
    return _HASHED + crypt.keyed_digest(f"was:{held}")


def is_hashed(held: Any) -> bool:
    """Whether a value of an opened form is known as a hash only."""
    return str(held).startswith(_HASHED)


# --- sealed into the form -----------------------------------------------------------------


def seal(register: type[Declaration], row_id: int, opened: Opened) -> str:
    return crypt.encrypt(json.dumps([opened.version, dict(opened.values)]), _purpose(register, row_id))


def unseal(register: type[Declaration], row_id: int, text: str) -> Opened | None:
    """None for what was not sealed here, for this person and this row."""
    found = crypt.opened(text, _purpose(register, row_id))
    return Opened(*json.loads(found)) if found else None


def _purpose(register: type[Declaration], row_id: int) -> str:
    return f"form.{register.table()}.{row_id}.{here.me().user_id}"


# --- three ways ---------------------------------------------------------------------------


def merged(
    register: type[Declaration], row: Any, spots: Mapping[str, Field], opened: Opened, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """(what this person changed, the names of what others changed meanwhile).

    Raises Conflict with the names of the fields that both changed, to different values.
    """
    now = opened_on(register, row, spots.values()).values
    theirs = [name for name in now if name in opened.values and now[name] != opened.values[name]]
    mine = {
        name: value for name, value in values.items() if _like(opened, spots[name], value) != opened.values.get(name)
    }
    both = [name for name in theirs if name in mine and _like(opened, spots[name], mine[name]) != now[name]]
    if both:
        raise Conflict(yours=opened.version, theirs=row.version, fields=both)
    return mine, theirs


def _like(opened: Opened, spot: Field, value: Any) -> Any:
    """A value in the form in which `opened` holds this field."""
    held = typed(spot, value)
    return _hashed(held) if is_hashed(opened.values.get(spot.name)) else held


def who_changed(session: Session, register: type[Declaration], row_id: int, names: Iterable[str]) -> list[str]:
    """Who last touched each of these fields; oneself is somebody in another window."""
    query = (
        select(JournalEntry.who, JournalEntry.after)
        .where(JournalEntry.table_name == register.table(), JournalEntry.row_id == row_id)
        .order_by(JournalEntry.id.desc())
        .limit(10)
    )
    left, found = set(names), dict[str, None]()
    for who, after in session.execute(query):
        if touched := left & set(after or ()):
            left -= touched
            found[str(ANOTHER_WINDOW) if who == here.me().name else who] = None
    return list(found)


# --- shown side by side -------------------------------------------------------------------


def in_words(spot: Field, held: Any, labels: Mapping[str, str]) -> str:
    """A value of a form as people read it; what is only known as a hash is not told."""
    if spot.is_relation:
        ids = held if isinstance(held, list) else [held]
        return "、".join(labels.get(str(each), "***") for each in ids if each)
    if not held:
        return ""
    if is_hashed(held):
        return "***"
    try:
        return spot.kind.show(spot.kind.read(held))
    except BadValue:
        return str(held)
