"""What an added field is: the table of definitions, and the kinds to choose from."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.rights import HIDDEN, MASKED, READ, WRITE
from app.core.words import Say, Words


class AddedKind(Words):
    """What an added field holds; it never changes, because old values would lose their meaning."""

    TEXT = "text", "文字", "Text"
    LONG_TEXT = "long_text", "多行文字", "Text of several lines"
    NUMBER = "number", "数字", "Number"
    MONEY = "money", "金额", "Money"
    DATE = "date", "日期", "Date"
    CHOICE = "choice", "单选", "Choice"
    SEVERAL = "several", "多选", "Several choices"
    YES_NO = "yes_no", "是 / 否", "Yes or no"
    PERSON = "person", "员工", "Person"
    FILE = "file", "附件", "File"
    PATH = "path", "多级选择（省 / 市 / 区）", "Choice in levels"
    JSON = "json", "结构化数据（JSON）", "Structured data (JSON)"


#: personal values of these kinds are sealed at rest: nothing is searched, sorted or filtered by them
SEALED = (AddedKind.NUMBER, AddedKind.MONEY, AddedKind.DATE)
#: kinds that offer a list to choose from
OF_A_LIST = (AddedKind.CHOICE, AddedKind.SEVERAL)
#: kinds whose values may be a person's data, to be masked
MAY_BE_PERSONAL = (AddedKind.TEXT, AddedKind.LONG_TEXT, *SEALED)
LEVELS = (WRITE, READ, MASKED, HIDDEN)
#: in `levels`, whoever is not named
OTHERS = ""


class AddedField(Model):
    """One field that an admin added to a table. Archived instead of deleted: its values stay."""

    __tablename__ = "added_field"
    __table_args__ = (UniqueConstraint("table_name", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(48))
    name: Mapped[str] = mapped_column(String(30))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(16))
    #: of a choice: [{"value", "zh", "en", "gone"}], in the order offered; of a choice in levels one: the name of its tree
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: of a number: digits after the point
    places: Mapped[int] = mapped_column(default=0)
    required: Mapped[bool] = mapped_column(default=False)
    personal: Mapped[bool] = mapped_column(default=False)
    listed: Mapped[bool] = mapped_column(default=True)
    #: whether an index is wished for, and whether it is there (indexes.py)
    indexed: Mapped[bool] = mapped_column(default=False)
    index_there: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int] = mapped_column(default=0)
    #: in which part of a long form it stands, where it is said
    part_zh: Mapped[str] = mapped_column(String(40), default="", server_default="")
    part_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    #: when it matters: "work_mode=contractor" (core/mattering.py); empty: always
    only: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: role -> "write", "read", "masked" or "hidden"; OTHERS for whoever is not named
    levels: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    archived: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    @property
    def label(self) -> Say:
        return Say(self.zh, self.en)

    @property
    def part(self) -> Say | None:
        return Say(self.part_zh, self.part_en or self.part_zh) if self.part_zh else None

    @property
    def tree(self) -> str:
        """The tree of a choice in levels (core/trees)."""
        return str(self.choices[0]["value"]) if self.kind == AddedKind.PATH and self.choices else ""

    @property
    def sealed(self) -> bool:
        return self.personal and self.kind in SEALED


def usual_level(kind: str, personal: bool) -> str:
    """What whoever is not named may do, unless the admin says otherwise."""
    return MASKED if personal or kind == AddedKind.FILE else WRITE
