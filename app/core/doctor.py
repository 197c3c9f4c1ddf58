"""The doctor 体检: names what was forgotten, with what would mend it. `flask --app run doctor [--json]`.

Each examination reads the declarations and the database's own catalogue and answers findings. What
must be mended makes the command end with 1; advice does not. Whoever adds a table runs it once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from app.core import gate, policy, rights
from app.core.added.indexes import name_of
from app.core.declaration import Declaration, all_registers, register_of
from app.core.kinds import BadValue, IdNumber, Relation
from app.core.policy import Policy
from app.core.record import Field, all_tables, fields, table_named
from app.core.search.sources import is_kept, source_of
from app.core.verbs import verbs_of
from app.core.words import Say, say

HAN = re.compile(r"[\u4e00-\u9fff]")
#: columns whose name says that they hold personal data, whatever kind they were given
PERSONAL_NAMES = re.compile(r"(^|_)(phone|mobile|tel|id_number|identity|address|passport|bank_account)$")
Register = type[Declaration]


@dataclass(frozen=True)
class Finding:
    """One thing that was forgotten; `mend`: the statement or line that sets it right."""

    check: str
    where: str
    message: Say
    mend: str = ""
    must: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "check": self.check, "where": self.where, "message": str(self.message), "mend": self.mend, "must": self.must,
        }  # fmt: skip


def examine(session: Session) -> list[Finding]:
    """All examinations, in the order they are written here."""
    return [finding for look in EXAMINATIONS for finding in look(session)]


# --- indexes --------------------------------------------------------------------------------


def columns_without_index(session: Session) -> Iterator[Finding]:
    """A list is sorted, filtered and searched by what an index holds. Small registers say that they are."""
    connection = session.connection()
    searched = set(session.execute(text("SELECT name FROM search_source")).scalars())
    for table, register in all_registers().items():
        if register.small:
            continue
        leading = leading_columns(connection, table)
        for spot, word in _asked_of(register).values():
            if spot.added:
                yield from _added_without_index(connection, table, spot)
                continue
            fits = leading.get(spot.attribute, set())
            if (
                not ({"least first"} if _empty_sorts_first(register, spot, connection) else {"plain", "least first"})
                & fits
            ):
                yield Finding(
                    "index", f"{table}.{spot.name}",
                    say("{w}用到“{c}”，没有可用的索引。", "{w} by “{c}” has no usable index.", w=word, c=spot.label),
                    ddl_for(connection, register, spot),
                )  # fmt: skip
        yield from _searched_without_index(register, searched, leading)


def _added_without_index(connection: Connection, table: str, spot: Field) -> Iterator[Finding]:
    """A field that an admin added is indexed where they asked for it: advice, not a fault."""
    if name_of(table, spot.name) not in {index["name"] for index in inspect(connection).get_indexes(table)}:
        yield Finding(
            "index", f"{table}.{spot.name}", say("添加的字段“{c}”没有索引。", "The added field “{c}” has no index.", c=spot.label),
            "/added_field/", must=False,
        )  # fmt: skip


def _searched_without_index(register: Register, searched: set[str], leading: dict[str, set[str]]) -> Iterator[Finding]:
    """Texts are found by their pieces in the search index, other values by an index of their own;
    an identity number by the keyed hash beside it."""
    source = source_of(register.model) if register.table() in searched else None
    for name in register.searched():
        spot = register.fields()[name]
        if is_kept(register.model, spot):
            found = source is not None and source.part_of(spot) is not None
        else:
            found = spot.attribute in leading or isinstance(spot.kind, IdNumber)
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
    for names, word in ((sorts, say("排序", "Sorting")), (register.filtered(), say("筛选", "Filtering"))):
        for name in names:
            if name in known and name != "id" and _may_be_asked(known[name]):
                asked.setdefault(name, (known[name], word))
    return asked


def _may_be_asked(spot: Field) -> bool:
    """Long texts and yes-or-no are read through: an index of them narrows nothing."""
    sealed = isinstance(spot.kind, IdNumber)  # asked by the keyed hash beside it, which is indexed
    read_through = spot.many or sealed or spot.kind.widget in ("textarea", "checkbox", "file")
    return bool(spot.kind.operators) and not read_through


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
    for index in catalogue.get_indexes(table):
        options = index.get("dialect_options", {})
        if options.get("postgresql_where") or options.get("sqlite_where") is not None or not index["column_names"]:
            continue
        first = index["column_names"][0] or _in_expression(index)
        if first:
            empty_first = "nulls_first" in index.get("column_sorting", {}).get(first, ())
            found.setdefault(first, set()).add("least first" if empty_first else "plain")
    for columns in [
        *(each["column_names"] for each in catalogue.get_unique_constraints(table)),
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
    """The statement for this database; the model says the same with `sorted_by`, and a migration brings it."""
    table = register.table()
    empty = bool(register.model.__table__.c[spot.attribute].nullable) and connection.dialect.name == "postgresql"
    return f"CREATE INDEX ix_{table}_{spot.attribute}_sorted ON {table} ({spot.attribute}{' NULLS FIRST' if empty else ''}, id);"


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


# --- rights ---------------------------------------------------------------------------------


def registers_without_scope(session: Session) -> Iterator[Finding]:
    """Who may read a register of which no row is theirs, and scopes that can't be told in words."""
    standing = rights.standing()
    for table, register in all_registers().items():
        if not register.rows:
            yield Finding(
                "scope",
                table,
                say("登记簿没有数据范围，谁也看不到。", "The register has no scope: nobody sees a row."),
                "rows = all_rows(…)",
            )
            continue
        for role, own in standing.roles.items():
            reads = "read" in own.get(table, ()) and not role.endswith("_deputy")
            if reads and not gate.scopes_of(table, frozenset({role})):
                yield Finding(
                    "scope",
                    f"{table} {role}",
                    say("岗位可以查看，却没有数据范围。", "The role may read, and no row is theirs."),
                )
        for scope in set(register.rows.values()):
            if not hasattr(scope, "words"):
                yield Finding(
                    "scope",
                    f"{table} {scope.__name__}",
                    say("数据范围没有说明。", "The scope is not told in words."),
                    "@told(…)",
                )


