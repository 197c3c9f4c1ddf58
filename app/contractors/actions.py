"""What is done with a contractor: suspended, barred, restored; each with its reason."""

from typing import Any

from app.contractors.rules import CONTRACTOR_MOVES
from app.core.verbs import Act, Verb, reason
from app.core.words import say


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
    """Back to normal."""

    table, label, icon = "contractor", say("恢复", "Restore"), "rotate"
