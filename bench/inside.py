"""What is measured within one process: Python's share of a request, the start of a worker, sizes, growth of memory.

Run as `python -m bench.inside WHAT`, with the environment of a ground; prints JSON.
"""

import gzip
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.ground import PASSWORD, Ground

#: an export and a COPY in turns, so often
EXPORTS = 3


def ask(ground: Ground, what: str, module: str = "bench.inside") -> Any:
    command = [sys.executable, "-m", module, what]
    done = subprocess.run(command, env=ground.environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _signed_in(account: str) -> tuple[Any, str]:
    """The app, and the cookie of somebody who has signed in."""
    from app import create_app

    app = create_app()
    client = app.test_client()
    token = client.get("/login/").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    proof = {"username": account, "password": PASSWORD, "csrf_token": token}
    assert client.post("/login/", data=proof).status_code == 302
    client.get("/")  # a first page sets what a browser then has
    return app, "; ".join(f"{each.key}={each.value}" for each in client._cookies.values())  # type: ignore[attr-defined]


def _environ(path: str, cookie: str) -> dict[str, Any]:
    bare, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": bare, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip


def python_time() -> dict[str, float]:
    """Milliseconds of this thread's processor a list page costs that has to be made, without what is spent in the driver."""
    from sqlalchemy import event

    from app.core import unchanged

    figures = {}
    for account in ("account_manager", "designer"):
        app, cookie = _signed_in(account)
        with app.app_context():
            from app.extensions import db

            engine = db.engine
        unchanged.watch(app, None)
        in_driver, begun = [0.0], [0.0]
        event.listen(engine, "before_cursor_execute", lambda *_, begun=begun: begun.__setitem__(0, time.thread_time()))
        event.listen(
            engine, "after_cursor_execute",
            lambda *_, b=begun, d=in_driver: d.__setitem__(0, d[0] + time.thread_time() - b[0]),
        )  # fmt: skip
        for _ in range(30):
            _answer(app, "/lead/?size=50", cookie)
        in_driver[0], started, times = 0.0, time.thread_time(), 200
        for _ in range(times):
            _answer(app, "/lead/?size=50", cookie)
        figures[account] = (time.thread_time() - started - in_driver[0]) / times * 1000
    return figures


def _answer(app: Any, path: str, cookie: str) -> bytes:
    pieces = app(_environ(path, cookie), lambda *_: None)
    body = b"".join(pieces)
    pieces.close()
    return body


def weights() -> dict[str, int]:
    """Bytes: a list, a form, and all that a first visit loads beside them, compressed as it travels."""
    app, cookie = _signed_in("account_manager")
    page = _answer(app, "/lead/?size=50", cookie).decode()
    named = {part.split('"')[0].split("?")[0].split("#")[0] for part in page.split('="/static/')[1:]}
    static = Path(app.static_folder)
    squeezed = sum(len(gzip.compress((static / each).read_bytes(), 9)) for each in named)
    return {"list": len(page.encode()), "form": len(_answer(app, "/lead/new", cookie)), "static, compressed": squeezed}


def start() -> dict[str, float]:
    """Seconds: the first process from nothing, and each worker after it, which is a copy."""
    begun = time.perf_counter()
    from app import create_app

    create_app()
    cold = time.perf_counter() - begun
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return {"from nothing": cold, "a worker": time.perf_counter() - begun}


def export() -> dict[str, float]:
    """The CSV of every lead: seconds to the first piece and to the last, MiB of it, growth of the process. Beside it
    on PostgreSQL its own COPY, in turns, each after a run that is not counted: who reads rows for the first time marks
    them for those who come later."""
    app, cookie = _signed_in("account_manager")
    _answer(app, "/lead/export?format=csv&budget_fen.gte=199990", cookie)  # what is loaded late is loaded now
    copied = _copy_of(os.environ["DATABASE_URL"])
    turns = []
    for _ in range(EXPORTS + 1):
        turns.append((_whole_export(app, cookie), copied()))
    files, copies = zip(*turns[1:], strict=True)
    whole = statistics.median(each["whole s"] for each in files)
    figures = {
        "first piece s": statistics.median(each["first piece s"] for each in files), "whole s": whole,
        "MiB": files[0]["MiB"], "growth MiB": turns[0][0]["growth MiB"],
    }  # fmt: skip
    copy = statistics.median(copies)
    return figures | ({"COPY s": copy, "of COPY's speed": copy / whole} if copy else {})


def _whole_export(app: Any, cookie: str) -> dict[str, float]:
    before, begun = _peak(), time.perf_counter()
    pieces = app(_environ("/lead/export?format=csv", cookie), lambda *_: None)
    size, first = 0, 0.0
    for piece in pieces:
        first = first or time.perf_counter() - begun
        size += len(piece)
    pieces.close()
    taken = time.perf_counter() - begun
    return {"first piece s": first, "whole s": taken, "MiB": size / 2**20, "growth MiB": _peak() - before}


def _copy_of(url: str) -> Callable[[], float]:
    """How long PostgreSQL's own COPY of the same columns as they lie there takes; 0 on SQLite, which has none."""
    import psycopg

    if url.startswith("sqlite"):
        return lambda: 0.0
    from app.core.declaration import register_of
    from app.core.record import fields

    register = register_of("lead")
    assert register is not None
    known = fields(register.model)
    columns = ", ".join(known[name].attribute for name in register.shown() if not known[name].many)
    statement = f"COPY (SELECT {columns} FROM lead ORDER BY id DESC) TO STDOUT WITH (FORMAT csv)"

    def copied() -> float:
        begun = time.perf_counter()
        with (
            psycopg.connect(url.replace("+psycopg", "")) as connection,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for _ in copy:
                pass
        return time.perf_counter() - begun

    return copied


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    doing = {"python_time": python_time, "weights": weights, "start": start, "export": export}
    print(json.dumps(doing[sys.argv[1]]()))
