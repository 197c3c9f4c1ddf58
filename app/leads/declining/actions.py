"""The verbs of declining: the designer asks, the account manager decides, the design manager
agrees; only then the dispatch changes (R-4.2.6)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.kinds import Choice, Relation
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.declining.models import DeclineRequest
from app.leads.declining.rules import (
    DECLINE_MOVES,
    HELD,
    OPEN,
    Decision,
    DeclineState,
    blockers_to_agree,
    blockers_to_decide,
    blockers_to_request_decline,
    successor,
)
from app.leads.dispatching.actions import blockers_to_give, hand_over, lock_load, takers
from app.leads.dispatching.models import Dispatch
from app.people.models import Staff


class RequestDecline(Verb):
    """R-4.2.6: not before the customer: the designer tells the managers why."""

    table, label = "dispatch", say("申请不接单", "Ask to decline")
    clause = "R-4.2.6"
    danger = True
    reason = reason("特殊情况说明")

    def blockers(self, row: Dispatch, act: Act, **params: Any) -> list[Blocker]:
        open_one = select(DeclineRequest.id).where(DeclineRequest.dispatch_id == row.id, DeclineRequest.state.in_(OPEN))
        return blockers_to_request_decline(
            is_theirs=row.designer_id == act.by_id,
            is_live=_is_live(row),
            has_open_request=act.db.execute(open_one).first() is not None,
        )

    def do(  # type: ignore[override]
        self, row: Dispatch, act: Act, reason: str
    ) -> DeclineRequest:
        made = DeclineRequest(dispatch_id=row.id, asked_by_id=act.by_id, reason=reason)
        act.db.add(made)
        return made


def successors(act: Act, rows: Sequence[DeclineRequest]) -> dict[int, str]:
    """Whoever takes over is under the rules of dispatch."""
    return takers(act, [each.dispatch.lead for each in rows])


class Decide(Verb):
    """R-4.2.6: reassign it to another designer, or force it; takes effect when agreed to."""

    table, label, moves = "decline_request", say("处理", "Decide"), DECLINE_MOVES
    clause = "R-4.2.6"
    decision = ask(Choice(words=Decision), "处理")
    designer = ask(Relation(table="staff"), "接手设计师", "Taken over by", required=False, among=successors)
    reason = reason("处理理由")

    def blockers(
        self, row: DeclineRequest, act: Act, decision: Decision | None = None,
        designer: Staff | None = None, **params: Any,
    ) -> list[Blocker]:  # fmt: skip
        blockers = blockers_to_decide(
            decision=decision,
            names_designer=designer is not None,
            is_live=_is_live(row.dispatch),
            decided_by=act.by_id,
            asked_by=row.asked_by_id,
        )
        named = designer.id if designer else None
        return blockers + _blockers_of_successor(row, act, decision, named)

    def do(  # type: ignore[override]
        self, row: DeclineRequest, act: Act, decision: Decision, reason: str,
        designer: Staff | None = None,
    ) -> None:  # fmt: skip
        row.decision, row.decision_reason = decision, reason
        row.designer_id = designer.id if designer else None
        row.decided_by_id, row.decided_at = act.by_id, act.at


class Agree(Verb):
    """R-4.2.6: the design manager agrees; the dispatch is reassigned or marked forced."""

    table, label, moves = "decline_request", say("同意", "Agree"), DECLINE_MOVES
    clause = "R-4.2.6"

    def lock(self, row: DeclineRequest, act: Act, **params: Any) -> None:
        if row.designer_id is not None:
            lock_load(act, row.designer_id)

    def blockers(self, row: DeclineRequest, act: Act, **params: Any) -> list[Blocker]:
        if row.decided_by_id is None:
            return []  # the table of moves tells that nothing is decided yet
        blockers = blockers_to_agree(
            decided_by=row.decided_by_id,
            agreed_by=act.by_id,
            asked_by=row.asked_by_id,
            is_live=_is_live(row.dispatch),
        )
        return blockers + _blockers_of_successor(row, act, _decision(row), row.designer_id)

    def do(self, row: DeclineRequest, act: Act, **params: Any) -> None:
        row.agreed_by_id, row.agreed_at = act.by_id, act.at
        row.state = DeclineState.AGREED  # before the dispatch ends: what is open then lapses
        decision, held = _decision(row), row.dispatch
        taker = successor(decision, row.designer_id, held.designer_id)
        if taker is None:
            held.forced = True
        else:
            forced = decision is Decision.FORCE
            hand_over(held.lead, taker, act, row.decision_reason or "", forced=forced)


def _decision(row: DeclineRequest) -> Decision | None:
    return Decision(row.decision) if row.decision else None


def _is_live(dispatch: Dispatch) -> bool:
    return dispatch.ended_at is None and dispatch.lead.state in HELD


def _blockers_of_successor(
    row: DeclineRequest, act: Act, decision: Decision | None, named: int | None
) -> list[Blocker]:
    """Whoever takes over is under the rules of dispatch, forced or not."""
    staff_id = successor(decision, named, row.dispatch.designer_id)
    if staff_id is None or not _is_live(row.dispatch):
        return []
    return blockers_to_give(row.dispatch.lead, act, staff_id)[1]
