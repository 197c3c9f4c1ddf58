"""The worker's round of days: once a morning each reminder of a day is looked at, also of the days when nobody looked."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import register_of
from app.core.jobs.worker import regularly
from app.core.record import fields
from app.core.reminding import telling
from app.core.reminding.keeping import Rule
from app.core.reminding.table import Reminder
from app.core.writing import write

#: from this hour of the house on; and how many days that were missed are made up for
HOUR, MOST_MISSED = 7, 7
EVERY = 300


def look(session: Session) -> int:
    """Answers how many people were told something."""
    now = here.in_house_time(here.now())
    if now.hour < HOUR:
        return 0
    told = 0
    for reminder_id in _due(session):
        told += write(session, partial(_look_at, session, reminder_id))
    return told


def _is_due() -> tuple[Any, ...]:
    return (Reminder.archived.is_(False), Reminder.day_of != "", Reminder.looked_at < here.today())


def _due(session: Session) -> Sequence[int]:
    return session.execute(select(Reminder.id).where(*_is_due()).order_by(Reminder.id)).scalars().all()


def _look_at(session: Session, reminder_id: int) -> int:
    """Locked, and asked again: two workers that look at once tell it once."""
    query = select(Reminder).where(Reminder.id == reminder_id, *_is_due()).with_for_update()
    found = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None or found.looked_at is None:
        return 0
    today, told = here.today(), 0
    first = max(found.looked_at + timedelta(days=1), today - timedelta(days=MOST_MISSED - 1))
    found.looked_at = today
    for back in range((today - first).days, -1, -1):
        told += _tell_of(session, Rule.of(found), today - timedelta(days=back))
    return told


def _tell_of(session: Session, rule: Rule, today: date) -> int:
    register = register_of(rule.table)
    known = fields(register.model) if register else {}
    if register is None or rule.day_of not in known:
        return 0
    day = today - timedelta(days=rule.days)
    column = getattr(register.model, known[rule.day_of].attribute)
    with here.as_house():
        found = session.execute(
            select(register.model.id).where(column == day).order_by(register.model.id).limit(telling.MOST_ROWS)
        )
        ids = list(found.scalars())
    return telling.tell(session, rule, ids, f"/{rule.table}/?{rule.day_of}={day.isoformat()}") if ids else 0


regularly(look, every=EVERY)
