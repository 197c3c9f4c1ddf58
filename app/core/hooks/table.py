"""The tables of webhooks and of what each was told."""

from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import Sealed, UtcInstant
from app.core.outbox import DeliveryState, Outgoing


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


class WebhookDelivery(Outgoing, Model):
    """One message to one of them."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_due", "state", "next_at"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        Index("ix_webhook_delivery_made_at", "made_at"),
    )

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: what the other side answered
    status: Mapped[int | None] = mapped_column()


__all__ = ["DeliveryState", "Webhook", "WebhookDelivery"]
