"""Rows of a register without code, moved into a table of its own and back: for the migration that `flask settle` writes.

It knows tables by their names and no model, because a migration has to do the same for good. Ids, numbers,
versions and stamps stay as they are, so whatever names a row (journal, comments, notices, saved views) goes on
naming it. What can't be read as its field's kind, and the values of archived fields, stay in `extra`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.core import editions

#: rows that are read and written at once
BATCH = 1000
_EXTRA = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_STAMP = sa.DateTime(timezone=True)
#: what every record has
_KEPT: Mapping[str, Any] = {
    "id": sa.Integer(), "number": sa.String(), "state": sa.String(), "version": sa.Integer(), "created_at": _STAMP,
    "created_by_id": sa.Integer(), "updated_at": _STAMP,
}  # fmt: skip
#: kind of a field -> how its column holds it
_HELD: Mapping[str, Any] = {
    "text": sa.String(), "long_text": sa.Text(), "choice": sa.String(), "several": sa.Text(), "json": sa.Text(), "path": sa.String(),
    "number": sa.Numeric(15, 4),
    "money": sa.BigInteger(), "date": sa.Date(), "answer": sa.Boolean(), "person": sa.Integer(),
    "file": sa.Integer(),
    "yes_no": sa.Boolean(),  # of migrations written when it could not be empty
}  # fmt: skip
#: kinds that name rows of another table
_POINTS = {"person": "staff", "file": "stored_file"}


class NotMovedError(RuntimeError):
    """Nothing was moved: rather no migration than a row that is lost."""


@dataclass(frozen=True)
class Moved:
    """One register: `fields` by name, each with its column and its kind; the states and choices that the code knows."""

    table: str
    fields: Mapping[str, tuple[str, str]]
    states: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> sa.TableClause:
        columns = [sa.column(column, _HELD[kind]) for column, kind in self.fields.values()]
        return sa.table(self.table, *_common(), *columns)


def _common() -> list[sa.ColumnClause[Any]]:
    return [sa.column(name, kept) for name, kept in [*_KEPT.items(), ("extra", _EXTRA)]]


_MADE: Any = sa.table("made_record", sa.column("register"), *_common())
_REGISTERS: Any = sa.table("made_register", sa.column("name"), sa.column("archived", sa.Boolean()))
_FIELDS: Any = sa.table(
    "added_field", sa.column("table_name"), sa.column("name"), sa.column("archived", sa.Boolean()),
    sa.column("index_there", sa.Boolean()),
)  # fmt: skip


def into_own_table(connection: sa.Connection, moved: Moved) -> int:
    """The rows leave `made_record`, and the definition what is in force; answers how many. In a database where the
    register was never made nothing is done. Raises NotMovedError for what the code does not know."""
    if not _is_defined(connection, moved):
        return 0
    _hold(connection)
    _ask_the_states(connection, moved)
    known, target, count = _known(connection, moved), moved.rows, 0
    mine = _MADE.c.register == moved.table
    for rows in _batches(connection, sa.select(_MADE).where(mine), _MADE.c.id):
        connection.execute(target.insert(), [_spread(moved, row, known) for row in rows])
        count += len(rows)
    gone = connection.execute(_MADE.delete().where(mine)).rowcount
    if gone != count:
        raise NotMovedError(f"{moved.table}: {count} rows were read, {gone} were there")
    _go_on(connection, moved.table, "made_record")
    _retire(connection, moved, archived=True)
    return count


def back_again(connection: sa.Connection, moved: Moved) -> int:
    """The way back. Raises NotMovedError when it would change an id that is taken there by now, or a
    definition that is not there: both would part rows from their history."""
    target = moved.rows
    if not _is_defined(connection, moved):
        if connection.execute(sa.select(sa.func.count()).select_from(target)).scalar_one() == 0:
            return 0
        raise NotMovedError(f"{moved.table}: the definition of the register is not in this database")
    taken = sa.select(sa.func.count()).select_from(_MADE).where(_MADE.c.id.in_(sa.select(target.c.id)))
    if connection.execute(taken).scalar_one():
        raise NotMovedError(f"{moved.table}: other registers have rows of the same ids by now")
    count = 0
    for rows in _batches(connection, sa.select(target), target.c.id):
        connection.execute(_MADE.insert(), [_gathered(moved, row) for row in rows])
        count += len(rows)
    _go_on(connection, "made_record", moved.table)
    _retire(connection, moved, archived=False)
    return count


# --- one row --------------------------------------------------------------------------------


def _spread(moved: Moved, row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The row with each value in its column."""
    beside, found = dict(row["extra"] or {}), {name: row[name] for name in _KEPT}
    for name, (column, kind) in moved.fields.items():
        value = _READ[kind](beside.get(name))
        if value is not None and (name not in known or value in known[name]):
            found[column] = value
            beside.pop(name, None)
        else:
            found[column] = False if kind == "yes_no" else None
    return {**found, "extra": beside or None}


