"""Words in lists stand as people expect (values/worded.py), on both databases, from this one place.

    query.order_by(placed(spot, Unit.full_name))
    placed(spot, Unit.full_name) == "丽景家园 2栋 101"

Which columns: those whose kind is of words, but for documents' numbers. PostgreSQL has a collation `zh` (migration
0045) and sorts `full_name COLLATE zh`; SQLite has a function of that name and sorts `zh(full_name)`: its index keeps
what the function made, so a row that comes in is read once, where a collation would be asked at each step down the
index. What a column is compared with is sent as the database needs it. Equal is what is equal letter by letter.

Indexes hold the same expression (`ix_…_words`, core/word_indexes.py).
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine, Index, String, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from app.core.values.worded import worded

NAME = "zh"
SIGN = "_words"


class Word(TypeDecorator[str]):
    """A text to be compared with what stands in the order of words."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return worded(value) if value is not None and dialect.name == "sqlite" else value


class AsWords(FunctionElement[str]):
    """A text as it is sorted, filtered and indexed."""

    inherit_cache = True
    type = Word()


@compiles(AsWords, "sqlite")
def _on_sqlite(element: AsWords, compiler: Any, **options: Any) -> str:
    return f"{NAME}({compiler.process(element.clauses, **options)})"


@compiles(AsWords, "postgresql")
def _on_postgresql(element: AsWords, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} COLLATE {NAME})"


@event.listens_for(Engine, "connect")
def _told(connection: Any, _: Any) -> None:
    """Whoever writes to SQLite has to know the function: the index asks for it."""
    if isinstance(connection, sqlite3.Connection):
        tell(connection)


def tell(connection: sqlite3.Connection) -> None:
    connection.create_function(NAME, 1, _or_nothing, deterministic=True)


def _or_nothing(value: Any) -> Any:
    return worded(value) if isinstance(value, str) else value


def placed(spot: Any, attribute: Any) -> Any:
    """By what the rows are sorted and found where the field is asked for; anything but words as it is."""
    return AsWords(attribute) if spot is not None and spot.is_worded else attribute


# --- indexes -------------------------------------------------------------------------------


def indexes_for(table: str, name: str, *, nullable: bool) -> list[Index]:
    """Of a list sorted by words: the key is the tiebreak, and empty counts as the least."""
    return [
        Index(name_of(table, name), text(leading(dialect, name, nullable=nullable)), "id").ddl_if(dialect=dialect)
        for dialect in ("sqlite", "postgresql")
    ]


def name_of(table: str, name: str) -> str:
    return f"ix_{table}_{name}{SIGN}"


def leading(dialect: str, name: str, *, nullable: bool) -> str:
    """What such an index begins with."""
    if dialect == "sqlite":
        return f"{NAME}({name})"
    return f"{name} COLLATE {NAME}{' NULLS FIRST' if nullable else ''}"
