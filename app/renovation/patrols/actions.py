"""Where a violation is put right or reported, and what is added to a patrol and a violation when they are entered."""

from sqlalchemy import select

from app.core.blockers import NotAllowed
from app.core.kinds import LongText, Text
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.rules import ApplicationState, ScopeKind
from app.renovation.patrols.models import Patrol, Violation
from app.renovation.patrols.rules import (
    VIOLATION_MOVES,
    blockers_to_find,
    blockers_to_look,
    of_another_case,
)


class Rectify(Verb):
    """R-3.5: looked at again and found right."""

    table, label, moves, clause, icon = "violation", say("确认整改", "Put right"), VIOLATION_MOVES, "R-3.5.14", "check"
    note = ask(LongText(size=500), "复查情况", "What was seen")

    def do(self, row: Violation, act: Act, note: str) -> None:  # type: ignore[override]
        row.outcome, row.rectified_at = note, act.at


class ReportToAuthority(Verb):
    """R-3.5: not put right: told to the authority in charge."""

    table, label, moves, clause = "violation", say("上报主管部门", "Report"), VIOLATION_MOVES, "R-3.5.14"
    danger, icon = True, "send"
    to = ask(Text(size=64), "上报单位", "Reported to")
    note = ask(LongText(size=500), "上报内容", "What was reported")

    def do(self, row: Violation, act: Act, to: str, note: str) -> None:  # type: ignore[override]
        row.reported_to, row.outcome = to, note


def entering_patrol(row: Patrol, act: Act) -> None:
    """Who goes, and where, is not typed."""
    application = _where_work_goes_on(row.application_id, act)
    row.unit_id, row.by_id, row.at = application.unit_id, act.by_id, act.at


def entering_violation(row: Violation, act: Act) -> None:
    """The case, the contractor and the finder are not typed; what was done stands in the catalogue."""
    application = _where_work_goes_on(row.application_id, act)
    item = act.db.get_one(ScopeItem, row.scope_item_id)
    refused = blockers_to_find(ScopeKind(item.kind), item.clause)
    if row.patrol_id and act.db.get_one(Patrol, row.patrol_id).application_id != row.application_id:
        refused.append(of_another_case())
    if refused:
        raise NotAllowed(refused)
    row.unit_id, row.contractor_id = application.unit_id, application.contractor_id
    row.found_by_id, row.found_at = act.by_id, act.at


def _where_work_goes_on(application_id: int, act: Act) -> RenovationApplication:
    """Locked: nobody accepts the work while something is found in it."""
    query = select(RenovationApplication).where(RenovationApplication.id == application_id).with_for_update()
    application = act.db.execute(query).scalar_one()
    refused = blockers_to_look(ApplicationState(application.state))
    if refused:
        raise NotAllowed(refused)
    return application
