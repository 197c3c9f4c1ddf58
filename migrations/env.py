"""Migrations of the whole schema: Flask-AppBuilder's tables and ours, on one metadata."""

import sqlite3
import warnings
from typing import Any

from alembic import context
from flask import current_app
from flask_appbuilder import Model
from sqlalchemy import Connection, inspect

from app.extensions import db

config = context.config
# Of the lists sorted by words: `release` makes those that a table made anew is without (core/word_indexes.py).
warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")


def render(kind: str, item: Any, context: Any) -> str | bool:
    """A migration stands on SQLAlchemy's own types: ours may change after it was written."""
    if kind != "type":
        return False
    if "postgresql" in getattr(item, "_variant_mapping", {}):  # the column of added fields
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return {"UtcInstant": "sa.DateTime(timezone=True)", "Sealed": "sa.Text()"}.get(type(item).__name__, False)


def compared(item: Any, name: str | None, kind: str, reflected: bool, _: object) -> bool:
    """Indexes of sorted lists differ by database (NULLS FIRST), which Alembic can't compare: they come with a
    new table, later ones are named by `flask doctor`. The tables of the search index are no models; indexes of
    added fields are the admin's (core/added/indexes.py), those over words `release` makes (core/word_order.py)."""
    if kind == "index" and ("_extra_" in str(name) or str(name).endswith("_words")):
        return False
    if kind != "index" or not str(name).endswith("_sorted"):
        return not str(name).startswith("search_")
    other = item._ddl_if is not None and item._ddl_if.dialect != db.engine.dialect.name
    return not reflected and not other and item.table.name not in _standing


_standing: set[str] = set()


def run() -> None:
    """On the app's own engine; in one transaction, so a failed step leaves nothing."""
    if context.is_offline_mode():
        raise SystemExit("migrations need the database: offline mode is not supported")
    with db.engine.connect() as connection:
        _standing.update(inspect(connection).get_table_names())
        connection.rollback()
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            # A rebuilt table is dropped and renamed; nobody's reference to it goes.
            _straight(connection, "PRAGMA foreign_keys=OFF")
        followers = _laid_aside(connection) if on_sqlite else []
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render,
            include_object=compared,
            transaction_per_migration=True,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if followers:
                _taken_up(connection, followers)
        if on_sqlite:
            assert not _straight(connection, "PRAGMA foreign_key_check"), "a migration left a reference to nothing"
            _straight(connection, "PRAGMA foreign_keys=ON")


def _laid_aside(connection: Connection) -> list[tuple[str, str, str]]:
    """The triggers of the search index name columns: SQLite drops none that a trigger names."""
    asked = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'search_*'"
    found = [(name, table, sql) for name, table, sql in _straight(connection, asked)]
    for name, _, _ in found:
        _straight(connection, f"DROP TRIGGER {name}")
    return found


def _taken_up(connection: Connection, followers: list[tuple[str, str, str]]) -> None:
    """Those that still fit their table come back, and the index stays as it is; `release` makes the others."""
    there = {
        name for (name,) in _straight(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
    }
    for name, table, sql in followers:
        if table in there and name not in there:
            _straight(connection, sql)
            try:
                for order in (
                    f"INSERT INTO {table} DEFAULT VALUES",
                    f"UPDATE {table} SET id = id",
                    f"DELETE FROM {table}",
                ):
                    _straight(connection, f"EXPLAIN {order}")
            except sqlite3.OperationalError:
                _straight(connection, f"DROP TRIGGER {name}")


def _straight(connection: Connection, order: str) -> list[Any]:
    """Outside any transaction: SQLite ignores this switch within one."""
    return list(connection.connection.dbapi_connection.execute(order))  # type: ignore[union-attr]


assert current_app, "run through `flask db` or `flask release`"
run()
