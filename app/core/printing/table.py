"""The table of print layouts."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import UtcInstant


class PrintLayout(Model):
    """One version of a layout: rows are only ever added; of each key the last one holds."""

    __tablename__ = "print_layout"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column()
    table_name: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(40))
    #: the one that is printed unless another is chosen
    usual: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    #: what `layouts.Body` is read from
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
