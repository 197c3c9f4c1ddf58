"""Nothing to seed: estates are the company's own."""

from sqlalchemy.orm import Session


def seed(session: Session) -> None:
    """Estates, units and owners are entered or imported."""
