"""What a list tells about itself: its chips, and the heads of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from app.core.kinds import Anything, IdNumber, Relation
from app.core.listing import Asked, Condition, Listing
from app.core.look import address_with
from app.core.pages.answering import labels_of
from app.core.reading import Column
from app.core.record import Field
from app.core.rights import READ, WRITE
from app.core.words import joined, say

#: keys of an address that are a place in the list, not what it holds
PLACE = {"after": None, "before": None}
_HOW_IT_LOOKS = frozenset(
    {*PLACE, "view", "size", "columns", "format", "page", "density", "group", "as", "on", "open", "in"}
)
#: what is edited in its cell; the others need the form around them
_IN_PLACE = frozenset(
    {
        "text",
        "textarea",
        "tel",
        "money",
        "number",
        "date",
        "datetime-local",
        "select",
        "several",
        "checkbox",
        "relation",
    }
)


def lasting_query(args: "MultiDict[str, str]") -> str:
    """What a list holds, as an address: filters, order, search; not the place in it, nor how it looks."""
    return urlencode([(key, value) for key, value in args.items(multi=True) if key not in _HOW_IT_LOOKS and value])


# --- heads -----------------------------------------------------------------------------------


@dataclass
class Head:
    """A column's head: how a click sorts, which place it has in the order, whether its cells are edited here."""

    name: str
    label: Any
    right: bool
    editable: bool
    #: its number among several sorts, else 0
    place: int
    on: bool
    down: bool
    #: the address of the list sorted by it; empty: it can't be
    sort: str


@dataclass
class Order:
    """A column in the menu of orders, and its place among the sorts."""

    name: str
    label: Any
    place: int
    down: bool


def orders(listing: Listing, asked: Asked) -> list[Order]:
    """Every column that may be sorted by."""
    places = _places(asked)
    return [
        Order(name, column.field.label, *places.get(name, (0, False)))
        for name, column in listing.usable.items()
        if can_sort(listing, name)
    ]


def _places(asked: Asked) -> dict[str, tuple[int, bool]]:
    told = (pair for pair in asked.sort if not pair[0].field.is_relation)  # by keys: no order that is seen
    return {column.name: (n, down) for n, (column, down) in enumerate(told, start=1)}


def sorted_too(sort: str, by: str) -> str:
    """The order as it was asked for, and by this column: in its place, or behind the others."""
    now = [part for part in sort.split(",") if part]
    kept = [by if part.lstrip("-") == by.lstrip("-") else part for part in now]
    return ",".join(kept if by in kept else [*kept, by])


def heads(listing: Listing, asked: Asked, editable: frozenset[str]) -> list[Head]:
    several = len(_places(asked).keys() - {"id"}) > 1
    return [_head(listing, asked, column, several, editable) for column in listing.columns]


def _head(listing: Listing, asked: Asked, column: Column, several: bool, editable: frozenset[str]) -> Head:
    name = column.name
    place, down = _places(asked).get(name, (0, False))
    next_way = name if not place or down else f"-{name}"
    return Head(
        name=name, label=column.field.label, right=column.field.kind.right_aligned,
        editable=name in editable and column.level in (READ, WRITE), place=place if several else 0, on=bool(place), down=down,
        sort=address_with(sort=next_way, **PLACE) if can_sort(listing, name) else "",
    )  # fmt: skip


def can_sort(listing: Listing, name: str) -> bool:
    return listing.sorting(name) is not None


def fits_a_cell(spot: Field) -> bool:
    """Whether a field can be typed in the list; what depends on its row needs the fields beside it."""
    return not spot.many and spot.kind.widget in _IN_PLACE and not isinstance(spot.kind, IdNumber | Anything)


# --- chips -----------------------------------------------------------------------------------


@dataclass
class Chip:
    """One thing that the list is narrowed by, and the address without it."""

    words: str
    without: str