def fields_without_rule(session: Session) -> Iterator[Finding]:
    """A column that by its name holds personal data, of a kind that nobody masks."""
    for table in all_tables():
        for name, spot in fields(table).items():
            if (
                PERSONAL_NAMES.search(name)
                and not spot.kind.personal
                and not (spot.is_relation or spot.public or spot.added)
            ):
                yield Finding(
                    "mask", f"{table.__tablename__}.{name}",
                    say("看名称是个人信息，却不会遮盖。", "By its name it is personal, yet nobody masks it."),
                    f"{name}: … = phone(…) / id_number(…) / address(…), or public=True",
                )  # fmt: skip


def roles_nobody_holds(session: Session) -> Iterator[Finding]:
    query = select(RoleRow.name).join(User.roles).where(User.active.is_(True)).distinct()
    held = set(session.execute(query).scalars())
    for role in rights.ROLE_NAMES:
        if role not in held:
            yield Finding("role", role, say("没有人在这个岗位上。", "Nobody holds this role."), must=False)


def verbs_nobody_may(session: Session) -> Iterator[Finding]:
    """Of a verb that an admin took from everybody, or that was never granted."""
    roles = rights.standing().roles.values()
    for table in all_registers():
        for verb in verbs_of(table).values():
            if not any(verb.name in own.get(table, ()) for own in roles):
                yield Finding(
                    "verb", f"{table}.{verb.name}", say("没有岗位能办理“{v}”。", "No role may “{v}”.", v=verb.label)
                )


# --- words and figures ----------------------------------------------------------------------


def untranslated_labels(session: Session) -> Iterator[Finding]:
    for table in all_tables():
        words = [(table.__tablename__, Say(table.__zh__, table.__en__ or "-"))]
        words += [(f"{table.__tablename__}.{spot.name}", spot.label) for spot in fields(table).values()]
        words += [(f"{table.__tablename__}.{verb.name}", verb.label) for verb in verbs_of(table.__tablename__).values()]
        register = register_of(table.__tablename__)
        words += [(f"{table.__tablename__} label", register.title())] if register else []
        for where, word in words:
            if not HAN.search(word.zh) or not word.en or HAN.search(word.en):
                yield Finding(
                    "label",
                    where,
                    say("名称缺中文或英文：{w}。", "A word in one language only: {w}.", w=f"{word.zh} / {word.en}"),
                )


def outdated_policies(session: Session) -> Iterator[Finding]:
    """Figures that no rule asks for, that no rule can use, or that the release has not entered yet."""
    standing = list(session.execute(select(Policy.name, Policy.value)).tuples())
    for name, value in standing:
        known = policy.declared().get(name)
        if known is None:
            yield Finding(
                "policy", name, say("没有规则再用这个参数。", "No rule asks for this figure any more."), must=False
            )
        elif not _usable(known, value):
            yield Finding("policy", name, say("规则用不了这个值：{v}。", "No rule can use this value: {v}.", v=value))
    for name in sorted(set(policy.declared()) - {name for name, _ in standing}):
        yield Finding(
            "policy", name, say("参数尚未登记。", "The figure is not entered yet."), "flask --app run release"
        )


def _usable(known: policy.Declared, value: object) -> bool:
    try:
        policy.read_value(known, value)
    except BadValue:
        return False
    return True


EXAMINATIONS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    columns_without_index, relations_without_typeahead, registers_without_scope, fields_without_rule,
    roles_nobody_holds, verbs_nobody_may, untranslated_labels, outdated_policies,
)  # fmt: skip
__all__ = ["EXAMINATIONS", "Finding", "examine"]
