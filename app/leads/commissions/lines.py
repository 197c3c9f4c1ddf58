"""The lines of a portion of a run's contracts, brought to what they have to be: done twice, it changes nothing."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.verbs import Act
from app.leads.commissions.facts import contracts_of, paid_for_withdrawn
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.commissions.rules import CommissionRule, Line, VoidReason, earned, taken_back

#: what there is one line of in a run: (contract, person, rule, whether it takes back)
Place = tuple[int, int, str, bool]


def bring_up(run: CommissionRun, act: Act, contracts: Sequence[int], after: int, upto: int | None) -> None:
    """Adds, changes and deletes the lines of the contracts whose ids are beyond `after`, to `upto` or without end:
    also of those that have none any more."""
    standing = _standing(run, act, after, upto)
    private = [
        (line.contract_id, line.staff_id, CommissionRule(line.rule))
        for line in standing.values() if line.void_reason == VoidReason.PRIVATE_CONTACT
    ]  # fmt: skip
    wanted = {_place(line, False): line for line in earned(contracts_of(run, act, contracts), private)}
    wanted |= {_place(line, True): line for line in taken_back(paid_for_withdrawn(run, act, contracts))}
    for place, old in standing.items():
        if place not in wanted:
            act.db.delete(old)
    for place, line in wanted.items():
        kept = standing.get(place) or _made(run, act, place)
        kept.amount_fen, kept.void_reason = line.amount_fen, line.void_reason


def _standing(run: CommissionRun, act: Act, after: int, upto: int | None) -> dict[Place, CommissionLine]:
    query = select(CommissionLine).where(CommissionLine.run_id == run.id, CommissionLine.contract_id > after)
    query = query if upto is None else query.where(CommissionLine.contract_id <= upto)
    found = act.db.execute(query.execution_options(populate_existing=True)).scalars()
    return {(each.contract_id, each.staff_id, each.rule, each.takes_back): each for each in found}


def _place(line: Line, takes_back: bool) -> Place:
    return line.contract_id, line.staff_id, str(line.rule), takes_back


def _made(run: CommissionRun, act: Act, place: Place) -> CommissionLine:
    contract, staff, rule, takes_back = place
    line = CommissionLine(run_id=run.id, contract_id=contract, staff_id=staff, rule=rule, takes_back=takes_back)
    act.db.add(line)
    return line
