"""The verbs of a lead from measuring to its contract; the others are in their folders."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.kinds import Date, Money
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.claims.actions import ClaimLead, DecideClaim
from app.leads.claims.filing import FileDaily
from app.leads.closing.actions import (
    ConfirmDead,
    ConfirmInvalid,
    File,
    ProposeDead,
    ProposeInvalid,
    Recall,
    RefuseClosure,
    Reopen,
)
from app.leads.declining.actions import Agree, Decide, RequestDecline
from app.leads.dispatching.actions import DispatchLead, Reassign
from app.leads.following.actions import FollowUpLead, ShowHome
from app.leads.models import Contract, Lead
from app.leads.rules import (
    LEAD_MOVES,
    blockers_to_measure,
    blockers_to_sign_contract,
    blockers_to_withdraw_contract,
)
from app.leads.slips.actions import CopyToHr, SignMarket, SignStore, VoidSlip

__all__ = [
    "Agree", "ClaimLead", "ConfirmDead", "ConfirmInvalid", "CopyToHr", "Decide", "DecideClaim",
    "DispatchLead", "File", "FileDaily", "FollowUpLead", "Measure", "Recall", "ProposeDead", "ProposeInvalid", "Reassign",
    "RefuseClosure", "Reopen", "RequestDecline", "ShowHome", "SignContract", "SignMarket", "SignStore",
    "VoidSlip", "WithdrawContract",
]  # fmt: skip


class Measure(Verb):
    """R-4.5.1: the designer measured the home; from here on a lead can't be invalid."""

    table, label, moves = "lead", say("量房", "Measure"), LEAD_MOVES
    clause = "R-4.5.1"
    icon = "ruler-measure"
    on = ask(Date(), "量房日期", "Measured on")

    def blockers(self, row: Lead, act: Act, on: date | None = None, **params: Any) -> list[Blocker]:
        return blockers_to_measure(on=on, today=act.today)

    def defaults(self, row: Lead, act: Act) -> dict[str, Any]:
        return {"on": act.today}

    def do(self, row: Lead, act: Act, on: date) -> None:  # type: ignore[override]
        row.measured_on = on


class SignContract(Verb):
    """R-4.1: the customer signs; the contract has its own number."""

    undo = "withdraw_contract"
    table, label, moves = "lead", say("签订合同", "Sign the contract"), LEAD_MOVES
    clause = "R-4.1"
    icon = "file-text"
    amount_fen = ask(Money(), "合同金额", "Amount")
    on = ask(Date(), "签约日期", "Signed on")

    def blockers(
        self, row: Lead, act: Act, amount_fen: int | None = None, on: date | None = None,
        **params: Any,
    ) -> list[Blocker]:  # fmt: skip
        return blockers_to_sign_contract(amount_fen=amount_fen, on=on, measured_on=row.measured_on, today=act.today)

    def defaults(self, row: Lead, act: Act) -> dict[str, Any]:
        return {"on": act.today}

    def do(  # type: ignore[override]
        self, row: Lead, act: Act, amount_fen: int, on: date
    ) -> Contract:
        made = Contract(
            number=act.number(Contract.__series__), lead_id=row.id,
            designer_id=row.designer_id, amount_fen=amount_fen, signed_on=on,
        )  # fmt: skip
        act.db.add(made)
        return made


class WithdrawContract(Verb):
    """R-4.5.2: the customer withdraws from a signed contract; the lead is measured again."""

    table, label, moves = "lead", say("退单", "Withdraw the contract"), LEAD_MOVES
    clause = "R-4.5.2"
    danger = True
    reason = reason("退单原因")
    on = ask(Date(), "退单日期", "Withdrawn on")

    def blockers(self, row: Lead, act: Act, on: date | None = None, **params: Any) -> list[Blocker]:
        contract = live_contract(act, row)
        return blockers_to_withdraw_contract(on=on, signed_on=contract.signed_on if contract else None, today=act.today)

    def defaults(self, row: Lead, act: Act) -> dict[str, Any]:
        return {"on": act.today}

    def do(  # type: ignore[override]
        self, row: Lead, act: Act, reason: str, on: date
    ) -> Contract:
        contract = live_contract(act, row)
        assert contract is not None
        contract.withdrawn_on, contract.withdraw_reason = on, reason
        return contract


def live_contract(act: Act, row: Lead) -> Contract | None:
    return act.db.scalar(select(Contract).where(Contract.lead_id == row.id, Contract.withdrawn_on.is_(None)))
