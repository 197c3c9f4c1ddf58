"""What the house says about a lead 客户 and its contract. No database, no clock, no Flask.

Dispatch, claims, slips and closing have their own pages of the rule book, each in its folder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Say, Words, say


class LeadState(Words):
    NEW = "new", "待派单", "To be dispatched"
    DISPATCHED = "dispatched", "已派单"
    MEASURED = "measured", "已量房"
    SIGNED = "signed", "已签单"
    INVALID_PROPOSED = "invalid_proposed", "拟定无效单", "Proposed as invalid"
    INVALID = "invalid", "无效单"
    DEAD_PROPOSED = "dead_proposed", "拟定死单", "Proposed as dead"
    DEAD = "dead", "死单", "Dead: signing failed"


class LeadSource(Words):
    WALK_IN = "walk_in", "上门", "Walk-in"
    PHONE = "phone", "电话"
    WEB = "web", "网络"
    MARKETING = "marketing", "市场部"
    PHONE_LIST = "phone_list", "小区电话"
    REFERRAL = "referral", "老客户介绍"
    OTHER = "other", "其他"


class Tier(Words):
    SMALL = "small", "小单"
    MEDIUM = "medium", "中单"
    LARGE = "large", "大单"


S = LeadState
#: closed for good, unless the general manager reopens it
CLOSED = (S.INVALID, S.DEAD)
LIVE = tuple(state for state in S if state not in CLOSED)

LEAD_MOVES = {
    "dispatch": move(S.NEW, to=S.DISPATCHED),
    "reassign": move(S.DISPATCHED, S.MEASURED),
    "measure": move(S.DISPATCHED, to=S.MEASURED),
    "sign_contract": move(S.MEASURED, to=S.SIGNED),
    "withdraw_contract": move(S.SIGNED, to=S.MEASURED),
    "propose_invalid": move(S.NEW, S.DISPATCHED, to=S.INVALID_PROPOSED),
    "confirm_invalid": move(S.INVALID_PROPOSED, to=S.INVALID),
    "propose_dead": move(S.MEASURED, to=S.DEAD_PROPOSED),
    "confirm_dead": move(S.DEAD_PROPOSED, to=S.DEAD),
    # these two lead back to where the closing began, which the closure keeps
    "refuse_closure": move(S.INVALID_PROPOSED, S.DEAD_PROPOSED),
    "reopen": move(*CLOSED),
    "claim": move(*LIVE),
    "follow_up": move(*LIVE),
    "show_home": move(*LIVE),
    "decide_claim": move(*LIVE),
}


# --- tier (R-4.2.1, R-4.2.3) ---------------------------------------------------------------


@dataclass(frozen=True)
class TierBounds:
    """Medium runs from one budget to another, in fen; whether the bounds belong to it."""

    medium_from: int = 3_000_000
    medium_to: int = 5_000_000
    from_included: bool = True
    to_included: bool = True


def tier_of(budget_fen: int | None, bounds: TierBounds) -> Tier | None:
    """R-4.2.1, R-4.2.3: small, medium or large by the budget in fen; None without a budget."""
    if budget_fen is None:
        return None
    if budget_fen < bounds.medium_from or _is_excluded(budget_fen, bounds.medium_from, bounds.from_included):
        return Tier.SMALL
    if budget_fen > bounds.medium_to or _is_excluded(budget_fen, bounds.medium_to, bounds.to_included):
        return Tier.LARGE
    return Tier.MEDIUM


def _is_excluded(budget_fen: int, bound: int, included: bool) -> bool:
    return budget_fen == bound and not included


# --- measuring and signing ------------------------------------------------------------------


def blockers_to_measure(*, on: date | None, today: date) -> list[Blocker]:
    """R-4.5.1: measuring is a fact, so it can't lie ahead."""
    return _in_future(on, today, "R-4.5.1")


def blockers_to_sign_contract(
    *, amount_fen: int | None, on: date | None, measured_on: date | None, today: date
) -> list[Blocker]:
    """R-4.1: a contract has an amount, and is signed after measuring and not ahead of time."""
    blockers = _in_future(on, today, "R-4.1")
    if on and measured_on and on < measured_on:
        blockers.append(_too_early(on, measured_on, say("量房日期", "day of measuring"), "R-4.1"))
    if amount_fen is not None and amount_fen <= 0:
        blockers.append(
            Blocker(
                "amount_missing",
                "R-4.1",
                say("合同金额须大于零。", "The contract's amount has to be more than zero."),
                say("请填写合同金额。", "Give the contract's amount."),
            )
        )
    return blockers


def blockers_to_withdraw_contract(*, on: date | None, signed_on: date | None, today: date) -> list[Blocker]:
    """R-4.5.2: a contract is withdrawn after it was signed and not ahead of time."""
    blockers = _in_future(on, today, "R-4.5.2")
    if on and signed_on and on < signed_on:
        blockers.append(_too_early(on, signed_on, say("签约日期", "day of signing"), "R-4.5.2"))
    return blockers


def _in_future(on: date | None, today: date, clause: str) -> list[Blocker]:
    if on is None or on <= today:
        return []
    return [
        Blocker(
            "in_future",
            clause,
            say("日期 {on} 还没有到。", "{on} is still to come.", on=on),
            say("请填写实际发生的日期。", "Give the day on which it happened."),
        )
    ]


def _too_early(on: date, bound: date, what: object, clause: str) -> Blocker:
    return Blocker(
        "too_early",
        clause,
        say("日期 {on} 早于{what} {bound}。", "{on} is before the {what}, {bound}.",
            on=on, bound=bound, what=what),
        say("请核对日期。", "Check the date."),
    )  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """Several words in one sentence, in the language of whoever reads them."""

    words: tuple[Say, ...]

    def __str__(self) -> str:
        return "、".join(str(word) for word in self.words)


def not_known(wanted: Iterable[tuple[bool, Say]]) -> Listed | None:
    """Of (is it known, its word) the words of what is not; None when everything is."""
    words = tuple(word for known, word in wanted if not known)
    return Listed(words) if words else None
