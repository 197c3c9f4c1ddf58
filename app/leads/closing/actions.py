"""The verbs of closing: one proposes, another confirms or refuses; the general manager reopens
(R-4.5)."""

from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.kinds import Choice, LongText, Relation
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import Words, say
from app.leads.closing.models import Closure
from app.leads.closing.rules import (
    CLOSURE_MOVES,
    ClosureKind,
    ClosureReason,
    ClosureState,
    DeadReason,
    InvalidReason,
    blockers_to_confirm,
    blockers_to_file,
    blockers_to_recall,
    blockers_to_reopen,
    is_drawn,
    is_reason_of,
)
from app.leads.dispatching.actions import end
from app.leads.dispatching.facts import EndKind
from app.leads.dispatching.models import Dispatch
from app.leads.rules import CLOSED, LEAD_MOVES, LeadState
from app.people.models import Staff

if TYPE_CHECKING:
    from app.leads.models import Lead


class Proposing(Verb):
    """What both proposals share: the closure that waits for the design manager."""

    moves = LEAD_MOVES
    danger = True
    kind: ClassVar[ClosureKind]
    customer_words = ask(LongText(size=1000), "客户陈述", "What the customer said")

    def choices(self, row: "Lead", act: Act) -> dict[str, Any]:
        words = self.asks["reason"].kind.words  # type: ignore[attr-defined]
        return {"reason": [{"id": str(each), "label": str(each.label)} for each in words]}

    def do(  # type: ignore[override]
        self, row: "Lead", act: Act, reason: Words, customer_words: str
    ) -> Closure:
        made = Closure(
            lead_id=row.id, kind=self.kind, reason=reason, from_state=row.state,
            proposed_by_id=act.by_id, proposed_at=act.at, customer_words=customer_words,
        )  # fmt: skip
        act.db.add(made)
        return made


class ProposeInvalid(Proposing):
    """R-4.5.1: before measuring, after the account manager asked the customer."""

    undo = "refuse_closure"
    table, label, clause = "lead", say("拟定无效单", "Propose as invalid"), "R-4.5.1"
    kind = ClosureKind.INVALID
    reason = ask(Choice(words=InvalidReason), "无效原因", "Reason")


class ProposeDead(Proposing):
    """R-4.5.2: after measuring, after the account assistant asked the customer."""

    undo = "refuse_closure"
    table, label, clause = "lead", say("拟定死单", "Propose as dead"), "R-4.5.2"
    kind = ClosureKind.DEAD
    reason = ask(Choice(words=DeadReason), "签单失败原因", "Reason")


class Confirming(Verb):
    """What both confirmations share: another person's visit, and both statements side by side."""

    moves = LEAD_MOVES
    danger = True
    customer_words = ask(LongText(size=1000), "客户陈述", "What the customer said")
    designer_words = ask(LongText(size=1000), "设计师陈述", "What the designer said")

    def blockers(self, row: "Lead", act: Act, **params: Any) -> list[Blocker]:
        closure = closure_in(act, row, ClosureState.PROPOSED)
        if closure is None:
            return []  # the table of moves tells that nothing is proposed
        return blockers_to_confirm(proposed_by=closure.proposed_by_id, confirmed_by=act.by_id, clause=self.clause)

    def do(  # type: ignore[override]
        self, row: "Lead", act: Act, customer_words: str, designer_words: str
    ) -> Closure:
        closure = closure_in(act, row, ClosureState.PROPOSED)
        assert closure is not None
        closure.confirmed_by_id, closure.confirmed_at = act.by_id, act.at
        closure.confirmed_words, closure.designer_words = customer_words, designer_words
        closure.state = ClosureState.CONFIRMED
        closure.sampled = is_drawn(closure.id, act.policy("recall_percent"))
        end(row, act, EndKind.CLOSED, ClosureKind(closure.kind).label.zh)
        return closure


class ConfirmInvalid(Confirming):
    """R-4.5.1: the design manager asked again: the lead is invalid."""

    table, label, clause = "lead", say("确认无效单", "Confirm as invalid"), "R-4.5.1"


class ConfirmDead(Confirming):
    """R-4.5.2: the design manager asked again: the lead is dead."""

    table, label, clause = "lead", say("确认死单", "Confirm as dead"), "R-4.5.2"


