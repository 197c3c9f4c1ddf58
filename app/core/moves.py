"""State machines as tables: a verb, the states it may start from, the state it ends in."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.blockers import Blocker
from app.core.words import Words, say


@dataclass(frozen=True)
class Move:
    """`start`: the states a verb may begin in; `end`: where it leads (None: stays)."""

    start: frozenset[Words]
    end: Words | None = None


def move(*start: Words, to: Words | None = None) -> Move:
    return Move(frozenset(start), to)


def ways_back(name: str, moves: Mapping[str, Move]) -> list[str]:
    """The moves that lead from where this one ends to where it may have begun."""
    step = moves[name]
    if step.end is None:
        return []
    return [
        other for other, each in moves.items()
        if other != name and each.end not in (None, step.end) and each.end in step.start and step.end in each.start
    ]  # fmt: skip


def wrong_state(step: Move, state: Words, clause: str) -> list[Blocker]:
    """Empty when the verb may begin in `state`, otherwise the one blocker that says why."""
    if state in step.start:
        return []
    order = list(type(state))
    wanted = sorted(step.start, key=order.index)
    return [
        Blocker(
            "wrong_state",
            clause,
            say("当前状态为「{now}」，不能办理此项。", "It is “{now}” now: this can't be done.", now=state.label),
            say(
                "须处于：{wanted}。",
                "It has to be: {wanted}.",
                wanted=_Listed(tuple(each.label for each in wanted)),
            ),
        )
    ]


@dataclass(frozen=True)
class _Listed:
    items: tuple[object, ...]

    def __str__(self) -> str:
        return " / ".join(str(item) for item in self.items)
