"""Where a contact is kept and the next one agreed (R-4.7.3)."""

from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.blockers import Blocker
from app.core.kinds import Choice, Date, LongText
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.leads.following.models import FollowUp
from app.leads.following.rules import Way, blockers_to_follow_up
from app.leads.rules import LEAD_MOVES

if TYPE_CHECKING:
    from app.leads.models import Lead


class FollowUpLead(Verb):
    """R-4.7.3: what was talked about; the next contact shows in the queue on its day."""

    name = "follow_up"
    table, label, moves, clause, icon = "lead", say("登记跟进", "Follow up"), LEAD_MOVES, "R-4.7.3", "message"
    way = ask(Choice(words=Way), "方式")
    note = ask(LongText(size=1000), "跟进情况")
    next_on = ask(Date(), "下次联系日期", "Next contact on", required=False)

    def blockers(self, row: "Lead", act: Act, next_on: date | None = None, **params: Any) -> list[Blocker]:
        return blockers_to_follow_up(next_on=next_on, today=act.today)

    def defaults(self, row: "Lead", act: Act) -> dict[str, Any]:
        return {"way": Way.PHONE}

    def do(self, row: "Lead", act: Act, way: str, note: str, next_on: date | None) -> FollowUp:  # type: ignore[override]
        row.next_contact_on = next_on
        made = FollowUp(lead_id=row.id, staff_id=act.by_id, at=act.at, way=way, note=note, next_on=next_on)
        act.db.add(made)
        return made
