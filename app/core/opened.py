"""What a person opened from the command box lately: addresses only, kept for them alone.

What it is called is asked anew each time, through the gate: what is out of reach by now is not told.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import gate, here
from app.core.columns import UtcInstant
from app.core.declaration import register_of
from app.core.menu import menu_of_me
from app.core.rights import may
from app.core.writing import write

KEPT, SHOWN = 12, 5
_RECORD = re.compile(r"/([a-z][a-z0-9_]*)/(\d{1,9})")


class Opened(Model):
    """One page or record that one person went to from the command box."""

    __tablename__ = "opened"
    __table_args__ = (UniqueConstraint("user_id", "address"), Index("ix_opened_at", "user_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)


def record_in(address: str) -> tuple[str, int] | None:
    """(table, id) of a record's own page."""
    found = _RECORD.fullmatch(address)
    return (found[1], int(found[2])) if found else None


def keep(session: Session, address: str) -> bool:
    """A page of the menu or a record in reach; False for whatever else, which is not kept."""
    if not _is_known(session, address):
        return False
    write(session, lambda: _keep(session, address), durable=False)
    return True


def _is_known(session: Session, address: str) -> bool:
    record = record_in(address)
    if record is None:
        return any(entry.url == address for group in menu_of_me().groups for entry in group.entries)
    register = register_of(record[0])
    if register is None or not may(here.me(), "read", record[0]):
        return False
    return bool(gate.reachable(session, register.model, [record[1]]))


def _keep(session: Session, address: str) -> None:
    mine = Opened.user_id == here.me().user_id
    session.execute(delete(Opened).where(mine, Opened.address == address))
    session.add(Opened(user_id=here.me().user_id, address=address))
    session.flush()
    latest = select(Opened.id).where(mine).order_by(Opened.at.desc(), Opened.id.desc())
    old = session.execute(latest.offset(KEPT)).scalars().all()
    if old:
        session.execute(delete(Opened).where(Opened.id.in_(old)))


def latest(session: Session) -> Sequence[str]:
    """Addresses, the latest first."""
    query = select(Opened.address).where(Opened.user_id == here.me().user_id)
    return session.execute(query.order_by(Opened.at.desc(), Opened.id.desc()).limit(KEPT)).scalars().all()
