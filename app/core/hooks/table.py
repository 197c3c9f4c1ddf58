"""The tables of webhooks and of what each was told."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import Sealed, UtcInstant
from app.core.words import Words


class DeliveryState(Words):
    """What has become of a message."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达", "Taken"
    FAILED = "failed", "已放弃", "Given up"


class Webhook(Model):
    """Where to tell, of which register, which changes. Stopped instead of deleted."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(400))
    table_name: Mapped[str] = mapped_column(String(48))
    #: names of verbs, "add", "edit", "delete", "import", and OTHER
    verbs: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: with which messages are signed
    secret: Mapped[str] = mapped_column(Sealed("webhook.secret"))
    archived: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class WebhookDelivery(Model):
    """One message to one of them."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_due", "state", "next_at"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        Index("ix_webhook_delivery_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    #: the same however often it is sent: by this the other side tells a repeated one
    key: Mapped[str] = mapped_column(String(32), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_at: Mapped[datetime] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    #: what the other side answered, or why it could not be asked
    status: Mapped[int | None] = mapped_column()
    error: Mapped[str] = mapped_column(String(60), default="")

    @property
    def words(self) -> DeliveryState:
        return DeliveryState(self.state)
