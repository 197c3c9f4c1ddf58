"""Passes, and what happened with them at the gate."""

import secrets
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import choice, instant, long_text, on_date, ref, text, yes_no
from app.core.record import Record
from app.renovation.passes.rules import Direction, GateResult, PassState

OPEN = "state = 'issued'"


class Pass(Record):
    """临时出入证 (R-3.4.9): for one worker, under one permit. `inside`: the gate holds its duplicate."""

    __tablename__ = "pass"
    __zh__ = "临时出入证"
    __en__ = "Pass"
    __series__ = "CR"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="dates_in_order"),
        CheckConstraint(f"state in {tuple(str(s) for s in PassState)}", name="state"),
        CheckConstraint("not inside or state in ('issued', 'lost')", name="inside_while_out"),
        # A worker's identity number is unique, so this is one open pass per identity number.
        Index("uq_pass_open_worker", "worker_id", unique=True, sqlite_where=sql(OPEN), postgresql_where=sql(OPEN)),
    )  # fmt: skip

    number: Mapped[str] = text("出入证号", 20, unique=True, en="Number")
    permit_id: Mapped[int] = ref("permit", "施工许可")
    unit_id: Mapped[int] = ref("unit", "房屋")
    worker_id: Mapped[int] = ref("worker", "施工人员")
    worker_name: Mapped[str] = text("姓名", 32, sorted=True)
    valid_from: Mapped[date] = on_date("有效期自", en="From", sorted=True)
    valid_until: Mapped[date] = on_date("有效期至", en="Until", index=True)
    state: Mapped[str] = choice("状态", PassState, default=PassState.ISSUED, index=True)
    inside: Mapped[bool] = yes_no("在小区内", default=False, index=True)
    state_reason: Mapped[str | None] = long_text("状态说明", 500, en="Reason of the state")
    check_token: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(18))


class GateEvent(Record):
    """进出记录: somebody came in or went out, or was refused and why."""

    __tablename__ = "gate_event"
    __zh__ = "进出记录"
    __label__ = "id"
    __table_args__ = (
        CheckConstraint(f"direction in {tuple(str(d) for d in Direction)}", name="direction"),
        CheckConstraint(f"result in {tuple(str(r) for r in GateResult)}", name="result"),
        CheckConstraint("(result = 'refused') = (reason is not null)", name="refused_with_reason"),
    )

    pass_id: Mapped[int] = ref("pass", "出入证")
    direction: Mapped[str] = choice("方向", Direction, sorted=True)
    at: Mapped[datetime] = instant("时间", index=True)
    by_id: Mapped[int] = ref("staff", "门岗人员")
    result: Mapped[str] = choice("结果", GateResult, default=GateResult.ADMITTED, sorted=True)
    reason: Mapped[str | None] = text("理由", 200, sorted=True)
