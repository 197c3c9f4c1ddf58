"""Receipts of exports: who took what, by which filter, how much, and the file's fingerprint.

A file that turns up somewhere is held against `sha256`: then it is known whose it was, and when.
"""

from collections.abc import Iterable
from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.listing import Asked, Condition
from app.core.listing.groups import Group
from app.core.words import language, say, speaking


class ExportReceipt(Model):
    """One file that was taken. Its filter is told in words, without personal data."""

    __tablename__ = "export_receipt"
    __table_args__ = (Index("ix_export_receipt_owner", "owner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: empty for the house's own work
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    table_name: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(8))
    filter_zh: Mapped[str] = mapped_column(String(500))
    filter_en: Mapped[str] = mapped_column(String(500))
    columns: Mapped[list[str]] = mapped_column(JSON)
    rows: Mapped[int]
    result: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64), index=True)

    @property
    def filter(self) -> str:
        return self.filter_zh if language() == "zh" else self.filter_en


def keep(
    session: Session, table: str, form: str, asked: Asked, columns: list[str], rows: int, result: str, sha256: str
) -> None:
    """In the caller's transaction."""
    person, told = here.me(), {}
    for code in ("zh", "en"):
        with speaking(code):
            told[code] = in_words(asked)[:500]
    session.add(
        ExportReceipt(
            owner_id=person.user_id, who=person.name[:64], table_name=table, form=form, filter_zh=told["zh"],
            filter_en=told["en"], columns=columns, rows=rows, result=result, sha256=sha256,
        )
    )  # fmt: skip


def in_words(asked: Asked) -> str:
    """The filter, without personal data."""
    parts = [_told(each, [each]) for each in asked.conditions]
    parts += [_told(each, each.every()) for each in (*asked.groups, *asked.words.values())]
    parts += [str(say("查找词", "searched for"))] if asked.search else []
    return str(say("；", "; ")).join(parts) or str(say("全部", "everything"))


def _told(part: Condition | Group, every: Iterable[Condition]) -> str:
    """A condition, or several joined; of personal data only which column it was."""
    personal = [str(each.column.field.label) for each in every if each.column.field.kind.personal]
    return f"{personal[0]} ***" if personal else part.told({})
