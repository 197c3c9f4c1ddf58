"""What a month's commissions are computed from: a fixed number of statements for each portion of its contracts."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.core.verbs import Act
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.commissions.rules import CommissionRule, Earner, Key, RunState, SignedContract, days_of
from app.leads.dispatching.models import Dispatch
from app.leads.models import Contract, Lead
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import SlipState
from app.leads.slips.signers import holders_of

SIGNED_BY_BOTH = (SlipState.STORE_SIGNED, SlipState.DISPATCHED)


def contracts_after(run: CommissionRun, act: Act, after: int, most: int) -> list[int]:
    """The ids, in their order, of the next contracts that the run has lines of."""
    query = select(Contract.id).where(Contract.id > after, _concern(run, act)).order_by(Contract.id).limit(most)
    return list(act.db.execute(query).scalars())


def how_many_concerned(run: CommissionRun, act: Act) -> int:
    return int(act.db.execute(select(func.count()).select_from(Contract).where(_concern(run, act))).scalar_one())


def _concern(run: CommissionRun, act: Act) -> ColumnElement[bool]:
    locked = _locked_before(run, act)
    return or_(_earn_in(run, locked), _are_to_be_taken_back(locked))


def _earn_in(run: CommissionRun, locked: Mapping[int, str]) -> ColumnElement[bool]:
    """Signed in the run's month; or in an earlier one, but entered when that was locked already."""
    if not locked:
        return _signed_in(run.month)
    missed = and_(or_(*map(_signed_in, locked.values())), ~exists().where(*_lines_of_it(locked)))
    return or_(_signed_in(run.month), missed)


def _are_to_be_taken_back(locked: Mapping[int, str]) -> ColumnElement[bool]:
    """Withdrawn since, and somebody still holds what a locked run paid."""
    held = select(CommissionLine.staff_id).where(*_lines_of_it(locked)).correlate(Contract)
    held = held.group_by(CommissionLine.staff_id, CommissionLine.rule).having(func.sum(CommissionLine.amount_fen) > 0)
    return and_(Contract.withdrawn_on.is_not(None), held.exists())


def _lines_of_it(locked: Mapping[int, str]) -> tuple[ColumnElement[bool], ...]:
    return CommissionLine.contract_id == Contract.id, CommissionLine.run_id.in_(list(locked))


def _locked_before(run: CommissionRun, act: Act) -> dict[int, str]:
    """The earlier runs that are locked: id -> month."""
    query = select(CommissionRun.id, CommissionRun.month).where(
        CommissionRun.state == RunState.LOCKED, CommissionRun.month < run.month
    )
    return dict(act.db.execute(query).tuples().all())


def contracts_of(run: CommissionRun, act: Act, ids: Collection[int]) -> list[SignedContract]:
    """Those among these contracts that earn in the run, with whatever their lines depend on."""
    query = (
        select(Contract, Lead.source, Lead.created_by_id, Lead.claimant_id)
        .join(Lead, Lead.id == Contract.lead_id)
        .where(Contract.id.in_(ids), _earn_in(run, _locked_before(run, act)))
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


def paid_for_withdrawn(run: CommissionRun, act: Act, ids: Collection[int]) -> dict[Key, int]:
    """What locked runs hold in all, of those among these contracts that are withdrawn by now."""
    query = (
        select(CommissionLine.contract_id, CommissionLine.staff_id, CommissionLine.rule, func.sum(CommissionLine.amount_fen))
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .join(Contract, Contract.id == CommissionLine.contract_id)
        .where(
            Contract.id.in_(ids), Contract.withdrawn_on.is_not(None),
            CommissionRun.state == RunState.LOCKED, CommissionRun.month < run.month,
        )
        .group_by(CommissionLine.contract_id, CommissionLine.staff_id, CommissionLine.rule)
    )  # fmt: skip
    return {(contract, staff, CommissionRule(rule)): int(fen) for contract, staff, rule, fen in act.db.execute(query)}


def total_of(run: CommissionRun, act: Act) -> int:
    """The sum of its lines, in fen."""
    total = select(func.coalesce(func.sum(CommissionLine.amount_fen), 0)).where(CommissionLine.run_id == run.id)
    return int(act.db.execute(total).scalar_one())


def earlier_open(run: CommissionRun, act: Act) -> str | None:
    query = select(func.min(CommissionRun.month)).where(
        CommissionRun.month < run.month, CommissionRun.state != RunState.LOCKED
    )
    return act.db.execute(query).scalar()
