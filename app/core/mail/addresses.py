"""Where a mail goes: the e-mail of a person's account, if it is one, and of a domain that the operator allows."""

import re

from flask import current_app
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.answers import Faulty
from app.core.words import Say, say

#: no sign in it means anything to a header or to the server
_ADDRESS = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
#: of an account without one: Flask-AppBuilder wants something
NOBODY = ".invalid"
MISREAD = say("请填写完整的邮箱地址。", "A whole e-mail address, please.")
NOT_ALLOWED = say("只能用公司允许的邮箱：{d}。", "Only addresses that the company allows: {d}.")
TAKEN = say("这个邮箱已用于另一个账号。", "Another account has this address.")


def is_address(text: str) -> bool:
    return len(text) <= 120 and _ADDRESS.fullmatch(text) is not None


def _domains() -> list[str]:
    return list(current_app.config["GUANJIA_MAIL_DOMAINS"])


def may_be_written_to(text: str) -> bool:
    allowed = _domains()
    known = is_address(text) and not text.lower().endswith(NOBODY)
    return known and (not allowed or text.rpartition("@")[2].lower() in allowed)


def of_user(session: Session, user_id: int | None) -> str:
    """Their address; empty when they have none that may be written to."""
    found = session.execute(select(User.email).where(User.id == user_id)).scalar() or ""
    return found if may_be_written_to(found) else ""


def put(session: Session, raw: str) -> None:
    """One's own, or none. In the caller's transaction. Raises Faulty at "address"."""
    user = session.get_one(User, here.me().user_id)
    address = raw.strip() or f"{user.username}@guanjia{NOBODY}"
    if address == user.email:
        return
    if fault := _fault(session, address, user) if raw.strip() else None:
        raise Faulty({"address": fault})
    user.email = address
    journal.add(session, "mail_address", table="user", row_id=user.id, label=user.username)


def _fault(session: Session, address: str, user: User) -> Say | None:
    if not is_address(address) or address.lower().endswith(NOBODY):
        return MISREAD
    if not may_be_written_to(address):
        return say(NOT_ALLOWED.zh, NOT_ALLOWED.en, d="、".join(_domains()))
    taken = select(User.id).where(func.lower(User.email) == address.lower(), User.id != user.id)
    return TAKEN if session.execute(taken).first() else None
