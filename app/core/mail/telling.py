"""What is to be sent, written down in the transaction of what it tells. One statement where mail is on, none where not."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core import here
from app.core.mail.server import is_on
from app.core.mail.table import Kind, Mail, MailWish, Which
from app.core.outbox import DeliveryState

#: when a day's digest is due on the clock of the house; and how long what was under way by then has to be committed
DIGEST_AT = time(8)
SETTLED = timedelta(minutes=5)


def notices(session: Session, told: Sequence[Any], *, asks: bool, always: bool) -> None:
    """Of these notices, to whoever wants to have them by mail; `always`: whatever they want."""
    if not is_on() or not told:
        return
    session.flush()
    wishes = _wishes(session, [each.staff_id for each in told])
    wanted = {str(Which.ALL), str(Which.ASKS)} if asks else {str(Which.ALL)}
    rows: list[dict[str, Any]] = []
    for each in told:
        wish = wishes.get(each.staff_id)
        if always or (wish is not None and wish.which in wanted):
            daily = wish is not None and wish.daily and not always
            rows.append(_digest(each.staff_id) if daily else row(each.staff_id, Kind.NOTICE, notice_id=each.id))
    put(session, rows)


def _wishes(session: Session, staff_ids: list[int]) -> dict[int, MailWish]:
    found = session.execute(select(MailWish).where(MailWish.staff_id.in_(staff_ids))).scalars()
    return {each.staff_id: each for each in found}


def row(staff_id: int, kind: Kind, **about: Any) -> dict[str, Any]:
    now = here.now()
    told = {"notice_id": None, "file_id": None, "digest_on": None, "attach": False, **about}
    return {
        "staff_id": staff_id, "kind": str(kind), "key": uuid4().hex, "state": str(DeliveryState.WAITING),
        "attempts": 0, "made_at": now, "next_at": now, "error": "", **told,
    }  # fmt: skip


def _digest(staff_id: int) -> dict[str, Any]:
    day = digest_day(here.now())
    return {**row(staff_id, Kind.DIGEST, digest_on=day), "next_at": digest_time(day) + SETTLED}


def digest_day(at: datetime) -> date:
    """The day whose digest tells what happens at this moment."""
    local = here.in_house_time(at)
    return local.date() + timedelta(days=1 if local.time() >= DIGEST_AT else 0)


def digest_time(day: date) -> datetime:
    return datetime.combine(day, DIGEST_AT, here.house_zone())


def put(session: Session, rows: list[dict[str, Any]]) -> None:
    """A digest of that day that is there already is enough."""
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    order = insert(Mail.__table__).on_conflict_do_nothing(index_elements=["staff_id", "digest_on"])  # type: ignore[arg-type]
    session.connection().execute(order, rows)
