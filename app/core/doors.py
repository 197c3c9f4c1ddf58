"""Doors: which right a page asks for before it reads anything of the request.

    @expose("/<int:row_id>/print")
    @door("read")
    def print(self, row_id): ...

Every route has a door or is in the short list of public ones; a house test walks them all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import here, keeping
from app.core.answers import Forbidden, NotSignedIn
from app.core.rights import may
from app.core.words import say

Route = TypeVar("Route", bound=Callable[..., Any])


def door(verb: str, table: str = "") -> Callable[[Route], Route]:
    """Only for people who have `verb` on the view's table (or on `table`)."""

    def guard(route: Route) -> Route:
        @wraps(route)
        def passing(self: Any, *args: Any, **kwargs: Any) -> Any:
            stopped = at_the_door()
            if stopped is not None:
                return stopped
            if not may(here.me(), verb, table or self.class_permission_name):
                raise Forbidden()
            return route(self, *args, **kwargs)

        passing.door = (verb, table)  # type: ignore[attr-defined]
        return passing  # type: ignore[return-value]

    return guard


def signed_in(route: Route) -> Route:
    """For everyone who is signed in, whatever their role."""

    @wraps(route)
    def passing(self: Any, *args: Any, **kwargs: Any) -> Any:
        return at_the_door() or route(self, *args, **kwargs)

    passing.door = ("signed_in", "")  # type: ignore[attr-defined]
    return passing  # type: ignore[return-value]


def open_to_all(route: Route) -> Route:
    """Without sign-in: the sign-in page, health, the public check of a document."""
    route.door = ("open", "")  # type: ignore[attr-defined]
    return route


def at_the_door() -> Response | None:
    """None for who may go on; otherwise the way to the sign-in page, or a refusal."""
    person = here.me()
    if person.user_id is None:
        if wants_json():
            raise NotSignedIn()
        if request.method == "POST" and (kept := keeping.sign_in_page()):
            return make_response(kept)
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("SignInView.login", next=back))
    if person.must_change_password and not g.get("may_change_password"):
        if wants_json():
            raise Forbidden()
        return redirect(url_for("AccountView.password"))
    if person.needs_second_factor and request.endpoint not in _TO_SET_IT_UP:
        if wants_json():
            raise Forbidden(say("请先启用验证器。", "Set up a second factor first."))
        return redirect(url_for("AccountView.totp"))
    return None


_TO_SET_IT_UP = ("AccountView.totp", "AccountView.totp_picture")


def wants_json() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"
