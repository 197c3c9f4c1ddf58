"""What the house says about declining a dispatch (R-4.2.6). No database, no clock, no Flask."""

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Words, say
from app.leads.rules import LeadState


class DeclineState(Words):
    ASKED = "asked", "待客户经理处理", "Awaits the account manager"
    DECIDED = "decided", "待设计部经理同意", "Awaits the design manager"
    AGREED = "agreed", "已办结", "Done"
    LAPSED = "lapsed", "已失效", "Lapsed: the dispatch ended otherwise"


class Decision(Words):
    REASSIGN = "reassign", "另派设计师", "Reassign"
    FORCE = "force", "强制派单", "Force"


S = DeclineState
OPEN = (S.ASKED, S.DECIDED)
DECLINE_MOVES = {
    "decide": move(S.ASKED, S.DECIDED, to=S.DECIDED),
    "agree": move(S.DECIDED, to=S.AGREED),
}
#: states of a lead in which its dispatch can still go to somebody else
HELD = (LeadState.DISPATCHED, LeadState.MEASURED)

_CLAUSE = "R-4.2.6"


def successor(decision: Decision | None, named: int | None, holder: int) -> int | None:
    """Who takes over; None when the designer who asked has to keep it (forced)."""
    kept = decision is Decision.FORCE and named == holder
    return None if kept else named


def blockers_to_request_decline(*, is_theirs: bool, is_live: bool, has_open_request: bool) -> list[Blocker]:
    """R-4.2.6: the designer who holds a live dispatch may ask once to be relieved of it."""
    blockers = [] if is_live else [_over()]
    if not is_theirs:
        blockers.append(
            Blocker(
                "not_authorised",
                _CLAUSE,
                say("只有接单的设计师本人可以申请。", "Only the designer who holds it may ask."),
                say("请由该设计师提出申请。", "Have that designer ask."),
            )
        )
    if has_open_request:
        blockers.append(
            Blocker(
                "already_asked",
                _CLAUSE,
                say("此派单已有未办结的申请。", "A request on this dispatch is open already."),
                say("请等待客户经理与设计部经理处理。", "Wait for the managers to decide."),
            )
        )
    return blockers


def blockers_to_decide(
    *, decision: Decision | None, names_designer: bool, is_live: bool, decided_by: int,
    asked_by: int,
) -> list[Blocker]:  # fmt: skip
    """R-4.2.6: reassign names another designer; nobody decides on their own request."""
    blockers = [] if is_live else [_over()]
    if decision is Decision.REASSIGN and not names_designer:
        blockers.append(
            Blocker(
                "designer_missing",
                _CLAUSE,
                say("另派设计师时须指定设计师。", "Reassigning needs a designer."),
                say("请选择接手的设计师。", "Choose who takes over."),
            )
        )
    return blockers + _same_person(decided_by, asked_by)


def blockers_to_agree(*, decided_by: int, agreed_by: int, asked_by: int, is_live: bool) -> list[Blocker]:
    """R-4.2.6: account manager and design manager together: two people, neither the asker."""
    blockers = [] if is_live else [_over()]
    return blockers + (_same_person(agreed_by, decided_by) or _same_person(agreed_by, asked_by))


def _same_person(one: int, other: int) -> list[Blocker]:
    if one != other:
        return []
    return [
        Blocker(
            "same_person",
            _CLAUSE,
            say("申请、处理、同意须为不同的人。", "Asking, deciding, agreeing: three people."),
            say("请由另一位经理办理。", "Have another manager do it."),
        )
    ]


def _over() -> Blocker:
    return Blocker(
        "wrong_state",
        _CLAUSE,
        say("此派单已结束，不能再办理。", "This dispatch is over."),
        say("须为设计师手中的派单。", "It has to be in the designer's hands."),
    )
