"""The printed transfer slip, in two parts, filled from its rows."""

from sqlalchemy.orm import Session

from app.leads.slips.models import TransferSlip


def slip_paper(session: Session, slip: TransferSlip) -> bytes:
    """The PDF."""
    raise NotImplementedError
