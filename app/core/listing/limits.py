"""What a figure beside a list may cost: so many rows, so many seconds; beyond that it says so instead."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import engine

SECONDS = 1.5
#: SQLite asks this often, counted in its own small steps, whether to go on
_STEPS = 20_000


class TooLong(Exception):  # noqa: N818 (reads as a sentence where it is raised)
    """The database was stopped: the figure would have taken longer than it is worth."""


@contextmanager
def at_most(session: Session, seconds: float = SECONDS) -> Iterator[None]:
    """Reading within the block ends after so many seconds with TooLong. The transaction ends with it."""
    connection = engine.in_a_transaction(session)
    if connection.dialect.name == "sqlite":
        raw, end = connection.connection.driver_connection, time.monotonic() + seconds
        assert raw is not None
        raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            yield
        except DBAPIError as error:
            if "interrupted" not in str(error.orig):
                raise
            raise TooLong from None
        finally:
            raw.set_progress_handler(None, 0)
            session.rollback()
        return
    session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "57014":
            raise
        raise TooLong from None
    finally:
        session.rollback()
