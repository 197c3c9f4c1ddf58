"""What of leads is forgotten: customers who were closed without a contract, and what they said."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, select

from app.core import here
from app.core.forgetting import GONE, forget, numbered
from app.leads.claims.models import Claim
from app.leads.closing.models import Closure
from app.leads.models import Lead
from app.leads.rules import CLOSED


def _closed(before: date) -> ColumnElement[bool]:
    since = datetime.combine(before, time(), tzinfo=here.house_zone())
    return Lead.state.in_([str(each) for each in CLOSED]) & (Lead.updated_at < since)


def _of_forgotten() -> ColumnElement[bool]:
    return Lead.customer_name == GONE


forget(Lead, _closed, customer_name=GONE, phone=numbered(Lead, "0"), address=None, remarks=None)
forget(
    Claim,
    lambda before: Claim.lead_id.in_(select(Lead.id).where(_of_forgotten())),
    phone=None,
)
forget(
    Closure,
    lambda before: Closure.lead_id.in_(select(Lead.id).where(_of_forgotten())) & Closure.customer_words.is_not(None),
    customer_words=GONE,
)