def chips(listing: Listing, asked: Asked) -> list[Chip]:
    """All but the one state that its tab tells."""
    labels = _labels_in(asked)
    found = [
        Chip(each.told(labels.get(each.column.name, {})), _without(each.key, each.raw))
        for each in asked.conditions
        if not is_of_a_tab(each)
    ]
    found += [Chip(group.told(labels), _without("or", group.raw)) for group in asked.groups]
    named = listing.words() if asked.words else {}
    found += [Chip(str(named[name][0]), _without_word(name)) for name in asked.words]
    if asked.search:
        found.append(Chip(str(say("查找：{q}", "Find: {q}", q=asked.search)), _without("q")))
    return found


def is_of_a_tab(condition: Condition) -> bool:
    """One state by its own name; several of them, or all but one, are a filter like others."""
    return condition.column.name == "state" and condition.operator == "eq"


def _labels_in(asked: Asked) -> dict[str, dict[str, str]]:
    """column -> id -> label of the rows that filters name: a statement for each relation that is filtered by."""
    named: dict[str, tuple[Relation, set[str]]] = {}
    for condition in asked.every():
        kind = condition.column.field.kind
        if isinstance(kind, Relation) and condition.operator != "null":
            held = condition.value if isinstance(condition.value, list) else [condition.value]
            named.setdefault(condition.column.name, (kind, set()))[1].update(str(each) for each in held)
    return {name: labels_of(kind.table, sorted(ids)) for name, (kind, ids) in named.items()}


def _without(key: str, raw: str | None = None) -> str:
    """This list without a part of its address: that value of the key, or whatever it holds. Of an address
    with nothing left the list would open with the view of one's own."""
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k not in PLACE and v]
    left = [pair for pair in pairs if pair[0] != key or (raw is not None and pair[1] != raw)]
    return f"{request.path}?{urlencode(left or [('view', '0')])}"


def _without_word(name: str) -> str:
    return word_address(name, on=True)


def word_address(name: str, on: bool) -> str:
    """The list with a word of the register's turned on, or off when it is on."""
    left = [part for each in request.args.getlist("is") for part in each.split(",") if part != name]
    rest = {"is": ",".join(left if on else [*left, name]) or None}
    alone = {"view": "0"} if on and not left and set(request.args) <= {"is", *PLACE} else {}
    return address_with(**rest, **alone, **PLACE)


def carried(spots: Sequence[Field] = (), *others: str) -> list[tuple[str, str]]:
    """What the address holds beside the fields of a form, so that sending it keeps the rest."""
    shown = {*PLACE, "in", *others} | {f"{spot.name}{end}" for spot in spots for end in _ends(spot)}
    return [(key, value) for key, value in request.args.items(multi=True) if key not in shown and value]


def _ends(spot: Field) -> tuple[str, ...]:
    """The keys that a field of the form sends."""
    if spot.kind.operators == ("null",):
        return (".null",)
    if "gte" in spot.kind.operators:
        return ("", ".gte", ".lte") if spot.kind.widget in ("date", "datetime-local") else (".gte", ".lte")
    return (
        (".ct",) if "ct" in spot.kind.operators and spot.kind.widget not in ("select", "several", "relation") else ("",)
    )


def is_open(spots: Sequence[Field], at_once: int = 3) -> bool:
    """Whether a field beyond the first few is filled in."""
    return any(request.args.get(f"{spot.name}{end}") for spot in spots[at_once:] for end in _ends(spot))


def labels_in_address(spot: Any) -> dict[str, str]:
    """id -> label of what a relation's filter in the form names."""
    chosen = [part for each in request.args.getlist(spot.name) for part in each.split(",") if part]
    if not chosen:
        return {}
    labels = {"me": str(say("我", "me")), **labels_of(spot.kind.table, chosen)}
    known = [each for each in dict.fromkeys(chosen) if each in labels]
    # Several are one choice of the form's, so that the next search keeps them.
    return {",".join(known): str(joined(labels[each] for each in known))} if known else {}
