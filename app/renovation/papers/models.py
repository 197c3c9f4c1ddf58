"""Documents, agreement, undertakings, notices and drawings of a case."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.core.columns import choice, drawn, instant, integer, on_date, ref, scan, text, yes_no
from app.core.record import Record
from app.renovation.papers.rules import DocumentKind, Notice, Recipient


class ApplicationDocument(Record):
    """申报资料: one document of a case; "copy kept" and "original seen" are two facts."""

    __tablename__ = "application_document"
    __zh__ = "申报资料"
    __label__ = "kind"
    __table_args__ = (UniqueConstraint("application_id", "kind"),)

    application_id: Mapped[int] = ref("renovation_application", "装修申请", ondelete="CASCADE")
    kind: Mapped[str] = choice("资料", DocumentKind, en="Document", sorted=True)
    required: Mapped[bool] = yes_no("必须", default=True)
    alternative: Mapped[bool] = yes_no("多选一", en="One of several")
    copy_kept: Mapped[bool] = yes_no("已收复印件")
    original_seen: Mapped[bool] = yes_no("已验原件")
    red_seal: Mapped[bool] = yes_no("盖红章")
    marked_for_unit: Mapped[bool] = yes_no("注明仅用于本房号")
    valid_until: Mapped[date | None] = on_date("有效期至", sorted=True)
    scan_id: Mapped[int | None] = scan("扫描件")
    checked_by_id: Mapped[int | None] = ref("staff", "核对人")
    checked_at: Mapped[datetime | None] = instant("核对时间")


class Agreement(Record):
    """《装修管理服务协议》 (R-3.3.5): signed by applicant, contractor and property company."""

    __tablename__ = "agreement"
    __zh__ = "装修管理服务协议"
    __label__ = "id"

    application_id: Mapped[int] = ref("renovation_application", "装修申请", unique=True, ondelete="CASCADE")
    applicant_signer: Mapped[str | None] = text("装修人签字", 32, sorted=True)
    applicant_signed_at: Mapped[datetime | None] = instant("装修人签字时间")
    applicant_drawn: Mapped[str | None] = drawn()
    contractor_signer: Mapped[str | None] = text("装修企业签字", 32, sorted=True)
    contractor_signed_at: Mapped[datetime | None] = instant("装修企业签字时间")
    contractor_drawn: Mapped[str | None] = drawn()
    property_signer: Mapped[str | None] = text("物业公司签字", 32, sorted=True)
    property_signed_at: Mapped[datetime | None] = instant("物业公司签字时间")
    property_drawn: Mapped[str | None] = drawn()
    scan_id: Mapped[int | None] = scan("签字件")


class Undertaking(Record):
    """书面承诺 (R-3.4.1–4): for one chosen item that needs it."""

    __tablename__ = "undertaking"
    __zh__ = "书面承诺"
    __label__ = "id"
    __table_args__ = (
        UniqueConstraint("application_id", "scope_item_id"),
        CheckConstraint("(signer_name is null) = (signed_at is null)", name="signed_by_somebody"),
    )

    application_id: Mapped[int] = ref("renovation_application", "装修申请", ondelete="CASCADE")
    scope_item_id: Mapped[int] = ref("scope_item", "承诺事项")
    signer_name: Mapped[str | None] = text("承诺人", 32, sorted=True)
    signed_at: Mapped[datetime | None] = instant("签字时间", sorted=True)
    signer_drawn: Mapped[str | None] = drawn()
    scan_id: Mapped[int | None] = scan("签字件")


class NoticeReceipt(Record):
    """告知签收 (R-3.4.5, R-3.4.6): that somebody was handed a notice."""

    __tablename__ = "notice_receipt"
    __zh__ = "告知签收"
    __label__ = "notice"
    __table_args__ = (
        UniqueConstraint("application_id", "notice", "recipient"),
        CheckConstraint("(signer_name is null) = (signed_at is null)", name="signed_by_somebody"),
    )

    application_id: Mapped[int] = ref("renovation_application", "装修申请", ondelete="CASCADE")
    notice: Mapped[str] = choice("告知资料", Notice, sorted=True)
    recipient: Mapped[str] = choice("签收方", Recipient, sorted=True)
    signer_name: Mapped[str | None] = text("签收人", 32, sorted=True)
    signed_at: Mapped[datetime | None] = instant("签收时间", sorted=True)
    signer_drawn: Mapped[str | None] = drawn()
    scan_id: Mapped[int | None] = scan("签字件")


class Drawing(Record):
    """审核图纸 (R-3.4.7): one version; a new one needs all signatures again."""

    __tablename__ = "drawing"
    __zh__ = "审核图纸"
    __label__ = "drawing_version"
    __table_args__ = (
        UniqueConstraint("application_id", "drawing_version"),
        CheckConstraint("drawing_version > 0", name="version_positive"),
    )

    application_id: Mapped[int] = ref("renovation_application", "装修申请", ondelete="CASCADE")
    drawing_version: Mapped[int] = integer("图纸版本", minimum=1, maximum=999, sorted=True)
    remarks: Mapped[str | None] = text("说明", 200, sorted=True)
    scan_id: Mapped[int | None] = scan("图纸文件")
    applicant_signer: Mapped[str | None] = text("装修人签字", 32, by_verb=True, sorted=True)
    applicant_signed_at: Mapped[datetime | None] = instant("装修人签字时间", by_verb=True, sorted=True)
    applicant_drawn: Mapped[str | None] = drawn()
    site_manager_signer: Mapped[str | None] = text("施工负责人签字", 32, by_verb=True, sorted=True)
    site_manager_signed_at: Mapped[datetime | None] = instant("施工负责人签字时间", by_verb=True, sorted=True)
    site_manager_drawn: Mapped[str | None] = drawn()
    archived_at: Mapped[datetime | None] = instant("复印存档时间", by_verb=True, sorted=True)
