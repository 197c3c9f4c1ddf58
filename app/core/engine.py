"""What our databases need to be told: SQLite's manners, PostgreSQL's time limits and prepared statements."""

import select
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

BUSY_SECONDS = 15
#: a connection that lay still for longer is asked whether it lives before it is handed out
STILL_SECONDS = 30
#: the driver is not to prepare statements by itself: what it prepares, the database may plan once for
#: all values, and a search planned so can take a hundred times as long
_NEVER = 1_000_000_000


def prepare(engine: Engine) -> None:
    """Called once for the application's engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_manners)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_manners)
        event.listen(engine, "begin", _postgres_begin)
        event.listen(engine, "do_execute", _postgres_prepared)
        event.listen(engine, "checkout", _is_it_alive)
        event.listen(engine, "checkin", _was_used)


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


def _postgres_manners(connection: Any, record: Any) -> None:
    _was_used(connection, record)
    connection.prepare_threshold = _NEVER
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '15s'")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()


def _postgres_prepared(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """A statement run with the option `prepared` is parsed once a connection, and planned once before long."""
    if context is None or not context.execution_options.get("prepared"):
        return False
    cursor.execute(statement, parameters, prepare=True)
    return True


def _is_it_alive(connection: Any, record: Any, _: Any) -> None:
    """A server that has gone leaves its farewell unread; a network that has gone leaves nothing, so who lay
    still for long is asked. Cheaper than a question before every use."""
    waiting, _, _ = select.select([connection], [], [], 0)
    still = time.monotonic() - record.info.get("used", 0) > STILL_SECONDS
    if waiting or (still and not _answers(connection)):
        raise DisconnectionError()


def _answers(connection: Any) -> bool:
    try:
        connection.execute("")
        connection.rollback()
    except Exception:  # noqa: BLE001 (whatever it is, this connection is of no use)
        return False
    return True


def _was_used(_: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def only_reading(session: Session) -> None:
    """At the begin of a request, which only reads so far: PostgreSQL begins no transaction for it. Each
    statement would see its own moment in it anyway, and the rollback at its end takes the driver's prepared
    statements along. `writing.begin` starts a transaction in its place; SQLite keeps its own."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def in_a_transaction(session: Session) -> Connection:
    """For reading that needs one: a cursor that the server keeps, a limit of time. Writing has `writing.begin`."""
    connection = session.connection()
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        session.rollback()
    return session.connection()
