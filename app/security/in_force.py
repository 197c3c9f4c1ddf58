"""The rights in force: the code's table, what registers declare, and what an admin changed since.

An admin's change is a dated line with who and why (`RightChange`); of each right the last line counts.
Every worker keeps the result in memory and composes it anew when the edition "rights" has another
mark, which it hears with the next request (core/editions.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import editions, rights
from app.core.rights import Standing
from app.security import masks
from app.security.models import RightChange
from app.security.roles import table_of_rights

GIVEN, TAKEN, RELEASED = "given", "taken", "released"


@dataclass(frozen=True)
class Change:
    """One right of one role, given or taken; `rows_of` names whose rows come with it."""

    role: str
    table: str
    verb: str
    how: str
    rows_of: str = ""

    @classmethod
    def of(cls, row: RightChange) -> Self:
        return cls(row.role, row.table_name, row.verb, row.how, row.rows_of)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.role, self.table, self.verb


Changes = Mapping[tuple[str, str, str], Change]
#: what the admin changed, as this worker has read it last: replaced whole, for the threads beside this one
_changes: list[Changes] = [{}]


def init_app() -> None:
    """After the registers are there: they declare rights, too."""
    editions.loader("rights", load)
    rights.install(compose)


def load(session: Session) -> None:
    """What stands in the database becomes what stands here."""
    _changes[0] = {change.key: change for change in map(Change.of, _last_lines(session))}
    rights.renew()


def _last_lines(session: Session) -> Iterable[RightChange]:
    last = select(func.max(RightChange.id)).group_by(RightChange.role, RightChange.table_name, RightChange.verb)
    return session.execute(select(RightChange).where(RightChange.id.in_(last))).scalars()


def changes() -> Changes:
    return _changes[0]


def compose(further: Iterable[Change] = ()) -> Standing:
    """What stands; with `further`, what would stand after these changes."""
    table = table_of_rights()
    lent: dict[str, dict[str, str]] = {}
    for change in {**changes(), **{each.key: each for each in further}}.values():
        if change.role not in table or change.how == RELEASED:
            continue
        own = table[change.role]
        before = own.get(change.table, frozenset())
        own[change.table] = before | {change.verb} if change.how == GIVEN else before - {change.verb}
        if change.how == GIVEN and change.rows_of:
            lent.setdefault(change.table, {})[change.role] = change.rows_of
    return Standing({role: _readable(own) for role, own in table.items()}, masks.level_of, lent)


def _readable(own: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Whoever lost "read" has lost the table: no verb is done on what one can't see."""
    return {table: verbs for table, verbs in own.items() if "read" in verbs}
