"""What every test stands on.

A test that asks for `app` (or `client`, `sign_in`, `api`, `session`, `command`, `database_url`) runs
twice, on SQLite and on PostgreSQL, each time on a fresh copy of the same small world (world.py).
`@pytest.mark.on("sqlite")` keeps it to one of them. Tests of pages in tests/browser use SQLite.
"""

import gc
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from tests.databases import BACKENDS, Databases, start_server, stop_server

# A process that makes apps, pages and rows by the million need not look for garbage after every 700 of them.
gc.set_threshold(100_000, 50, 1000)
PASSWORD = "correct horse 42 staple"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "on(*backends): the databases that a test runs on")
    if getattr(config.option, "numprocesses", None):
        start_server()  # once, here in the controller, for all workers


def pytest_unconfigure(config: pytest.Config) -> None:
    stop_server()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("on")
        in_browser = metafunc.module.__name__.startswith("tests.browser")
        chosen = marker.args if marker else BACKENDS[:1] if in_browser else BACKENDS
        metafunc.parametrize("backend", chosen, scope="session")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GUANJIA_HOME of this test process: its keys are the same for every test."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def databases(home: Path) -> Databases:
    """`databases.copy(backend)`, `.empty(backend)`, `.drop(url)`: for tests that need a second one."""
    return Databases(home)


@pytest.fixture
def world() -> str:
    """Which company is in the database; a module that needs the "demo" one overrides this."""
    return "small"


@pytest.fixture
def database_url(databases: Databases, backend: str, world: str) -> Iterator[str]:
    """A database of the test's own."""
    url = databases.copy(backend, world)
    yield url
    databases.drop(url)


@pytest.fixture
def app(database_url: str, databases: Databases) -> Iterator[Flask]:
    """The house on that database. The test stands in its context; requests come from outside."""
    app = databases.app(database_url)
    app.test_client_class = FromOutside
    with app.app_context():
        yield app
        from app.extensions import db

        db.session.remove()
        db.engine.dispose()


class FromOutside(FlaskClient):
    """Each request in a context of its own, with its own session and person, as on a server.

    What the test has written is committed before; what it has read is read anew after.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        _let_go()
        kwargs.setdefault("buffered", True)  # a stream is read where its request is
        return Context().run(super().open, *args, **kwargs)


def _let_go() -> None:
    from app.extensions import db

    if has_app_context():
        db.session.commit()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], Any]:
    """`sign_in("cashier")`: a browser without a window, in which that user has signed in."""
    from tests.browserless import Browserless

    return lambda username: Browserless(app, username, PASSWORD)


@pytest.fixture
def api(app: Flask) -> Callable[[str], Any]:
    """`api("cashier")`: a client that speaks JSON under that user's token."""
    from tests.browserless import Api

    return lambda username: Api(app, username, PASSWORD)


@pytest.fixture
def command(app: Flask) -> Callable[..., Result]:
    """`command("export", "lead", "--as", "auditor")`: the command line, as from a shell."""

    def _command(*arguments: str) -> Result:
        _let_go()
        return Context().run(app.test_cli_runner().invoke, args=list(arguments))

    return _command


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database as the house sees it: every row."""
    from app.core import here
    from app.extensions import db

    with here.as_house():
        yield db.session


@pytest.fixture
def doors(sign_in: Any, api: Any, command: Any) -> Any:
    """`doors.do("button", "lead", 3, "dispatch", "account_manager", designer=7)`: the rules told."""
    from tests.doors import Doors

    return Doors(sign_in, api, command)
