"""What of homes is forgotten: owners who sold, residents who moved out."""

from datetime import date

from sqlalchemy import ColumnElement, exists, select

from app.core.forgetting import GONE, forget
from app.owners.models import Owner, Ownership, Resident


def _sold(before: date) -> ColumnElement[bool]:
    mine = select(Ownership.id).where(Ownership.owner_id == Owner.id)
    return exists(mine) & ~exists(mine.where(Ownership.until.is_(None) | (Ownership.until >= before)))


forget(Owner, _sold, name=GONE, phone=None, email=None, address=None, id_number=None, id_number_key=None)
forget(Resident, lambda before: Resident.until < before, name=GONE, phone=None, id_number=None, id_number_key=None)
