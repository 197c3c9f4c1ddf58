"""What is done with money: payments taken, charges and receipts voided."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.blockers import Blocker
from app.core.kinds import Choice, Money
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.fees.models import Charge, Receipt, Refund, receipt_charge
from app.fees.rules import (
    CHARGE_MOVES,
    RECEIPT_MOVES,
    ChargeFacts,
    ChargeState,
    Method,
    blockers_to_refund,
    blockers_to_split,
    blockers_to_take_payment,
    blockers_to_void_receipt,
)

#: which permit was issued on a receipt: the renovation domain answers (floors only go down)
permits_on: list[Callable[[Session, Receipt], str | None]] = []


class TakePayment(Verb):
    """R-3.1.12: charges paid in full, together; the receipt is the proof."""

    table, label, clause = "charge", say("收款", "Take payment"), "R-3.1.12"
    many, icon = True, "coin"
    method = ask(Choice(words=Method), "付款方式")

    def blockers(self, row: Sequence[Charge], act: Act, method: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_take_payment(
            [ChargeFacts(each.number, ChargeState(each.state), each.payer_name) for each in row]
        )

    def do(self, row: Sequence[Charge], act: Act, method: str) -> Receipt:  # type: ignore[override]
        receipt = Receipt(
            number=act.number(Receipt.__series__), payer_name=row[0].payer_name, method=method,
            amount_fen=sum(each.amount_fen for each in row), received_by_id=act.by_id, received_at=act.at,
            charges=list(row),
        )  # fmt: skip
        act.db.add(receipt)
        act.db.flush()
        for each in row:
            each.receipt_id, each.state = receipt.id, ChargeState.PAID
        return receipt


class VoidCharge(Verb):
    """A charge that is not owed after all."""

    table, name, label, moves, clause = "charge", "void", say("作废", "Void"), CHARGE_MOVES, "R-3.1.12"
    danger, icon = True, "x"
    reason = reason()

    def do(self, row: Charge, act: Act, reason: str) -> None:  # type: ignore[override]
        row.void_reason = reason


class Split(Verb):
    """R-3.1.12: what is paid in several parts, or by several methods: each part gets a receipt of its own."""

    table, label, moves, clause, icon = "charge", say("拆分", "Split"), CHARGE_MOVES, "R-3.1.12", "git-branch"
    amount_fen = ask(
        Money(), "本次支付部分", "Paid now",
        help=say("余下部分成为另一笔待缴费用。", "The rest becomes a charge of its own."),
    )  # fmt: skip

    def blockers(self, row: Charge, act: Act, amount_fen: int | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_split(amount_fen=row.amount_fen, part_fen=amount_fen)

    def do(self, row: Charge, act: Act, amount_fen: int) -> None:  # type: ignore[override]
        act.db.add(
            Charge(
                number=act.number(Charge.__series__), payer_name=row.payer_name, unit_id=row.unit_id,
                application_id=row.application_id, kind=row.kind, amount_fen=row.amount_fen - amount_fen,
                due_on=row.due_on, split_from_id=row.split_from_id or row.id,
            )
        )  # fmt: skip
        row.amount_fen = amount_fen


class GiveBack(Verb):
    """R-3.1.5: a deposit goes back, less what the settlement took off it."""

    table, name, label, moves, clause = "charge", "refund", say("退还押金", "Refund"), CHARGE_MOVES, "R-3.1.5"
    icon = "arrow-left"
    method = ask(Choice(words=Method), "退款方式")

    def blockers(self, row: Charge, act: Act, method: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_refund(
            released=row.released_at is not None, released_by_self=row.released_by_id == act.person.staff_id
        )

    def do(self, row: Charge, act: Act, method: str) -> Refund:  # type: ignore[override]
        refund = Refund(
            number=act.number(Refund.__series__), charge_id=row.id, payee_name=row.payer_name, method=method,
            amount_fen=row.amount_fen - row.deducted_fen, deducted_fen=row.deducted_fen,
            paid_by_id=act.by_id, paid_at=act.at,
        )  # fmt: skip
        act.db.add(refund)
        return refund


class VoidReceipt(Verb):
    """R-3.4.8: its charges are due again; refused once a permit stands on it."""

    table, name, label, moves, clause = "receipt", "void", say("作废", "Void"), RECEIPT_MOVES, "R-3.4.8"
    danger, icon = True, "x"
    reason = reason()

    def lock(self, row: Receipt, act: Act, **params: Any) -> None:
        """A permit that is being issued on these charges is waited for, and then seen."""
        covered = select(receipt_charge.c.charge_id).where(receipt_charge.c.receipt_id == row.id)
        query = select(Charge.id).where(Charge.id.in_(covered)).order_by(Charge.id)
        act.db.execute(query.with_for_update())

    def blockers(self, row: Receipt, act: Act, reason: str | None = None) -> Sequence[Blocker]:  # type: ignore[override]
        permits = [permit for find in permits_on if (permit := find(act.db, row))]
        return blockers_to_void_receipt(
            permit=permits[0] if permits else None,
            received_on=here.in_house_time(row.received_at).date(), today=act.today,
            may_void_older="service_manager" in act.person.roles,
            refunded=any(each.state == ChargeState.REFUNDED for each in row.charges),
        )  # fmt: skip

    def do(self, row: Receipt, act: Act, reason: str) -> None:  # type: ignore[override]
        for each in row.charges:
            if each.receipt_id == row.id:
                each.receipt_id, each.state = None, ChargeState.DUE
        row.void_reason, row.voided_by_id = reason, act.by_id
