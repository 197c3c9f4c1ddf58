"""The table of what is asked of whom."""

from datetime import date, datetime

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.words import Words

SIZE = 300


class AssignmentState(Words):
    """What has become of it."""

    OPEN = "open", "待办"
    DONE = "done", "已完成"
    DECLINED = "declined", "已退回", "Sent back"
    WITHDRAWN = "withdrawn", "已撤回"


class Assignment(Model):
    """One thing that is asked of one colleague about one record."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_row", "table_name", "row_id", "id"),
        Index("ix_assignment_to", "to_id", "state", "table_name", "row_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(48))
    row_id: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(String(SIZE))
    due_on: Mapped[date | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default=str(AssignmentState.OPEN))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    answered_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    answer: Mapped[str] = mapped_column(String(SIZE), default="")

    @property
    def words(self) -> AssignmentState:
        return AssignmentState(self.state)

    @property
    def is_open(self) -> bool:
        return self.state == AssignmentState.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < here.today()
