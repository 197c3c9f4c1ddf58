"""Who was given which lead, and what the caps depend on: champions and seasons."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.columns import choice, instant, long_text, on_date, ref, text, yes_no
from app.core.record import Record
from app.core.words import Say, say
from app.leads.checks import one_of, one_where, together
from app.leads.dispatching.facts import ChampionKind, EndKind, SeasonKind

if TYPE_CHECKING:
    from app.leads.models import Lead
    from app.people.models import Staff

BACKWARD = say("不能早于开始日期。", "Not before it begins.")


class Champion(Record):
    """签单状元: a designer's privilege to hold more of a week's leads, on its days (R-4.2.4)."""

    __tablename__ = "champion"
    __zh__ = "签单状元"
    __label__ = "earned_period"
    __table_args__ = (
        one_of("kind", ChampionKind, "champion_kind"),
        CheckConstraint("valid_from <= valid_until", name="champion_runs_forward"),
        UniqueConstraint("staff_id", "kind", "earned_period"),
    )

    staff_id: Mapped[int] = ref("staff", "设计师", en="Designer")
    kind: Mapped[str] = choice("类别", ChampionKind)
    earned_period: Mapped[str] = text("获得期间", 16, en="Earned in")
    valid_from: Mapped[date] = on_date("有效期自", en="Valid from")
    valid_until: Mapped[date] = on_date("有效期至", en="Valid until")

    staff: Mapped["Staff"] = relationship(foreign_keys=[staff_id])

    def faults(self) -> dict[str, Say]:
        return {"valid_until": BACKWARD} if self.valid_until < self.valid_from else {}


class Season(Record):
    """淡旺季: a period of the year with its own in-hand cap; outside every season it is low."""

    __tablename__ = "season"
    __zh__ = "淡旺季"
    __label__ = "kind"
    __table_args__ = (
        one_of("kind", SeasonKind, "season_kind"),
        CheckConstraint("starts_on <= ends_on", name="season_runs_forward"),
    )

    kind: Mapped[str] = choice("类别", SeasonKind)
    starts_on: Mapped[date] = on_date("开始日期", en="Starts on")
    ends_on: Mapped[date] = on_date("结束日期", en="Ends on")

    def faults(self) -> dict[str, Say]:
        return {"ends_on": BACKWARD} if self.ends_on < self.starts_on else {}


class Dispatch(Record):
    """One lead given to one designer, until it ends. At most one is live for a lead."""

    __tablename__ = "dispatch"
    __zh__ = "派单"
    __series__ = "PD"
    __table_args__ = (
        one_of("end_kind", EndKind, "dispatch_end_kind"),
        together("ended_at", "end_kind", "end_reason", name="dispatch_end_says_why"),
        one_where("uq_dispatch_live_lead", "lead_id", where="ended_at is null"),
        Index("ix_dispatch_load", "designer_id", "at"),
    )

    number: Mapped[str] = text("派单编号", 20, unique=True)
    lead_id: Mapped[int] = ref("lead", "客户")
    designer_id: Mapped[int] = ref("staff", "设计师", index=False)
    by_id: Mapped[int] = ref("staff", "派单人", en="Dispatched by")
    at: Mapped[datetime] = instant("派单时间", en="Dispatched at", sorted=True)
    preferred: Mapped[bool] = yes_no("业务员优先选择", en="Preferred by the salesperson")
    forced: Mapped[bool] = yes_no("强制派单")
    privilege_id: Mapped[int | None] = ref("champion", "使用的状元资格", en="Champion used")
    ended_at: Mapped[datetime | None] = instant("结束时间", en="Ended at", sorted=True)
    end_kind: Mapped[str | None] = choice("结束方式", EndKind, en="Ended by", sorted=True)
    end_reason: Mapped[str | None] = long_text("结束原因")

    lead: Mapped["Lead"] = relationship(foreign_keys=[lead_id])
    designer: Mapped["Staff"] = relationship(foreign_keys=[designer_id])
    by: Mapped["Staff"] = relationship(foreign_keys=[by_id])
    privilege: Mapped[Champion | None] = relationship(foreign_keys=[privilege_id])
