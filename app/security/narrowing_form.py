"""Conditions on rows as a form shows and sends them: words to tick, rows to look for, or two ends (core/narrowing.py)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core import narrowing
from app.core.kinds import Relation
from app.core.narrowing import Condition
from app.core.record import Field

#: the names of these fields, before the name of a column
WHERE = ":where:"


def typed_in(table: str, given: Any) -> dict[str, list[str]]:
    """What a form sent of them, unread."""
    return narrowing.as_typed(table, {key: given.getlist(f"{WHERE}{key}") for key in narrowing.keys(table)})


def kept_in(condition: Condition) -> list[tuple[str, str]]:
    """The hidden fields by which it is sent again."""
    return [(f"{WHERE}{name}", each) for name, values in condition.items() for each in values]


def faults_in(faults: Mapping[str, Any]) -> dict[str, str]:
    return {f"{WHERE}{key}": str(fault) for key, fault in faults.items()}


def conditions_of(table: str, chosen: Condition) -> list[dict[str, Any]]:
    return [_condition(name, spot, chosen) for name, spot in narrowing.conditions(table).items()]


def _condition(name: str, spot: Field, chosen: Condition) -> dict[str, Any]:
    held: Sequence[str] = chosen.get(name, ())
    found: dict[str, Any] = {
        "name": name,
        "field": f"{WHERE}{name}",
        "label": spot.label,
        "kind": spot.kind,
        "held": held,
    }
    if narrowing.has_ends(spot.kind):
        ends = {f"{WHERE}{key}": (word, (*chosen.get(key, ()), "")[0]) for key, word in narrowing.ends_of(name).items()}
        return found | {"ends": ends}
    if isinstance(spot.kind, Relation):
        return found | {"rows": narrowing.named(spot, held)}
    return found | {"words": narrowing.words_of(spot)}
