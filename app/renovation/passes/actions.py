"""Where a pass is issued (R-3.4.9), used at the gate, reported lost, taken back, revoked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contractors.models import Worker
from app.core.blockers import Blocker
from app.core.kinds import Date, Relation
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.renovation.passes.facts import outside_hours, pass_facts, permit_facts, worker_facts, workers_to_let_in
from app.renovation.passes.models import GateEvent, Pass
from app.renovation.passes.rules import (
    PASS_MOVES,
    Direction,
    GateResult,
    PassState,
    blockers_of_the_worker,
    blockers_to_end,
    blockers_to_enter,
    blockers_to_issue,
    blockers_to_leave,
)
from app.renovation.permits.models import Permit


class IssuePass(Verb):
    """R-3.4.9, R-3.4.10: one pass per worker and identity card, under a permit in force."""

    table, label, clause, icon = "permit", say("办理出入证", "Issue a pass"), "R-3.4.9", "id"
    worker = ask(Relation(table="worker"), "施工人员", "Worker", among=workers_to_let_in)
    valid_until = ask(Date(), "有效期至", "Valid until")

    def lock(self, row: Permit, act: Act, worker: Worker, **params: Any) -> None:  # type: ignore[override]
        """Two counters don't give the same worker two passes."""
        act.db.execute(select(Worker.id).where(Worker.id == worker.id).with_for_update())

    def blockers(  # type: ignore[override]
        self, row: Permit, act: Act, worker: Worker | None = None, valid_until: date | None = None
    ) -> Sequence[Blocker]:
        facts = worker_facts(worker, row, act) if worker else None
        return blockers_to_issue(permit=permit_facts(row), worker=facts, valid_until=valid_until, today=act.today)

    def defaults(self, row: Permit, act: Act) -> dict[str, Any]:  # type: ignore[override]
        return {"valid_until": row.valid_until}

    def do(self, row: Permit, act: Act, worker: Worker, valid_until: date) -> Pass:  # type: ignore[override]
        return _made(row, worker, valid_until, act)


class IssuePasses(Verb):
    """R-3.4.9: a whole crew at once, all or none; each refusal names its worker."""

    table, label, clause, icon = "permit", say("批量办理出入证", "Issue passes to a crew"), "R-3.4.9", "users"
    workers = ask(Relation(table="worker", many=True), "施工人员", "Workers", among=workers_to_let_in)
    valid_until = ask(Date(), "有效期至", "Valid until")

    def lock(self, row: Permit, act: Act, workers: Sequence[Worker], **params: Any) -> None:  # type: ignore[override]
        ids = [each.id for each in workers]
        act.db.execute(select(Worker.id).where(Worker.id.in_(ids)).order_by(Worker.id).with_for_update())

    def blockers(  # type: ignore[override]
        self, row: Permit, act: Act, workers: Sequence[Worker] | None = None, valid_until: date | None = None
    ) -> Sequence[Blocker]:
        permit = permit_facts(row)
        refused = blockers_to_issue(permit=permit, worker=None, valid_until=valid_until, today=act.today)
        for worker in workers or []:
            facts = worker_facts(worker, row, act)
            refused += [_of(worker, each) for each in blockers_of_the_worker(permit, facts, act.today)]
        return refused

    def defaults(self, row: Permit, act: Act) -> dict[str, Any]:  # type: ignore[override]
        return {"valid_until": row.valid_until}

    def do(self, row: Permit, act: Act, workers: Sequence[Worker], valid_until: date) -> None:  # type: ignore[override]
        for worker in workers:
            _made(row, worker, valid_until, act)


def _of(worker: Worker, blocker: Blocker) -> Blocker:
    told = say("{name}：{why}", "{name}: {why}", name=worker.name, why=blocker.message)
    return Blocker(blocker.rule, blocker.clause, told, blocker.fix)


def _made(permit: Permit, worker: Worker, valid_until: date, act: Act) -> Pass:
    made = Pass(
        number=act.number(Pass.__series__), permit_id=permit.id, unit_id=permit.unit_id, worker_id=worker.id,
        worker_name=worker.name, valid_from=act.today, valid_until=valid_until,
    )  # fmt: skip
    act.db.add(made)
    return made


class Enter(Verb):
    """R-3.4.9: in, with the original; the duplicate stays at the gate. A refused try is kept too."""

    undo = "leave"
    table, label, clause, icon = "pass", say("放行进入", "Let in"), "R-3.4.9", "door-enter"

    def blockers(self, row: Pass, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_enter(pass_facts(row, act), act.today, outside_hours=outside_hours(act))

    def do(self, row: Pass, act: Act) -> None:  # type: ignore[override]
        row.inside = True
        _event(row, act, Direction.IN)

    def refused(self, row: Pass, act: Act, blockers: Sequence[Blocker]) -> None:  # type: ignore[override]
        _event(row, act, Direction.IN, blockers)


class Leave(Verb):
    """R-3.4.9: out, with both parts."""

    undo = "enter"
    table, label, clause, icon = "pass", say("登记离开", "Let out"), "R-3.4.9", "door-exit"

    def blockers(self, row: Pass, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_leave(row.inside)

    def do(self, row: Pass, act: Act) -> None:  # type: ignore[override]
        row.inside = False
        _event(row, act, Direction.OUT)

    def refused(self, row: Pass, act: Act, blockers: Sequence[Blocker]) -> None:  # type: ignore[override]
        _event(row, act, Direction.OUT, blockers)


class ReportLost(Verb):
    """R-3.4.9: nobody comes in with it any more; whoever is inside may still leave."""

    table, label, moves, clause = "pass", say("挂失", "Report lost"), PASS_MOVES, "R-3.4.9"
    icon, danger = "alert-circle", True
    reason = reason()

    def do(self, row: Pass, act: Act, reason: str) -> None:  # type: ignore[override]
        row.state_reason = reason


class TakeBack(Verb):
    """R-3.4.9: both parts are handed in."""

    table, label, moves, clause, icon = "pass", say("交回", "Take back"), PASS_MOVES, "R-3.4.9", "arrow-left"

    def blockers(self, row: Pass, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_end(row.inside)


class RevokePass(Verb):
    """R-3.4.9: taken away for good."""

    name = "revoke"
    table, label, moves, clause, danger, icon = "pass", say("收回", "Revoke"), PASS_MOVES, "R-3.4.9", True, "ban"
    reason = reason()

    def blockers(self, row: Pass, act: Act, reason: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_end(row.inside)

    def do(self, row: Pass, act: Act, reason: str) -> None:  # type: ignore[override]
        row.state_reason = reason


def _event(row: Pass, act: Act, direction: Direction, refused: Sequence[Blocker] = ()) -> None:
    act.db.add(
        GateEvent(
            pass_id=row.id, direction=direction, at=act.at, by_id=act.by_id,
            result=GateResult.REFUSED if refused else GateResult.ADMITTED,
            reason=" ".join(each.rule for each in refused)[:200] or None,
        )
    )  # fmt: skip


def passes_out(session: Session, application_id: int) -> int:
    """How many passes of a case are neither handed in nor written off."""
    query = (
        select(func.count(Pass.id))
        .join(Permit, Permit.id == Pass.permit_id)
        .where(Permit.application_id == application_id, Pass.state == PassState.ISSUED)
    )
    return session.execute(query).scalar_one()
