"""The printed receipt, filled from its rows."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core.documents import render
from app.core.here import house_zone
from app.core.values import capital_amount, show_instant, show_money
from app.core.words import speaking
from app.fees.models import Charge, Receipt, Refund
from app.fees.rules import ChargeKind, Method, ReceiptState
from app.people.models import Staff

TEMPLATE = Path(__file__).with_name("receipt.typ")


def receipt_paper(session: Session, receipt: Receipt) -> bytes:
    """The PDF."""
    with speaking("zh"):
        return render(TEMPLATE, _data(session, receipt))


def _data(session: Session, receipt: Receipt) -> dict[str, Any]:
    return {
        "number": receipt.number,
        "payer": receipt.payer_name,
        "lines": [
            {"what": str(ChargeKind(each.kind).label), "number": each.number, "amount": show_money(each.amount_fen)}
            for each in receipt.charges
        ],
        "capital": capital_amount(receipt.amount_fen),
        "amount": show_money(receipt.amount_fen),
        "method": str(Method(receipt.method).label),
        "received_by": session.get_one(Staff, receipt.received_by_id).name,
        "received_at": show_instant(receipt.received_at, house_zone()),
        "void": receipt.state == ReceiptState.VOID,
        "void_reason": receipt.void_reason or "",
    }


REFUND = Path(__file__).with_name("refund.typ")


def refund_paper(session: Session, refund: Refund) -> bytes:
    """The PDF that whoever gets the money signs."""
    charge = session.get_one(Charge, refund.charge_id)
    receipt = session.get_one(Receipt, charge.receipt_id)
    with speaking("zh"):
        return render(REFUND, {
            "number": refund.number, "payee": refund.payee_name, "what": str(ChargeKind(charge.kind).label),
            "charge": charge.number, "receipt": receipt.number, "paid": show_money(charge.amount_fen),
            "deducted": show_money(refund.deducted_fen), "amount": show_money(refund.amount_fen),
            "capital": capital_amount(refund.amount_fen), "method": str(Method(refund.method).label),
            "paid_by": session.get_one(Staff, refund.paid_by_id).name,
            "paid_at": show_instant(refund.paid_at, house_zone()),
        })  # fmt: skip
