"""Constraints that several tables of this domain write alike."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, Index, text

from app.core.words import Words


def listed(words: Iterable[Words]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def one_of(column: str, words: Iterable[Words], name: str) -> CheckConstraint:
    """The column holds one of the words."""
    return CheckConstraint(f"{column} in ({listed(words)})", name=name)


def together(*columns: str, name: str) -> CheckConstraint:
    """Facts that are known together or not at all: who, and when."""
    first, *others = columns
    pairs = " and ".join(f"({first} is null) = ({other} is null)" for other in others)
    return CheckConstraint(pairs, name=name)


def one_where(name: str, *columns: str, where: str) -> Index:
    """At most one such row while `where` holds; on both databases."""
    options: dict[str, Any] = {"sqlite_where": text(where), "postgresql_where": text(where)}
    return Index(name, *columns, unique=True, **options)
