"""When a case may be settled, and what goes back of its deposit. No database, no clock."""

from collections.abc import Sequence

from app.core.blockers import Blocker
from app.core.values import show_money
from app.core.words import say
from app.renovation.applications.rules import ApplicationState
from app.renovation.patrols.rules import blockers_while_open


def blockers_to_settle(*, passes_out: int, violations_open: int, deposit_fen: int, deducted_fen: int) -> list[Blocker]:
    """R-3.1.5, R-3.4.9: every pass handed in or written off, no violation open, no more taken off than was paid."""
    return [
        *_passes_outstanding(passes_out),
        *blockers_while_open(violations_open),
        *_more_than_there_is(deposit_fen, deducted_fen),
    ]


def _passes_outstanding(passes_out: int) -> list[Blocker]:
    if passes_out == 0:
        return []
    return [
        Blocker("passes_outstanding", "R-3.4.9", say("还有 {n} 张出入证没有交回。", "{n} passes are still out.", n=passes_out),
                say("请先交回、收回或挂失。", "Take them back, revoke them or report them lost."))
    ]  # fmt: skip


def _more_than_there_is(deposit_fen: int, deducted_fen: int) -> list[Blocker]:
    if deducted_fen <= deposit_fen:
        return []
    return [
        Blocker("deductions_exceed_deposit", "R-3.1.5",
                say("扣款 {a} 元超过已收押金 {b} 元。", "{a} yuan are taken off a deposit of {b} yuan.",
                    a=show_money(deducted_fen), b=show_money(deposit_fen)),
                say("请更正扣款，超出部分另行收取。", "Correct the deductions; charge the rest separately."))
    ]  # fmt: skip


def blockers_to_deduct(state: ApplicationState) -> list[Blocker]:
    """R-3.1.5: between acceptance and settlement."""
    if state is ApplicationState.COMPLETED:
        return []
    return [
        Blocker("wrong_state", "R-3.1.5",
                say("这份申请「{s}」，扣款在验收后、结算前登记。",
                    "This case is “{s}”: deductions come between acceptance and settlement.", s=state.label),
                say("请先完成验收。", "Have the work accepted first."))
    ]  # fmt: skip


def spread(deducted_fen: int, deposits_fen: Sequence[int]) -> list[int]:
    """What is taken off each deposit: the first is used up before the next. To the fen; the sum is
    `deducted_fen`, which is at most the sum of the deposits."""
    parts = []
    for deposit in deposits_fen:
        part = min(deposit, deducted_fen)
        parts.append(part)
        deducted_fen -= part
    return parts
