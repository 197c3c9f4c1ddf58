"""What every test stands on: two databases made once by `release`, copied for each test.

`app` runs on SQLite and on PostgreSQL in turn; a test marked `@on("sqlite")` on one of them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from tests.postgres import Server

PASSWORD = "correct horse 42 staple"
BACKENDS = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts PostgreSQL; its workers find it in the environment."""
    config.addinivalue_line("markers", "on(*backends): the databases that a test runs on")
    if not hasattr(config, "workerinput") and "GUANJIA_TEST_PG" not in os.environ:
        config.guanjia_server = Server.start()  # type: ignore[attr-defined]
        os.environ["GUANJIA_TEST_PG"] = str(config.guanjia_server.port)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    server = getattr(config, "guanjia_server", None)
    if server is not None:
        server.stop()
        os.environ.pop("GUANJIA_TEST_PG", None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("on")
        metafunc.parametrize("backend", marker.args if marker else BACKENDS, scope="session")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GUANJIA_HOME of this test process: its keys are the same for every test."""
    return tmp_path_factory.mktemp("home")


def settings(url: str, home: Path) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": url, "GUANJIA_HOME": home, "TESTING": True,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 60},
    }  # fmt: skip


class Databases:
    """Cheap copies of a released database with the test company in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._templates: dict[str, str] = {}

    def copy(self, backend: str) -> str:
        if backend not in self._templates:
            self._templates[backend] = self._prepared(backend)
        template, name = self._templates[backend], f"t_{uuid4().hex[:12]}"
        if backend == "sqlite":
            path = self.home / f"{name}.db"
            shutil.copyfile(template, path)
            return f"sqlite:///{path}"
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return _server_url(name)

    def empty(self, backend: str) -> str:
        """A database with nothing in it."""
        name = f"e_{uuid4().hex[:12]}"
        if backend == "sqlite":
            return f"sqlite:///{self.home / name}.db"
        _admin(f'CREATE DATABASE "{name}"')
        return _server_url(name)

    def drop(self, url: str) -> None:
        if url.startswith("sqlite"):
            for path in self.home.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
                path.unlink(missing_ok=True)
        else:
            _admin(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _prepared(self, backend: str) -> str:
        from tests.world import fill

        url = self.empty(backend)
        app = _make_app(url, self.home)
        with app.app_context():
            from app.extensions import db
            from app.release import release

            release()
            fill(db.session)
            db.session.remove()
            if backend == "sqlite":
                with db.engine.connect() as connection:
                    connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        return url.removeprefix("sqlite:///") if backend == "sqlite" else url.rpartition("/")[2]


def _server_url(name: str) -> str:
    return f"postgresql+psycopg://guanjia@127.0.0.1:{os.environ['GUANJIA_TEST_PG']}/{name}"


def _admin(statement: str) -> None:
    engine = create_engine(_server_url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _make_app(url: str, home: Path) -> Flask:
    from app import create_app

    return create_app(settings(url, home))


@pytest.fixture(scope="session")
def databases(home: Path) -> Databases:
    return Databases(home)


@pytest.fixture
def database_url(databases: Databases, backend: str) -> Iterator[str]:
    url = databases.copy(backend)
    yield url
    databases.drop(url)


@pytest.fixture
def app(database_url: str, home: Path) -> Iterator[Flask]:
    """The house on a database of its own."""
    app = _make_app(database_url, home)
    with app.app_context():
        yield app
        from app.extensions import db

        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """`sign_in("cashier")`: a browser in which that user has signed in."""

    def _sign_in(username: str) -> FlaskClient:
        from tests.browserless import Browserless

        return Browserless(app, username, PASSWORD)

    return _sign_in


@pytest.fixture
def api(app: Flask) -> Callable[[str], Any]:
    """`api("cashier")`: a client that speaks JSON under that user's token."""

    def _api(username: str) -> Any:
        from tests.browserless import Api

        return Api(app, username, PASSWORD)

    return _api


@pytest.fixture
def session(app: Flask) -> Any:
    from app.extensions import db

    return db.session
