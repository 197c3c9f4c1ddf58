"""The printed permit, filled from its rows."""

from sqlalchemy.orm import Session

from app.renovation.permits.models import Permit


def permit_paper(session: Session, permit: Permit, host: str) -> bytes:
    """The PDF; `host` is what the QR code leads to."""
    raise NotImplementedError
