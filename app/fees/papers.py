"""The printed receipt, filled from its rows."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core.documents import render
from app.core.here import house_zone
from app.core.values import capital_amount, show_instant
from app.core.words import speaking
from app.fees.models import Receipt
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
            {"what": str(ChargeKind(each.kind).label), "number": each.number, "amount": _yuan(each.amount_fen)}
            for each in receipt.charges
        ],
        "capital": capital_amount(receipt.amount_fen),
        "amount": _yuan(receipt.amount_fen),
        "method": str(Method(receipt.method).label),
        "received_by": session.get_one(Staff, receipt.received_by_id).name,
        "received_at": show_instant(receipt.received_at, house_zone()),
        "void": receipt.state == ReceiptState.VOID,
        "void_reason": receipt.void_reason or "",
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
