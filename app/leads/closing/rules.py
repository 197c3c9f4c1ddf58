"""What the house says about closing a lead 跑单处理 (R-4.5). No database, no clock, no Flask."""

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Words, say


class ClosureKind(Words):
    INVALID = "invalid", "无效单"
    DEAD = "dead", "签单失败（死单）", "Dead: signing failed"


class ClosureState(Words):
    PROPOSED = "proposed", "待设计部经理确认", "Awaits the design manager"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不予确认"
    REOPENED = "reopened", "已重新跟进"


class InvalidReason(Words):
    FALSE_DATA = "false_data", "虚假信息，无法联系", "False data"
    NO_PLAN = "no_plan", "不做装修打算", "No plan to renovate"
    PRICE_BELOW_TARGET = "price_below_target", "造价低于目标", "Price below target"
    OTHER = "other", "其他原因"


class DeadReason(Words):
    PRICE = "price", "价格原因"
    SERVICE = "service", "服务原因"
    TECHNIQUE = "technique", "技术原因"
    COMPETITION = "competition", "竞争原因"
    CUSTOMER = "customer", "客户原因"
    OTHER = "other", "其他原因"


class ClosureReason(Words):
    """The reasons of both kinds, as a closure keeps them."""

    FALSE_DATA = "false_data", "虚假信息，无法联系", "False data"
    NO_PLAN = "no_plan", "不做装修打算", "No plan to renovate"
    PRICE_BELOW_TARGET = "price_below_target", "造价低于目标", "Price below target"
    PRICE = "price", "价格原因"
    SERVICE = "service", "服务原因"
    TECHNIQUE = "technique", "技术原因"
    COMPETITION = "competition", "竞争原因"
    CUSTOMER = "customer", "客户原因"
    OTHER = "other", "其他原因"


CLOSURE_MOVES = {"file": move(ClosureState.CONFIRMED), "recall": move(ClosureState.CONFIRMED)}


def is_drawn(number: int, percent: int) -> bool:
    """R-4.5.3: whether a closed lead is called once more; the same answer for the same closure, evenly spread."""
    return number * 2_654_435_761 % 2**32 < percent * 2**32 // 100


def is_reason_of(kind: ClosureKind, reason: Words) -> bool:
    words: type[Words] = InvalidReason if kind is ClosureKind.INVALID else DeadReason
    return str(reason) in {str(each) for each in words}


def blockers_to_recall(*, sampled: bool, recalled: bool, took_part: bool, known: bool) -> list[Blocker]:
    """R-4.5.3: of those drawn, once, by a third person, with a reason of its kind."""
    blockers = []
    if not sampled:
        blockers.append(
            Blocker("not_drawn", "R-4.5.3", say("这一单没有抽中回访。", "This one was not drawn for a re-call."),
                    say("请办理抽中的跑单。", "Take one that was drawn."))
        )  # fmt: skip
    if recalled:
        blockers.append(
            Blocker("recalled_already", "R-4.5.3", say("已经抽查回访过。", "It was re-called already."),
                    say("无须再次回访。", "Nothing more is needed."))
        )  # fmt: skip
    if took_part:
        blockers.append(
            Blocker("same_person", "R-4.5.3", say("您提出或确认过这次跑单。", "You proposed or confirmed this closing."),
                    say("请由第三人回访。", "A third person has to call."))
        )  # fmt: skip
    if not known:
        blockers.append(
            Blocker("not_a_reason", "R-4.5.3", say("这个原因不属于此类跑单。", "That is no reason for this kind of closing."),
                    say("无效单与死单的原因不同，请重新选择。", "Invalid and dead have reasons of their own."))
        )  # fmt: skip
    return blockers


def blockers_to_confirm(*, proposed_by: int, confirmed_by: int, clause: str) -> list[Blocker]:
    """R-4.5.1, R-4.5.2: two confirmations by two different people."""
    if proposed_by != confirmed_by:
        return []
    return [
        Blocker(
            "same_person",
            clause,
            say("提出人不能再作确认：须由两人先后回访。",
                "Whoever proposed it can't confirm it: two people have to ask the customer."),
            say("请由另一位设计部经理回访并确认。", "Have another design manager ask and confirm."),
        )
    ]  # fmt: skip


def blockers_to_reopen(*, customer_taken: bool) -> list[Blocker]:
    """R-4.5: a closed lead is followed up again unless the customer has a live lead by now."""
    if not customer_taken:
        return []
    return [
        Blocker(
            "customer_taken",
            "R-4.3.4",
            say("同一电话已另有在跟进的客户登记。", "Another live lead has the same phone."),
            say("请在那条登记上继续跟进。", "Follow up on that lead."),
        )
    ]


def blockers_to_file(*, is_filed: bool) -> list[Blocker]:
    """R-4.5.3: filed once, with a copy to the general manager's office."""
    if not is_filed:
        return []
    return [
        Blocker(
            "already_filed",
            "R-4.5.3",
            say("此结案已经备案。", "This closure is filed already."),
            say("无需再次备案。", "Nothing more is to be done."),
        )
    ]
