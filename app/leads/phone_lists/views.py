"""The registers of phone lists: for the marketing department."""

from app.core.gate import all_rows
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import say
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
        row.estate_name = act.db.get_one(PhoneList, row.phone_list_id).estate_name
        compared([row], act)
