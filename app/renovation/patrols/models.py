"""Patrols, and the violations that they find."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core import here
from app.core.columns import choice, instant, long_text, on_date, ref, scan, text
from app.core.record import Record
from app.core.words import Say, say
from app.renovation.patrols.rules import ViolationState, deadline_passed_before


class Patrol(Record):
    """巡查记录: somebody went and looked at the work (R-3.5)."""

    __tablename__ = "patrol"
    __zh__ = "巡查记录"
    __series__ = "XC"
    __table_args__ = (Index("ix_patrol_application_at", "application_id", "at"),)

    number: Mapped[str] = text("编号", 20, unique=True)
    application_id: Mapped[int] = ref("renovation_application", "装修申请", index=False)
    unit_id: Mapped[int] = ref("unit", "房屋", by_verb=True)
    at: Mapped[datetime] = instant("巡查时间", default=here.now, index=True, by_verb=True)
    by_id: Mapped[int] = ref("staff", "巡查人", by_verb=True)
    findings: Mapped[str] = long_text("巡查情况", 1000)
    photo_id: Mapped[int | None] = scan("现场照片")


class Violation(Record):
    """违规记录: a forbidden act that was found, and the day until which it has to be put right (R-3.5.1–14)."""

    __tablename__ = "violation"
    __zh__ = "违规记录"
    __series__ = "WG"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(str(s) for s in ViolationState)}", name="state"),
        CheckConstraint("(state = 'rectified') = (rectified_at is not null)", name="rectified_with_its_time"),
        CheckConstraint("state <> 'reported' or reported_to is not null", name="reported_to_somebody"),
        Index("ix_violation_application_state", "application_id", "state"),
        Index("ix_violation_contractor_found", "contractor_id", "found_at"),
        Index("ix_violation_state_deadline", "state", "deadline"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    application_id: Mapped[int] = ref("renovation_application", "装修申请", index=False)
    unit_id: Mapped[int] = ref("unit", "房屋", by_verb=True)
    contractor_id: Mapped[int | None] = ref("contractor", "装修企业", by_verb=True, index=False)
    patrol_id: Mapped[int | None] = ref("patrol", "巡查记录")
    scope_item_id: Mapped[int] = ref("scope_item", "违规事项", en="What was done")
    found_at: Mapped[datetime] = instant("发现时间", default=here.now, by_verb=True, sorted=True)
    found_by_id: Mapped[int] = ref("staff", "发现人", by_verb=True)
    description: Mapped[str] = long_text("情况说明", 1000)
    deadline: Mapped[date] = on_date("整改期限", en="To be put right by", sorted=True)
    photo_id: Mapped[int | None] = scan("现场照片")
    state: Mapped[str] = choice("状态", ViolationState, default=ViolationState.OPEN)
    reported_to: Mapped[str | None] = text("上报单位", 64, by_verb=True)
    outcome: Mapped[str | None] = long_text("处理结果", 1000, by_verb=True)
    rectified_at: Mapped[datetime | None] = instant("整改确认时间", by_verb=True, en="Found right at")

    def faults(self) -> dict[str, Say]:
        """The deadline does not lie before the day on which it was found."""
        found = here.in_house_time(self.found_at or here.now()).date()
        if deadline_passed_before(found, self.deadline):
            return {"deadline": say("整改期限早于发现日期。", "The deadline is before the day it was found.")}
        return {}
