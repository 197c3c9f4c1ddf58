"""The verbs of a register without code: each moves a record from some states to another."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.core import verbs
from app.core.blockers import Blocker
from app.core.made.definitions import MadeRegister
from app.core.moves import Move, ways_back
from app.core.verbs import Act, Verb, reason, second_person
from app.core.words import Words, say


class MadeVerb(Verb):
    """What all of them share; the rule of the second person is the only one beside the state."""

    other_person: ClassVar[bool] = False

    def blockers(self, row: Any, act: Act, **params: Any) -> Sequence[Blocker]:
        return second_person(row, act) if self.other_person else []


def declare(register: MadeRegister, states: type[Words]) -> None:
    """In place of those before; a verb whose states are gone is left out."""
    verbs.forget(register.name)
    moves = moves_of(register, states)
    for each in register.verbs:
        if each["name"] in moves:
            asked: Mapping[str, Any] = {"reason": reason()} if each["reason"] else {}
            members = {
                "__doc__": f"{each['zh']} {each['en']}", "table": register.name, "name": each["name"],
                "label": say(each["zh"], each["en"]), "moves": moves, "other_person": each["other_person"],
                "undo": next(iter(ways_back(each["name"], moves)), ""), **asked,
            }  # fmt: skip
            type(each["name"].title().replace("_", ""), (MadeVerb,), members)


def moves_of(register: MadeRegister, states: type[Words]) -> dict[str, Move]:
    moves = {}
    for each in register.verbs:
        start = frozenset(states(value) for value in each["start"] if value in set(states))
        if start and each["end"] in set(states):
            moves[each["name"]] = Move(start, states(each["end"]))
    return moves
