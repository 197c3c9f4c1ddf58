"""Where a month's commissions are computed, approved, locked."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.jobs import at_work_on
from app.core.kinds import LongText
from app.core.long_verbs import LongVerb
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.commissions.facts import contracts_after, earlier_open, how_many_concerned, total_of
from app.leads.commissions.lines import bring_up
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.commissions.rules import (
    RUN_MOVES,
    RunState,
    VoidReason,
    blockers_to_approve,
    blockers_to_compute,
    blockers_to_void_line,
)

TABLE = "commission_run"
#: contracts whose lines are made in one transaction
PORTION = 200


class Compute(LongVerb):
    """R-4.1, R-4.7: the lines of a month, made anew from contracts, slips and rates, as often as it is a draft.
    Until the last of them stands the month counts as not computed."""

    table, label, moves, clause, icon = TABLE, say("计算", "Compute"), RUN_MOVES, "R-4.1", "refresh"

    def blockers(self, row: CommissionRun, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_compute(earlier_open(row, act))

    def begin(self, row: CommissionRun, act: Act) -> None:
        row.total_fen, row.computed_by_id, row.computed_at, row.approved_by_id = 0, None, None, None

    def count(self, row: CommissionRun, act: Act) -> int:
        return how_many_concerned(row, act)

    def portion(self, row: CommissionRun, act: Act, after: int | None) -> tuple[int, int | None]:
        """The lines of the next contracts, in the order of their ids."""
        found = contracts_after(row, act, after or 0, PORTION + 1)
        contracts, more = found[:PORTION], len(found) > PORTION
        bring_up(row, act, contracts, after or 0, contracts[-1] if more else None)
        return len(contracts), contracts[-1] if more else None

    def end(self, row: CommissionRun, act: Act) -> None:
        row.total_fen = total_of(row, act)
        row.computed_by_id, row.computed_at = act.by_id, act.at


class ApproveRun(Verb):
    """R-4.1: by another person than the one who computed it."""

    undo = "send_back"
    name = "approve"
    table, label, moves, clause, icon = TABLE, say("批准", "Approve"), RUN_MOVES, "R-4.1", "check"

    def blockers(self, row: CommissionRun, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_approve(
            computed_by_self=row.computed_by_id == act.person.staff_id, computed=row.computed_by_id is not None,
            computing=row.computed_by_id is None and at_work_on(act.db, TABLE, row.id) is not None,
        )  # fmt: skip

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
        run = act.db.get_one(CommissionRun, row.run_id)
        run.total_fen = total_of(run, act)
