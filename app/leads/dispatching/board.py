"""The dispatch board 派单台: who waits, who is free, and the fair proposal for each lead (R-4.2)."""

from typing import Any

from flask import render_template
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.core import here, once
from app.core.doors import door
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db
from app.leads.dispatching.facts import Candidate
from app.leads.dispatching.loads import all_loads, caps_of, facts_of_many
from app.leads.dispatching.rules import blockers_of_a_designer, blockers_of_the_lead, caps_reached, in_order
from app.leads.models import Lead
from app.leads.rules import LeadState, Tier
from app.people.models import Staff

#: the leads that wait longest stand first; the rest waits in the register
ON_THE_BOARD = 40


class DispatchBoard(BaseView):
    """Pick or take the proposed one; the lead's own page tells why each other designer is out."""

    route_base = "/dispatch_board"
    class_permission_name = "lead"
    label, icon = say("派单台", "Dispatch board"), "route"
    needed = "dispatch"

    @expose("/")
    @door("dispatch")
    def index(self) -> str:
        act = Act(db.session, here.me())
        query = (
            select(Lead).where(Lead.state == LeadState.NEW).order_by(Lead.inquiry_on, Lead.id).limit(ON_THE_BOARD + 1)
        )
        waiting = list(db.session.execute(query).scalars())
        with here.in_whole_sight():
            loads, caps = all_loads(act), caps_of(act)
            facts = facts_of_many(db.session, waiting[:ON_THE_BOARD])
        lines = [_line(lead, facts[lead.id], loads, caps) for lead in waiting[:ON_THE_BOARD]]
        designers = [(each, bool(caps_reached(each, caps))) for each in loads if not each.left]
        grades = Staff.__table__.c.designer_grade.info["kind"]
        return render_template(
            "leads/board.html", lines=lines, caps=caps, designers=designers, grade=grades.show, more=len(waiting) > ON_THE_BOARD,
            token=once.new_token(), today=act.today,
        )  # fmt: skip


def _line(lead: Lead, facts: Any, loads: Any, caps: Any) -> dict[str, Any]:
    missing = blockers_of_the_lead(facts, caps)
    candidates = in_order(
        Candidate(load, load.staff_id == facts.preferred, tuple(blockers_of_a_designer(facts, load, caps)))
        for load in loads
    )
    free = [each for each in candidates if each.eligible]
    return {
        "lead": lead, "tier": Tier(lead.tier).label if lead.tier else None, "missing": missing,
        "proposed": free[0] if free and not missing else None, "free": len(free),
        "days": (here.today() - lead.inquiry_on).days,
    }  # fmt: skip
