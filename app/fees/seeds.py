"""The tariff: what a renovation costs, per estate and from a day on; amounts in fen."""

from sqlalchemy.orm import Session

from app.core import policy
from app.core.kinds import Money
from app.fees.rules import ChargeKind

#: charge kind -> fen; 0 makes no charge. The source names the fees, not the amounts.
TARIFF = {
    ChargeKind.RENOVATION_MANAGEMENT: 30_000,
    ChargeKind.RENOVATION_DEPOSIT: 0,
    ChargeKind.WASTE_REMOVAL: 90_000,
    ChargeKind.PASS_COST: 0,
    ChargeKind.PASS_DEPOSIT: 0,
}


def tariff_name(kind: ChargeKind) -> str:
    return f"tariff_{kind}"


policy.heading("收费", "Fees")
for each, amount in TARIFF.items():
    policy.declare(
        tariff_name(each), Money(), amount, f"收费标准：{each.label.zh}", f"Tariff: {each.label.en}", "R-3.1.12"
    )


def seed(session: Session) -> None:
    """Charges are made when an application is approved, or entered."""
