"""Where the time of a page goes, by whose code it is spent in: Python's own profiler, each function's own time summed up
by package. It makes calls of Python dearer than waiting for the database, so that the driver's share is the least it is.

Run as `python -m bench.profile` with the environment of a ground; prints JSON: page -> {whose: share, "ms": by the
clock, a request without the profiler}.
"""

import cProfile
import io
import json
import pstats
import re
import time
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from bench.inside import _environ, _signed_in

TIMES = 100
OWNERS = ("sqlalchemy", "psycopg", "flask_appbuilder", "flask_login", "flask_wtf", "wtforms", "flask", "werkzeug",
          "jinja2", "itsdangerous", "markupsafe")  # fmt: skip


def main() -> dict[str, dict[str, float]]:
    from app.core import unchanged

    app, cookie = _signed_in("account_manager")
    unchanged.watch(app, None)  # each page is made
    with app.app_context():
        from app.extensions import db

        middle = db.session.connection().exec_driver_sql("SELECT max(id) / 2 FROM lead").scalar_one()
    cookie, token = _form(app, f"/lead/{middle}/edit", cookie)
    budget = iter(range(40_000, 90_000))

    def save() -> None:
        typed = {"customer_name": "王思远", "budget_fen": str(next(budget)), "csrf_token": token}
        _ask(app, f"/lead/{middle}/edit", cookie, typed)

    pages = {
        "list": lambda: _ask(app, "/lead/?size=50", cookie),
        "record": lambda: _ask(app, f"/lead/{middle}", cookie),
        "save": save,
    }
    return {name: _shares(page) for name, page in pages.items()}


def _shares(page: Any) -> dict[str, float]:
    for _ in range(20):
        page()
    begun = time.perf_counter()
    for _ in range(TIMES):
        page()
    alone = (time.perf_counter() - begun) / TIMES * 1000
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(TIMES):
        page()
    profile.disable()
    own: dict[str, float] = defaultdict(float)
    for (path, _, name), (_, _, spent, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if path != "~":
            own[_whose(path)] += spent
            continue
        for (caller, _, _), (_, _, its, _) in callers.items():  # what is built in belongs to who calls it
            own["the driver" if _drives(name) else _whose(caller)] += its
    total = sum(own.values())
    told = {whose: round(spent / total, 3) for whose, spent in sorted(own.items(), key=lambda each: -each[1])}
    return {"ms": round(alone, 2)} | told


def _drives(name: str) -> bool:
    return "sqlite3" in name or "psycopg" in name


def _whose(path: str) -> str:
    if path.endswith(".html"):
        return "our templates"
    if "/app/" in path and "site-packages" not in path:
        return "ours"
    for owner in OWNERS:
        if f"/{owner}/" in path or f"/{owner}." in path:
            return owner
    return "the rest of Python"


def _form(app: Any, path: str, cookie: str) -> tuple[str, str]:
    """The cookie that goes with a form's token, and the token."""
    answered: list[tuple[str, str]] = []
    pieces = app(_environ(path, cookie), lambda _, headers, *rest: answered.extend(headers))
    token = re.search(r'name="csrf_token" value="([^"]+)"', b"".join(pieces).decode())
    pieces.close()
    assert token is not None
    set_now = [value.partition(";")[0] for name, value in answered if name == "Set-Cookie"]
    kept = dict(each.split("=", 1) for each in [*cookie.split("; "), *set_now])
    return "; ".join(f"{name}={value}" for name, value in kept.items()), token[1]


def _ask(app: Any, path: str, cookie: str, typed: dict[str, str] | None = None) -> str:
    environ = _environ(path, cookie)
    if typed is not None:
        body = urlencode(typed).encode()
        environ |= {
            "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        }  # fmt: skip
    statuses: list[str] = []
    pieces = app(environ, lambda status, *_: statuses.append(status))
    answered = b"".join(pieces)
    pieces.close()
    assert statuses[0][:3] in ("200", "302"), (path, statuses)
    return answered.decode()


if __name__ == "__main__":
    print(json.dumps(main()))
