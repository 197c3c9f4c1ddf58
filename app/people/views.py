"""The registers of people."""

from typing import Any

from sqlalchemy import select

from app.core.answers import Faulty
from app.core.blockers import Blocker
from app.core.gate import all_rows, any_of, everything, mine
from app.core.register import Register
from app.core.rights import ROLE_NAMES
from app.core.words import say
from app.people import queues as queues
from app.people.models import Delegation, Department, Staff
from app.people.rules import leads_back

EVERYBODY = all_rows(*ROLE_NAMES)


class DepartmentRegister(Register):
    model = Department
    small = True
    label, icon = say("部门", "Departments"), "building"
    rows = EVERYBODY
    list_columns = "code name kind parent head"
    search = "name code"
    order = "code"
    related = "staff.department"

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        _no_circle(act, row, Department, "parent")


class StaffRegister(Register):
    model = Staff
    small = True
    label, icon = say("员工", "Staff"), "id"
    rows = EVERYBODY
    list_columns = "number name department post designer_grade phone superior hired_on left_on"
    form_columns = "number name phone department post designer_grade superior hired_on absent_from absent_until"
    fieldsets = (
        (say("本人", "Person"), "number name phone name_pinyin name_initials"),
        (say("岗位", "Post"), "department post designer_grade superior"),
        (say("在岗", "Attendance"), "hired_on left_on absent_from absent_until"),
    )
    search = "name number name_pinyin name_initials"
    filters = "department designer_grade post left_on hired_on"
    order = "number"
    import_columns = "number name department post designer_grade phone hired_on"
    import_words = {
        "number": ("工号",), "name": ("姓名",), "department": ("部门",), "post": ("岗位",),
        "designer_grade": ("设计师级别",), "phone": ("手机", "联系电话"), "hired_on": ("入职日期",),
    }  # fmt: skip

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        _no_circle(act, row, Staff, "superior")


def _no_circle(act: Any, row: Any, model: Any, relation: str) -> None:
    """Nobody is, over some steps, their own superior."""
    above = getattr(row, f"{relation}_id")
    if above is None or row.id is None:
        return
    with act.db.no_autoflush:
        upward = dict(act.db.execute(select(model.id, getattr(model, f"{relation}_id"))).tuples().all())
    if leads_back(above, upward, row.id):
        raise Faulty({relation: say("上级关系成了一个圈。", "That would make a circle.")})


class DelegationRegister(Register):
    model = Delegation
    small = True
    label, icon = say("签字授权", "Delegations"), "clipboard-check"
    rows = {
        **dict.fromkeys(("admin", "human_resources", "general_manager", "auditor", "store_manager"), everything),
        **dict.fromkeys(
            ("service_manager", "marketing_manager", "design_manager"),
            any_of(mine("from_staff_id", "to_staff_id"), mine("created_by_id")),
        ),
    }
    list_columns = "number from_staff to_staff starts_on ends_on revoked"
    form_columns = "from_staff to_staff starts_on ends_on reason told_departments"
    filters = "from_staff to_staff starts_on ends_on"
    order = "-starts_on"

    @classmethod
    def before_create(cls, row: Any, act: Any) -> None:
        _own_and_free(row, act)

    @classmethod
    def before_edit(cls, row: Any, act: Any) -> None:
        _own_and_free(row, act)

    @classmethod
    def blockers_to_edit(cls, row: Any, act: Any) -> list[Any]:
        if not row.revoked and row.ends_on >= act.today:
            return []
        return [
            Blocker("wrong_state", "R-4.4.5", say("授权已结束，不能修改。", "The delegation is over: it can't be edited."),
                    say("请另办一份授权。", "Make a new one."))
        ]  # fmt: skip


def _own_and_free(row: Delegation, act: Any) -> None:
    """One delegates one's own signature, once at a time; the admin may enter it for others."""
    if "admin" not in act.person.roles and row.from_staff_id != act.person.staff_id:
        raise Faulty({"from_staff": say("只能授权本人的签字。", "You can delegate your own signature only.")})
    with act.db.no_autoflush:
        overlap = act.db.execute(
            select(Delegation.id).where(
                Delegation.from_staff_id == row.from_staff_id, Delegation.revoked.is_(False),
                Delegation.starts_on <= row.ends_on, Delegation.ends_on >= row.starts_on, Delegation.id != (row.id or 0),
            )
        ).first()  # fmt: skip
    if overlap:
        raise Faulty({"starts_on": say("这段时间已有一份授权。", "There is a delegation in this period already.")})
