"""The two tables of receipts: the act, and a line for each row."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import Sealed, UtcInstant
from app.core.words import Say, Words


class LineState(Words):
    """What became of one row, or would. A line that went never changes again."""

    WAITING = "waiting", "未办"
    WENT = "went", "已办", "Done"
    REFUSED = "refused", "未通过"
    GOES = "goes", "可以办理", "Would go"


class How(Words):
    """Why these rows: chosen, or those of an earlier receipt. What is dry was only asked of the rules."""

    CHOSEN = "chosen", "勾选"
    RETRY = "retry", "重试", "Tried again"
    UNDO = "undo", "撤回", "Taken back"
    DRY = "dry", "预审", "Rehearsed"
    JUDGED = "judged", "按预审办理", "After a rehearsal"


class Batch(Model):
    """One verb asked for on many rows, by one person. `given`: the parameters as typed, sealed."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_owner", "owner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    table_name: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(64))
    given: Mapped[str] = mapped_column(Sealed("batch.given"))
    total: Mapped[int]
    how: Mapped[str] = mapped_column(String(16), default=str(How.CHOSEN))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    job_id: Mapped[int | None]


class BatchLine(Model):
    """One row of it. `act` is that of the journal's entries; `reasons` is every blocker; `rule` the first of them, or
    what an import made of the row."""

    __tablename__ = "batch_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "table_name", "row_id"),
        Index("ix_batch_line_state", "batch_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    #: of which table the row is, where an import wrote rows of several
    table_name: Mapped[str] = mapped_column(String(64), default="", server_default="")
    row_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=str(LineState.WAITING))
    act: Mapped[str] = mapped_column(String(32), default="")
    #: the act that this one takes back
    undoes: Mapped[str] = mapped_column(String(32), default="")
    rule: Mapped[str] = mapped_column(String(48), default="")
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)


def sentence(kept: dict[str, str]) -> Say:
    """A sentence as it was kept; braces in it are braces."""
    return Say(kept.get("zh", ""), kept.get("en", ""))


def told(reasons: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Reasons as they were kept, to be said to whoever looks."""
    return [{**each, "message": sentence(each["message"]), "fix": sentence(each["fix"])} for each in reasons or []]
