"""The worker's round: what is due is sent (core/outbox.py). A webhook that does not answer waits for the next round,
so that it holds nobody up.
"""

import json
import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.core import notices, outbox
from app.core.hooks import sending
from app.core.hooks.table import Webhook, WebhookDelivery
from app.core.jobs.worker import regularly
from app.core.outbox import DELAYS
from app.core.words import say
from app.core.writing import write

#: how often one looks, how many messages and how long one round may take
EVERY, MOST, LONGEST = 5, 50, 15.0


@dataclass(frozen=True)
class Lent:
    """A message in the hands of this worker, as plain values."""

    id: int
    webhook_id: int
    key: str
    address: str
    secret: str
    body: bytes


def deliver_due(session: Session) -> int:
    """Send what is due; answers how many messages were taken."""
    silent: set[int] = set()
    taken, until = 0, time.monotonic() + LONGEST
    for _ in range(MOST):
        lent = _next(session, silent) if time.monotonic() < until else None
        if lent is None:
            break
        if _send(session, lent):
            taken += 1
        else:
            silent.add(lent.webhook_id)
    return taken


def _send(session: Session, lent: Lent) -> bool:
    status, error = sending.post(lent.address, lent.secret, lent.key, lent.body)
    went = status is not None and 200 <= status < 300
    write(session, lambda: _note(session, lent, went, status, error))
    return went


def _due(silent: set[int]) -> ColumnElement[bool]:
    on = WebhookDelivery.webhook_id.in_(select(Webhook.id).where(Webhook.archived.is_(False)))
    return and_(outbox.is_due(WebhookDelivery), on, WebhookDelivery.webhook_id.not_in(sorted(silent)))


def _next(session: Session, silent: set[int]) -> Lent | None:
    if not outbox.waits(session, WebhookDelivery, _due(silent)):
        return None
    return write(session, lambda: _lend(session, silent))


def _lend(session: Session, silent: set[int]) -> Lent | None:
    found = outbox.lend(session, WebhookDelivery, _due(silent))
    if found is None:
        return None
    hook = session.get_one(Webhook, found.webhook_id, populate_existing=True)
    body = json.dumps(found.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Lent(found.id, hook.id, found.key, hook.address, hook.secret, body)


def _note(session: Session, lent: Lent, went: bool, status: int | None, error: str) -> None:
    found = session.get_one(WebhookDelivery, lent.id, populate_existing=True)
    found.status = status
    if went:
        found.went()
    elif found.missed(error):
        _tell_its_owner(session, lent)


def _tell_its_owner(session: Session, lent: Lent) -> None:
    hook = session.get_one(Webhook, lent.webhook_id)
    if hook.by_id is not None:
        told = say("外发通知「{n}」有一条多次未送达，已放弃。", "A message of webhook “{n}” was given up.", n=hook.name)
        notices.tell(session, [hook.by_id], told, f"/webhook/{hook.id}")


def sweep(session: Session) -> None:
    """Forget messages of long ago. Commits."""
    outbox.forget_old(session, WebhookDelivery)


regularly(deliver_due, every=EVERY)
regularly(sweep)

__all__ = ["DELAYS", "deliver_due", "sweep"]
