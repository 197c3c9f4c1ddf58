"""Databases for tests: one of each kind is released and filled once, then copied for each test."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.security import generate_password_hash

from app.core import crypt, editions, engine, unchanged
from tests import postgres

BACKENDS = ("sqlite", "postgresql")


def settings(url: str, home: Path) -> dict[str, Any]:
    """What a test changes of config.py: its database, its home, room for fifty threads."""
    return {
        "SQLALCHEMY_DATABASE_URI": url, "GUANJIA_HOME": home, "TESTING": True,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 20, "max_overflow": 60},
    }  # fmt: skip


def make_app(url: str, home: Path) -> Flask:
    from app import create_app

    return create_app(settings(url, home))


class Databases:
    """Of one test process. A copy costs some hundredths of a second."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._templates: dict[str, str] = {}
        self._apps: dict[str, tuple[Flask, dict[str, Any]]] = {}

    def app(self, url: str) -> Flask:
        """An app on that database. To make one costs a quarter of a second, so one per kind of
        database is kept: each test gets it with the settings it was made with."""
        from app.extensions import db

        kind = url.partition(":")[0]
        if kind not in self._apps:
            made = make_app(url, self.home)
            self._apps[kind] = made, dict(made.config)
        app, made_with = self._apps[kind]
        app.config.clear()
        app.config.update(made_with, SQLALCHEMY_DATABASE_URI=url)
        crypt.load_key(self.home / "keys" / "data.key")  # a test may have loaded another house's
        with app.app_context():
            db.engines[None] = create_engine(url, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
            engine.prepare(db.engine)
            unchanged.watch(app, None)  # what a test asks for is made; what stands is tested by itself
        editions.forget()
        return app

    def copy(self, backend: str, world: str = "small") -> str:
        """The URL of a released database with the tests' small world in it, or the "demo" company."""
        key = f"{backend} {world}"
        if key not in self._templates:
            self._templates[key] = self._prepared(backend, world)
        return self._new(backend, "test", self._templates[key])

    def empty(self, backend: str) -> str:
        """The URL of a database with nothing in it: for releases and migrations."""
        return self._new(backend, "empty")

    def drop(self, url: str) -> None:
        if url.startswith("sqlite"):
            for path in self.home.glob(f"{_name(url)}*"):
                path.unlink()
        else:
            _order(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def _new(self, backend: str, word: str, template: str = "") -> str:
        name = f"{word}_{uuid4().hex[:12]}"
        if backend == "sqlite":
            if template:
                shutil.copyfile(self.home / template, self.home / name)
            return f"sqlite:///{self.home / name}"
        # Copied as files, not through the log: eight times as fast.
        _order(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" STRATEGY FILE_COPY')
        return postgres.url(_port(), name)

    def _prepared(self, backend: str, world: str) -> str:
        from app.extensions import db
        from app.release import release
        from tests.world import demo, fill

        url = self.empty(backend)
        with make_app(url, self.home).app_context():
            release()
            (demo if world == "demo" else fill)(db.session)
            _quick_to_check(db.session)
            db.session.remove()
            db.engine.dispose()  # SQLite's last connection leaves everything in one file
        return _name(url)


def _quick_to_check(session: Any) -> None:
    """Everybody's password under one cheap hash: a slow one would be half of the tests' time."""
    from tests.conftest import PASSWORD

    quick = {"password": generate_password_hash(PASSWORD, "pbkdf2:sha256:1")}
    session.execute(text("UPDATE ab_user SET password = :password"), quick)
    session.commit()


_own: list[postgres.Server] = []


def start_server() -> None:
    """The PostgreSQL of this test run, unless there is one already."""
    if postgres.PORT not in os.environ:
        _own.append(postgres.Server.start())
        os.environ[postgres.PORT] = str(_own[0].port)


def stop_server() -> None:
    """By the process that started it."""
    if _own:
        _own.pop().stop()
        os.environ.pop(postgres.PORT)


def _port() -> str:
    start_server()
    return os.environ[postgres.PORT]


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _order(statement: str) -> None:
    server = create_engine(postgres.url(_port(), "postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()
