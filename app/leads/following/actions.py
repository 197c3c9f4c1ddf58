"""Where a contact is kept and the next one agreed, and what became of a visit to the show home (R-4.7.3)."""

from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.blockers import Blocker
from app.core.kinds import Choice, Date, LongText
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.leads.following.models import FollowUp
from app.leads.following.rules import Visit, Way, blockers_to_follow_up, blockers_to_show_home
from app.leads.rules import LEAD_MOVES

if TYPE_CHECKING:
    from app.leads.models import Lead


class FollowUpLead(Verb):
    """R-4.7.3: what was talked about; the next contact shows in the queue on its day."""

    name = "follow_up"
    table, label, moves, clause, icon = "lead", say("登记跟进", "Follow up"), LEAD_MOVES, "R-4.7.3", "message"
    way = ask(Choice(words=Way), "方式")
    note = ask(LongText(size=1000), "跟进情况")
    next_on = ask(
        Date(), "下次联系日期", "Next contact on", required=False,
        help=say("留空表示没有约定。", "Left empty: none is agreed."),
    )  # fmt: skip

    def blockers(self, row: "Lead", act: Act, next_on: date | None = None, **params: Any) -> list[Blocker]:
        return blockers_to_follow_up(next_on=next_on, today=act.today)

    def defaults(self, row: "Lead", act: Act) -> dict[str, Any]:
        """A day that is agreed already stands until somebody takes it out."""
        agreed = row.next_contact_on
        return {"way": Way.PHONE, "next_on": agreed if agreed and agreed > act.today else None}

    def do(self, row: "Lead", act: Act, way: str, note: str, next_on: date | None) -> FollowUp:  # type: ignore[override]
        row.next_contact_on = next_on
        made = FollowUp(lead_id=row.id, staff_id=act.by_id, at=act.at, way=way, note=note, next_on=next_on)
        act.db.add(made)
        return made


NOT_COME = "约定参观样板房，客户未到。"


class ShowHome(Verb):
    """R-4.7.3: the customer came to the show home, with these ideas; or did not come, and perhaps will another day."""

    table, label, moves, clause, icon = "lead", say("登记参观样板房", "Show-home visit"), LEAD_MOVES, "R-4.7.3", "home"
    visit = ask(Choice(words=Visit), "参观情况", "The visit")
    ideas = ask(LongText(size=500), "客户想法", "Their ideas", required=False)
    again_on = ask(
        Date(), "改约日期", "Another day", required=False,
        help=say("未到而另约的，填写新的参观日期。", "Where they did not come and will on another day."),
    )  # fmt: skip

    def blockers(  # type: ignore[override]
        self, row: "Lead", act: Act, visit: str | None = None, ideas: str | None = None, again_on: date | None = None
    ) -> list[Blocker]:
        return blockers_to_show_home(
            appointed_on=row.show_home_on, told=bool(row.show_home_ideas), visit=Visit(visit) if visit else None,
            ideas=ideas, again_on=again_on, today=act.today,
        )  # fmt: skip

    def defaults(self, row: "Lead", act: Act) -> dict[str, Any]:
        return {"visit": Visit.CAME}

    def do(self, row: "Lead", act: Act, visit: str, ideas: str | None, again_on: date | None) -> FollowUp:  # type: ignore[override]
        if visit == Visit.CAME:
            row.show_home_ideas = ideas
        else:
            row.show_home_on = again_on
        made = FollowUp(lead_id=row.id, staff_id=act.by_id, at=act.at, way=Way.VISIT, note=ideas or NOT_COME)
        act.db.add(made)
        return made
