"""What the house keeps about accounts and sign-ins. Tokens and passwords only as hashes."""

from datetime import date, datetime

from flask_appbuilder import Model
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import here
from app.core.columns import Sealed, UtcInstant


class Account(Model):
    """What Flask-AppBuilder's user row does not know about an account."""

    __tablename__ = "account"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"), primary_key=True, autoincrement=False)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    totp_secret: Mapped[str | None] = mapped_column(Sealed("account.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(2), default="")


class SignIn(Model):
    """One signed-in browser or one API token: alive until it expires, idles or is revoked."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_user", "user_id", "revoked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    revoke_reason: Mapped[str] = mapped_column(String(24), default="")
    #: the panel is looked at as this role, in this member of staff's place (seeing_as.py)
    seeing_as: Mapped[str] = mapped_column(String(32), default="")
    in_place_of_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ApiKey(Model):
    """A key by which a machine acts in its owner's name: alive until its last day, or until somebody ends it."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_user", "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    name: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: the first signs of the token, by which its owner knows it again
    begins: Mapped[str] = mapped_column(String(12))
    only_reads: Mapped[bool] = mapped_column(default=True)
    #: names of registers, and networks that it is used from; empty: all
    tables: Mapped[list[str]] = mapped_column(JSON)
    networks: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    last_on: Mapped[date] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_by: Mapped[str] = mapped_column(String(24), default="")
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    used_from: Mapped[str] = mapped_column(String(45), default="")
    #: how often within which minute, for the limit
    minute: Mapped[int] = mapped_column(BigInteger, default=0)
    uses: Mapped[int] = mapped_column(default=0)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.last_on < here.today()


class Attempt(Model):
    """A failed sign-in, counted by address: limits hold over all workers."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_address", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)


class RightChange(Model):
    """What an admin changed of a role's rights: only ever added to; of each right the last line counts."""

    __tablename__ = "right_change"
    __table_args__ = (Index("ix_right_change_role", "role", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    role: Mapped[str] = mapped_column(String(32))
    table_name: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(64))
    #: "given", "taken", or "released": as the release has it again
    how: Mapped[str] = mapped_column(String(8))
    #: whose rows a role reaches that has none of its own on this table
    rows_of: Mapped[str] = mapped_column(String(32), default="")
    #: of a column how much is seen; of rows which, and on what condition (in_force.py)
    value: Mapped[str] = mapped_column(String(1000), default="")
    why: Mapped[str] = mapped_column(String(200))
