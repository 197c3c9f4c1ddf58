"""What was answered stands while nothing changes 未变.

A list or a record that the same browser asks for again is given as it was when the database itself says that nothing
has been written since: no row, no right, no session that was ended. The way there is one question instead of a page.

    unchanged.stands()         # in a page that only reads and holds no key of a form

Asked is the database, not a counter of ours: PostgreSQL names the transactions that a reader sees by now, SQLite
the version of its file as a connection sees it that never writes. The minute is a part of the question, since
words such as "overdue" are true at a time. Nothing else is kept by age.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock, local
from typing import Any

from flask import Flask, request
from sqlalchemy import Engine

from app.core import here, once
from app.core.memory import Kept

#: a page that weighs more is not kept
HEAVIEST = 128 * 1024
_STANDS = "guanjia.stands"
_ONCE = f'name="{once.FIELD}"'.encode()

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_app(app: Flask) -> None:
    """Around all that has been put around the application before."""
    app.wsgi_app = app.extensions["unchanged"] = Unchanged(app.wsgi_app)  # type: ignore[method-assign]


def watch(app: Flask, engine: Engine | None) -> None:
    """Which database is asked whether anything has changed; None: no answer stands."""
    app.extensions["unchanged"].watch = engine and _watch_of(engine)


def stands() -> None:
    """Says of the answer to this request that it holds while nothing changes."""
    request.environ[_STANDS] = True


@dataclass(frozen=True)
class Answer:
    """As it went out, with what the database said just before it was made."""

    mark: tuple[Any, ...]
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Unchanged:
    """Around the application: it is not asked for an answer that still holds."""

    def __init__(self, app: Wsgi) -> None:
        self.app = app
        self.watch: Watch | None = None
        self.answers: Kept[Answer] = Kept(100)
        #: whose answers may stand; for no other address is the database asked in vain
        self.paths: Kept[bool] = Kept(2000)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if self.watch is None or environ["REQUEST_METHOD"] != "GET" or path not in self.paths:
            pieces = self.app(environ, start_response)
            if _STANDS in environ:
                self.paths.put(path, True)
            return pieces
        mark = (self.watch.mark(), here.now().replace(second=0, microsecond=0))
        key = _asked(environ)
        found = self.answers.find(key)
        if found is not None and found.mark == mark:
            start_response(found.status, found.headers)
            return [found.body]
        return self._made(environ, start_response, key, mark)

    def _made(
        self, environ: dict[str, Any], start_response: Callable[..., Any], key: tuple[Any, ...], mark: tuple[Any, ...]
    ) -> Iterable[bytes]:
        """A new answer; kept when it may stand, sets nothing in the browser and is whole already."""
        said: list[Any] = []

        def hear(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, *error)

        pieces = self.app(environ, hear)
        if mark[0] is None or _STANDS not in environ or not _is_whole(*said):
            return pieces
        try:
            body = b"".join(pieces)
        finally:
            pieces.close()  # type: ignore[attr-defined]
        if _ONCE not in body:  # a form that makes one record has a key of its own each time
            self.answers.put(key, Answer(mark, said[0], said[1], body))
        return [body]


def _asked(environ: dict[str, Any]) -> tuple[Any, ...]:
    """All that a page may look at: address, who asks from where, and everything that the browser said."""
    said = tuple(sorted((name, value) for name, value in environ.items() if name.startswith("HTTP_")))
    rest = ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme")
    return (*(environ.get(name) for name in rest), said)


def _is_whole(status: str, headers: list[tuple[str, str]]) -> bool:
    told = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "set-cookie" not in told
        and int(told.get("content-length", HEAVIEST + 1)) <= HEAVIEST
    )


# --- what the database says ---------------------------------------------------------------


class Watch:
    """Each thread has a connection that never writes and asks only this: one for all would be waited for in a row.
    What two connections say can't be compared, so a mark counts: up whenever one of them hears another word than the
    last time. Where nothing can be heard nothing stands."""

    def __init__(self, connect: Callable[[], Any], question: str) -> None:
        self._connect, self._question = connect, question
        self._own = local()
        self._mark = 0
        self._lock = Lock()

    def mark(self) -> int | None:
        """Equal for two moments between which nothing was written. Whoever hears of a write counts before they read
        anything, and everybody hears of it who asks after it: no page from before has the mark of one after."""
        own = self._own
        try:
            if getattr(own, "process", None) != os.getpid():
                own.connection, own.process, own.heard = self._connect(), os.getpid(), None
            heard = own.connection.execute(self._question).fetchone()[0]
        except Exception:  # noqa: BLE001 (whatever it is: the page is made anew, and says it better)
            own.process = None
            return None
        with self._lock:
            if own.heard != heard:
                own.heard = heard
                self._mark += 1
            return self._mark


def _watch_of(engine: Engine) -> Watch | None:
    """None where there is nothing to watch: a database in the memory of one connection."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        file = url.database
        if not file or file == ":memory:":
            return None
        return Watch(
            lambda: sqlite3.connect(file, isolation_level=None, check_same_thread=False), "PRAGMA data_version"
        )
    given, named = engine.dialect.create_connect_args(url)
    return Watch(
        lambda: engine.dialect.connect(*given, **{**named, "autocommit": True, "prepare_threshold": 0}),
        "SELECT pg_current_snapshot()::text",
    )
