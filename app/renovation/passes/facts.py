"""What decides about a pass, read from the tables: a fixed number of statements."""

from datetime import date

from sqlalchemy import select

from app.contractors.models import SkillCertificate, Worker
from app.contractors.rules import Trade
from app.core import here
from app.core.verbs import Act
from app.renovation.applications.rules import WorkMode
from app.renovation.passes.models import Pass
from app.renovation.passes.rules import PassFacts, PassState, PermitFacts, WorkerFacts, is_working_time
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


def pass_facts(row: Pass, act: Act) -> PassFacts:
    permit = act.db.get_one(Permit, row.permit_id)
    return PassFacts(PassState(row.state), row.valid_from, row.valid_until, row.inside, permit_facts(permit))


def outside_hours(act: Act) -> bool:
    """Whether the gate is closed by the clock now; never, until the admin switches hours on."""
    if not act.policy("gate_hours_apply"):
        return False
    now = here.in_house_time(act.at)
    return not is_working_time(now.time(), now.date(), act.policy("gate_hours"), act.policy("gate_holidays"))
