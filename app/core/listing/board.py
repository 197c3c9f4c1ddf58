"""A list as a board 看板: a lane for each state, the first records of each, moved by their verbs only.

    ?as=board

Each lane is a page of the list (`page.py`): the same search, filters, scope and masks, from the same index,
at the price of its first rows; its count is capped like the list's.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration
from app.core.kinds import Choice
from app.core.listing.address import Asked, condition_on
from app.core.listing.conditions import lets_through
from app.core.listing.page import Listing, Page
from app.core.rights import may
from app.core.verbs import verbs_of

STATE = "state"
#: records that a lane shows
SHOWN = 30
#: columns of the list that a card tells, besides what the record is called
ON_A_CARD = 3


@dataclass(frozen=True)
class Step:
    """A verb that may begin in a lane; `to`: the state it leads to, empty where it stays or depends on the record."""

    verb: str
    label: str
    to: str
    to_label: str


@dataclass
class Lane:
    """One state: its first records, and what may be done with them."""

    state: str
    label: str
    page: Page
    steps: list[Step]


def has_board(register: type[Declaration]) -> bool:
    """Whether verbs lead from state to state."""
    known = register.fields().get(STATE)
    is_choice = known is not None and isinstance(known.kind, Choice)
    return register.board and is_choice and any(verb.moves_on for verb in verbs_of(register.table()).values())


def cards_of(register: type[Declaration], columns: list[str]) -> Listing:
    """The list that a board asks for: what a record is called, and the first of the columns that the list shows."""
    label = register.model.__label__
    rest = [name for name in columns if name not in (label, STATE)]
    return Listing(register, [label, *rest[:ON_A_CARD]], told=True)


def lanes(session: Session, listing: Listing, asked: Asked, address: Hashable) -> list[Lane]:
    """A lane for each state that is not filtered away, in the dictionary's order; none where this person does not
    see the state. `address`: all that was asked but what is searched for."""
    column = listing.usable.get(STATE)
    if column is None:
        return []
    kind: Any = column.field.kind
    said = {value: str(label) for value, label in kind.options}
    chosen = [each for each in asked.conditions if each.column.name == STATE]
    others = [each for each in asked.conditions if each.column.name != STATE]
    found = []
    for state, label in said.items():
        if all(lets_through(each, state) for each in chosen):
            narrowed = replace(
                asked, conditions=[*others, condition_on(column, "eq", state)], size=SHOWN, after="", before=""
            )
            page = listing.page(session, narrowed, address=("board", state, address))
            found.append(Lane(state, label, page, _steps(listing.register, state, said)))
    return found


def _steps(register: type[Declaration], state: str, said: dict[str, str]) -> list[Step]:
    """Those that lead on first; the rules of each are asked in its own dialog."""
    found = []
    for verb in verbs_of(register.table()).values():
        if verb.many or verb.move is None or state not in verb.move.start or not may(here.me(), verb.name, verb.table):
            continue
        to = str(verb.move.end) if verb.move.end is not None and verb.move.end != state else ""
        found.append(Step(verb.name, str(verb.label), to, said.get(to, "")))
    return sorted(found, key=lambda step: not step.to)
