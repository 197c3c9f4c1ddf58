"""What is done with a contractor: suspended, barred, restored; each with its reason."""

from typing import Any

from app.contractors.rules import CONTRACTOR_MOVES, ContractorState
from app.core.verbs import Act, Verb, reason
from app.core.words import Words, say


class _Standing(Verb):
    """The reason stands beside the state."""

    moves, clause = CONTRACTOR_MOVES, "R-3.3.3"
    reason = reason()

    def do(self, row: Any, act: Act, reason: str) -> None:  # type: ignore[override]
        row.state_reason = reason


class Suspend(_Standing):
    """No new permit while it lasts; permits in force go on."""

    undo = "restore"
    table, label, danger, icon = "contractor", say("暂停", "Suspend"), True, "player-pause"


class Bar(_Standing):
    """Not to be commissioned in our estates any more."""

    undo = "restore"
    table, label, danger, icon = "contractor", say("禁入", "Bar"), True, "ban"


class Restore(_Standing):
    """Back to normal; taking a barring back, to the suspension that stood before it."""

    undo = "suspend"
    table, label, icon = "contractor", say("恢复", "Restore"), "rotate"

    def next_state(self, row: Any, act: Act, **params: Any) -> Words | None:
        stood = act.back.get(row.id)
        if stood is not None and stood.before.get("state") == ContractorState.SUSPENDED:
            return ContractorState.SUSPENDED
        return super().next_state(row, act, **params)
