"""What our databases need to be told: SQLite's manners, PostgreSQL's time limit."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event

BUSY_SECONDS = 15


def prepare(engine: Engine) -> None:
    """Called once for the application's engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_manners)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_manners)
        event.listen(engine, "begin", _postgres_begin)


def _sqlite_manners(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must not begin transactions by itself: _sqlite_begin does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("immediate"):
        _sqlite_waits_for_the_disk(connection, "FULL" if options.get("durable", True) else "NORMAL")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate") else "BEGIN")


def _sqlite_waits_for_the_disk(connection: Any, wanted: str) -> None:
    """It is said between transactions, and only when it was the other before."""
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted


def _postgres_begin(connection: Any) -> None:
    if not connection.get_execution_options().get("durable", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _postgres_manners(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '15s'")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()
