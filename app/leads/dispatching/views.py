"""The registers of dispatch: what was given to whom, the champions, the seasons."""

from sqlalchemy import select

from app.core.answers import Faulty
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import say
from app.leads.dispatching.loads import designers
from app.leads.dispatching.models import Champion, Dispatch, Season
from app.leads.dispatching.rules import seasons_overlap
from app.leads.scopes import CALENDAR, DISPATCHES
from app.people.models import Staff


class DispatchRegister(Register):
    """Dispatches 派单: made and ended by a lead's verbs."""

    model = Dispatch
    label, icon = say("派单记录", "Dispatches"), "route"
    rows = DISPATCHES
    list_columns = "number lead designer at by preferred forced privilege ended_at end_kind"
    filters = "lead designer by at preferred forced privilege ended_at end_kind"
    related = "decline_request.dispatch"
    entered_by_hand = False


class ChampionRegister(Register):
    """Champions 签单状元."""

    model = Champion
    small = True
    label, icon = say("签单状元", "Champions"), "trophy"
    rows = CALENDAR
    list_columns = "staff kind earned_period valid_from valid_until"
    form_columns = "staff kind earned_period valid_from valid_until"
    offered = {"staff": designers}
    related = "dispatch.privilege"

    @classmethod
    def before_create(cls, row: Champion, act: Act) -> None:
        staff = act.db.get(Staff, row.staff_id)
        if staff is None or staff.designer_grade == "none":
            raise Faulty({"staff": say("签单状元须是设计师。", "A champion is a designer.")})


class SeasonRegister(Register):
    """Seasons 淡旺季."""

    model = Season
    small = True
    label, icon = say("淡旺季", "Seasons"), "calendar"
    rows = CALENDAR
    list_columns = "kind starts_on ends_on"
    form_columns = "kind starts_on ends_on"
    filters = "kind starts_on ends_on"
    order = "-starts_on"

    @classmethod
    def before_create(cls, row: Season, act: Act) -> None:
        _stands_alone(row, act)

    @classmethod
    def before_edit(cls, row: Season, act: Act) -> None:
        _stands_alone(row, act)


def _stands_alone(row: Season, act: Act) -> None:
    """R-4.2.5: a day has one season."""
    with act.db.no_autoflush:
        periods = act.db.execute(select(Season.starts_on, Season.ends_on).where(Season.id != (row.id or 0))).all()
    period = (row.starts_on, row.ends_on)
    if any(seasons_overlap(period, (first, last)) for first, last in periods):
        overlaps = say("与已有的淡旺季重叠。", "It overlaps another season.")
        raise Faulty({"starts_on": overlaps})
