"""What a new house does first 开张: told on home, above the inbox, to whoever may do all of it, until it is done.

A domain declares its steps, each with its place among them:

    step(1, say("登记员工", "Enter the staff"), "/staff/", "add staff", Staff.id, more_than=1)

Done is a step once there are more rows than that; one statement asks about all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.rights import may
from app.core.words import Say


@dataclass(frozen=True)
class Step:
    label: Say
    url: str
    #: verb and table of the right that it takes
    right: str
    #: a column of the table in which there are rows once it is done
    rows: Any
    more_than: int
    place: int


_steps: list[Step] = []


def step(place: int, label: Say, url: str, right: str, rows: Any, *, more_than: int = 0) -> None:
    _steps.append(Step(label, url, right, rows, more_than, place))


def steps(session: Session) -> Sequence[tuple[Step, bool]]:
    """With whether each is done; none for who may not do them, and none when all are done."""
    if not _steps or not all(may(here.me(), *each.right.split()) for each in _steps):
        return ()
    ordered = sorted(_steps, key=lambda each: each.place)
    there = [exists(select(each.rows).offset(each.more_than).limit(1)) for each in ordered]
    with here.in_whole_sight():
        done = session.execute(select(*there)).one()
    return () if all(done) else list(zip(ordered, map(bool, done), strict=True))
