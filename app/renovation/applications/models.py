"""The application and the catalogue of what may be done."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, relationship

from app.core import here
from app.core.columns import blind, choice, id_number, long_text, on_date, phone, ref, text
from app.core.kinds import Relation
from app.core.record import Record
from app.core.words import Say, say
from app.renovation.applications.rules import (
    ENDED,
    ApplicantKind,
    ApplicationState,
    ScopeKind,
    WorkMode,
)

LONGEST_DAYS = 730
LIVE = f"state not in {tuple(str(each) for each in ENDED)}"


class ScopeItem(Record):
    """装修内容: something that may be done in a renovation, or may not (R-3.4.1–4, R-3.5.1–14)."""

    __tablename__ = "scope_item"
    __zh__ = "装修内容"
    __label__ = "label"
    __table_args__ = (CheckConstraint(f"kind in {tuple(str(k) for k in ScopeKind)}", name="kind"),)

    code: Mapped[str] = text("代码", 32, unique=True)
    label: Mapped[str] = text("内容", 80)
    label_en: Mapped[str] = text("英文", 120, en="In English", default="")
    kind: Mapped[str] = choice("类别", ScopeKind)
    clause: Mapped[str] = text("条款", 16, default="")


application_scope = Table(
    "renovation_application_scope",
    Record.metadata,
    Column("application_id", ForeignKey("renovation_application.id", ondelete="CASCADE"), primary_key=True),
    Column("scope_item_id", ForeignKey("scope_item.id"), primary_key=True, index=True),
)


class RenovationApplication(Record):
    """装修申请: who wants to do what in a unit, with whom and when."""

    __tablename__ = "renovation_application"
    __zh__ = "装修申请"
    __series__ = "ZX"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        CheckConstraint(f"state in {tuple(str(s) for s in ApplicationState)}", name="state"),
        CheckConstraint(f"applicant_kind in {tuple(str(k) for k in ApplicantKind)}", name="applicant_kind"),
        CheckConstraint("work_mode <> 'self_managed' or contractor_id is null", name="self_managed_without_contractor"),
        CheckConstraint("length(applicant_id_number) > 18", name="id_number_sealed"),
        Index("ix_renovation_application_created_by", "created_by_id", "id"),
        Index(
            "uq_renovation_application_live_unit", "unit_id", unique=True,
            sqlite_where=sql(LIVE), postgresql_where=sql(LIVE),
        ),
    )  # fmt: skip

    number: Mapped[str] = text("申请编号", 20, unique=True, en="Number")
    unit_id: Mapped[int] = ref("unit", "房屋")
    applicant_kind: Mapped[str] = choice("申报人", ApplicantKind, sorted=True)
    applicant_name: Mapped[str] = text("申报人姓名", 32, sorted=True)
    applicant_phone: Mapped[str] = phone("申报人电话", sorted=True)
    applicant_id_number: Mapped[str] = id_number("申报人身份证号", "renovation_application.applicant_id_number")
    applicant_id_number_key: Mapped[str | None] = blind(index=True)
    work_mode: Mapped[str] = choice("施工方式", WorkMode, sorted=True)
    contractor_id: Mapped[int | None] = ref(
        "contractor", "装修企业", help=say("自行装修的不填。", "None when self-managed.")
    )
    site_manager_name: Mapped[str | None] = text("施工负责人", 32)
    site_manager_phone: Mapped[str | None] = phone("施工负责人电话")
    starts_on: Mapped[date] = on_date("开工日期", sorted=True)
    ends_on: Mapped[date] = on_date("完工日期", sorted=True)
    #: of its permit, extensions included: until when one may really work
    permitted_until: Mapped[date | None] = on_date("许可截止日", en="Permitted until", by_verb=True, sorted=True)
    neighbours_told_on: Mapped[date | None] = on_date("告知邻居日期", en="Neighbours told on")
    neighbours_told_how: Mapped[str | None] = text("告知方式", 64, en="How they were told")
    description: Mapped[str | None] = long_text("说明", 1000)
    state: Mapped[str] = choice("状态", ApplicationState, default=ApplicationState.DRAFT, index=True)
    approved_by_id: Mapped[int | None] = ref("staff", "批准人", by_verb=True)
    state_reason: Mapped[str | None] = long_text("状态说明", 1000, by_verb=True, en="Reason of the state")

    scope: Mapped[list[ScopeItem]] = relationship(
        secondary=application_scope, order_by=ScopeItem.id,
        info={"kind": Relation(table="scope_item", many=True), "zh": "装修内容", "en": "Scope of work"},
    )  # fmt: skip

    def before_save(self, session: Session) -> None:
        """R-3.3.4: who turns to managing the works himself has no contractor any more."""
        if self.work_mode == WorkMode.SELF_MANAGED:
            self.contractor_id = None

    def faults(self) -> dict[str, Say]:
        """The dates of the works are in order. That a contractor is named is asked on submitting."""
        faults: dict[str, Say] = {}
        if self.ends_on < self.starts_on:
            faults["ends_on"] = say("完工日期早于开工日期。", "It ends before it starts.")
        if (self.ends_on - self.starts_on).days > LONGEST_DAYS:
            faults["ends_on"] = say("施工期不能超过两年。", "The works may not last over two years.")
        if self.neighbours_told_on and self.neighbours_told_on > here.today():
            faults["neighbours_told_on"] = say("告知日期在今天之后。", "That day has not come yet.")
        return faults
