"""Queues 待办: what waits for a person now, and the verb that clears it.

A domain declares its queues beside its register; home shows them together.

    queue("lead", say("待派单", "Waiting for dispatch"), verb="dispatch", state="new")
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.core import here, policy
from app.core.declaration import register_of
from app.core.listing import COUNT_CAP, Listing
from app.core.rights import may
from app.core.words import Say
from app.extensions import db


@dataclass(frozen=True)
class Queue:
    """A filtered list of a register, for whoever has the verb that clears it."""

    table: str
    label: Say
    verb: str
    filters: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return f"/{self.table}/?{urlencode(self.filled())}"

    def filled(self) -> dict[str, str]:
        """The filters with today's figures of the rule book in them."""
        return {name: _POLICY.sub(_figure, value) for name, value in self.filters}


_POLICY = re.compile(r"\{(\w+)\}")


def _figure(found: re.Match[str]) -> str:
    return str(policy.in_force(db.session, found[1], here.today()))


_queues: list[Queue] = []


def queue(table: str, label: Say, *, verb: str, **filters: str) -> None:
    """`filters` are those of the list's address, with `__` for the dot: `due_on__lte="today"`. A day
    by policy: `touched_on__lte="today-{lead_untouched_days}"`."""
    pairs = tuple((name.replace("__", "."), value) for name, value in filters.items())
    _queues.append(Queue(table, label, verb, pairs))


def queues_for(session: Session) -> list[dict[str, Any]]:
    """The acting person's queues with their capped counts; empty ones are left out."""
    shown = []
    for each in _queues:
        register = register_of(each.table)
        if register is None or not may(here.me(), each.verb, each.table):
            continue
        listing = Listing(register)
        count = listing.count(session, listing.asked(each.filled()))
        if count:
            shown.append({"label": each.label, "count": min(count, COUNT_CAP), "capped": count > COUNT_CAP,
                          "url": each.url, "icon": register.icon, "table": each.table})  # fmt: skip
    return shown
