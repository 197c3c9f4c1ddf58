"""The side menu 菜单: by domain, only what this person may open; drawn once for each set of roles.

What a menu shows hangs on the roles, the language and the rights as they stand, and on nothing else: it is
kept by these. A page costs two replacements in a string: its own line is marked, shut groups are shut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template, request
from markupsafe import Markup

from app.core import here, rights
from app.core.words import Say, language, say

#: heading -> its views, each with a `label`, an `icon` and a `route_base` (app/views.py)
Headings = Mapping[Say, list[Any]]

#: sets of roles whose menus are kept; a house has a few dozen
KEPT = 200


@dataclass(frozen=True)
class Entry:
    """One line: where it leads, and the table of whoever may read it."""

    word: Say
    url: str
    icon: str
    table: str

    @property
    def label(self) -> str:
        return str(self.word)


@dataclass(frozen=True)
class Group:
    """A domain's lines. `number` is its place among all headings, whoever looks."""

    number: int
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Menu:
    """What one set of roles may open, and how it is drawn in one language."""

    groups: tuple[Group, ...]
    group_of: Mapping[str, Group]
    drawn: str


_headings: list[Headings] = []
_kept: dict[Any, Menu] = {}
#: registers without code, each with the Chinese word of its heading: replaced whole
_made: list[list[tuple[str, Any]]] = [[]]
DAILY = say("日常登记", "Daily forms")


def made(views: list[tuple[str, Any]]) -> None:
    """What registers without code add to the menu; before the rights are composed anew."""
    _made[0] = views


def headings() -> list[Say]:
    """What a register without code may stand under."""
    return list({DAILY: None, **dict.fromkeys(_headings[0])})


def _made_headings() -> Headings:
    is_wanted = DAILY not in _headings[0] and any(under == DAILY.zh for under, _ in _made[0])
    return {DAILY: []} if is_wanted else {}


def init_app(app: Flask, headings: Headings) -> None:
    """Called once, by the page that lists every view."""
    _headings[:] = [headings]
    _kept.clear()
    app.jinja_env.globals.update(side_menu=side_menu, is_narrow=is_narrow, heading_of=heading_of)


def menu_of_me() -> Menu:
    """What the acting person may open."""
    person = here.me()
    key = (rights.edition(), person.roles, person.within, person.key, language())
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[key] = _menu()
    return found


def _menu() -> Menu:
    groups = []
    for number, (heading, views) in enumerate({**_headings[0], **_made_headings()}.items()):
        views = [*views, *(view for under, view in _made[0] if under == heading.zh)]
        allowed = tuple(_entry(view) for view in views if _is_open(view))
        if allowed:
            groups.append(Group(number, str(heading), allowed))
    group_of = {entry.url: group for group in groups for entry in group.entries}
    return Menu(tuple(groups), group_of, render_template("menu.html", groups=groups))


def _is_open(view: Any) -> bool:
    """A view may ask for another verb than reading (`needed`), and hang on a setting (`is_there`), to be in the menu."""
    there = getattr(view, "is_there", None)
    return rights.may(here.me(), getattr(view, "needed", "read"), view.class_permission_name) and (not there or there())


def _entry(view: Any) -> Entry:
    return Entry(view.label or view.title(), f"{view.route_base}/", view.icon, view.class_permission_name)


def side_menu() -> Markup:
    """The person's menu, with the page they are on marked and the groups they shut shut."""
    menu, step = menu_of_me(), current()
    drawn, own = menu.drawn, menu.group_of.get(step)
    if own is not None or step == "/":
        drawn = drawn.replace(f'href="{step}"', f'href="{step}" aria-current="page"', 1)
    for number in request.cookies.get("shut", "").split("."):
        if number.isdigit() and (own is None or own.number != int(number)):
            drawn = drawn.replace(f'data-group="{number}" open', f'data-group="{number}"', 1)
    return Markup(drawn)  # noqa: S704 (drawn by a template, which escapes)


def current() -> str:
    """The line of the menu that this page belongs to: its first step."""
    first = request.path.split("/", 2)[1]
    return f"/{first}/" if first else "/"


def is_narrow() -> bool:
    return request.cookies.get("menu") == "narrow"


def heading_of(table: str) -> str:
    """The domain that a register stands under in the person's menu; empty for none."""
    group = menu_of_me().group_of.get(f"/{table}/")
    return group.heading if group else ""
