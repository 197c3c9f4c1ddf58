"""What is looked for while the work goes on, and what follows when something is found (R-3.5.1–14). No database, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Words, say
from app.renovation.applications.rules import ApplicationState, ScopeKind


class ViolationState(Words):
    OPEN = "open", "待整改"
    RECTIFIED = "rectified", "已整改"
    REPORTED = "reported", "已上报"


V = ViolationState
#: whoever was reported may still put it right
VIOLATION_MOVES = {
    "rectify": move(V.OPEN, V.REPORTED, to=V.RECTIFIED),
    "report_to_authority": move(V.OPEN, to=V.REPORTED),
}

#: there is, or just was, work to be looked at
WITH_WORKS = (ApplicationState.UNDER_WORK, ApplicationState.STOPPED, ApplicationState.AWAITING_ACCEPTANCE)


#: how far back a contractor's record is counted
COUNTED = timedelta(days=365)
#: work that nobody has looked at for longer stands out on the rounds
LOOKED_AT_EVERY_DAYS = 3


@dataclass(frozen=True)
class Record:
    """What is known of a contractor from its other cases."""

    violations: int
    still_open: int


def blockers_to_look(state: ApplicationState) -> list[Blocker]:
    """R-3.5: a patrol goes, and a violation is found, where work is going on."""
    if state in WITH_WORKS:
        return []
    return [
        Blocker("no_works", "R-3.5.14",
                say("这份申请「{s}」，现场没有施工。", "This case is “{s}”: there is no work going on.", s=state.label),
                say("请选择施工中、停工或待验收的申请。", "Choose a case under work, stopped or awaiting acceptance."))
    ]  # fmt: skip


def blockers_to_find(kind: ScopeKind, clause: str) -> list[Blocker]:
    """R-3.4.1–4, R-3.5.1–14: what is a violation stands in the catalogue."""
    if kind is not ScopeKind.ORDINARY:
        return []
    return [
        Blocker("not_a_violation", clause or "R-3.5.14",
                say("一般装修内容不是违规事项。", "Ordinary work is no violation."),
                say("请选择目录中的禁止行为或须承诺事项。", "Choose a prohibited act, or one that needs an undertaking."))
    ]  # fmt: skip


def of_another_case() -> Blocker:
    """R-3.5: a violation is found on a patrol of its own case."""
    return Blocker(
        "of_another_case", "R-3.5.14", say("所选巡查不是这份申请的。", "That patrol went to another case."),
        say("请选择本申请的巡查，或不填。", "Choose a patrol of this case, or none."),
    )  # fmt: skip


def is_long_ago(days: int | None) -> bool:
    """Whether a case should be looked at again; None: nobody has been there yet."""
    return days is None or days > LOOKED_AT_EVERY_DAYS


def deadline_passed_before(found_on: date, deadline: date) -> bool:
    return deadline < found_on


def blockers_while_open(violations_open: int) -> list[Blocker]:
    """R-3.1.5, R-3.5: nothing is accepted or settled while a violation is open."""
    if violations_open == 0:
        return []
    return [
        Blocker("violation_open", "R-3.1.5",
                say("还有 {n} 项违规没有整改。", "{n} violations are still open.", n=violations_open),
                say("请先复查确认整改，或上报主管部门。", "See to it that they are put right, or report them."))
    ]  # fmt: skip
