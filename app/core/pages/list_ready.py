"""A list asked for again: what was understood and drawn the last time is used once more.

Its rows, its count, the links to the pages beside it and the token of its forms are always new. All the
rest of the page depends on what is in the key: who asks, as the request found them, the state of rights
and fields, the day, how they left the list, the address but for the place in it, language and cookies.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from app.core import here, stencils
from app.core.drawing import Drawing
from app.core.listing import Asked, Listing, Page
from app.core.memory import Kept
from app.core.stencils import gap
from app.core.words import language

#: what an address asks of a list, by who asks
understood: Kept[tuple[Listing, Asked]] = Kept(400)


def without_place(args: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    """All that an address asks but the place in the list."""
    return tuple((name, value) for name, value in args.items(multi=True) if name not in ("after", "before"))


def may_be_kept(asked: Asked) -> bool:
    """Not a search, nor what names a row of another table: that may be called differently tomorrow."""
    if asked.search or "_flashes" in session:
        return False
    return not any(each.column.field.is_relation and each.raw != "me" for each in asked.every())


def filled(known: Hashable, page: Page, drawing: Drawing, draw: Callable[[Page, dict[str, Any]], str]) -> str:
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
    return stencils.cut(key, lambda: draw(outline, more)).filled(
        rows=drawing.rows(page.found), count=str(page.count), after=page.after or "", before=page.before or "",
        token=generate_csrf(), here=str(escape(request.full_path.rstrip("?"))),
    )  # fmt: skip
