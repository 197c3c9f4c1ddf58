"""Scheduled exports: a list as it is, taken again and again in its owner's name.

The worker looks once a minute what has come due. Each time is asked for once: the schedule's row is locked,
moved on to its next time and given a file of that time in one transaction, and no second file can have the
same. What was due while no worker ran is made once, however often it was missed.
"""

from datetime import datetime
from functools import partial
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.answers import Faulty, NotFound
from app.core.columns import Sealed, UtcInstant
from app.core.declaration import Declaration, register_of
from app.core.exporting import kept
from app.core.exporting.due import DAYS, HOURS, Every, Rhythm
from app.core.jobs.table import JobState, both
from app.core.jobs.work import GONE, owner_of
from app.core.jobs.worker import regularly
from app.core.mail import server as mail
from app.core.values import BadValue, clean_text
from app.core.words import Words, language, say
from app.core.writing import write

MOST_OWN = 20
#: asked for in one look
AT_ONCE = 200


class ByMail(Words):
    """What comes by mail when it is done."""

    NONE = "", "不发邮件", "No mail"
    LINK = "link", "发邮件，内有链接", "A mail with a link"
    FILE = "file", "发邮件，附上文件", "A mail with the file"


class ExportSchedule(Model):
    """Which list, how often, for whom. Only its owner sees it; it holds no right."""

    __tablename__ = "export_schedule"
    __table_args__ = (Index("ix_export_schedule_owner", "owner_id"), Index("ix_export_schedule_due", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    name: Mapped[str] = mapped_column(String(60))
    table_name: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(8))
    #: the list's own, with what was searched for: sealed
    query: Mapped[str] = mapped_column(Sealed("export_schedule.query"))
    columns: Mapped[str] = mapped_column(String(2000), default="")
    every: Mapped[str] = mapped_column(String(8))
    on_day: Mapped[int] = mapped_column(default=0)
    hour: Mapped[int]
    #: whether its owner is written to when it is done
    by_mail: Mapped[str] = mapped_column(String(8), default="")
    paused: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    last_state: Mapped[str] = mapped_column(String(16), default="")
    last_note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(Every(self.every), self.on_day, self.hour)

    @property
    def mail(self) -> ByMail:
        return ByMail(self.by_mail)

    @property
    def last(self) -> JobState | None:
        return JobState(self.last_state) if self.last_state else None

    @property
    def note(self) -> str:
        return str(self.last_note.get(language(), ""))

    def heard(self, state: JobState, note: dict[str, str] | None) -> None:
        """How the last time went."""
        self.last_at, self.last_state, self.last_note = here.now(), str(state), note or {}


def mails_offered() -> list[ByMail]:
    """Nothing without a mail server; a file is never attached where the operator does not allow it."""
    if not mail.is_on():
        return []
    return [each for each in ByMail if each != ByMail.FILE or mail.largest_attachment()]


# --- its owner ------------------------------------------------------------------------------


def rhythm_in(given: dict[str, str]) -> Rhythm:
    """As a form says it. Raises Faulty."""
    faults = {}
    every = Every(given["every"]) if given.get("every") in set(Every) else None
    hour = _number(given.get("hour"), HOURS)
    day = _number(given.get(f"on_{every}"), DAYS[every]) if every and every is not Every.DAY else 0
    if every is None:
        faults["every"] = say("请选择多久一次。", "Say how often.")
    if hour is None:
        faults["hour"] = say("请选择钟点。", "Choose the hour.")
    if day is None:
        faults[f"on_{every}"] = say("请选择哪一天。", "Choose the day.")
    if every is None or hour is None or day is None:
        raise Faulty(faults)
    return Rhythm(every, day, hour)


def _number(raw: str | None, among: range) -> int | None:
    number = int(raw) if raw and raw.isdigit() and len(raw) < 3 else -1
    return number if number in among else None


def add(
    session: Session, register: type[Declaration], rhythm: Rhythm, *, name: str, form: str, query: str, columns: str,
    by_mail: str = "",
) -> ExportSchedule:  # fmt: skip
    """In the caller's transaction. Raises Forbidden, Faulty, or Refusal for a list that can't be read."""
    kept.export_of(session, register, query, columns)
    if len(own_schedules(session)) >= MOST_OWN:
        raise Faulty({"name": say("最多设 {n} 个定时导出。", "At most {n} scheduled exports.", n=MOST_OWN)})
    schedule = ExportSchedule(
        owner_id=here.me().user_id, table_name=register.table(), query=query, columns=columns[:2000], last_note={}
    )
    _put(schedule, rhythm, _called(name, register), form, by_mail)
    session.add(schedule)
    session.flush()
    return schedule


def change(
    session: Session, schedule_id: int, rhythm: Rhythm, *, name: str, form: str, by_mail: str = ""
) -> ExportSchedule:
    """Everything but its list. In the caller's transaction. Raises NotFound, Faulty."""
    schedule = own_schedule(session, schedule_id)
    _put(schedule, rhythm, _called(name, register_of(schedule.table_name)), form, by_mail)
    return schedule


def _called(name: str, register: type[Declaration] | None) -> str:
    try:
        return clean_text(name, max_length=60) or str(register.title() if register else "")[:60]
    except BadValue as bad:
        raise Faulty({"name": bad.sentence}) from None


def _put(schedule: ExportSchedule, rhythm: Rhythm, name: str, form: str, by_mail: str) -> None:
    schedule.name, schedule.form = name, form
    # What the operator does not allow today stays asked for: the mail says so, and what is allowed later is done.
    schedule.by_mail = by_mail if mail.is_on() and by_mail in set(ByMail) else ""
    schedule.every, schedule.on_day, schedule.hour = str(rhythm.every), rhythm.on_day, rhythm.hour
    schedule.due_at = rhythm.next(here.now())


def own_schedules(session: Session) -> list[ExportSchedule]:
    query = select(ExportSchedule).where(ExportSchedule.owner_id == here.me().user_id)
    return list(session.execute(query.order_by(ExportSchedule.id)).scalars())


def own_schedule(session: Session, schedule_id: int) -> ExportSchedule:
    """Locked. Another's is not there."""
    query = select(ExportSchedule).where(
        ExportSchedule.id == schedule_id, ExportSchedule.owner_id == here.me().user_id
    )  # fmt: skip
    found = session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def pause(session: Session, schedule_id: int, *, paused: bool) -> None:
    """In the caller's transaction. What comes due meanwhile is not made up for."""
    schedule = own_schedule(session, schedule_id)
    if schedule.paused and not paused:
        schedule.due_at = schedule.rhythm.next(here.now())
    schedule.paused = paused


def run_now(session: Session, schedule_id: int) -> bool:
    """Once more than it is due. In the caller's transaction; while a file of it is being made there comes no second."""
    schedule = own_schedule(session, schedule_id)
    making = select(kept.ExportFile.id).where(kept.ExportFile.schedule_id == schedule.id, kept.ExportFile.key == "")
    if session.execute(making.limit(1)).first() is not None:
        return False
    _ask(session, schedule, here.now())
    return True


# --- the worker -----------------------------------------------------------------------------


def ask_for_due(session: Session) -> int:
    """What has come due, each asked for in a transaction of its own; answers how many files."""
    query = select(ExportSchedule.id).where(_is_due()).order_by(ExportSchedule.due_at).limit(AT_ONCE)
    asked = 0
    for schedule_id in list(session.execute(query).scalars()):
        try:
            asked += write(session, partial(_ask_for, session, schedule_id))
        except Faulty:  # the file of this time is there already
            continue
    return asked


def _is_due() -> Any:
    return (ExportSchedule.due_at <= here.now()) & ~ExportSchedule.paused


def _ask_for(session: Session, schedule_id: int) -> bool:
    query = select(ExportSchedule).where(ExportSchedule.id == schedule_id, _is_due())
    schedule = session.execute(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if schedule is None:
        return False  # another worker has it
    due_at, schedule.due_at = schedule.due_at, schedule.rhythm.next(here.now())
    person = owner_of(session, schedule.owner_id)
    if person is None:
        schedule.paused = True
        schedule.heard(JobState.STOPPED, both(GONE))
        return False
    with here.acting_as(person):
        _ask(session, schedule, due_at)
    return True


def _ask(session: Session, schedule: ExportSchedule, due_at: datetime) -> None:
    what = say("定时导出：{n}", "Scheduled export: {n}", n=schedule.name)
    kept.ask_for(
        session, schedule.table_name, schedule.form, schedule.query, schedule.columns, what,
        schedule_id=schedule.id, due_at=due_at,
    )  # fmt: skip


regularly(ask_for_due)
regularly(kept.sweep)
