"""Whether lists and typeaheads have their indexes, and the search index its rows."""

from collections.abc import Iterator
from warnings import catch_warnings, simplefilter

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session

from app.core import word_indexes, word_order
from app.core.added.indexes import name_of
from app.core.declaration import all_registers, register_of
from app.core.doctor.finding import Finding, Register
from app.core.kinds import IdNumber, Relation, Text, YesNo
from app.core.listing.related import SORTED_WHOLE, is_sorted_whole
from app.core.record import Field, all_tables, fields, table_named
from app.core.search import missing_index_rows
from app.core.search.sources import is_kept, source_of
from app.core.words import Say, joined, say

#: rows that are sorted and read through in a few milliseconds
SMALL = 5000


def columns_without_index(session: Session) -> Iterator[Finding]:
    """A list is sorted, filtered and searched by what an index holds. Small registers say that they are."""
    connection = session.connection()
    searched = set(session.execute(text("SELECT name FROM search_source")).scalars())
    for table, register in all_registers().items():
        if register.small:
            continue
        # One without code: the table that all of them share has its indexes.
        shares = register.model.__table__.name != table
        leading = {} if shares else leading_columns(connection, table)
        for spot, word in _asked_of(register).values():
            if spot.added:
                yield from _added_without_index(connection, table, spot)
                continue
            if not shares and not _serving(register, spot, connection) & leading.get(spot.attribute, set()):
                yield Finding(
                    "index", f"{table}.{spot.name}",
                    say("{w}用到“{c}”，没有可用的索引。", "{w} by “{c}” has no usable index.", w=word, c=spot.label),
                    ddl_for(connection, register, spot),
                )  # fmt: skip
        yield from _searched_without_index(register, searched, leading)


def small_ones_that_grew(session: Session) -> Iterator[Finding]:
    """A register that says it is small is sorted and filtered without indexes: as long as it is."""
    for table, register in all_registers().items():
        if register.small and (rows := _counted(session.connection(), register)) > SMALL:
            yield Finding(
                "index", table,
                say("声明为小表（small），却已有 {n} 条以上。", "It says that it is small, and holds more than {n} rows.", n=f"{rows - 1:,}"),
                "small = False",
            )  # fmt: skip


def not_sorted_by_name(session: Session) -> Iterator[Finding]:
    """No index holds what the row is called that a relation names: a large register is not sorted by it. Advice."""
    for table, register in all_registers().items():
        known = register.fields()
        relations = [known[name].label for name in register.listed() if known[name].is_relation]
        if relations and not is_sorted_whole(register):
            yield Finding(
                "index", table,
                say("已超过 {n} 条，列表不再按{c}的名称排序。", "Over {n} rows: its list is no longer sorted by the names of {c}.",
                    n=f"{SORTED_WHOLE:,}", c=joined(relations)),
                must=False,
            )  # fmt: skip


