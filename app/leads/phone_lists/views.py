"""The registers of phone lists: for the marketing department."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.core.gate import all_rows
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import Say, say
from app.leads.phone_lists.actions import compared
from app.leads.phone_lists.models import PhoneList, PhoneListEntry

MARKETING = all_rows("admin", "general_manager", "marketing_manager", "salesperson", "auditor")


class PhoneListRegister(Register):
    model = PhoneList
    small = True
    label, icon = say("小区电话资料", "Phone lists"), "address-book"
    rows = MARKETING
    list_columns = "name estate_name received_on created_by"
    form_columns = "name estate_name received_on remarks"
    search = "name estate_name"
    filters = "estate_name received_on"
    related = "phone_list_entry.phone_list"


class PhoneListEntryRegister(Register):
    """Entries: a number that is known already is marked when it is entered."""

    model = PhoneListEntry
    label, icon = say("电话名单", "Numbers to call"), "phone"
    rows = MARKETING
    list_columns = "contact_name phone estate_name phone_list result note"
    form_columns = "phone_list phone contact_name"
    edit_columns = "contact_name"
    search = "contact_name phone"
    filters = "result estate_name phone_list"
    import_columns = "phone_list phone contact_name"
    import_words = {
        "phone_list": ("名单",), "phone": ("电话", "联系电话", "手机"), "contact_name": ("联系人", "姓名", "业主"),
    }  # fmt: skip

    @classmethod
    def before_create(cls, row: PhoneListEntry, act: Act) -> None:
        cls.before_create_many([row], act)

    @classmethod
    def before_create_many(cls, rows: Sequence[PhoneListEntry], act: Act) -> Mapping[int, Mapping[str, Say]]:
        named = select(PhoneList.id, PhoneList.estate_name).where(PhoneList.id.in_({row.phone_list_id for row in rows}))
        estates = dict(act.db.execute(named).tuples().all())
        for row in rows:
            row.estate_name = estates[row.phone_list_id]
        compared(rows, act)
        return {}
