"""The indexes of lists that are sorted by words: which are there, which are made.

Models declare them (`sorted=True`). Alembic does not see an index over an expression on SQLite, writes none that both
databases understand, and loses it where it makes a table anew: `release` makes those that are not there, on PostgreSQL
beside the running work. What the account may not do is told by the doctor, with the statement. Where the order itself
has changed (another ICU under PostgreSQL, another `signs.txt` or Python under SQLite) they are filled anew.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import Connection, Engine, Index, Row, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex

from app.core.added.indexes import attempt, outside_transactions
from app.core.values.worded import edition
from app.core.word_order import NAME, SIGN

_INDEXES = {
    "sqlite": "SELECT tbl_name AS table_name, name, sql AS told, sql NOT LIKE '% WHERE %' AS valid"
    " FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT t.relname AS table_name, c.relname AS name, pg_get_indexdef(c.oid) AS told,"
    " i.indisvalid AND i.indpred IS NULL AS valid"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace",
}
#: how the databases tell of one: its first column, and whether empty comes first
_HELD = re.compile(rf'\((?:{NAME}\("?(\w+)"?\)|"?(\w+)"? COLLATE (?:\w+\.)?"?{NAME}"?( NULLS FIRST)?)[,)]')
_OVER_WORDS = re.compile(rf'\b{NAME}\(|COLLATE (?:\w+\.)?"?{NAME}\b', re.IGNORECASE)
#: PostgreSQL notes by which version of ICU a collation was last in use; that of "C" has none
_VERSION = text(
    "SELECT collversion IS NOT DISTINCT FROM pg_collation_actual_version(oid) FROM pg_collation"
    " WHERE collname = 'zh' AND collnamespace = current_schema()::regnamespace"
)


def names(connection: Connection) -> set[str]:
    """Every index that is there and holds all rows, over whatever."""
    return {row.name for row in _standing(connection) if row.valid}


def leading(connection: Connection, table: str) -> Iterator[tuple[str, bool]]:
    """(column, whether empty comes first) of the table's indexes over words."""
    for row in _standing(connection):
        held = _HELD.search(row.told) if row.table_name == table and row.valid else None
        if held:
            yield held[1] or held[2], bool(held[3])


def bring_up(session: Session) -> None:
    """Make those that are declared and not there."""
    session.commit()  # nothing of ours may stand in the way of CONCURRENTLY
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with outside_transactions(engine) as connection:
        if not is_current(connection):
            _fill_anew(connection)
        there = {row.name: bool(row.valid) for row in _standing(connection)}
        for index in _declared(connection, Model.metadata.tables):
            if there.get(str(index.name)):
                continue
            order = str(CreateIndex(index).compile(dialect=engine.dialect)).strip()
            if engine.dialect.name == "postgresql":
                attempt(connection, f"DROP INDEX IF EXISTS {index.name}")  # left by one that was broken off
                order = order.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)
            attempt(connection, order)


def is_current(connection: Connection) -> bool:
    """Whether the indexes were filled by the order of now."""
    if connection.dialect.name == "sqlite":
        return bool(connection.exec_driver_sql("PRAGMA user_version").scalar_one() == edition())
    return bool(connection.execute(_VERSION).scalar())


def _fill_anew(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    how = "REINDEX" if on_sqlite else "REINDEX INDEX CONCURRENTLY"
    over_words = [row.name for row in _standing(connection) if _OVER_WORDS.search(row.told)]
    done = [attempt(connection, f"{how} {name}") for name in over_words]
    if all(done):
        noted = f"PRAGMA user_version = {edition()}" if on_sqlite else f"ALTER COLLATION {NAME} REFRESH VERSION"
        attempt(connection, noted)


def _standing(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(text(_INDEXES[connection.dialect.name])))


def _declared(connection: Connection, tables: Mapping[str, Any]) -> Iterator[Index]:
    """For this database, of the tables that it has."""
    present, dialect = set(inspect(connection).get_table_names()), connection.dialect.name
    for table in tables.values():
        for index in table.indexes if table.name in present else ():
            if str(index.name).endswith(SIGN) and index._ddl_if and index._ddl_if.dialect == dialect:
                yield index