def _counted(connection: Connection, register: Register) -> int:
    """One more than small, at most."""
    key = register.model.__table__.c.id
    some = select(key).limit(SMALL + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _added_without_index(connection: Connection, table: str, spot: Field) -> Iterator[Finding]:
    """A field that an admin added is indexed where they asked for it: advice, not a fault."""
    if name_of(table, spot.name) not in word_indexes.names(connection):
        yield Finding(
            "index", f"{table}.{spot.name}", say("添加的字段“{c}”没有索引。", "The added field “{c}” has no index.", c=spot.label),
            "/added_field/", must=False,
        )  # fmt: skip


def _searched_without_index(register: Register, searched: set[str], leading: dict[str, set[str]]) -> Iterator[Finding]:
    """Texts are found by their pieces in the search index, other values by an index of their own;
    an identity number by the keyed hash beside it. Added fields stand in the search index by their one column."""
    table = register.model.__table__.name
    source = source_of(register.model) if table in searched else None
    for name in register.searched():
        spot = register.fields()[name]
        if is_kept(register.model, spot) or (spot.added and isinstance(spot.kind, Text)):
            found = source is not None and source.part_of(spot) is not None
        else:
            by_itself = spot.added or table != register.table() or isinstance(spot.kind, IdNumber)
            found = by_itself or spot.attribute in leading
        if not found:
            yield Finding(
                "search", f"{register.table()}.{name}",
                say("搜索用到的栏目不在搜索索引里。", "What is searched is not in the search index."), "flask --app run release",
            )  # fmt: skip


def _asked_of(register: Register) -> dict[str, tuple[Field, Say]]:
    """What lists are sorted by as declared, may be sorted by at their heads, and are filtered by."""
    known = register.fields()
    asked: dict[str, tuple[Field, Say]] = {}
    sorts = [part.lstrip("-") for part in register.order.split()] + register.listed()
    told = ((sorts, say("排序", "Sorting")), (register.filtered(), say("筛选", "Filtering")))
    for names, word in (*told, (register.placed()[:1], say("地图", "The map"))):
        for name in names:
            if name in known and name != "id" and _may_be_asked(known[name]):
                asked.setdefault(name, (known[name], word))
    return asked


def _may_be_asked(spot: Field) -> bool:
    """Long texts and yes-or-no are read through: an index of them narrows nothing."""
    sealed = isinstance(spot.kind, IdNumber)  # asked by the keyed hash beside it, which is indexed
    read_through = (
        spot.many
        or sealed
        or isinstance(spot.kind, YesNo)
        or spot.kind.widget in ("textarea", "json", "lines", "several", "file")
    )
    return bool(spot.kind.operators) and not read_through


def _serving(register: Register, spot: Field, connection: Connection) -> set[str]:
    """How an index may be made that begins with this column."""
    made = {"least first"} if _empty_sorts_first(register, spot, connection) else {"plain", "least first"}
    return {f"words, {each}" for each in made} if spot.is_worded else made


def _empty_sorts_first(register: Register, spot: Field, connection: Connection) -> bool:
    """Empty counts as the least: PostgreSQL uses an index for that order only if it is made so."""
    column = register.model.__table__.c[spot.attribute]
    sorts = {*(part.lstrip("-") for part in register.order.split()), *register.listed()}
    by_value = spot.name in sorts and not spot.is_relation
    return bool(connection.dialect.name == "postgresql" and column.nullable and by_value)


def leading_columns(connection: Connection, table: str) -> dict[str, set[str]]:
    """column -> how the indexes that begin with it are made; a partial index serves no list."""
    catalogue = inspect(connection)
    found: dict[str, set[str]] = {}
    for name, empty_first in word_indexes.leading(connection, table):
        found.setdefault(name, set()).add(f"words, {'least first' if empty_first else 'plain'}")
    with catch_warnings():
        simplefilter("ignore", SAWarning)  # on SQLite, of indexes over an expression: they are asked for above
        indexes = catalogue.get_indexes(table)
        uniques = catalogue.get_unique_constraints(table)
    for index in indexes:
        options = index.get("dialect_options", {})
        if options.get("postgresql_where") or options.get("sqlite_where") is not None or not index["column_names"]:
            continue
        first = index["column_names"][0] or _in_expression(index)
        if first:
            empty_first = "nulls_first" in index.get("column_sorting", {}).get(first, ())
            found.setdefault(first, set()).add("least first" if empty_first else "plain")
    for columns in [
        *(each["column_names"] for each in uniques),
        catalogue.get_pk_constraint(table)["constrained_columns"],
    ]:
        if columns:
            found.setdefault(columns[0], set()).add("plain")
    return found


def _in_expression(index: object) -> str:
    """`name NULLS FIRST` is told as an expression."""
    told = (index.get("expressions") or [""])[0] if isinstance(index, dict) else ""
    return str(told).split(" ")[0].strip('"')


def ddl_for(connection: Connection, register: Register, spot: Field) -> str:
    """The statement for this database; the model says the same with `sorted`, and a migration brings it, or, over
    words, `release`."""
    table = register.table()
    empty = bool(register.model.__table__.c[spot.attribute].nullable) and connection.dialect.name == "postgresql"
    if spot.is_worded:
        held = word_order.leading(connection.dialect.name, spot.attribute, nullable=empty)
        return f"CREATE INDEX {word_order.name_of(table, spot.attribute)} ON {table} ({held}, id);"
    placed = register.placed()
    beside = f"{placed[1]}, " if placed[:1] == [spot.name] else ""  # a map asks the index alone for both
    return f"CREATE INDEX ix_{table}_{spot.attribute}_sorted ON {table} ({spot.attribute}{' NULLS FIRST' if empty else ''}, {beside}id);"


def relations_without_typeahead(session: Session) -> Iterator[Finding]:
    """A relation is found by typing: its target needs a register, and a label that is indexed."""
    connection = session.connection()
    for table in all_tables():
        for spot in fields(table).values():
            if not isinstance(spot.kind, Relation) or spot.by_system:
                continue
            target, register = table_named(spot.kind.table), register_of(spot.kind.table)
            where = f"{table.__tablename__}.{spot.name}"
            if target is None or register is None:
                yield Finding(
                    "typeahead",
                    where,
                    say("关联的表没有登记簿，无法输入查找。", "The related table has no register to be found in."),
                )
                continue
            source, label = source_of(target), target.__label__
            found = source is not None and source.part_of(fields(target)[label]) is not None
            if not (
                found or register.small or label == "id" or label in leading_columns(connection, target.__tablename__)
            ):
                yield Finding(
                    "typeahead", where,
                    say("输入查找用到{t}的“{c}”，没有索引。", "It is found by {t}'s “{c}”, which has no index.", t=register.title(), c=label),
                    ddl_for(connection, register, fields(target)[label]),
                )  # fmt: skip


def rows_lost_to_search(session: Session) -> Iterator[Finding]:
    """Rows that the search index lacks, or holds without the table: somebody wrote past its triggers."""
    for table, wrong in missing_index_rows(session).items():
        yield Finding(
            "search", table, say("搜索索引与登记相差 {n} 条。", "The search index is {n} rows away from the register.", n=wrong),
            "flask --app run reindex",
        )  # fmt: skip
