"""How often one may try to sign in: per account and per address, counted in the database."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import here
from app.security.models import Account, Attempt

TRIES_PER_ACCOUNT = 5
LOCKED_FOR = timedelta(minutes=15)
TRIES_PER_ADDRESS = 60
WINDOW = timedelta(minutes=15)


def is_locked(account: Account | None) -> bool:
    return account is not None and account.locked_until is not None and account.locked_until > here.now()


def too_many_from(session: Session, address: str) -> bool:
    query = select(func.count()).where(Attempt.address == address, Attempt.at > here.now() - WINDOW)
    return session.execute(query).scalar_one() >= TRIES_PER_ADDRESS


def failed(session: Session, account: Account | None, address: str) -> None:
    """Count a failure; after the fifth in a row the account rests, longer each time. Tries while
    it rests do not make the rest longer: whoever owns it must get in again."""
    session.add(Attempt(address=address[:45]))
    session.execute(delete(Attempt).where(Attempt.at < here.now() - 4 * WINDOW))
    if account is None or is_locked(account):
        return
    account.failed_count += 1
    if account.failed_count >= TRIES_PER_ACCOUNT:
        rests = min(2 ** (account.failed_count - TRIES_PER_ACCOUNT), 16)
        account.locked_until = here.now() + LOCKED_FOR * rests


def succeeded(account: Account) -> None:
    account.failed_count, account.locked_until = 0, None
