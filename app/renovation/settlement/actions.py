"""Where a case is settled (R-3.1.5). The cashier gives the deposit back in `fees/actions.py`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.core.answers import Faulty
from app.core.blockers import Blocker, NotAllowed
from app.core.kinds import LongText, Money
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.fees.charging import deposits_paid, may_go_back
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import APPLICATION_MOVES, ApplicationState
from app.renovation.passes.actions import passes_out
from app.renovation.patrols.facts import violations_open
from app.renovation.patrols.models import Violation
from app.renovation.settlement.models import Deduction
from app.renovation.settlement.rules import blockers_to_deduct, blockers_to_settle, spread


class Settle(Verb):
    """R-3.1.5: passes are back, nothing is open, and it is decided what goes back of the deposit."""

    table, label, moves = "renovation_application", say("结算", "Settle"), APPLICATION_MOVES
    clause, icon = "R-3.1.5", "coin"
    deductions = ask(
        LongText(size=1000), "结算说明", "Note", required=False,
        help=say("扣款逐项登记在「押金扣款」，此处可写说明。", "Deductions are entered item by item; a note may stand here."),
    )  # fmt: skip

    def lock(self, row: RenovationApplication, act: Act, **params: Any) -> None:  # type: ignore[override]
        deposits_paid(act, row.id, lock=True)

    def blockers(  # type: ignore[override]
        self, row: RenovationApplication, act: Act, deductions: str | None = None
    ) -> Sequence[Blocker]:
        return blockers_to_settle(
            passes_out=passes_out(act.db, row.id), violations_open=violations_open(row, act),
            deposit_fen=sum(each.amount_fen for each in deposits_paid(act, row.id)), deducted_fen=deducted(row.id, act),
        )  # fmt: skip

    def choices(self, row: RenovationApplication, act: Act) -> dict[str, Any]:
        """What was deposited, what is taken off, and what goes back."""
        deposit, less = sum(each.amount_fen for each in deposits_paid(act, row.id)), deducted(row.id, act)
        told = (
            (say("已收押金", "Deposit taken"), deposit), (say("扣款", "Deductions"), less),
            (say("应退", "Goes back"), deposit - less),
        )  # fmt: skip
        return {"sums": [{"label": str(label), "amount": Money().show(fen)} for label, fen in told]}

    def do(self, row: RenovationApplication, act: Act, deductions: str | None) -> None:  # type: ignore[override]
        row.state_reason = deductions
        deposits = deposits_paid(act, row.id)
        parts = spread(deducted(row.id, act), [each.amount_fen for each in deposits])
        for deposit, part in zip(deposits, parts, strict=True):
            may_go_back(deposit, part, act)


def deducted(application_id: int, act: Act) -> int:
    """Fen taken off the deposit of a case."""
    query = select(func.coalesce(func.sum(Deduction.amount_fen), 0)).where(Deduction.application_id == application_id)
    return int(act.db.execute(query).scalar_one())


def entering_deduction(row: Deduction, act: Act) -> None:
    """R-3.1.5: before settlement; a violation named is one of this case. Locks the case."""
    query = select(RenovationApplication.state).where(RenovationApplication.id == row.application_id).with_for_update()
    refused = blockers_to_deduct(ApplicationState(act.db.execute(query).scalar_one()))
    if refused:
        raise NotAllowed(refused)
    if row.violation_id and act.db.get_one(Violation, row.violation_id).application_id != row.application_id:
        raise Faulty({"violation": say("这项违规不是本申请的。", "That violation is of another case.")})
