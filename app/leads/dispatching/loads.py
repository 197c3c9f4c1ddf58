"""What the rules of dispatch judge, read from the database: the lead, the loads, the figures.

However many designers there are, their loads are one statement.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core import here
from app.core.verbs import Act
from app.leads.dispatching.facts import Caps, DesignerLoad, EndKind, LeadFacts, SeasonKind
from app.leads.dispatching.models import Champion, Dispatch, Season
from app.leads.dispatching.rules import season_on, week_of
from app.leads.rules import LeadSource, Tier
from app.leads.slips.models import TransferSlip
from app.leads.slips.rules import SIGNED_BY_BOTH, SlipState
from app.people.models import Staff

if TYPE_CHECKING:
    from app.leads.models import Lead


def live_dispatch(session: Session, lead_id: int) -> Dispatch | None:
    return session.scalar(select(Dispatch).where(Dispatch.lead_id == lead_id, Dispatch.ended_at.is_(None)))


def live_slip(session: Session, lead_id: int) -> TransferSlip | None:
    return session.scalar(
        select(TransferSlip).where(TransferSlip.lead_id == lead_id, TransferSlip.state != SlipState.VOID)
    )


def facts_of(session: Session, lead: "Lead") -> LeadFacts:
    return facts_of_many(session, [lead])[lead.id]


def facts_of_many(session: Session, leads: Sequence["Lead"]) -> dict[int, LeadFacts]:
    """The same for a page of leads, in one statement: what is live of a lead is one row at most."""
    if not leads:
        return {}
    model = type(leads[0])
    live = and_(Dispatch.lead_id == model.id, Dispatch.ended_at.is_(None))
    slip = and_(TransferSlip.lead_id == model.id, TransferSlip.state != SlipState.VOID)
    found = session.execute(
        select(model.id, Dispatch.designer_id, TransferSlip.state, TransferSlip.preferred_designer_id)
        .outerjoin(Dispatch, live)
        .outerjoin(TransferSlip, slip)
        .where(model.id.in_([each.id for each in leads]))
    )
    told = {row.id: row for row in found}
    return {each.id: _facts(each, told[each.id]) for each in leads}


def _facts(lead: "Lead", told: Any) -> LeadFacts:
    return LeadFacts(
        tier=Tier(lead.tier) if lead.tier else None,
        has_renovation_date=lead.renovation_on is not None,
        has_area=lead.floor_area is not None,
        has_phone=bool(lead.phone),
        source=LeadSource(lead.source),
        slip_signed=told.state in SIGNED_BY_BOTH,
        held_by=told.designer_id,
        preferred=told.preferred_designer_id,
    )


def caps_of(act: Act) -> Caps:
    """The figures of today: the season decides the in-hand stop."""
    rows = act.db.execute(
        select(Season.kind, Season.starts_on, Season.ends_on)
        .where(Season.starts_on <= act.today, Season.ends_on >= act.today)
        .order_by(Season.id)
    )
    season = season_on(act.today, [(SeasonKind(kind), first, last) for kind, first, last in rows])
    in_hand = f"dispatch_in_hand_{season}"
    figures = act.policies(in_hand, "dispatch_a_day", "dispatch_a_week", "dispatch_slip_sources")
    return Caps(
        season=season, in_hand=figures[in_hand], a_day=figures["dispatch_a_day"], a_week=figures["dispatch_a_week"],
        slip_sources=frozenset(figures["dispatch_slip_sources"]),
    )  # fmt: skip


def load_of(act: Act, staff_id: int) -> DesignerLoad:
    """One member of staff's load, designer or not."""
    return _loads(act, Staff.id == staff_id)[0]


def all_loads(act: Act) -> list[DesignerLoad]:
    """Every designer's load, in one statement."""
    return _loads(act, Staff.designer_grade != "none")


def designers(act: Act) -> ColumnElement[bool]:
    """Who may be named as a designer in a form: whoever is one, and has not left."""
    return and_(Staff.designer_grade != "none", or_(Staff.left_on.is_(None), Staff.left_on > act.today))


def valid_champion(session: Session, staff_id: int, on: date) -> Champion | None:
    return session.scalar(
        select(Champion)
        .where(Champion.staff_id == staff_id, *_valid(on))
        .order_by(Champion.valid_until, Champion.id)
        .limit(1)
    )


def _loads(act: Act, whom: ColumnElement[bool]) -> list[DesignerLoad]:
    rows = act.db.execute(_statement(act.today, whom)).all()
    return [
        DesignerLoad(
            staff_id=row.id, name=row.name, grade=row.designer_grade,
            today=row.today or 0, this_week=row.this_week or 0, in_hand=row.in_hand or 0,
            champion=row.champion, last_at=row.last_at,
            left=row.left_on is not None and row.left_on <= act.today,
            absent=bool(row.absent),
        )
        for row in rows
    ]  # fmt: skip


def _statement(day: date, whom: ColumnElement[bool]) -> Select[Any]:
    week = _counts(day).subquery()
    last = select(func.max(Dispatch.at)).where(Dispatch.designer_id == Staff.id).correlate(Staff).scalar_subquery()
    valid = select(Champion.id).where(Champion.staff_id == Staff.id, *_valid(day))
    champion = valid.correlate(Staff).exists()
    return (
        select(
            Staff.id, Staff.name, Staff.designer_grade, Staff.left_on,
            _absent(day).label("absent"), champion.label("champion"), last.label("last_at"),
            week.c.today, week.c.this_week, week.c.in_hand,
        )
        .outerjoin(week, week.c.designer_id == Staff.id)
        .where(whom)
        .order_by(Staff.id)
    )  # fmt: skip


def _counts(day: date) -> Select[int, int, int, int]:
    """Per designer: given today, given this week, and still held of this week's."""
    monday, sunday = week_of(day)
    counted = or_(Dispatch.end_kind.is_(None), Dispatch.end_kind != EndKind.REASSIGNED)
    today = and_(counted, Dispatch.at >= _midnight(day), Dispatch.at < _midnight(day, 1))
    return (
        select(
            Dispatch.designer_id,
            func.count().filter(today).label("today"),
            func.count().filter(counted).label("this_week"),
            func.count().filter(Dispatch.ended_at.is_(None)).label("in_hand"),
        )
        .where(Dispatch.at >= _midnight(monday), Dispatch.at < _midnight(sunday, 1))
        .group_by(Dispatch.designer_id)
    )


def _midnight(day: date, later: int = 0) -> datetime:
    """The instant at which a day begins on the house's clock."""
    return here.midnight(day + timedelta(days=later))


def _valid(on: date) -> Sequence[ColumnElement[bool]]:
    return (Champion.valid_from <= on, Champion.valid_until >= on)


def _absent(day: date) -> ColumnElement[bool]:
    """Away from one day until another, both included."""
    return and_(Staff.absent_from <= day, Staff.absent_until >= day)
