"""Departments, staff, delegations."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.core import here
from app.core.columns import choice, column, long_text, on_date, phone, ref, text, yes_no
from app.core.kinds import Relation
from app.core.record import Record
from app.core.values.pinyin import pinyin_of
from app.core.words import Say, say
from app.people.rules import SHORTEST_DELEGATION_DAYS, DepartmentKind, DesignerGrade, days_covered


def _later(name: str) -> ForeignKey:
    return ForeignKey("staff.id", use_alter=True, name=name)


class Department(Record):
    """A department of the company."""

    __tablename__ = "department"
    __zh__ = "部门"
    __label__ = "name"
    __table_args__ = (CheckConstraint("parent_id is null or parent_id <> id", name="not_its_own_parent"),)

    code: Mapped[str] = text("代码", 32, unique=True)
    name: Mapped[str] = text("名称", 64)
    kind: Mapped[str] = choice("类别", DepartmentKind)
    parent_id: Mapped[int | None] = ref("department", "上级部门")
    # Staff stand in departments and departments are headed and entered by staff: of this circle
    # the keys below are added after both tables (migration 0001).
    head_id: Mapped[int | None] = column(
        Integer,
        Relation(table="staff"),
        "负责人",
        index=True,
        foreign=_later("fk_department_head_id"),
    )
    created_by_id: Mapped[int | None] = column(
        Integer, Relation(table="staff"), "登记人", en="Entered by",
        default=lambda: here.me().staff_id, foreign=_later("fk_department_created_by_id"),
    )  # fmt: skip


class Staff(Record):
    """A person on the payroll; their account is only the key to the door."""

    __tablename__ = "staff"
    __zh__ = "员工"
    __en__ = "Staff member"
    __label__ = "name"
    __series__ = "YG"
    __table_args__ = (
        CheckConstraint("superior_id is null or superior_id <> id", name="not_their_own_superior"),
        CheckConstraint("left_on is null or hired_on is null or left_on >= hired_on", name="leaves_after_hiring"),
        CheckConstraint(
            "(absent_from is null) = (absent_until is null) and (absent_from is null or absent_from <= absent_until)",
            name="absence_has_both_ends",
        ),
        CheckConstraint(f"designer_grade in {tuple(str(g) for g in DesignerGrade)}", name="designer_grade"),
    )

    number: Mapped[str] = text("工号", 32, unique=True, en="Number")
    name: Mapped[str] = text("姓名", 64)
    phone: Mapped[str | None] = phone("手机")
    department_id: Mapped[int] = ref("department", "部门")
    post: Mapped[str | None] = text("岗位", 32)
    designer_grade: Mapped[str] = choice("设计师级别", DesignerGrade, default=DesignerGrade.NONE)
    superior_id: Mapped[int | None] = ref("staff", "直接上级", en="Direct superior")
    hired_on: Mapped[date | None] = on_date("入职日期")
    left_on: Mapped[date | None] = on_date("离职日期", by_verb=True)
    absent_from: Mapped[date | None] = on_date("缺勤自", en="Absent from")
    absent_until: Mapped[date | None] = on_date("缺勤至", en="Absent until")
    name_pinyin: Mapped[str] = text("拼音", 120, default="", index=True, by_verb=True, en="In pinyin")
    name_initials: Mapped[str] = text("拼音首字母", 32, default="", index=True, by_verb=True, en="Initials in pinyin")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), unique=True)

    department: Mapped[Department] = relationship(foreign_keys=[department_id])

    def before_save(self, session: Session) -> None:
        self.name_pinyin, self.name_initials = (part[:120] for part in pinyin_of(self.name))

    def faults(self) -> dict[str, Say]:
        if (self.absent_from is None) != (self.absent_until is None):
            return {"absent_until": say("缺勤起止日期要同时填写。", "Give both days of the absence, or none.")}
        if self.absent_from and self.absent_until and self.absent_from > self.absent_until:
            return {"absent_until": say("缺勤结束早于开始。", "The absence ends before it begins.")}
        return {}


delegation_department = Table(
    "delegation_department",
    Record.metadata,
    Column("delegation_id", ForeignKey("delegation.id", ondelete="CASCADE"), primary_key=True),
    Column("department_id", ForeignKey("department.id"), primary_key=True, index=True),
)


class Delegation(Record):
    """授权 R-4.4.5: one signs in another's place, in a period, and the departments know."""

    __tablename__ = "delegation"
    __zh__ = "签字授权"
    __label__ = "number"
    __series__ = "SQ"
    __table_args__ = (
        CheckConstraint("from_staff_id <> to_staff_id", name="not_to_oneself"),
        CheckConstraint("ends_on > starts_on", name="two_days_or_more"),
        UniqueConstraint("number"),
        Index("ix_delegation_period", "from_staff_id", "starts_on", "ends_on"),
    )

    number: Mapped[str] = text("编号", 20)
    from_staff_id: Mapped[int] = ref("staff", "授权人", en="From")
    to_staff_id: Mapped[int] = ref("staff", "临时负责人", en="To")
    starts_on: Mapped[date] = on_date("自", en="From day")
    ends_on: Mapped[date] = on_date("至", en="To day")
    reason: Mapped[str] = long_text("原因", 500)
    revoked: Mapped[bool] = yes_no("已撤销", by_verb=True)

    told_departments: Mapped[list[Department]] = relationship(
        secondary=delegation_department,
        info={"kind": Relation(table="department", many=True), "zh": "已告知部门", "en": "Departments told"},
    )

    def faults(self) -> dict[str, Say]:
        """R-4.4.5: two days or more, to somebody else, and the departments are told."""
        faults: dict[str, Say] = {}
        if self.from_staff_id == self.to_staff_id:
            faults["to_staff"] = say("不能授权给自己。", "Not to oneself.")
        if days_covered(self.starts_on, self.ends_on) < SHORTEST_DELEGATION_DAYS:
            faults["ends_on"] = say(
                "R-4.4.5：离岗两天（含）以上才办理授权，请延长期限。",
                "R-4.4.5: a delegation covers two days or more; lengthen the period.",
            )
        if not self.told_departments:
            faults["told_departments"] = say("R-4.4.5：须告知相关部门。", "R-4.4.5: say which departments were told.")
        return faults
