"""The databases of a run: released, the demo company in them, and leads by the million."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Server

PASSWORD = "bench-only-password"
RARE_NAME = "钟离若曦"  # one lead is called so
ROWS = (1_000, 1_000_000)


@dataclass(frozen=True)
class Ground:
    """One database with so many leads, and the folder that belongs to it."""

    backend: str
    rows: int
    url: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "DATABASE_URL": self.url, "GUANJIA_HOME": str(self.home), "BENCH_DATABASE": self.url,
            "BENCH_PASSWORD": PASSWORD,
        }  # fmt: skip


@contextmanager
def grounds(backends: list[str], sizes: list[int]) -> Iterator[Iterator[Ground]]:
    """Each ground in turn; a PostgreSQL of the bench's own is started when it is wanted."""
    server = Server.start(durable=True) if "postgresql" in backends else None
    try:
        yield (_prepared(backend, rows, server) for rows in sizes for backend in backends)
    finally:
        if server:
            server.stop()


def _prepared(backend: str, rows: int, server: Server | None) -> Ground:
    home = Path(tempfile.mkdtemp(prefix=f"guanjia-bench-{backend}-{rows}-"))
    if backend == "sqlite":
        url = f"sqlite:///{home}/bench.db"
    else:
        assert server is not None
        url = server.url(f"bench_{rows}")
        _create_database(server.url("postgres"), f"bench_{rows}")
    ground = Ground(backend, rows, url, home)
    _fill(ground)
    return ground


def _create_database(admin_url: str, name: str) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


def _fill(ground: Ground) -> None:
    from app import create_app
    from app.core import here
    from app.demo.company import load_company
    from app.demo.desk import Desk
    from app.demo.homes import load_homes
    from app.extensions import db
    from app.release import release
    from bench.rows import fill

    app = create_app({"SQLALCHEMY_DATABASE_URI": ground.url, "GUANJIA_HOME": ground.home})
    with app.app_context():
        release()
        with here.as_house():
            load_company(db.session, PASSWORD)
        load_homes(Desk(db.session))
        fill(ground.rows, RARE_NAME)
        db.session.remove()
        db.engine.dispose()
