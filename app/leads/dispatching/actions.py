"""The verbs of dispatch: give a lead to a designer, or take it over to another (R-4.2)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.core.blockers import Blocker
from app.core.kinds import Relation
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import say
from app.leads.declining.models import DeclineRequest
from app.leads.declining.rules import OPEN, DeclineState
from app.leads.dispatching.facts import Candidate, Caps, DesignerLoad, EndKind, LeadFacts
from app.leads.dispatching.loads import (
    all_loads,
    caps_of,
    facts_of,
    facts_of_many,
    live_dispatch,
    live_slip,
    load_of,
    valid_champion,
)
from app.leads.dispatching.models import Dispatch
from app.leads.dispatching.rules import (
    already_dispatched,
    blockers_of_a_designer,
    blockers_of_a_taker,
    blockers_to_dispatch,
    in_order,
    load_in_words,
    uses_privilege,
)
from app.leads.rules import LEAD_MOVES
from app.leads.slips.rules import SlipState
from app.people.models import Staff

if TYPE_CHECKING:
    from app.leads.models import Lead


def takers(act: Act, rows: "Sequence[Lead]") -> dict[int, str]:
    """R-4.2.1–5: who may take one of these leads at least, in the fair order, and what they have: without a lead
    whoever is at work and has room."""
    caps, loads = caps_of(act), all_loads(act)
    leads = list(facts_of_many(act.db, rows).values())
    free = [
        Candidate(load, preferred=any(lead.preferred == load.staff_id for lead in leads))
        for load in loads
        if not blockers_of_a_taker(leads, load, caps)
    ]
    return {each.load.staff_id: str(load_in_words(each.load, caps)) for each in in_order(free)}


class Giving(Verb):
    """What both verbs share: the designer, whose load is counted under a lock."""

    clause = "R-4.2.5"
    template = "leads/dispatch.html"
    icon = "send"
    moves = LEAD_MOVES
    designer = ask(Relation(table="staff"), "设计师", among=takers)

    def lock(  # type: ignore[override]
        self, row: "Lead", act: Act, designer: Staff, **params: Any
    ) -> None:
        lock_load(act, designer.id)

    def blockers(self, row: "Lead", act: Act, designer: Staff | None = None, **params: Any) -> list[Blocker]:
        return blockers_to_give(row, act, designer.id if designer else None)[1]

    def choices(self, row: "Lead", act: Act) -> dict[str, Any]:
        """Every designer with load and blockers, who may take it first, in the fair order."""
        lead, caps = facts_of(act.db, row), caps_of(act)
        return {
            "designer": [_told(each) for each in _candidates(lead, all_loads(act), caps)],
            "caps": {
                "season": str(caps.season), "in_hand": caps.in_hand,
                "a_day": caps.a_day, "a_week": caps.a_week,
            },
        }  # fmt: skip


class DispatchLead(Giving):
    """R-4.2.5: the account manager gives a lead to a designer of its tier."""

    name = "dispatch"
    table, label = "lead", say("派单", "Dispatch")

    def blockers(  # type: ignore[override]
        self, row: "Lead", act: Act, designer: Staff | None = None
    ) -> list[Blocker]:
        lead, told = blockers_to_give(row, act, designer.id if designer else None)
        if lead.held_by is None or any(each.rule == "already_dispatched" for each in told):
            return told
        return [already_dispatched(act.db.get_one(Staff, lead.held_by).name), *told]

    def do(self, row: "Lead", act: Act, designer: Staff) -> Dispatch:  # type: ignore[override]
        return give(row, designer.id, act)


class Reassign(Giving):
    """R-4.2.6: another designer takes over, under the same rules; the old dispatch ends."""

    table, label = "lead", say("改派", "Reassign")
    reason = reason()

    def do(  # type: ignore[override]
        self, row: "Lead", act: Act, designer: Staff, reason: str
    ) -> Dispatch:
        return hand_over(row, designer.id, act, reason)


def lock_load(act: Act, staff_id: int) -> None:
    """Whoever counts this designer's dispatches next waits here. The lead is locked before the
    designer everywhere, so no two acts wait for each other; other tables' references don't."""
    act.db.execute(select(Staff.id).where(Staff.id == staff_id).with_for_update(key_share=True))


def blockers_to_give(row: "Lead", act: Act, staff_id: int | None) -> tuple[LeadFacts, list[Blocker]]:
    """What was judged, and the reasons why not."""
    lead, load = facts_of(act.db, row), load_of(act, staff_id) if staff_id else None
    return lead, blockers_to_dispatch(lead=lead, load=load, caps=caps_of(act))


def give(row: "Lead", staff_id: int, act: Act, *, forced: bool = False) -> Dispatch:
    """A new live dispatch; the champion's privilege is marked when it was needed."""
    privileged = uses_privilege(load_of(act, staff_id), caps_of(act))
    champion = valid_champion(act.db, staff_id, act.today) if privileged else None
    slip = live_slip(act.db, row.id)
    made = Dispatch(
        number=act.number(Dispatch.__series__), lead_id=row.id, designer_id=staff_id,
        by_id=act.by_id, at=act.at, forced=forced, privilege_id=champion.id if champion else None,
        preferred=slip is not None and slip.preferred_designer_id == staff_id,
    )  # fmt: skip
    act.db.add(made)
    row.designer_id = staff_id
    if slip is not None and slip.state in (SlipState.STORE_SIGNED, SlipState.DISPATCHED):
        slip.designer_id, slip.state = staff_id, SlipState.DISPATCHED
    return made


def hand_over(row: "Lead", staff_id: int, act: Act, reason: str, *, forced: bool = False) -> Dispatch:
    """End the live dispatch and give the lead to somebody else."""
    end(row, act, EndKind.REASSIGNED, reason)
    act.db.flush()  # the old one has to be over before the database takes the new one
    return give(row, staff_id, act, forced=forced)


def end(row: "Lead", act: Act, kind: EndKind, reason: str) -> None:
    """The live dispatch is over, and with it whatever its designer still asks."""
    held = live_dispatch(act.db, row.id)
    if held is None:
        return
    held.ended_at, held.end_kind, held.end_reason = act.at, kind, reason
    asked = select(DeclineRequest).where(DeclineRequest.dispatch_id == held.id, DeclineRequest.state.in_(OPEN))
    for each in act.db.scalars(asked):
        each.state = DeclineState.LAPSED


def _candidates(lead: LeadFacts, loads: list[DesignerLoad], caps: Caps) -> list[Candidate]:
    return in_order(
        Candidate(
            load,
            preferred=load.staff_id == lead.preferred,
            blockers=tuple(blockers_of_a_designer(lead, load, caps)),
        )
        for load in loads
    )


def _told(each: Candidate) -> dict[str, Any]:
    grade = Staff.__table__.c.designer_grade.info["kind"]
    return {
        "id": each.load.staff_id, "name": each.load.name, "grade": each.load.grade,
        "grade_label": grade.show(each.load.grade), "today": each.load.today,
        "this_week": each.load.this_week, "in_hand": each.load.in_hand,
        "privilege": each.load.champion, "preferred": each.preferred,
        "eligible": each.eligible, "blockers": [one.as_json() for one in each.blockers],
    }  # fmt: skip
