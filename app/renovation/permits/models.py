"""The construction permit."""

import secrets
from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import choice, instant, long_text, on_date, ref, text
from app.core.record import Record
from app.renovation.applications.models import RenovationApplication
from app.renovation.permits.rules import PermitState


class Permit(Record):
    """施工许可 (R-3.4.8): leave to work in one unit between two dates."""

    __tablename__ = "permit"
    __zh__ = "施工许可"
    __series__ = "SG"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="dates_in_order"),
        CheckConstraint(f"state in {tuple(str(s) for s in PermitState)}", name="state"),
        CheckConstraint("(state = 'revoked') = (revoke_reason is not null)", name="revoked_with_reason"),
    )

    number: Mapped[str] = text("许可证号", 20, unique=True, en="Number")
    application_id: Mapped[int] = ref("renovation_application", "装修申请", unique=True)
    unit_id: Mapped[int] = ref("unit", "房屋")
    receipt_id: Mapped[int | None] = ref("receipt", "收据")
    issued_by_id: Mapped[int] = ref("staff", "发证人")
    issued_at: Mapped[datetime] = instant("发证时间", sorted=True)
    valid_from: Mapped[date] = on_date("有效期自", en="From", index=True)
    valid_until: Mapped[date] = on_date("有效期至", en="Until", index=True)
    state: Mapped[str] = choice("状态", PermitState, default=PermitState.VALID, sorted=True)
    revoke_reason: Mapped[str | None] = long_text("撤销原因", 500)
    #: in the QR code: can't be guessed from the number
    check_token: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(18))

    application: Mapped[RenovationApplication] = relationship()
