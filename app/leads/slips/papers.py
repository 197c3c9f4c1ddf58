"""The printed transfer slip, in two parts, filled from its rows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core import here
from app.core.documents import render
from app.core.reading import read_one
from app.core.values import show_instant
from app.core.words import speaking
from app.leads.models import Lead
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import SlipState
from app.people.models import Staff

TEMPLATE = Path(__file__).with_name("slip.typ")
OF_THE_LEAD = ("customer_name", "phone", "estate_name", "address", "floor_area", "budget_fen")


def slip_paper(session: Session, slip: TransferSlip) -> bytes:
    """The PDF, with the customer as whoever prints it may see them."""
    with speaking("zh"):
        return render(TEMPLATE, _data(session, slip))


def _data(session: Session, slip: TransferSlip) -> dict[str, Any]:
    lead = read_one(session, Lead, slip.lead_id, OF_THE_LEAD)
    customer = {name: lead.shown(name) if lead and name in lead.columns else "" for name in OF_THE_LEAD}
    return {
        "number": slip.number,
        "customer": customer["customer_name"],
        "phone": customer["phone"],
        "estate": customer["estate_name"],
        "address": customer["address"],
        "area": f"{customer['floor_area']} ㎡" if customer["floor_area"] else "",
        "budget": f"{customer['budget_fen']} 元" if customer["budget_fen"] else "",
        "salesperson": slip.salesperson.name,
        "preferred": slip.preferred_designer.name if slip.preferred_designer else "",
        "designer": slip.designer.name if slip.designer else "",
        "remarks": slip.remarks or "",
        "market": _signature(slip.market_signed_by, slip.market_signed_for, slip.market_signed_at),
        "store": _signature(slip.store_signed_by, slip.store_signed_for, slip.store_signed_at),
        "state": str(SlipState(slip.state).label),
    }


def _signature(by: Staff | None, instead_of: Staff | None, at: datetime | None) -> str:
    """`李四（代 张三） 2026-11-23 14:05`; empty while it is unsigned."""
    if by is None:
        return ""
    stands_for = f"（代 {instead_of.name}）" if instead_of is not None else ""
    return f"{by.name}{stands_for} {show_instant(at, here.house_zone())}"
