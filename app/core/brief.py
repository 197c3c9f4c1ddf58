"""A record in one line: what it is called and the first facts that its list tells of it.

For the inbox, the command box and wherever else a record is named among others.
"""

from app.core.declaration import Declaration
from app.core.reading import Seen

FACTS = 2


def brief_columns(register: type[Declaration], *more: str) -> list[str]:
    """Its label, the first facts of its list, and `more`."""
    label = register.model.__label__
    facts = [name for name in register.listed() if name not in (label, "state", *more)]
    return [label, *facts[:FACTS], *(name for name in more if name != label)]


def label_of(register: type[Declaration], row: Seen) -> str:
    name = register.model.__label__
    return (row.shown(name) if name in row.columns else "") or str(row.id)


def facts_of(register: type[Declaration], row: Seen) -> list[str]:
    """What stands beside the label, masked where it has to be; empty ones are left out."""
    label = register.model.__label__
    return [fact for name in row.columns if name != label and (fact := row.shown(name))]
