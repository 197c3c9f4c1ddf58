"""The worker's round of mails (core/outbox.py). One server takes them all: when it is away, all wait for a while."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import here, outbox
from app.core.answers import Refusal
from app.core.jobs.worker import regularly
from app.core.mail import letters
from app.core.mail.carrying import AwayError, Carrier, NotNowError, RefusedError
from app.core.mail.letters import DroppedError
from app.core.mail.server import Server, server
from app.core.mail.table import Mail
from app.core.outbox import DeliveryState
from app.core.writing import write

#: how often one looks, how many letters and how long one round may take
EVERY, MOST, LONGEST = 5, 50, 15.0
#: how long nobody is written to when the server is away
AWAY = timedelta(minutes=1)


class Lent(NamedTuple):
    """A letter in the hands of this worker."""

    id: int
    key: str


def deliver_due(session: Session) -> int:
    """Send what is due; answers how many letters were taken."""
    known = server()
    if known is None:
        return 0
    taken, until = 0, time.monotonic() + LONGEST
    with Carrier(known) as carrier:
        for _ in range(MOST):
            lent = _next(session) if time.monotonic() < until else None
            if lent is None:
                break
            try:
                taken += _send(session, carrier, known, lent)
            except AwayError:
                break
    return taken


def _next(session: Session) -> Lent | None:
    due = outbox.is_due(Mail)
    return write(session, lambda: _lend(session)) if outbox.waits(session, Mail, due) else None


def _lend(session: Session) -> Lent | None:
    found = outbox.lend(session, Mail, outbox.is_due(Mail))
    return Lent(found.id, found.key) if found is not None else None


def _send(session: Session, carrier: Carrier, known: Server, lent: Lent) -> bool:
    """Nothing is held in the database while the server is spoken to. Raises AwayError, when that is noted."""
    try:
        letter = letters.written(session, session.get_one(Mail, lent.id, populate_existing=True))
        session.rollback()
        carrier.send(letter.to, letters.enveloped(letter, lent.key, known))
    except (DroppedError, Refusal) as why:  # a Refusal: the file went away, or the right, between two looks
        error = str(why) if isinstance(why, DroppedError) else "out of reach"
        _note(session, lent, lambda mail: mail.over(DeliveryState.DROPPED, error))
    except RefusedError as why:
        error = str(why)
        _note(session, lent, lambda mail: mail.over(DeliveryState.FAILED, error))
    except (NotNowError, AwayError) as why:
        error, away = str(why), isinstance(why, AwayError)
        _note(session, lent, lambda mail: mail.missed(error), away=away)
        if away:
            raise
    else:
        _note(session, lent, Mail.went)
        return True
    return False


def _note(session: Session, lent: Lent, what: Callable[[Mail], object], *, away: bool = False) -> None:
    def work() -> None:
        what(session.get_one(Mail, lent.id, populate_existing=True))
        session.flush()
        if away:
            session.execute(update(Mail).where(outbox.is_due(Mail)).values(next_at=here.now() + AWAY))

    write(session, work)


def sweep(session: Session) -> None:
    """Forget mails of long ago. Commits."""
    outbox.forget_old(session, Mail)


regularly(deliver_due, every=EVERY)
regularly(sweep)