def _gathered(moved: Moved, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its values in `extra` again."""
    beside = dict(row["extra"] or {})
    for name, (column, kind) in moved.fields.items():
        if row[column] is not None:
            beside[name] = _WRITTEN.get(kind, _same)(row[column])
    return {**{name: row[name] for name in _KEPT}, "register": moved.table, "extra": beside or None}


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _exact(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _words(value: Any) -> str | None:
    return json.dumps(value) if isinstance(value, list) and value else None


def _yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_READ: Mapping[str, Callable[[Any], Any]] = {
    "text": _text, "long_text": _text, "choice": _text, "json": _text, "path": _text, "several": _words, "number": _exact, "money": _whole, "date": _day,
    "answer": _yes_no, "yes_no": _yes_no, "person": _whole, "file": _whole,
}  # fmt: skip
_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "number": float,
    "several": json.loads,
    "date": date.isoformat,
    "answer": bool,
    "yes_no": bool,
}


# --- what has to stand ----------------------------------------------------------------------


def _is_defined(connection: sa.Connection, moved: Moved) -> bool:
    query = sa.select(_REGISTERS.c.name).where(_REGISTERS.c.name == moved.table)
    return connection.execute(query).first() is not None


def _hold(connection: sa.Connection) -> None:
    """Nobody enters a row between the reading and the end."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE made_record IN SHARE ROW EXCLUSIVE MODE"))


def _ask_the_states(connection: sa.Connection, moved: Moved) -> None:
    """A state or choice that came after the code was written has to be written, too."""
    mine = _MADE.c.register == moved.table
    states = set(connection.execute(sa.select(_MADE.c.state).where(mine).distinct()).scalars())
    unknown = [f"state {each}" for each in sorted(states - set(moved.states))]
    for (extra,) in connection.execute(sa.select(_MADE.c.extra).where(mine)) if moved.choices else ():
        held = extra or {}
        unknown += [
            f"{name} {held[name]}" for name, known in moved.choices.items() if held.get(name) not in (None, *known)
        ]
    if unknown:
        raise NotMovedError(
            f"{moved.table}: the code does not know {', '.join(sorted(set(unknown)))}; write it into rules.py"
        )


def _known(connection: sa.Connection, moved: Moved) -> dict[str, set[int]]:
    """Field -> the ids that its values may name: an old one that names nothing stays in `extra`."""
    found = {}
    for name, (_, kind) in moved.fields.items():
        if kind in _POINTS:
            found[name] = set(connection.execute(sa.select(sa.table(_POINTS[kind], sa.column("id")).c.id)).scalars())
    return found


def _batches(connection: sa.Connection, query: Any, key: Any) -> Iterator[list[Mapping[str, Any]]]:
    last = 0
    while True:
        found = connection.execute(query.where(key > last).order_by(key).limit(BATCH)).mappings().all()
        if not found:
            return
        yield [dict(row) for row in found]
        last = found[-1]["id"]


def _go_on(connection: sa.Connection, table: str, before: str) -> None:
    """PostgreSQL counts ids beside the table: the next is one that neither table has given."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest((SELECT max(id) FROM {table}),"  # noqa: S608
            f" (SELECT last_value FROM {table}_id_seq), (SELECT last_value FROM {before}_id_seq)))"
        ))  # fmt: skip


def _retire(connection: sa.Connection, moved: Moved, *, archived: bool) -> None:
    """The definition leaves what is in force, in every worker, with this transaction."""
    connection.execute(_REGISTERS.update().where(_REGISTERS.c.name == moved.table).values(archived=archived))
    _archive_fields(connection, moved.table, moved.fields, archived)
    for edition in ("registers", "fields"):
        editions.renew(connection, edition)


def _archive_fields(connection: sa.Connection, table: str, names: Iterable[str], archived: bool) -> None:
    mine = sa.and_(_FIELDS.c.table_name == table, _FIELDS.c.name.in_(list(names)))
    connection.execute(_FIELDS.update().where(mine).values(archived=archived, index_there=False))
