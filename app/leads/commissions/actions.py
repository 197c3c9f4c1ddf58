"""Where a month's commissions are computed, approved, locked."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.core.blockers import Blocker
from app.core.kinds import LongText
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.commissions.facts import (
    contracts_of,
    earlier_open,
    paid_for_withdrawn,
    voided_by_hand,
)
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.commissions.rules import (
    RUN_MOVES,
    Line,
    RunState,
    VoidReason,
    blockers_to_approve,
    blockers_to_compute,
    blockers_to_void_line,
    earned,
    taken_back,
)

TABLE = "commission_run"


class Compute(Verb):
    """R-4.1, R-4.7: the lines of a month, made anew from contracts, slips and rates, as often as it is a draft."""

    table, label, moves, clause, icon = TABLE, say("计算", "Compute"), RUN_MOVES, "R-4.1", "refresh"

    def blockers(self, row: CommissionRun, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_compute(earlier_open(row, act))

    def do(self, row: CommissionRun, act: Act) -> None:  # type: ignore[override]
        lines = earned(contracts_of(row, act), voided_by_hand(row, act))
        back = taken_back(paid_for_withdrawn(row, act))
        for old in act.db.execute(select(CommissionLine).where(CommissionLine.run_id == row.id)).scalars():
            act.db.delete(old)
        act.db.flush()
        act.db.add_all([_made(row, line, takes_back=False) for line in lines])
        act.db.add_all([_made(row, line, takes_back=True) for line in back])
        row.total_fen = sum(line.amount_fen for line in [*lines, *back])
        row.computed_by_id, row.computed_at, row.approved_by_id = act.by_id, act.at, None


def _made(run: CommissionRun, line: Line, *, takes_back: bool) -> CommissionLine:
    return CommissionLine(
        run_id=run.id, staff_id=line.staff_id, contract_id=line.contract_id, rule=line.rule,
        amount_fen=line.amount_fen, void_reason=line.void_reason, takes_back=takes_back,
    )  # fmt: skip


class ApproveRun(Verb):
    """R-4.1: by another person than the one who computed it."""

    undo = "send_back"
    name = "approve"
    table, label, moves, clause, icon = TABLE, say("批准", "Approve"), RUN_MOVES, "R-4.1", "check"

    def blockers(self, row: CommissionRun, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_approve(
            computed_by_self=row.computed_by_id == act.person.staff_id, computed=row.computed_by_id is not None
        )

    def do(self, row: CommissionRun, act: Act) -> None:  # type: ignore[override]
        row.approved_by_id, row.state_reason = act.by_id, None


class SendBackRun(Verb):
    """To be looked at again."""

    name = "send_back"
    table, label, moves, clause, icon = TABLE, say("退回", "Send back"), RUN_MOVES, "R-4.1", "arrow-left"
    reason = reason()

    def do(self, row: CommissionRun, act: Act, reason: str) -> None:  # type: ignore[override]
        row.state_reason = reason


class Lock(Verb):
    """R-4.1: paid out; from now on nothing in it changes, and later withdrawals are taken back by the next."""

    table, label, moves, clause, icon = TABLE, say("锁定", "Lock"), RUN_MOVES, "R-4.1", "lock"
    danger = True


class VoidLine(Verb):
    """R-4.3.5: who contacted the customer in private earns nothing by the contract."""

    table, name, label, clause = "commission_line", "void", say("作废（私自联系）", "Void: private contact"), "R-4.3.5"
    danger, icon = True, "ban"
    evidence = ask(LongText(size=500), "证据", "Evidence")

    def lock(self, row: CommissionLine, act: Act, **params: object) -> None:
        act.db.execute(select(CommissionRun.id).where(CommissionRun.id == row.run_id).with_for_update())

    def blockers(self, row: CommissionLine, act: Act, evidence: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        run = act.db.get_one(CommissionRun, row.run_id)
        return blockers_to_void_line(run=RunState(run.state), takes_back=row.takes_back)

    def do(self, row: CommissionLine, act: Act, evidence: str) -> None:  # type: ignore[override]
        row.amount_fen, row.void_reason = 0, VoidReason.PRIVATE_CONTACT
        act.db.flush()
        total = select(func.coalesce(func.sum(CommissionLine.amount_fen), 0)).where(CommissionLine.run_id == row.run_id)
        act.db.get_one(CommissionRun, row.run_id).total_fen = int(act.db.execute(total).scalar_one())
