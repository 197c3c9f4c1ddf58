"""The tables of mail: what each person wants to have, and what is to be sent."""

from datetime import date

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.outbox import Outgoing
from app.core.words import Words


class Which(Words):
    """Which notices come by mail, too."""

    NONE = "none", "不要", "None"
    ASKS = "asks", "要我办的（提到我、交办给我）", "Those that ask me for something"
    ALL = "all", "全部通知", "All"


class Kind(Words):
    """What a mail tells."""

    NOTICE = "notice", "通知"
    DIGEST = "digest", "每日汇总", "Daily digest"
    EXPORT = "export", "定时导出", "Scheduled export"
    TEST = "test", "测试", "Test"


class MailWish(Model):
    """One person's choice; without a row there is no mail."""

    __tablename__ = "mail_wish"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    which: Mapped[str] = mapped_column(String(8))
    daily: Mapped[bool] = mapped_column(default=False)


class Mail(Outgoing, Model):
    """One letter to one member of staff. What it says is written when it is sent."""

    __tablename__ = "mail"
    __table_args__ = (
        #: one digest a day, however many notices ask for it
        UniqueConstraint("staff_id", "digest_on"),
        Index("ix_mail_due", "state", "next_at"),
        Index("ix_mail_made_at", "made_at"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("export_file.id", ondelete="SET NULL"))
    digest_on: Mapped[date | None] = mapped_column()
    #: whether the file is to be in it, if that may be
    attach: Mapped[bool] = mapped_column(default=False)

    @property
    def what(self) -> Kind:
        return Kind(self.kind)
