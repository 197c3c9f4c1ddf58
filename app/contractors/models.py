"""Contractors, credentials, workers, skill certificates."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.contractors.rules import ContractorState, CredentialKind, Trade
from app.core.columns import blind, choice, credit_code, id_number, long_text, on_date, phone, ref, scan, text
from app.core.record import Record
from app.core.words import say


class Contractor(Record):
    """装修企业: a company that may be commissioned with a renovation."""

    __tablename__ = "contractor"
    __zh__ = "装修企业"
    __label__ = "name"
    __series__ = "QY"
    __table_args__ = (
        CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
        CheckConstraint(f"state in {tuple(str(s) for s in ContractorState)}", name="state"),
    )

    number: Mapped[str] = text("编号", 20, unique=True)
    name: Mapped[str] = text("企业名称", 64, index=True)
    credit_code: Mapped[str] = credit_code("统一社会信用代码", unique=True, en="Unified social credit code")
    contact_name: Mapped[str | None] = text("联系人", 32)
    phone: Mapped[str | None] = phone("联系电话")
    state: Mapped[str] = choice("状态", ContractorState, default=ContractorState.ACTIVE, index=True)
    state_reason: Mapped[str | None] = long_text("状态说明", 500, by_verb=True, en="Reason of the state")

    credentials: Mapped[list["Credential"]] = relationship(back_populates="contractor")


class Credential(Record):
    """证照: a licence or qualification of a contractor, and until when it holds (R-3.3.3)."""

    __tablename__ = "credential"
    __zh__ = "资质证照"
    __label__ = "credential_number"
    __table_args__ = (
        UniqueConstraint("contractor_id", "kind", "credential_number"),
        CheckConstraint(f"kind in {tuple(str(k) for k in CredentialKind)}", name="kind"),
    )

    contractor_id: Mapped[int] = ref("contractor", "装修企业")
    kind: Mapped[str] = choice("类别", CredentialKind)
    credential_number: Mapped[str] = text("证号", 64)
    level: Mapped[str | None] = text("等级", 16)
    valid_until: Mapped[date | None] = on_date("有效期至")
    scan_id: Mapped[int | None] = scan("扫描件")

    contractor: Mapped[Contractor] = relationship(back_populates="credentials")


class Worker(Record):
    """施工人员: of a contractor, or of nobody when the owner manages the work."""

    __tablename__ = "worker"
    __zh__ = "施工人员"
    __label__ = "name"
    __table_args__ = (CheckConstraint(f"trade in {tuple(str(t) for t in Trade)}", name="trade"),)

    contractor_id: Mapped[int | None] = ref("contractor", "装修企业")
    name: Mapped[str] = text("姓名", 32, sorted=True)
    id_number: Mapped[str] = id_number("身份证号", "worker.id_number", en="Identity number")
    id_number_key: Mapped[str | None] = blind(unique=True)
    phone: Mapped[str | None] = phone("联系电话", sorted=True)
    trade: Mapped[str | None] = choice(
        "工种", Trade, sorted=True, help=say("水、电、燃气以外的不填。", "None but for electricity, water and gas.")
    )
    photo_id: Mapped[int | None] = scan("照片")


class SkillCertificate(Record):
    """技能证书: what a worker of electricity, water or gas has to hold (R-3.4.10)."""

    __tablename__ = "skill_certificate"
    __zh__ = "技能证书"
    __label__ = "certificate_number"
    __table_args__ = (
        UniqueConstraint("trade", "certificate_number"),
        CheckConstraint(f"trade in {tuple(str(t) for t in Trade)}", name="trade"),
    )

    worker_id: Mapped[int] = ref("worker", "施工人员")
    trade: Mapped[str] = choice("工种", Trade)
    certificate_number: Mapped[str] = text("证书编号", 64)
    valid_until: Mapped[date] = on_date("有效期至")
    scan_id: Mapped[int | None] = scan("扫描件")
