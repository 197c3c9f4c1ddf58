"""What a month's commissions are computed from: a fixed number of statements, whatever the month held."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core.verbs import Act
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.commissions.rules import CommissionRule, Earner, Key, RunState, SignedContract, VoidReason, days_of
from app.leads.dispatching.models import Dispatch
from app.leads.models import Contract, Lead
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import SlipState
from app.leads.slips.signers import holders_of

SIGNED_BY_BOTH = (SlipState.STORE_SIGNED, SlipState.DISPATCHED)


def contracts_of(run: CommissionRun, act: Act) -> list[SignedContract]:
    """Every contract signed in the run's month; and those of earlier months that were entered when
    their own run was locked already."""
    query = (
        select(Contract, Lead.source, Lead.created_by_id, Lead.claimant_id)
        .join(Lead, Lead.id == Contract.lead_id)
        .where(_signed_in(run.month) | Contract.id.in_(_missed(run, act)))
        .order_by(Contract.id)
    )
    rows = act.db.execute(query).all()
    leads = [row.Contract.lead_id for row in rows]
    dispatchers, slips = _dispatchers(leads, act), _with_a_slip(leads, act)
    desk = set(act.db.scalars(holders_of("front_desk", also_left=True)))  # what was earned is owed
    return [
        SignedContract(
            id=row.Contract.id, signed_on=row.Contract.signed_on, withdrawn=row.Contract.withdrawn_on is not None,
            slip_missing=row.source in act.policy("dispatch_slip_sources", on=row.Contract.signed_on)
            and row.Contract.lead_id not in slips,
            earners=list(
                _earners(
                    row.Contract, act, dispatcher=dispatchers.get((row.Contract.lead_id, row.Contract.designer_id)),
                    receptionist=row.created_by_id if row.created_by_id in desk else None, claimant=row.claimant_id,
                )
            ),
        )
        for row in rows
    ]  # fmt: skip


def _signed_in(month: str) -> ColumnElement[bool]:
    first, after = days_of(month)
    return and_(Contract.signed_on >= first, Contract.signed_on < after)


def _missed(run: CommissionRun, act: Act) -> list[int]:
    locked = select(CommissionRun.id, CommissionRun.month).where(
        CommissionRun.state == RunState.LOCKED, CommissionRun.month < run.month
    )
    runs = act.db.execute(locked).all()
    if not runs:
        return []
    in_lines = select(CommissionLine.contract_id).where(CommissionLine.run_id.in_([each.id for each in runs]))
    query = select(Contract.id).where(or_(*(_signed_in(each.month) for each in runs)), Contract.id.not_in(in_lines))
    return list(act.db.execute(query).scalars())


def _earners(
    contract: Contract, act: Act, *, dispatcher: int | None, receptionist: int | None, claimant: int | None
) -> Iterable[Earner]:
    """Rates are those of the day on which it was signed; a rate of 0 makes no line."""
    shares = (
        (dispatcher, CommissionRule.ACCOUNT_MANAGER, "commission_account_manager_fen"),
        (receptionist, CommissionRule.FRONT_DESK, "commission_front_desk_fen"),
        (claimant, CommissionRule.SALESPERSON, "commission_salesperson_fen"),
    )
    for staff_id, rule, rate in shares:
        fen = act.policy(rate, on=contract.signed_on)
        if staff_id is not None and fen > 0:
            yield Earner(staff_id, rule, fen)


def _dispatchers(leads: list[int], act: Act) -> dict[tuple[int, int], int]:
    """(lead, designer) -> who gave it to them last."""
    query = select(Dispatch.lead_id, Dispatch.designer_id, Dispatch.by_id).where(Dispatch.lead_id.in_(leads))
    return {(lead, designer): by for lead, designer, by in act.db.execute(query.order_by(Dispatch.id))}


def _with_a_slip(leads: list[int], act: Act) -> set[int]:
    query = select(TransferSlip.lead_id).where(
        TransferSlip.lead_id.in_(leads), TransferSlip.state.in_([str(state) for state in SIGNED_BY_BOTH])
    )
    return set(act.db.execute(query).scalars())


def paid_for_withdrawn(run: CommissionRun, act: Act) -> dict[Key, int]:
    """What locked runs hold in all, of contracts that are withdrawn by now."""
    query = (
        select(CommissionLine.contract_id, CommissionLine.staff_id, CommissionLine.rule, func.sum(CommissionLine.amount_fen))
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .join(Contract, Contract.id == CommissionLine.contract_id)
        .where(
            CommissionRun.state == RunState.LOCKED, CommissionRun.month < run.month, Contract.withdrawn_on.is_not(None)
        )
        .group_by(CommissionLine.contract_id, CommissionLine.staff_id, CommissionLine.rule)
    )  # fmt: skip
    return {(contract, staff, CommissionRule(rule)): int(fen) for contract, staff, rule, fen in act.db.execute(query)}


def voided_by_hand(run: CommissionRun, act: Act) -> list[Key]:
    """Lines that somebody voided for private contact stay so when the month is computed again."""
    query = select(CommissionLine).where(
        CommissionLine.run_id == run.id, CommissionLine.void_reason == VoidReason.PRIVATE_CONTACT
    )
    return [(each.contract_id, each.staff_id, CommissionRule(each.rule)) for each in act.db.execute(query).scalars()]


def earlier_open(run: CommissionRun, act: Act) -> str | None:
    query = select(func.min(CommissionRun.month)).where(
        CommissionRun.month < run.month, CommissionRun.state != RunState.LOCKED
    )
    return act.db.execute(query).scalar()
