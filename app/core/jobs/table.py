"""The table of jobs."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.words import Say, Words, language


class JobState(Words):
    """What has become of a job. The last four are ends."""

    WAITING = "waiting", "等候"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "出错"
    CANCELLED = "cancelled", "已取消"
    STOPPED = "stopped", "已中止"


#: seconds between two looks at how far it is
SOONEST, LATEST = 2, 30
LIVE = "subject <> '' AND state IN ('waiting', 'running')"


class Job(Model):
    """One piece of long work: what, for whom, how far. `place` is where its kind goes on from; `subject`
    the record ("commission_run:7") on which no second one may be under way."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_owner", "owner_id", "id"),
        Index("ix_job_state", "state", "id"),
        Index("uq_job_live_subject", "subject", unique=True, sqlite_where=sql(LIVE), postgresql_where=sql(LIVE)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    username: Mapped[str] = mapped_column(String(64))
    zh: Mapped[str] = mapped_column(String(120))
    en: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(300), default="")
    subject: Mapped[str] = mapped_column(String(80), default="", server_default="")
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str] = mapped_column(String(40), default="")
    cancel: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    #: not before this
    begins_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    started_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    @property
    def words(self) -> JobState:
        return JobState(self.state)

    @property
    def title(self) -> str:
        return self.zh if language() == "zh" else self.en

    @property
    def is_over(self) -> bool:
        return self.state not in (JobState.WAITING, JobState.RUNNING)

    @property
    def look_again(self) -> int:
        """Seconds until its page asks again: a tenth of what is left to do, as far as that can be told, or of how
        long it has been going on; never less than two, nor more than thirty."""
        going = (here.now() - (self.started_at or self.created_at)).total_seconds()
        left = going * (self.total - self.done) / self.done if self.done and self.total else going
        return round(min(max(left / 10, SOONEST), LATEST))

    @property
    def note(self) -> str:
        """What its end is explained by, in the language of whoever looks."""
        told = self.result.get("note") or {}
        return str(told.get(language(), ""))


def both(sentence: Say | None) -> dict[str, str]:
    """A sentence as it is kept: in both languages."""
    from app.core.words import speaking

    spoken = {}
    for code in ("zh", "en"):
        with speaking(code):
            spoken[code] = str(sentence) if sentence is not None else ""
    return spoken
