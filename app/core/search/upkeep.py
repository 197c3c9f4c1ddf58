"""Keeping the index: made by `release`, followed by triggers, made anew by `flask --app run reindex`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from types import ModuleType

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.core.search import on_postgresql, on_sqlite, readings
from app.core.search.sources import ROOM, Source, all_sources
from app.core.values.pinyin import SURNAMES

#: rows that one statement puts into the index
BATCH = 20_000


def sync(session: Session) -> list[str]:
    """Bring readings, triggers and index to what the registers declare; answers the tables that
    were filled. Nothing is written when all stands. Commits nothing."""
    connection = session.connection()
    made: dict[str, str] = dict(connection.execute(text("SELECT name, made FROM search_source")).tuples().all())
    _keep_readings(connection, made)
    wanted = {source.table: source for source in all_sources()}
    standing = _standing(connection)
    changed = [
        source for name, source in wanted.items() if made.get(name) != _print(source, connection)
        or not set(_side(connection).triggers(source)) <= standing
    ]  # fmt: skip
    gone = {name for name in made if not name.startswith("(")} - set(wanted)
    if not changed and not gone:
        return []
    for name in gone:
        _forget(connection, name, standing)
    for source in changed:
        _keep_triggers(connection, source, standing)
    filled = list(wanted.values()) if _is_sqlite(connection) or not (set(made) & set(wanted)) else changed
    _fill(connection, filled)
    return [source.table for source in filled]


def reindex(session: Session) -> dict[str, int]:
    """Make the whole index anew; answers how many rows of each table it holds. Commits nothing."""
    sync(session)
    _fill(session.connection(), all_sources())
    return {source.table: _count(session.connection(), source) for source in all_sources()}


@contextmanager
def at_rest(session: Session) -> Iterator[None]:
    """For rows by the hundred thousand: nothing is followed meanwhile, all is filled afterwards. Commits."""
    standing = _standing(session.connection())
    for source in all_sources():
        _drop_triggers(session.connection(), source.table, standing)
    session.commit()
    yield
    sync(session)
    session.commit()


def tidy(session: Session) -> None:
    """After personal data was taken out: SQLite lets go of the pieces it had, which it only struck out. Commits."""
    connection = session.connection()
    if _is_sqlite(connection):
        connection.exec_driver_sql(on_sqlite.OPTIMIZE)
    session.commit()


def missing_index_rows(session: Session) -> dict[str, int]:
    """table -> how many rows the index lacks, or holds without the table; only what is wrong."""
    connection, found = session.connection(), {}
    for source in all_sources():
        kept, rows = _kept(connection, source), f"SELECT {source.base} + id AS id FROM {source.table}"
        lacking, left_over = (f"SELECT count(*) FROM ({a} EXCEPT {b}) AS k" for a, b in ((rows, kept), (kept, rows)))
        wrong = sum(int(connection.exec_driver_sql(each).scalar_one()) for each in (lacking, left_over))
        if wrong:
            found[source.table] = wrong
    return found


# --- the two databases ----------------------------------------------------------------------


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _side(connection: Connection) -> ModuleType:
    return on_sqlite if _is_sqlite(connection) else on_postgresql


def _kept(connection: Connection, source: Source) -> str:
    if _is_sqlite(connection):
        return (
            f"SELECT rowid AS id FROM search_index WHERE search_index MATCH '{source.mark}'"
            f" AND rowid BETWEEN {source.base} AND {source.base + ROOM - 1}"
        )
    return f"SELECT id FROM search_index WHERE id >= {source.base} AND id < {source.base + ROOM}"


def _count(connection: Connection, source: Source) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM ({_kept(connection, source)}) AS k").scalar_one())


def _standing(connection: Connection) -> set[str]:
    """The names of the triggers, and on PostgreSQL of their functions, that are there."""
    if _is_sqlite(connection):
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'search_*'"
    else:
        asked = (
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'search%' AND NOT tgisinternal"
            " UNION SELECT proname FROM pg_proc WHERE proname LIKE 'search_of_%'"
        ).replace("%", "%%")
    return set(connection.exec_driver_sql(asked).scalars())


# --- the steps ------------------------------------------------------------------------------


def _print(source: Source, connection: Connection) -> str:
    return _of("".join(_side(connection).triggers(source).values()))


def _of(told: str) -> str:
    return sha256(told.encode()).hexdigest()


def _write_down(connection: Connection, name: str, made: str) -> None:
    connection.execute(text("DELETE FROM search_source WHERE name = :name"), {"name": name})
    connection.execute(
        text("INSERT INTO search_source (name, made) VALUES (:name, :made)"), {"name": name, "made": made}
    )


def _keep_readings(connection: Connection, made: Mapping[str, str]) -> None:
    """How signs are read; on PostgreSQL also the functions that cut and read."""
    edition = _of(repr((SURNAMES, readings.EDITION, on_postgresql.FUNCTIONS)))
    if made.get("(readings)") == edition:
        return
    connection.execute(text("DELETE FROM search_reading"))
    connection.execute(
        text("INSERT INTO search_reading (word, syllable) VALUES (:word, :syllable)"), list(readings.rows())
    )
    if _is_sqlite(connection):
        connection.execute(text("DELETE FROM search_place"))
        places = [{"n": n} for n in range(1, on_sqlite.PLACES + 1)]
        connection.execute(text("INSERT INTO search_place (n) VALUES (:n)"), places)
    else:
        for function in on_postgresql.FUNCTIONS:
            connection.exec_driver_sql(function)
    _write_down(connection, "(readings)", edition)


def _keep_triggers(connection: Connection, source: Source, standing: set[str]) -> None:
    _drop_triggers(connection, source.table, standing)
    for order in _side(connection).triggers(source).values():
        connection.exec_driver_sql(order)
    _write_down(connection, source.table, _print(source, connection))


def _drop_triggers(connection: Connection, table: str, standing: set[str]) -> None:
    if _is_sqlite(connection):
        for name in standing & {f"search_{table}_{word}" for word in ("new", "gone", "changed")}:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS search_of_{table}() CASCADE")


def _forget(connection: Connection, table: str, standing: set[str]) -> None:
    """A table that is gone, or is searched no more. Its rows go with the whole, which is filled anew on SQLite."""
    _drop_triggers(connection, table, standing)
    if not _is_sqlite(connection):
        base = Source.base_of(table)
        connection.exec_driver_sql(f"DELETE FROM search_index WHERE id >= {base} AND id < {base + ROOM}")
    connection.execute(text("DELETE FROM search_source WHERE name = :name"), {"name": table})


def _fill(connection: Connection, sources: list[Source]) -> None:
    side, whole = _side(connection), len(sources) == len(all_sources())
    if _is_sqlite(connection):
        connection.exec_driver_sql(on_sqlite.EMPTY)
    elif whole:  # an index is made faster than it is kept
        connection.exec_driver_sql(on_postgresql.NO_INDEX)
        connection.exec_driver_sql("TRUNCATE search_index")
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    for source in sources:
        if not _is_sqlite(connection) and not whole:
            connection.exec_driver_sql(on_postgresql.empty(source))
        last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {source.table}").scalar_one()
        for after in range(0, last, BATCH):
            connection.execute(text(side.fill(source)), {"after": after, "until": after + BATCH})
    if _is_sqlite(connection):
        connection.exec_driver_sql(on_sqlite.OPTIMIZE)
    elif whole:
        connection.exec_driver_sql(on_postgresql.INDEX)
        connection.exec_driver_sql("ANALYZE search_index")
