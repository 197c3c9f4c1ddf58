"""The seven faults, and how a ticket ends (R-4.7.6). No database, no clock."""

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Words, say


class Fault(Words):
    RECEPTION = "reception", "接待客户不主动、不及时、不热情", "Reception of customers"
    DESK_EMPTY = "desk_empty", "前台长时间无人", "Desk left empty"
    CALLS = "calls", "接听电话不规范、不及时，记录不清", "Calls"
    REPORTS = "reports", "报表不及时、不准确", "Reports"
    CLEANLINESS = "cleanliness", "环境不整洁", "Cleanliness"
    COPYING = "copying", "越权、超量、少印或不清晰的复印", "Copying"
    NEGLECT = "neglect", "屡职不到位，造成被动和损失", "Neglect of duty"
    LOST_ORDER = "lost_order", "跑单责任", "An order lost by fault"


class TicketState(Words):
    ISSUED = "issued", "已开具"
    APPEALED = "appealed", "申诉中"
    UPHELD = "upheld", "维持"
    WITHDRAWN = "withdrawn", "撤销"


class Decision(Words):
    UPHOLD = "uphold", "维持"
    WITHDRAW = "withdraw", "撤销"


T = TicketState
TICKET_MOVES = {
    "appeal": move(T.ISSUED, to=T.APPEALED),
    "decide": move(T.ISSUED, T.APPEALED),
}


def blockers_to_appeal(*, own: bool) -> list[Blocker]:
    """R-4.7.6: who is charged answers for themselves."""
    if own:
        return []
    return [
        Blocker("not_yours", "R-4.7.6", say("过失单由当事人本人申诉。", "Only the person it names may appeal."),
                say("请由当事人办理。", "They have to do it."))
    ]  # fmt: skip


def blockers_to_decide_ticket(*, issued_by_self: bool, own: bool) -> list[Blocker]:
    """R-4.7.6: neither who issued a ticket nor who is charged decides it."""
    if not issued_by_self and not own:
        return []
    return [
        Blocker("same_person", "R-4.7.6", say("这张过失单由您开具，或针对您本人。", "You issued it, or it names you."),
                say("请由另一位负责人裁定。", "Another person has to decide."))
    ]  # fmt: skip
