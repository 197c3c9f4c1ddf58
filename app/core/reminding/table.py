"""The table of reminders."""

from datetime import date, datetime

from flask_appbuilder import Model
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import UtcInstant

MOST_DAYS = 366


class Reminder(Model):
    """What is said when, to whom. Stopped instead of deleted."""

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint(f"days BETWEEN -{MOST_DAYS} AND {MOST_DAYS}", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    table_name: Mapped[str] = mapped_column(String(48))
    #: names of verbs, "add", "edit", "delete", "import"
    verbs: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: the column of a day, and so many days after it (before it, below nought); "" is none
    day_of: Mapped[str] = mapped_column(String(48), default="")
    days: Mapped[int] = mapped_column(default=0)
    #: which rows (core/narrowing.py), as an address says it
    condition: Mapped[str] = mapped_column(String(1000), default="")
    #: whom: roles, and relations of the row that name staff
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    people: Mapped[list[str]] = mapped_column(JSON, default=list)
    archived: Mapped[bool] = mapped_column(default=False)
    #: until which day its days were looked at
    looked_at: Mapped[date | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
