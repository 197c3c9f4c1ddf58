"""The rights in force: the code's table, what registers declare, and what an admin changed since.

An admin's change is a dated line with who and why (`RightChange`); of each right the last line counts. A right is
a verb, how much a role sees of a column (`":column:phone"`), or which rows it reaches (`":rows"`).
Every worker keeps the result in memory and composes it anew when the edition "rights" has another
mark, which it hears with the next request (core/editions.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import editions, gate, rights, scopes
from app.core.rights import Standing
from app.security import masks
from app.security.models import RightChange
from app.security.roles import table_of_rights

GIVEN, TAKEN, RELEASED = "given", "taken", "released"
#: what is no verb; a verb has no colon
ROWS, COLUMN = ":rows", ":column:"


@dataclass(frozen=True)
class Change:
    """One right of one role, given or taken; `rows_of` names whose rows come with it; `value` what is said of
    a column or of rows."""

    role: str
    table: str
    verb: str
    how: str
    rows_of: str = ""
    value: str = ""

    @classmethod
    def of(cls, row: RightChange) -> Self:
        return cls(row.role, row.table_name, row.verb, row.how, row.rows_of, row.value)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.role, self.table, self.verb

    @property
    def column(self) -> str:
        """The column that it is about."""
        return self.verb.removeprefix(COLUMN) if self.verb.startswith(COLUMN) else ""


@dataclass(frozen=True)
class Rows:
    """Which rows: the named scopes (the role's usual one where none is named), on a condition."""

    names: tuple[str, ...] = ()
    condition: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Self:
        """As it is kept: an address with the scopes under "of", and a column's words under its name."""
        names: list[str] = []
        condition: dict[str, list[str]] = {}
        for key, value in parse_qsl(text, keep_blank_values=True):
            (names if key == "of" else condition.setdefault(key, [])).append(value)
        return cls(tuple(names), condition)

    def kept(self) -> str:
        pairs = [("of", name) for name in self.names]
        return urlencode(pairs + [(name, each) for name, values in sorted(self.condition.items()) for each in values])

    @property
    def only_narrows(self) -> bool:
        return not self.names


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


def adjusted(role: str, table: str) -> tuple[dict[str, str], Rows]:
    """What an admin said of the role's columns, and of its rows."""
    mine = [each for each in changes().values() if (each.role, each.table) == (role, table) and each.how == GIVEN]
    rows = next((each.value for each in mine if each.verb == ROWS), "")
    return {each.column: each.value for each in mine if each.column}, Rows.read(rows)


def compose(further: Iterable[Change] = ()) -> Standing:
    """What stands; with `further`, what would stand after these changes."""
    table = table_of_rights()
    lent: dict[str, dict[str, str]] = {}
    columns: dict[tuple[str, str], dict[str, str]] = {}
    rows: list[Change] = []
    for change in {**changes(), **{each.key: each for each in further}}.values():
        if change.role not in table or change.how == RELEASED:
            continue
        if change.verb == ROWS:
            rows.append(change)
        elif change.column:
            columns.setdefault((change.table, change.column), {})[change.role] = change.value
        else:
            _verb(table[change.role], lent, change)
    verbs = {role: _readable(own) for role, own in table.items()}
    return Standing(verbs, masks.level_of, lent, _scopes(rows, lent), columns, masks.written_by)


def _verb(own: dict[str, frozenset[str]], lent: dict[str, dict[str, str]], change: Change) -> None:
    before = own.get(change.table, frozenset())
    own[change.table] = before | {change.verb} if change.how == GIVEN else before - {change.verb}
    if change.how == GIVEN and change.rows_of:
        lent.setdefault(change.table, {})[change.role] = change.rows_of


def _scopes(changes: Iterable[Change], lent: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in changes:
        wanted, usual = Rows.read(each.value), gate.usual_scope(each.role, each.table, lent)
        scope = scopes.chosen(each.table, usual, wanted.names, wanted.condition)
        found.setdefault(each.table, {})[each.role] = scope
    return found


def _readable(own: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Whoever lost "read" has lost the table: no verb is done on what one can't see."""
    return {table: verbs for table, verbs in own.items() if "read" in verbs}
