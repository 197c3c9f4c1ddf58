"""What is taken off a deposit."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from app.core.columns import long_text, money, ref
from app.core.record import Record


class Deduction(Record):
    """扣款: one item, with its reason, and the violation it stands for where there is one (R-3.1.5)."""

    __tablename__ = "deduction"
    __zh__ = "押金扣款"
    __label__ = "reason"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)

    application_id: Mapped[int] = ref("renovation_application", "装修申请")
    violation_id: Mapped[int | None] = ref("violation", "违规记录", unique=True)
    reason: Mapped[str] = long_text("扣款原因", 200)
    amount_fen: Mapped[int] = money("扣款金额（元）", en="Amount (yuan)", sorted=True)
