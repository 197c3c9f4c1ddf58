"""The cashier's day: what was taken and given back on one day, by whom and how. To the fen."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import here
from app.fees.models import Receipt, Refund
from app.fees.rules import Method, ReceiptState
from app.people.models import Staff

#: a day has no more receipts than this on one page
MOST = 500


@dataclass
class Day:
    """`taken`, `given_back`: cashier -> method -> fen; voided receipts count in neither."""

    on: date
    taken: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    given_back: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    receipts: list[Any] = field(default_factory=list)
    refunds: list[Any] = field(default_factory=list)
    voided: int = 0

    @property
    def cashiers(self) -> list[str]:
        return sorted({*self.taken, *self.given_back})

    def left(self, cashier: str, method: Method) -> int:
        """Fen in hand of one cashier by one method: taken less given back."""
        return self.taken[cashier].get(method, 0) - self.given_back[cashier].get(method, 0)

    def total(self, method: Method | None = None, cashier: str | None = None) -> int:
        cashiers = [cashier] if cashier else self.cashiers
        methods = [method] if method else list(Method)
        return sum(self.left(each, way) for each in cashiers for way in methods)


def day_of(session: Session, on: date) -> Day:
    """Within the acting person's reach."""
    start = here.midnight(on)
    end = here.midnight(on + timedelta(days=1))
    day = Day(on)
    taken = (
        select(Staff.name, Receipt.method, func.sum(Receipt.amount_fen))
        .join(Staff, Staff.id == Receipt.received_by_id)
        .where(Receipt.received_at >= start, Receipt.received_at < end, Receipt.state == ReceiptState.LIVE)
        .group_by(Staff.name, Receipt.method)
    )
    for name, method, fen in session.execute(taken):
        day.taken[name][method] = int(fen)
    back = (
        select(Staff.name, Refund.method, func.sum(Refund.amount_fen))
        .join(Staff, Staff.id == Refund.paid_by_id)
        .where(Refund.paid_at >= start, Refund.paid_at < end)
        .group_by(Staff.name, Refund.method)
    )
    for name, method, fen in session.execute(back):
        day.given_back[name][method] = int(fen)
    receipts = (
        select(Receipt.id, Receipt.number, Receipt.payer_name, Receipt.method, Receipt.amount_fen, Receipt.state,
               Receipt.received_at, Staff.name)
        .join(Staff, Staff.id == Receipt.received_by_id)
        .where(Receipt.received_at >= start, Receipt.received_at < end)
        .order_by(Receipt.id).limit(MOST)
    )  # fmt: skip
    day.receipts = list(session.execute(receipts))
    day.voided = sum(1 for each in day.receipts if each.state == ReceiptState.VOID)
    refunds = (
        select(Refund.id, Refund.number, Refund.payee_name, Refund.method, Refund.amount_fen, Refund.paid_at, Staff.name)
        .join(Staff, Staff.id == Refund.paid_by_id)
        .where(Refund.paid_at >= start, Refund.paid_at < end)
        .order_by(Refund.id).limit(MOST)
    )  # fmt: skip
    day.refunds = list(session.execute(refunds))
    return day
