"""Indexes over added fields: made right away where the database account may, else by `release`.

PostgreSQL makes and drops them beside the running work (CONCURRENTLY), outside any transaction.
What is wished for stands with the definitions; what is there is asked of the database each time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, Engine, column, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.added.definitions import AddedField
from app.core.added.held import FORMS, WORDED
from app.core.record import Record, table_named
from app.core.word_order import AsWords
from app.core.writing import write

#: their names, and nobody else's
SIGN = "_extra_"
#: where the catalogue has them, and how each is made
_PRESENT = {
    "sqlite": "SELECT name, sql AS told, 1 AS valid FROM sqlite_master"
    " WHERE type = 'index' AND name LIKE 'ix!_%!_extra!_%' ESCAPE '!'",
    "postgresql": "SELECT c.relname AS name, pg_get_indexdef(c.oid) AS told, i.indisvalid AS valid"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relname LIKE 'ix!_%!_extra!_%' ESCAPE '!' AND c.relnamespace = current_schema()::regnamespace",
}


class Wish(NamedTuple):
    """An index that an admin asked for, as plain values: nothing is read while it is made."""

    table: str
    name: str
    kind: str


_WISHED = select(AddedField.table_name, AddedField.name, AddedField.kind).where(
    AddedField.indexed, AddedField.archived.is_(False)
)


def name_of(table: str, name: str) -> str:
    return f"ix_{table}{SIGN}{name}"


def bring_up(session: Session) -> None:
    """Make what is wished for and drop what is not; then note with each definition whether it is there.
    What the account may not do, or what meets another's lock, waits for the next release."""
    session.commit()  # nothing of ours may stand in the way of CONCURRENTLY
    wished = {name_of(*each[:2]): Wish(*each) for each in session.execute(_WISHED)}
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with outside_transactions(engine) as connection:
        present = _present(connection, wished)
        for name in present:
            if name not in wished or not present[name]:
                attempt(connection, _drop(engine, name))
        for name, wish in wished.items():
            model = table_named(wish.table)
            if not present.get(name) and model is not None:
                attempt(connection, _create(engine, name, model, wish))
        present = _present(connection, wished)
    write(session, lambda: _note(session, present))


def _note(session: Session, present: dict[str, bool]) -> None:
    for found in session.execute(select(AddedField)).scalars():
        there = found.indexed and bool(present.get(name_of(found.table_name, found.name)))
        if found.index_there is not there:
            found.index_there = there


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def _present(connection: Connection, wished: Mapping[str, Wish]) -> dict[str, bool]:
    """Name -> whether it serves what is asked now: one of an older time is made anew."""
    rows = connection.execute(text(_PRESENT[connection.dialect.name])).all()
    return {row.name: bool(row.valid) and _serves(row.told.lower(), wished.get(row.name)) for row in rows}


def _serves(told: str, wish: Wish | None) -> bool:
    """One over `coalesce` took an answer that nobody gave for a no; one over words goes by their order."""
    over_words = "collate zh" in told or "(zh(" in told
    return "coalesce(" not in told and (wish is None or over_words == (wish.kind in WORDED))


def attempt(connection: Connection, order: str) -> bool:
    """Whether it went."""
    try:
        connection.exec_driver_sql(order)
        connection.commit()
    except DBAPIError:
        connection.rollback()
        return False
    return True


def _create(engine: Engine, name: str, model: type[Record], wish: Wish) -> str:
    held = FORMS[wish.kind].expression(column("extra"), wish.name)
    expression = (AsWords(held) if wish.kind in WORDED else held).compile(dialect=engine.dialect)
    table = model.__table__.name  # type: ignore[attr-defined]
    if engine.dialect.name == "postgresql":
        return f"CREATE INDEX CONCURRENTLY {name} ON {table} (({expression}) NULLS FIRST, id)"
    return f"CREATE INDEX {name} ON {table} ({expression}, id)"


def _drop(engine: Engine, name: str) -> str:
    return f"DROP INDEX {'CONCURRENTLY ' if engine.dialect.name == 'postgresql' else ''}{name}"
