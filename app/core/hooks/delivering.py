"""The worker's round: what is due is sent, and sent again after growing delays, until it is taken or given up.

A message that is being sent is lent to its worker for a while; when that worker dies, another sends it: at least
once, never held back. A webhook that does not answer waits for the next round, so that it holds nobody up.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.core import here, notices
from app.core.hooks import sending
from app.core.hooks.table import DeliveryState, Webhook, WebhookDelivery
from app.core.jobs.worker import regularly
from app.core.words import say
from app.core.writing import write

#: seconds until the second, third, … time
DELAYS = (30, 120, 600, 3600, 6 * 3600, 24 * 3600)
LENT = timedelta(minutes=2)
KEPT = timedelta(days=30)
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
    waiting = WebhookDelivery.state == str(DeliveryState.WAITING)
    on = WebhookDelivery.webhook_id.in_(select(Webhook.id).where(Webhook.archived.is_(False)))
    return and_(waiting, WebhookDelivery.next_at <= here.now(), on, WebhookDelivery.webhook_id.not_in(sorted(silent)))


def _next(session: Session, silent: set[int]) -> Lent | None:
    """An idle look only reads."""
    if session.execute(select(WebhookDelivery.id).where(_due(silent)).limit(1)).first() is None:
        session.rollback()
        return None
    return write(session, lambda: _lend(session, silent))


def _lend(session: Session, silent: set[int]) -> Lent | None:
    query = select(WebhookDelivery).where(_due(silent)).order_by(WebhookDelivery.next_at, WebhookDelivery.id).limit(1)
    found = session.execute(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        return None
    found.attempts += 1
    found.next_at = here.now() + LENT
    hook = session.get_one(Webhook, found.webhook_id, populate_existing=True)
    body = json.dumps(found.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Lent(found.id, hook.id, found.key, hook.address, hook.secret, body)


def _note(session: Session, lent: Lent, went: bool, status: int | None, error: str) -> None:
    found = session.get_one(WebhookDelivery, lent.id, populate_existing=True)
    found.status, found.error = status, error
    if went:
        found.state, found.sent_at = str(DeliveryState.SENT), here.now()
    elif found.attempts > len(DELAYS):
        found.state = str(DeliveryState.FAILED)
        _tell_its_owner(session, lent)
    else:
        found.next_at = here.now() + timedelta(seconds=DELAYS[found.attempts - 1])


def _tell_its_owner(session: Session, lent: Lent) -> None:
    hook = session.get_one(Webhook, lent.webhook_id)
    if hook.by_id is not None:
        told = say("外发通知「{n}」有一条多次未送达，已放弃。", "A message of webhook “{n}” was given up.", n=hook.name)
        notices.tell(session, [hook.by_id], told, f"/webhook/{hook.id}")


def sweep(session: Session) -> None:
    """Forget messages of long ago. Commits."""
    old = select(WebhookDelivery.id).where(WebhookDelivery.made_at < here.now() - KEPT).limit(1)
    if session.execute(old).first() is not None:
        order = delete(WebhookDelivery).where(WebhookDelivery.made_at < here.now() - KEPT)
        write(session, lambda: session.execute(order))


regularly(deliver_due, every=EVERY)
regularly(sweep)
