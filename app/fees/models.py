"""Charges and receipts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, money, on_date, ref, text
from app.core.kinds import Relation
from app.core.record import Record
from app.fees.rules import ChargeKind, ChargeState, Method, ReceiptState

receipt_charge = Table(
    "receipt_charge",
    Record.metadata,
    Column("receipt_id", ForeignKey("receipt.id"), primary_key=True),
    Column("charge_id", ForeignKey("charge.id"), primary_key=True, index=True),
)


class Charge(Record):
    """应收费用: an amount that somebody owes, for one thing."""

    __tablename__ = "charge"
    __zh__ = "应收费用"
    __series__ = "FY"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint(f"kind in {tuple(str(k) for k in ChargeKind)}", name="kind"),
        CheckConstraint(f"state in {tuple(str(s) for s in ChargeState)}", name="state"),
        CheckConstraint("(state in ('paid', 'refunded')) = (receipt_id is not null)", name="paid_by_a_receipt"),
        CheckConstraint("deducted_fen between 0 and amount_fen", name="deducted_from_it"),
        CheckConstraint("state <> 'refunded' or released_at is not null", name="refunded_when_released"),
        Index("ix_charge_application_state", "application_id", "state"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    payer_name: Mapped[str] = text("缴费人", 64, sorted=True)
    unit_id: Mapped[int | None] = ref("unit", "房屋")
    application_id: Mapped[int | None] = ref("renovation_application", "装修申请")
    kind: Mapped[str] = choice("费用项目", ChargeKind, sorted=True)
    amount_fen: Mapped[int] = money("金额（元）", en="Amount (yuan)", sorted=True)
    due_on: Mapped[date | None] = on_date("应缴日期", sorted=True)
    state: Mapped[str] = choice("状态", ChargeState, default=ChargeState.DUE, index=True)
    receipt_id: Mapped[int | None] = ref("receipt", "收据", by_verb=True)
    void_reason: Mapped[str | None] = long_text("作废原因", 500, by_verb=True)
    deducted_fen: Mapped[int] = money("扣款（元）", en="Deducted (yuan)", default=0, by_verb=True)
    released_at: Mapped[datetime | None] = instant("准予退还时间", by_verb=True, en="May go back since", sorted=True)
    split_from_id: Mapped[int | None] = ref("charge", "拆自", by_verb=True, en="Split from")
    released_by_id: Mapped[int | None] = ref("staff", "准予退还人", by_verb=True, en="Released by")


class Receipt(Record):
    """收据: that charges were paid, in full, once."""

    __tablename__ = "receipt"
    __zh__ = "收据"
    __series__ = "SJ"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint(f"method in {tuple(str(m) for m in Method)}", name="method"),
        CheckConstraint("(state = 'void') = (void_reason is not null)", name="void_with_reason"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    payer_name: Mapped[str] = text("缴费人", 64, sorted=True)
    amount_fen: Mapped[int] = money("金额（元）", en="Amount (yuan)", sorted=True)
    method: Mapped[str] = choice("付款方式", Method, sorted=True)
    received_by_id: Mapped[int] = ref("staff", "收款人")
    received_at: Mapped[datetime] = instant("收款时间", sorted=True)
    state: Mapped[str] = choice("状态", ReceiptState, default=ReceiptState.LIVE, sorted=True)
    void_reason: Mapped[str | None] = long_text("作废原因", 500, by_verb=True)
    voided_by_id: Mapped[int | None] = ref("staff", "作废人", by_verb=True)

    charges: Mapped[list[Charge]] = relationship(
        secondary=receipt_charge, order_by=Charge.id,
        info={"kind": Relation(table="charge", many=True), "zh": "费用", "by_verb": True},
    )  # fmt: skip


class Refund(Record):
    """退款单: what went back of a deposit, once (R-3.1.5)."""

    __tablename__ = "refund"
    __zh__ = "退款单"
    __series__ = "TK"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("deducted_fen >= 0", name="deducted_not_negative"),
        CheckConstraint(f"method in {tuple(str(m) for m in Method)}", name="method"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    charge_id: Mapped[int] = ref("charge", "押金", unique=True)
    payee_name: Mapped[str] = text("收款人", 64, sorted=True)
    amount_fen: Mapped[int] = money("退款金额（元）", en="Amount (yuan)", sorted=True)
    deducted_fen: Mapped[int] = money("扣款（元）", en="Deducted (yuan)", sorted=True)
    method: Mapped[str] = choice("退款方式", Method, sorted=True)
    paid_by_id: Mapped[int] = ref("staff", "经办人")
    paid_at: Mapped[datetime] = instant("退款时间", index=True)
