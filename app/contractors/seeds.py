"""Nothing to seed: contractors are entered or imported."""

from sqlalchemy.orm import Session


def seed(session: Session) -> None:
    """Contractors are the company's own."""
