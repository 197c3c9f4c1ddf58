"""What one wants to have by mail: one's own choice, on one's own page."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.core import here
from app.core.answers import Faulty, Forbidden
from app.core.mail import addresses
from app.core.mail.table import MailWish, Which
from app.core.words import say
from app.core.writing import write


def mine(session: Session) -> MailWish:
    """As it is kept, or as it begins."""
    staff_id = here.me().staff_id
    found = session.get(MailWish, staff_id) if staff_id is not None else None
    return found or MailWish(staff_id=staff_id, which=str(Which.ASKS), daily=False)


def choose(session: Session, given: Mapping[str, str]) -> None:
    """Raises Faulty, or Forbidden for an account of no member of staff: notices are theirs."""
    staff_id = here.me().staff_id
    if staff_id is None:
        raise Forbidden()
    if given.get("which") not in set(Which):
        raise Faulty({"which": say("请选择哪些通知。", "Say which notices.")})

    def work() -> None:
        addresses.put(session, given.get("address", ""))
        kept = session.get(MailWish, staff_id) or MailWish(staff_id=staff_id)
        kept.which, kept.daily = given["which"], given.get("when") == "daily"
        session.add(kept)

    write(session, work)
