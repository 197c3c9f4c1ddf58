"""Outboxes 待发: what is to be told outside the house is a row, written in the transaction of what it tells.

The worker sends it after that, and again after growing delays, until it is taken or given up: at least once, under
a key that stays the same. A row that is being sent is lent to its worker for a while; when that worker dies,
another sends it. Webhooks (`hooks/`) and mails (`mail/`) are sent in this way.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, String, and_, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import here
from app.core.columns import UtcInstant
from app.core.words import Words
from app.core.writing import write

#: seconds until the second, third, … time
DELAYS = (30, 120, 600, 3600, 6 * 3600, 24 * 3600)
LENT = timedelta(minutes=2)
KEPT = timedelta(days=30)


class DeliveryState(Words):
    """What has become of it."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已送达", "Taken"
    FAILED = "failed", "已放弃", "Given up"
    DROPPED = "dropped", "不再发送", "Not sent any more"


class Outgoing:
    """The columns that every outbox has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: the same however often it is sent: by this the other side tells a repeated one
    key: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_at: Mapped[datetime] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    #: why it could not be sent
    error: Mapped[str] = mapped_column(String(60), default="")

    @property
    def words(self) -> DeliveryState:
        return DeliveryState(self.state)

    def went(self) -> None:
        self.state, self.sent_at, self.error = str(DeliveryState.SENT), here.now(), ""

    def missed(self, error: str) -> bool:
        """Not this time; answers whether it is given up."""
        self.error = error
        if self.attempts > len(DELAYS):
            self.state = str(DeliveryState.FAILED)
            return True
        self.next_at = here.now() + timedelta(seconds=DELAYS[self.attempts - 1])
        return False

    def over(self, state: DeliveryState, error: str) -> None:
        """It can't be sent, however often it is tried."""
        self.state, self.error = str(state), error

    def again(self) -> None:
        """Once more from the start, under the same key."""
        self.state, self.attempts, self.next_at = str(DeliveryState.WAITING), 0, here.now()


Row = TypeVar("Row", bound=Outgoing)


def is_due(box: type[Outgoing]) -> ColumnElement[bool]:
    return and_(box.state == str(DeliveryState.WAITING), box.next_at <= here.now())


def waits(session: Session, box: type[Outgoing], due: ColumnElement[bool]) -> bool:
    """An idle look only reads."""
    found = session.execute(select(box.id).where(due).limit(1)).first()
    if found is None:
        session.rollback()
    return found is not None


def lend(session: Session, box: type[Row], due: ColumnElement[bool]) -> Row | None:
    """The next one, in the hands of this worker for a while. In the caller's transaction."""
    query = select(box).where(due).order_by(box.next_at, box.id).limit(1)
    found = session.execute(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).scalar_one_or_none()  # fmt: skip
    if found is not None:
        found.attempts += 1
        found.next_at = here.now() + LENT
    return found


def forget_old(session: Session, box: type[Outgoing]) -> None:
    """What was told long ago goes. Commits."""
    old = box.made_at < here.now() - KEPT
    if session.execute(select(box.id).where(old).limit(1)).first() is not None:
        write(session, lambda: session.execute(delete(box).where(old)))
