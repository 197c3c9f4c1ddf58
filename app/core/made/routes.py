"""Addresses of registers without code: `/<name>/…`, for names that are in force when it is asked.

The house's own addresses come first. Whether a name is in force is asked when the person is known,
because only then has this worker heard of the latest definitions.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, request
from werkzeug.routing import BaseConverter, ValidationError

from app.core import editions
from app.core.answers import NotFound
from app.core.declaration import register_of
from app.core.made.loading import MadePages, is_made
from app.extensions import db

ENDPOINTS = "made"


class MadeName(BaseConverter):
    """What may be the name of a register without code: no first step of the house's own addresses."""

    regex = "[a-z][a-z0-9_]*"
    _own: frozenset[str] = frozenset()

    def to_python(self, value: str) -> str:
        if not self._own:
            self._own = frozenset(str(rule.rule).split("/")[1] for rule in self.map.iter_rules())
        if value in self._own:
            raise ValidationError()
        return value


def init_app(app: Flask) -> None:
    app.url_map.converters[ENDPOINTS] = MadeName
    for name, page in inspect.getmembers(MadePages, lambda found: hasattr(found, "_urls")):
        for url, methods in page._urls:
            app.add_url_rule(f"/<{ENDPOINTS}:table>{url}", f"{ENDPOINTS}.{name}", _served(name, page), methods=methods)
    app.url_defaults(_of_this_register)


def _served(name: str, page: Callable[..., Any]) -> Callable[..., Any]:
    """The page of whichever register is asked for."""

    @wraps(page)
    def serve(table: str, **given: Any) -> Any:
        if not is_made(table):  # before anybody has signed in a worker has heard of nothing
            editions.refresh(db.session)
        register: Any = register_of(table) if is_made(table) else None
        if register is None:
            raise NotFound()
        return getattr(register(), name)(**given)

    return serve


def _of_this_register(endpoint: str, values: dict[str, Any]) -> None:
    """A page's way to another page of the same register (`url_for(".show", row_id=3)`)."""
    if endpoint.startswith(f"{ENDPOINTS}.") and request.view_args:
        values.setdefault("table", request.view_args.get("table"))
