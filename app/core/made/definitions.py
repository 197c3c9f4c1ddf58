"""What a register without code is, and the one table of its records."""

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from app.core import here
from app.core.columns import UtcInstant, text
from app.core.record import Record
from app.core.words import Say


class MadeRegister(Model):
    """One register that an admin defined. Archived instead of deleted: its records stay."""

    __tablename__ = "made_register"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    icon: Mapped[str] = mapped_column(String(32), default="clipboard-list")
    #: the Chinese word of the menu's heading
    heading: Mapped[str] = mapped_column(String(40), default="")
    #: how its form is shown (Declaration.form_layout)
    form_layout: Mapped[str] = mapped_column(String(8), default="", server_default="")
    series: Mapped[str] = mapped_column(String(8), unique=True)
    #: [{"value", "zh", "en", "gone"}]: a record begins in the first, and is edited in it only
    states: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: [{"name", "zh", "en", "start": [states], "end", "reason", "other_person", "roles"}]
    verbs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: role -> {"verbs": "read add edit", "own": whether only rows they entered}
    rights: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    #: [{"verb", "zh", "en"}]: what waits for whoever has the verb
    queues: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    archived: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    @property
    def label(self) -> Say:
        return Say(self.zh, self.en)


class MadeRecord(Record):
    """A record of any register without code. Each register has its class over this table (loading.py)."""

    __tablename__ = "made_record"
    __zh__ = "自建登记"
    __in_force__ = False
    __table_args__ = (Index("ix_made_record_register", "register", "state", "id"),)
    #: where a new record begins
    __first__: ClassVar[str] = ""
    #: the id of the register's definition
    __definition__: ClassVar[int] = 0

    register: Mapped[str] = mapped_column(String(30), info={"kind": None})
    number: Mapped[str] = text("编号", 32, en="Number", unique=True)
    state: Mapped[str] = mapped_column(String(32), info={"kind": None})

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy gives the class)
        return {"version_id_col": cls.__table__.c.version, "polymorphic_on": "register"}

    def before_save(self, session: Session) -> None:
        if not self.state:
            self.state = type(self).__first__
