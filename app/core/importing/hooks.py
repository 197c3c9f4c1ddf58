"""What the registers ask of new rows and do with them, for the rows of a file as for those of a form.

A register that can ask for many rows at once says so (`before_create_many`, `after_create_many`); the others
are asked row by row, each row in sight of those before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.core import here
from app.core.declaration import Declaration, register_of
from app.core.record import Record
from app.core.saving import not_within
from app.core.verbs import Act
from app.core.words import Say

Owned = tuple[Any, Record]


def asked_row_by_row(register: type[Declaration]) -> bool:
    """Whether it has a rule for a new row, and none for many."""
    return any(
        not issubclass(_says(register, f"{hook}_many"), _says(register, hook))
        for hook in ("before_create", "after_create")
    )


def edited_row_by_row(register: type[Declaration]) -> bool:
    return _says(register, "before_edit") is not Declaration


def _says(register: type[Declaration], hook: str) -> type:
    """The class of its line that has the last word."""
    return next(each for each in register.__mro__ if hook in vars(each))


def row_by_row(rows: Iterable[Record]) -> bool:
    """Whether some of the rows stand in a register that is asked so."""
    return any(asked_row_by_row(register) for register, _ in _by_register([(None, row) for row in rows]))


def refused_of_many(owned: Sequence[Owned], act: Act) -> Iterator[tuple[Any, Mapping[str, Say | str]]]:
    """(owner, field -> sentence) of each row that its register refuses, where it asks for many at once."""
    for register, own in _by_register(owned):
        for place, wrong in not_within(act.db, [row for _, row in own]).items():
            yield own[place][0], wrong
        if not asked_row_by_row(register):
            with here.in_whole_sight(), act.db.no_autoflush:
                refused = register.before_create_many([row for _, row in own], act)
            for place, told in refused.items():
                yield own[place][0], told


def before(owned: Sequence[Owned], act: Act) -> list[tuple[Any, Mapping[str, Say | str]]]:
    """The same before they are written; a register that is asked row by row raises."""
    if refused := list(refused_of_many(owned, act)):
        return refused
    for register, own in _by_register(owned):
        if asked_row_by_row(register):
            for _, row in own:
                register.before_create(row, act)
    return []


def after(rows: Sequence[Record], act: Act) -> None:
    for register, own in _by_register([(None, row) for row in rows]):
        if not asked_row_by_row(register):
            register.after_create_many([row for _, row in own], act)
            continue
        for _, row in own:
            register.after_create(row, act)


def _by_register(owned: Iterable[Owned]) -> list[tuple[type[Declaration], list[Owned]]]:
    found: dict[str, list[Owned]] = {}
    for owner, row in owned:
        found.setdefault(row.__tablename__, []).append((owner, row))
    named = [(register_of(table), own) for table, own in found.items()]
    return [(register, own) for register, own in named if register is not None]
