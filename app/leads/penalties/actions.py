"""Where a ticket is appealed against and decided (R-4.7.6)."""

from collections.abc import Sequence
from typing import Any

from app.core.blockers import Blocker
from app.core.kinds import Choice, LongText
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import Words, say
from app.leads.penalties.models import PenaltyTicket
from app.leads.penalties.rules import (
    TICKET_MOVES,
    Decision,
    TicketState,
    blockers_to_appeal,
    blockers_to_decide_ticket,
)

TABLE = "penalty_ticket"


class Appeal(Verb):
    """R-4.7.6: by the person it names."""

    table, label, moves, clause, icon = TABLE, say("申诉", "Appeal"), TICKET_MOVES, "R-4.7.6", "message"
    words = ask(LongText(size=1000), "申诉", "Appeal")

    def blockers(self, row: PenaltyTicket, act: Act, words: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_appeal(own=row.staff_id == act.person.staff_id)

    def do(self, row: PenaltyTicket, act: Act, words: str) -> None:  # type: ignore[override]
        row.appeal = words


class DecideTicket(Verb):
    """R-4.7.6: it stands, or it is withdrawn."""

    name = "decide"
    table, label, moves, clause, icon = TABLE, say("裁定", "Decide"), TICKET_MOVES, "R-4.7.6", "scale"
    decision = ask(Choice(words=Decision), "裁定", "Decision")
    reason = reason("裁定理由")

    def blockers(self, row: PenaltyTicket, act: Act, **params: Any) -> Sequence[Blocker]:  # type: ignore[override]
        me = act.person.staff_id
        return blockers_to_decide_ticket(issued_by_self=row.created_by_id == me, own=row.staff_id == me)

    def next_state(self, row: PenaltyTicket, act: Act, decision: str, **params: Any) -> Words | None:  # type: ignore[override]
        return TicketState.UPHELD if decision == Decision.UPHOLD else TicketState.WITHDRAWN

    def do(self, row: PenaltyTicket, act: Act, decision: str, reason: str) -> None:  # type: ignore[override]
        row.decision, row.decided_by_id = reason, act.by_id
