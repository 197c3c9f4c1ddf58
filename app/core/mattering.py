"""Fields that matter only when another holds a value: otherwise not shown, not asked for and not kept.

    shown_when = {"contractor": "work_mode=contractor", "level": "kind=qualification,licence", "fee": "with_lift"}

One or several values of a choice, `field` or `field=1` for a yes, `field=0` for a no. The same is said of a verb's
parameter (`ask(…, when="decision=reassign")`) and of a field without code. Forms hide what does not matter
(`data-when`, js/app.js); the server does not read it, and empties what a row holds of it (`saving.put`), which the
history tells like any change. What depends on a field that does not matter itself does not matter either.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.core.declaration import Declaration, register_of
from app.core.kinds import Kind
from app.core.record import Field, Record, added_fields

YES, NO = "1", "0"


@dataclass(frozen=True)
class Only:
    """`field` has to hold one of `values`, as a form would send them."""

    field: str
    values: frozenset[str]

    def holds(self, kind: Kind, held: Any) -> bool:
        return _as_sent(kind, held) in self.values


@lru_cache(maxsize=1000)
def only(text: str) -> Only:
    field, _, values = text.partition("=")
    return Only(field, frozenset(values.split(",")) if values else frozenset({YES}))


def _as_sent(kind: Kind, held: Any) -> str:
    """A value as a form sends it, whether it was typed, is JSON or stands in a row; a box that is not ticked is a no."""
    if isinstance(held, bool) or kind.widget == "checkbox":
        return YES if held not in (None, "", NO, False) else NO
    return "" if held is None else str(held)


def conditions(register: type[Declaration]) -> dict[str, Only]:
    """field -> when it matters; those that are not named always do."""
    found = {name: only(text) for name, text in register.shown_when.items()}
    return found | {spot.name: only(spot.only) for spot in added_fields(register.model) if spot.only}


def idle(wanted: Mapping[str, Only], held: Callable[[str], Any], known: Mapping[str, Any]) -> set[str]:
    """The names that do not matter, by what `held` answers for those they depend on; `known`: fields or parameters."""

    def matters(name: str, above: tuple[str, ...] = ()) -> bool:
        each = wanted.get(name)
        if each is None or each.field not in known or name in above:
            return True
        return each.holds(known[each.field].kind, held(each.field)) and matters(each.field, (*above, name))

    return {name for name in wanted if not matters(name)}


def idle_in(register: type[Declaration], given: Mapping[str, Any], row: Any = None) -> set[str]:
    """What does not matter in a form: by what is given, and else by what the row holds."""
    wanted, known = conditions(register), register.fields()
    return (
        idle(wanted, lambda name: given[name] if name in given else _held(known[name], row), known) if wanted else set()
    )


def clear(row: Record) -> None:
    """Empty what does not matter in this row as it is now."""
    register = register_of(type(row).__tablename__)
    wanted = conditions(register) if register is not None else {}
    if register is None or not wanted:
        return
    known = register.fields()
    for name in idle(wanted, lambda each: _held(known[each], row), known):
        if name in known and _held(known[name], row) not in (None, "", [], False):
            setattr(row, known[name].attribute, _nothing(known[name]))


def _held(spot: Field, row: Any) -> Any:
    """What the row holds; a new one what it will, where nothing was said."""
    value = None if row is None else getattr(row, spot.attribute)
    if value is None and (row is None or row.id is None):
        column = None if row is None else type(row).__table__.c.get(spot.attribute)
        default = None if column is None else column.default
        return default.arg if default is not None and default.is_scalar else None
    return value


def _nothing(spot: Field) -> Any:
    if spot.many:
        return []
    return False if spot.kind.widget == "checkbox" else None


# --- shown --------------------------------------------------------------------------------


def whens(wanted: Mapping[str, Only], shown: Iterable[str], begin: str = "") -> dict[str, str]:
    """What each field of a form is shown by: "work_mode=contractor"; `begin`: what the names of its fields begin with."""
    there = set(shown)
    return {
        f"{begin}{name}": f"{begin}{each.field}={','.join(sorted(each.values))}"
        for name, each in wanted.items()
        if each.field in there
    }


def without_idle(register: type[Declaration], spots: list[Field], row: Any = None) -> list[Field]:
    """The fields of a form without those whose condition is not in it and does not hold."""
    wanted, there = conditions(register), {spot.name for spot in spots}
    decided = {name for name, each in wanted.items() if each.field not in there} & there
    if not decided:
        return spots
    gone = idle_in(register, {}, row) & decided
    return [spot for spot in spots if spot.name not in gone]
