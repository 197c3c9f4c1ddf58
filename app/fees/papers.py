"""The printed receipt, filled from its rows."""

from sqlalchemy.orm import Session

from app.fees.models import Receipt


def receipt_paper(session: Session, receipt: Receipt) -> bytes:
    """The PDF."""
    raise NotImplementedError
