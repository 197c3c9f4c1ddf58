"""A list asked for again: what was understood and drawn the last time is used once more.

Its rows, its count, the links to the pages beside it, what was searched for and the token of its forms are
always new. All the rest of the page depends on what is in the key: who asks, as the request found them, the
state of rights and fields, the day, how they left the list, the rest of its address, language and cookies.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.core import here, stencils
from app.core.drawing import Drawing
from app.core.listing import Asked, Listing, Page
from app.core.listing.address import searched_in
from app.core.memory import Kept
from app.core.stencils import gap
from app.core.words import language

#: what an address asks of a list, by who asks
understood: Kept[tuple[Listing, Asked]] = Kept(400)


#: stands for what was searched for. Its brackets tell where they were drawn: escaped, or within an address
ANYTHING = f"<{gap('sought')}>"


def without_place(args: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    """All that an address asks but the place in the list; of a search, only that there is one."""
    asked = ((name, value) for name, value in args.items(multi=True) if name not in ("after", "before", "q"))
    return (*asked, ("q", "")) if searched_in(args) else tuple(asked)


def may_be_kept(asked: Asked) -> bool:
    """Not what names a row of another table: that may be called differently tomorrow."""
    if "_flashes" in session or request.args.getlist("q") != ([asked.search] if asked.search else []):
        return False
    return not any(each.column.field.is_relation and each.raw != "me" for each in asked.every())


def filled(
    known: Hashable, page: Page, asked: Asked, drawing: Drawing, draw: Callable[[Page, Asked, dict[str, Any]], str]
) -> str:
    """The page; `draw` is asked for its outline when there is none yet."""
    shape = (bool(page.after), bool(page.before), page.capped, drawing.tick)
    cookies = tuple(
        sorted((k, v) for k, v in request.cookies.items() if k != current_app.config["SESSION_COOKIE_NAME"])
    )
    key = ("list", known, shape, here.me(), language(), cookies)
    outline = replace(
        page, outline=True, count=gap("count"), after=page.after and gap("after"), before=page.before and gap("before"),
    )  # fmt: skip
    more = {"csrf_token": lambda: gap("token"), "this_page": lambda: gap("here")}

    def drawn() -> str:
        with _whatever_is_sought(asked) as searched:
            page = draw(outline, searched, more)
        for name, written in _ways(ANYTHING).items():
            page = page.replace(written, gap(name))
        return page

    return stencils.cut(key, drawn).filled(
        rows=drawing.rows(page.found), count=str(page.count), after=page.after or "", before=page.before or "",
        token=generate_csrf(), here=str(escape(request.full_path.rstrip("?"))), **_ways(asked.search),
    )  # fmt: skip


def _ways(text: str) -> dict[str, str]:
    """How a text is written on the page, in an address, and in an address that another one carries."""
    once = quote_plus(text)
    return {"sought": str(escape(text)), "inaddress": once, "within": quote_plus(once)}


@contextmanager
def _whatever_is_sought(asked: Asked) -> Iterator[Asked]:
    """For an outline: the request as if it searched for `ANYTHING`; as it is when it does not search."""
    if not asked.search:
        yield asked
        return
    given = request.args
    pairs = [(key, ANYTHING if key == "q" else value) for key, value in given.items(multi=True)]
    request.args = ImmutableMultiDict(pairs)
    try:
        yield replace(asked, search=ANYTHING)
    finally:
        request.args = given
