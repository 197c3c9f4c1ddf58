"""What every template may use: words, icons, files of ours, and the colour of a state."""

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask.templating import Environment
from markupsafe import Markup

from app.core import here, keeping
from app.core.declaration import register_of
from app.core.kinds import Several, YesNo
from app.core.reading import Link, Seen
from app.core.rights import may
from app.core.structured import Json
from app.core.trees.written import WrittenTree
from app.core.values import show_instant
from app.core.words import say

#: a state's colour by its public value; whatever is not named is grey
COLOURS: dict[str, tuple[str, ...]] = {
    "green": (
        "valid",
        "live",
        "paid",
        "active",
        "accepted",
        "settled",
        "signed",
        "agreed",
        "confirmed",
        "occupied",
        "issued",
        "admitted",
    ),
    "teal": ("approved", "completed", "measured", "store_signed", "handed_over", "dispatched", "decided"),
    "blue": ("submitted", "under_work", "new", "asked", "market_signed", "proposed", "sold", "let"),
    "orange": (
        "due",
        "awaiting_acceptance",
        "stopped",
        "suspended",
        "invalid_proposed",
        "dead_proposed",
        "failed",
        "lost",
    ),
    "red": ("rejected", "revoked", "barred", "refused", "forbidden"),
}
_COLOUR_OF = {value: colour for colour, values in COLOURS.items() for value in values}
THEMES = ("light", "dark")


class Templates(Environment):
    """In a template `given["keys"]` is what was given for a field called `keys`, or nothing: never the method
    that a dictionary has by that name. Fields are called as their register likes."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        if not isinstance(obj, Mapping):
            return super().getitem(obj, argument)
        try:
            return obj[argument]
        except (LookupError, TypeError):
            return self.undefined(obj=obj, name=argument)


def state_colour(value: Any) -> str:
    return _COLOUR_OF.get(str(value), "secondary")


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> Markup:
    """A drawing of our own sprite; silent for screen readers unless it has a label. Kept: a page has a hundred."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#i-{}"/></svg>').format(spoken, static_url("icons.svg"), name)


@cache
def static_url(name: str) -> str:
    """The address of a static file with its content's hash, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_hash_of(str(current_app.static_folder), name))


@cache
def _hash_of(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:8]


def theme() -> str:
    """What the person chose; empty: as the machine is set."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def address_with(**changes: Any) -> str:
    """This page's address with some of its query replaced; None takes one away."""
    kept = {key: request.args.getlist(key) for key in request.args if key not in changes}
    kept |= {key: [str(value)] for key, value in changes.items() if value is not None}
    query = urlencode(kept, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def this_page() -> str:
    """The address to come back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


NOTHING = Markup('<span class="nothing">–</span>')
WITHHELD = Markup('<span class="nothing">***</span>')
_LINK = Markup('<a href="/{}/{}">{}</a>')
_STATE = Markup('<span class="state state-{}">{}</span>')
_LONG = Markup('<span class="long">{}</span>')
_TAGS = Markup('<ul class="tags">{}</ul>')
_TAG = Markup("<li>{}</li>")


def cell(row: Seen, name: str) -> Markup | str:
    """One value of a row as the person may see it. In Python, because a list has hundreds."""
    held, spot = row.values.get(name), row.columns[name].field
    if held is None or held == "":
        return NOTHING
    if spot.many:
        return _TAGS.format(Markup().join(_TAG.format(link.label or "***") for link in held))
    if isinstance(held, Link):
        return _related(held)
    if name in ("state", "standing"):
        return _STATE.format(state_colour(held), spot.kind.show(held))
    if isinstance(spot.kind, YesNo):
        return _yes() if held else Markup('<span class="nothing">{}</span>').format(say("否", "No"))
    if isinstance(spot.kind, Several) and not row.is_masked(name):
        return _TAGS.format(Markup().join(_TAG.format(each) for each in spot.kind.labels(held)))
    if isinstance(spot.kind, Json | WrittenTree) and not row.is_masked(name):
        return _LONG.format(spot.kind.brief(held))
    shown = row.shown(name)
    return _LONG.format(shown) if spot.kind.widget == "textarea" else shown


def _related(link: Link) -> Markup | str:
    if link.label is None:
        return WITHHELD
    return _LINK.format(link.table, link.id, link.said) if readable(link.table) else link.said


def _yes() -> Markup:
    return Markup('<span class="yes">{}{}</span>').format(icon("check"), say("是", "Yes"))


def readable(table: str) -> bool:
    """Whether the person at the screen may open this table's pages."""
    return permitted("read", table)


def permitted(verb: str, table: str) -> bool:
    return may(here.me(), verb, table)


def creates(table: str) -> str:
    """Where a row of the table is entered in place, and by which field it is called; empty where this person may not."""
    register = register_of(table)
    plain = register is not None and register.entered_by_hand and register.form_template == "form.html"
    if register is None or not (plain and permitted("add", table)):
        return ""
    label = register.model.__label__
    return f"/{table}/new?{label if label in register.typed_in() else ''}"


def way_back(table: str) -> str:
    """What a list adds to its rows' addresses, so that the record knows its neighbours: the list's own query."""
    if request.path != f"/{table}/":
        return ""
    kept = [
        (key, value)
        for key, value in request.args.items(multi=True)
        if key not in ("after", "before", "size", "view", "in")
    ]
    return f"?{urlencode({'from': urlencode(kept)})}"


#: the hidden field in which a form keeps the list that its record was opened from
CAME_FROM = "came_from"


def came_from() -> str | None:
    """The query of the list that this record was opened from; None: it was opened from elsewhere."""
    found = request.args.get("from")
    return request.form.get(CAME_FROM) if found is None else found


def list_again(table: str) -> str:
    """The list of the table as one left it, when one came from it."""
    query = came_from()
    return f"/{table}/?{query[:2000]}" if query else f"/{table}/"


def along(address: str) -> str:
    """An address of the same record, or of its neighbour, with the list that one came from."""
    query = came_from()
    if query is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'from': query[:2000]})}"


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=say, icon=icon, static_url=static_url, theme=theme, state_colour=state_colour, address_with=address_with,
        this_page=this_page, readable=readable, permitted=permitted, cell=cell, opened_by_me=keeping.whose,
        creates=creates, came_from=came_from, along=along, list_again=list_again,
    )  # fmt: skip
    app.jinja_env.filters["clock"] = lambda at: show_instant(at, here.house_zone())
