"""The table of the house's looks: each a row, the newest holds."""

from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.words import Words


class Corners(Words):
    """How cards, buttons and fields end."""

    SOFT = "soft", "微圆", "Slightly round"
    SQUARE = "square", "直角", "Square"
    ROUND = "round", "圆角", "Round"


class Appearance(Model):
    """Saved once, never changed: its number stands in addresses that browsers keep. What is empty is as it was shipped."""

    __tablename__ = "appearance"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    zh: Mapped[str] = mapped_column(String(20), default="")
    en: Mapped[str] = mapped_column(String(40), default="")
    accent: Mapped[str] = mapped_column(String(7), default="")
    accent_dark: Mapped[str] = mapped_column(String(7), default="")
    corners: Mapped[str] = mapped_column(String(8), default="")
    density: Mapped[str] = mapped_column(String(8), default="")
    #: PNG, drawn anew; public, since it stands on the page of sign-in
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    logo_printed: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
