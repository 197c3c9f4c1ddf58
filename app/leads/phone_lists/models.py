"""Phone lists of estates, and the numbers in them."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.core.columns import choice, long_text, on_date, phone, ref, text
from app.core.record import Record
from app.leads.checks import one_of
from app.leads.phone_lists.rules import CallResult


class PhoneList(Record):
    """小区电话资料: where it is from and when it came."""

    __tablename__ = "phone_list"
    __zh__ = "小区电话资料"
    __label__ = "name"

    name: Mapped[str] = text("名单", 64, unique=True)
    estate_name: Mapped[str] = text("小区", 64, index=True, en="Estate")
    received_on: Mapped[date | None] = on_date("取得日期")
    remarks: Mapped[str | None] = text("备注", 200)


class PhoneListEntry(Record):
    """电话: one number of a list, and what came of it."""

    __tablename__ = "phone_list_entry"
    __zh__ = "电话"
    __en__ = "Phone list entry"
    __label__ = "contact_name"
    __table_args__ = (
        one_of("result", CallResult, "phone_list_entry_result"),
        UniqueConstraint("phone_list_id", "phone"),
    )

    phone_list_id: Mapped[int] = ref("phone_list", "名单", ondelete="CASCADE")
    estate_name: Mapped[str] = text("小区", 64, sorted=True, en="Estate", by_verb=True)
    phone: Mapped[str] = phone("电话", index=True)
    contact_name: Mapped[str | None] = text("联系人", 32, sorted=True)
    result: Mapped[str] = choice("结果", CallResult, default=CallResult.OPEN, index=True, by_verb=True)
    note: Mapped[str | None] = long_text("说明", 500, by_verb=True)
