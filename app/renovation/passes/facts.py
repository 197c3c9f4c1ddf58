"""What decides about a pass, read from the tables: a fixed number of statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.contractors.models import SkillCertificate, Worker
from app.contractors.rules import Trade
from app.core import here
from app.core.verbs import Act
from app.owners.models import Unit
from app.renovation.applications.rules import WorkMode
from app.renovation.passes.models import GateEvent, Pass
from app.renovation.passes.rules import (
    Direction,
    GateResult,
    PassFacts,
    PassState,
    PermitFacts,
    WorkerFacts,
    is_working_time,
)
from app.renovation.permits.models import Permit
from app.renovation.permits.rules import PermitState


def permit_facts(permit: Permit) -> PermitFacts:
    mode = WorkMode(permit.application.work_mode)
    return PermitFacts(PermitState(permit.state), permit.valid_from, permit.valid_until, mode)


def worker_facts(worker: Worker, permit: Permit, act: Act) -> WorkerFacts:
    newest: dict[Trade, date] = {}
    query = select(SkillCertificate.trade, SkillCertificate.valid_until).where(SkillCertificate.worker_id == worker.id)
    for trade, until in act.db.execute(query):
        newest[Trade(trade)] = max(until, newest.get(Trade(trade), date.min))
    own = [Trade(worker.trade)] if worker.trade else []
    out = select(Pass.number).where(Pass.worker_id == worker.id, Pass.state == PassState.ISSUED)
    return WorkerFacts(
        of_the_case=worker.contractor_id == permit.application.contractor_id,
        trades=list(dict.fromkeys([*own, *newest])), certified=newest, open_pass=act.db.execute(out).scalar(),
    )  # fmt: skip


def workers_to_let_in(act: Act, permits: Sequence[Permit]) -> ColumnElement[bool]:
    """R-3.4.9, R-3.4.10, for a choice among many: without a pass, of those who do the work, with the certificates
    that a self-managed work asks for. Who stands the test is `blockers_of_the_worker`'s to say."""
    has_pass = exists().where(Pass.worker_id == Worker.id, Pass.state == PassState.ISSUED)
    if not permits:
        return ~has_pass
    crews = {(each.application.contractor_id, WorkMode(each.application.work_mode)) for each in permits}
    return and_(~has_pass, or_(*(_of_the_case(contractor, mode, act.today) for contractor, mode in crews)))


def _of_the_case(contractor_id: int | None, mode: WorkMode, today: date) -> ColumnElement[bool]:
    theirs = Worker.contractor_id.is_not_distinct_from(contractor_id)
    return and_(theirs, _certified(today)) if mode is WorkMode.SELF_MANAGED else theirs


def _certified(today: date) -> ColumnElement[bool]:
    """That there is a certificate in force of the worker's own trade, and of each that they ever had one of."""
    other = aliased(SkillCertificate)
    in_force = exists().where(other.worker_id == Worker.id, other.valid_until >= today)
    lapsed = exists().where(
        SkillCertificate.worker_id == Worker.id,
        ~in_force.where(other.trade == SkillCertificate.trade),
    )
    return and_(~lapsed, or_(Worker.trade.is_(None), in_force.where(other.trade == Worker.trade)))


def pass_facts(row: Pass, act: Act) -> PassFacts:
    permit = act.db.get_one(Permit, row.permit_id)
    return PassFacts(PassState(row.state), row.valid_from, row.valid_until, row.inside, permit_facts(permit))


def outside_hours(act: Act) -> bool:
    """Whether the gate is closed by the clock now; never, until the admin switches hours on."""
    if not act.policy("gate_hours_apply"):
        return False
    now = here.in_house_time(act.at)
    return not is_working_time(now.time(), now.date(), act.policy("gate_hours"), act.policy("gate_holidays"))


def inside_now(session: Session, listed: int) -> tuple[int, list[Any]]:
    """How many are inside now, and the first of them: whoever came earliest stands first."""
    count = session.execute(select(func.count(Pass.id)).where(Pass.inside.is_(True))).scalar_one()
    came = (
        select(GateEvent.pass_id, func.max(GateEvent.at).label("at"))
        .where(GateEvent.direction == Direction.IN, GateEvent.result == GateResult.ADMITTED)
        .where(GateEvent.pass_id.in_(select(Pass.id).where(Pass.inside.is_(True))))
        .group_by(GateEvent.pass_id)
        .subquery()
    )
    query = (
        select(Pass.id, Pass.number, Pass.worker_name, Unit.full_name, came.c.at)
        .join(Unit, Unit.id == Pass.unit_id)
        .outerjoin(came, came.c.pass_id == Pass.id)
        .where(Pass.inside.is_(True))
        .order_by(came.c.at, Pass.id)
        .limit(listed)
    )
    rows = session.execute(query).all()
    return count, [
        {"number": row.number, "name": row.worker_name, "unit": row.full_name,
         "since": here.in_house_time(row.at).strftime("%m-%d %H:%M") if row.at else ""}
        for row in rows
    ]  # fmt: skip
