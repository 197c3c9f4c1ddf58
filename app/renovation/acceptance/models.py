"""The inspection sheet and its items."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped

from app.core.columns import choice, instant, integer, long_text, ref, scan, text
from app.core.record import Record
from app.renovation.acceptance.rules import Result, SheetState, Subject

OPEN = "state = 'open'"


class Acceptance(Record):
    """验收单 (R-3.1.5): one round of looking at a finished work; a case has one open at most."""

    __tablename__ = "acceptance"
    __zh__ = "验收单"
    __series__ = "YS"
    __table_args__ = (
        UniqueConstraint("application_id", "round"),
        CheckConstraint(f"state in {tuple(str(s) for s in SheetState)}", name="state"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided_with_its_time"),
        Index("uq_acceptance_open", "application_id", unique=True, sqlite_where=sql(OPEN), postgresql_where=sql(OPEN)),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    application_id: Mapped[int] = ref("renovation_application", "装修申请")
    unit_id: Mapped[int] = ref("unit", "房屋")
    round: Mapped[int] = integer("第几次", minimum=1, maximum=999, sorted=True)
    state: Mapped[str] = choice("状态", SheetState, default=SheetState.OPEN, index=True)
    findings: Mapped[str | None] = long_text("验收意见", 1000)
    decided_by_id: Mapped[int | None] = ref("staff", "验收人", en="Inspected by")
    decided_at: Mapped[datetime | None] = instant("验收时间", en="Inspected at", sorted=True)


class AcceptanceItem(Record):
    """验收项目: one thing on the sheet that passes or fails."""

    __tablename__ = "acceptance_item"
    __zh__ = "验收项目"
    __label__ = "subject"
    __table_args__ = (
        UniqueConstraint("acceptance_id", "subject"),
        CheckConstraint(f"result in {tuple(str(r) for r in Result)}", name="result"),
        CheckConstraint("result <> 'failed' or finding is not null", name="failed_with_its_finding"),
    )

    acceptance_id: Mapped[int] = ref("acceptance", "验收单", ondelete="CASCADE")
    subject: Mapped[str] = choice("项目", Subject, sorted=True)
    result: Mapped[str] = choice("结果", Result, default=Result.OPEN, sorted=True)
    finding: Mapped[str | None] = long_text("问题", 500)
    photo_id: Mapped[int | None] = scan("现场照片")
    checked_by_id: Mapped[int | None] = ref("staff", "查验人")
    checked_at: Mapped[datetime | None] = instant("查验时间", sorted=True)
