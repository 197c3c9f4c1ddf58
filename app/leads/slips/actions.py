"""The verbs of a transfer slip: two signatures in order, the copy, the voiding (R-4.4)."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, select

from app.core.blockers import Blocker
from app.core.verbs import Act, Verb, reason
from app.core.words import say
from app.leads.models import Lead
from app.leads.rules import LeadState
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import (
    MARKET_MANAGER,
    SLIP_MOVES,
    STORE_MANAGER,
    SlipState,
    blockers_to_copy,
    blockers_to_sign,
    fault_of_lead,
    signs_for,
)
from app.leads.slips.signers import signer_of


def leads_to_slip(act: Act) -> ColumnElement[bool]:
    """R-4.4.1: those of which a slip may be filled in, and that have none which is not void."""
    states = [each for each in LeadState if fault_of_lead(each) is None]
    slipped = select(TransferSlip.lead_id).where(TransferSlip.state != SlipState.VOID)
    return and_(Lead.state.in_(states), Lead.id.not_in(slipped))


class Signing(Verb):
    """What both signatures share: the post, and the columns that keep who and for whom."""

    clause = "R-4.4.3"
    icon = "signature"
    moves = SLIP_MOVES
    post: ClassVar[str]
    prefix: ClassVar[str]

    def blockers(self, row: TransferSlip, act: Act, **params: Any) -> list[Blocker]:
        return blockers_to_sign(
            post=self.post, signer=signer_of(act, self.post), fillers=fillers_of(row), signed_by=signers_of(row)
        )

    def do(self, row: TransferSlip, act: Act, **params: Any) -> None:
        signature = {
            "signed_by_id": act.by_id,
            "signed_for_id": signs_for(signer_of(act, self.post), fillers_of(row)),
            "signed_at": act.at,
        }
        for column, value in signature.items():
            setattr(row, f"{self.prefix}_{column}", value)


class SignMarket(Signing):
    """R-4.4.3: the market manager signs first."""

    table, label = "transfer_slip", say("市场部经理签字", "Sign for the market")
    post, prefix = MARKET_MANAGER, "market"


class SignStore(Signing):
    """R-4.4.3: the store manager signs second."""

    table, label = "transfer_slip", say("店面经理签字", "Sign for the store")
    post, prefix = STORE_MANAGER, "store"


class CopyToHr(Verb):
    """R-4.4.4: after dispatch the copy goes to human resources."""

    table, label, moves = "transfer_slip", say("转人力资源", "Copy to human resources"), SLIP_MOVES
    clause = "R-4.4.4"

    def blockers(self, row: TransferSlip, act: Act, **params: Any) -> list[Blocker]:
        return blockers_to_copy(copied_on=row.hr_copied_on)

    def do(self, row: TransferSlip, act: Act, **params: Any) -> None:
        row.hr_copied_on = act.today


class VoidSlip(Verb):
    """R-4.4.1: a slip filled in error; its number is never given again."""

    name = "void"
    table, label, moves = "transfer_slip", say("作废", "Void"), SLIP_MOVES
    clause = "R-4.4.1"
    danger = True
    reason = reason()

    def do(self, row: TransferSlip, act: Act, reason: str) -> None:  # type: ignore[override]
        row.void_reason = reason


def signers_of(row: TransferSlip) -> set[int]:
    """Whoever has signed in person, for themselves or for a manager."""
    return {each for each in (row.market_signed_by_id, row.store_signed_by_id) if each is not None}


def fillers_of(row: TransferSlip) -> set[int]:
    """Whoever filled the slip: its salesperson, and whoever entered it for them."""
    return {each for each in (row.salesperson_id, row.created_by_id) if each is not None}