class RefuseClosure(Verb):
    """R-4.5: the design manager finds that it can be followed up: back to where it came from."""

    table, label, moves = "lead", say("不予确认", "Refuse the closing"), LEAD_MOVES
    clause = "R-4.5"
    reason = reason()

    def next_state(self, row: "Lead", act: Act, **params: Any) -> Words | None:
        return _came_from(closure_in(act, row, ClosureState.PROPOSED))

    def do(self, row: "Lead", act: Act, reason: str) -> None:  # type: ignore[override]
        closure = closure_in(act, row, ClosureState.PROPOSED)
        assert closure is not None
        closure.state, closure.refuse_reason = ClosureState.REFUSED, reason


class Reopen(Verb):
    """R-4.5: the general manager has a closed lead followed up again, from where it stood; the
    designer who held it has it again."""

    table, label, moves = "lead", say("重新跟进", "Reopen"), LEAD_MOVES
    clause = "R-4.5"
    reason = reason()

    def blockers(self, row: "Lead", act: Act, **params: Any) -> list[Blocker]:
        table = type(row)
        taken = select(table.id).where(table.phone == row.phone, table.id != row.id, table.state.not_in(CLOSED))
        return blockers_to_reopen(customer_taken=act.db.execute(taken).first() is not None)

    def next_state(self, row: "Lead", act: Act, **params: Any) -> Words | None:
        return _came_from(closure_in(act, row, ClosureState.CONFIRMED))

    def do(self, row: "Lead", act: Act, reason: str) -> None:  # type: ignore[override]
        closure = closure_in(act, row, ClosureState.CONFIRMED)
        assert closure is not None
        closure.state, closure.reopen_reason = ClosureState.REOPENED, reason
        _resume(row, act, closure)


class Recall(Verb):
    """R-4.5: a closed lead drawn by lot is called once more by a third person; whether the reason holds is kept."""

    table, label, moves = "closure", say("抽查回访", "Re-call"), CLOSURE_MOVES
    clause, icon = "R-4.5.3", "phone"
    reason = ask(Choice(words=ClosureReason), "客户所述原因", "The reason that the customer gives")
    customer_words = ask(LongText(size=1000), "客户陈述", "What the customer said")

    def blockers(self, row: Closure, act: Act, reason: Words | None = None, **params: Any) -> list[Blocker]:
        return blockers_to_recall(
            sampled=row.sampled, recalled=row.recalled_at is not None,
            took_part=act.person.staff_id in (row.proposed_by_id, row.confirmed_by_id),
            known=reason is None or is_reason_of(ClosureKind(row.kind), reason),
        )  # fmt: skip

    def choices(self, row: Closure, act: Act) -> dict[str, Any]:
        words = InvalidReason if row.kind == ClosureKind.INVALID else DeadReason
        return {"reason": [{"id": str(each), "label": str(each.label)} for each in words]}

    def do(self, row: Closure, act: Act, reason: Words, customer_words: str) -> None:  # type: ignore[override]
        row.recalled_at, row.recalled_by_id = act.at, act.by_id
        row.recall_reason, row.recall_words = str(reason), customer_words


class File(Verb):
    """R-4.5.3, R-4.5.4: filed with the general manager's office: cause, who answers, penalty."""

    table, label, moves = "closure", say("备案", "File"), CLOSURE_MOVES
    clause = "R-4.5.3"
    cause = ask(LongText(size=1000), "跑单原因分析", "Cause")
    responsible = ask(Relation(table="staff"), "责任人", "Who answers for it", required=False)
    penalty = ask(LongText(size=500), "处罚", required=False)

    def blockers(self, row: Closure, act: Act, **params: Any) -> list[Blocker]:
        return blockers_to_file(is_filed=row.filed_at is not None)

    def do(  # type: ignore[override]
        self, row: Closure, act: Act, cause: str, responsible: Staff | None = None,
        penalty: str | None = None,
    ) -> None:  # fmt: skip
        row.cause, row.penalty, row.filed_at = cause, penalty, act.at
        row.responsible_id = responsible.id if responsible else None


def closure_in(act: Act, row: "Lead", state: ClosureState) -> Closure | None:
    """The lead's closure in this state; at most one is proposed or confirmed at a time."""
    return act.db.scalar(
        select(Closure).where(Closure.lead_id == row.id, Closure.state == state).order_by(Closure.id.desc()).limit(1)
    )


def _came_from(closure: Closure | None) -> LeadState | None:
    return LeadState(closure.from_state) if closure else None


def _resume(row: "Lead", act: Act, closure: Closure) -> None:
    """The dispatch that the closing ended lives again."""
    ended = act.db.scalar(
        select(Dispatch)
        .where(Dispatch.lead_id == row.id, Dispatch.ended_at == closure.confirmed_at)
        .where(Dispatch.end_kind == EndKind.CLOSED)
    )
    if ended is not None:
        ended.ended_at = ended.end_kind = ended.end_reason = None
