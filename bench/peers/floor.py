"""What no list can go below: pages of a list's weight that do less and less, on the very server that Guanjia runs on.

Served as `bench.peers.floor:app` under `gunicorn.conf.py`. `/bytes` is an answer without a framework, `/flask` a view
that answers the same bytes, `/rows` a view that reads fifty leads and its visitor's row by the bare driver before.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request

BYTES = (b"<p>" + b"x" * 60 + b"</p>\n") * 832  # 57 KB, as a list has
LEADS = "SELECT number, customer_name, phone, state, source, budget_fen, inquiry_on FROM lead ORDER BY id DESC LIMIT 50"
VISITOR = "SELECT id, username, active FROM ab_user WHERE username = 'admin'"


def make_app(url: str) -> Callable[..., Iterable[bytes]]:
    app = Flask("floor")
    connected: list[Any] = []

    @app.get("/flask")
    def flask() -> bytes:
        return BYTES

    @app.get("/rows")
    def rows() -> bytes:
        connection = connected.pop() if connected else _connection(url)
        request.cookies.get("session")
        for statement in (VISITOR, LEADS):
            connection.execute(statement).fetchall()
        connection.rollback()
        connected.append(connection)
        return BYTES

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/bytes":
            start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BYTES)))])
            return [BYTES]
        return app(environ, start)

    return serve


def _connection(url: str) -> Any:
    if url.startswith("sqlite"):
        import sqlite3

        return sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False)
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""), prepare_threshold=0)


def __getattr__(name: str) -> Callable[..., Iterable[bytes]]:
    """`app`, when a server asks for it."""
    if name != "app":
        raise AttributeError(name)
    return make_app(os.environ["BENCH_DATABASE"])
