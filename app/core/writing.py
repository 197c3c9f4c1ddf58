"""One write transaction: begun at once, retried when two collide, never half done."""

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.core import once
from app.core.answers import Busy, Conflict, Faulty
from app.core.constraints import fault_of

Done = TypeVar("Done")
TRIES = 5
#: what a database says when two transactions met, and one has to go again
_COLLISIONS = ("40001", "40P01", "55P03")


def begin(session: Session, *, durable: bool = True) -> None:
    """Start a write transaction. On SQLite it takes the write lock now (BEGIN IMMEDIATE):
    what is read and counted from here on can't be changed by another before we commit."""
    session.rollback()
    session.connection(execution_options={"immediate": True, "durable": durable})


def write(session: Session, work: Callable[[], Done], *, durable: bool = True) -> Done:
    """Run `work` in one write transaction and commit it. What is not `durable` does not wait for the
    disk: a power cut may take its last second, but never out of the middle, and no killed process does.

    Whatever fails leaves nothing behind. A collision is tried again; a broken constraint
    becomes a fault at its field; a lost or full database becomes `Busy`.
    """
    for attempt in range(TRIES):
        try:
            begin(session, durable=durable)
            done = work()
            session.commit()
        except StaleDataError:
            session.rollback()
            raise Conflict() from None
        except IntegrityError as error:
            session.rollback()
            if once.is_repeat(error):
                continue
            raise Faulty(fault_of(error)) from error
        except DBAPIError as error:
            session.rollback()
            if not collided(error):
                raise _told(error) from error
            time.sleep(0.05 * 2**attempt)
        except BaseException:
            session.rollback()
            raise
        else:
            return done
    raise Busy()


def collided(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _COLLISIONS or "database is locked" in str(error.orig)


def _told(error: DBAPIError) -> Exception:
    away = isinstance(error, OperationalError) or error.connection_invalidated
    return Busy() if away else error
