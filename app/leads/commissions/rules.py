"""What is earned by a signed contract, and what is taken back. No database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.values import next_month
from app.core.words import Words, say


class RunState(Words):
    DRAFT = "draft", "草稿"
    APPROVED = "approved", "已批准"
    LOCKED = "locked", "已锁定"


class CommissionRule(Words):
    """For what a person earns by a contract."""

    ACCOUNT_MANAGER = "account_manager", "客户经理派单", "Account manager's dispatch"
    FRONT_DESK = "front_desk", "前台接待", "Front desk's walk-in"
    SALESPERSON = "salesperson", "业务员认定", "Salesperson's customer"


class VoidReason(Words):
    """Why a line is of 0 yuan."""

    NO_SLIP = "no_slip", "R-4.4.6 无传递单，不做提成", "R-4.4.6: no transfer slip"
    WITHDRAWN = "withdrawn", "R-4.1 合同已退单", "R-4.1: the contract was withdrawn"
    PRIVATE_CONTACT = "private_contact", "R-4.3.5 私自联系客户", "R-4.3.5: private contact"


S = RunState
RUN_MOVES = {
    "compute": move(S.DRAFT),
    "approve": move(S.DRAFT, to=S.APPROVED),
    "send_back": move(S.APPROVED, to=S.DRAFT),
    "lock": move(S.APPROVED, to=S.LOCKED),
}
#: the clause that each rule follows
CLAUSES = {
    CommissionRule.ACCOUNT_MANAGER: "R-4.1", CommissionRule.FRONT_DESK: "R-4.7", CommissionRule.SALESPERSON: "R-4.4.6",
}  # fmt: skip


def month_named(typed: str) -> str | None:
    """ "2026-11", "2026-11-30" -> "2026-11"; None for what names no month."""
    try:
        return f"{date.fromisoformat(typed if len(typed) > 7 else f'{typed}-01'):%Y-%m}"
    except ValueError:
        return None


def days_of(month: str) -> tuple[date, date]:
    """The first day of "2026-11", and the first of the month after."""
    first = date.fromisoformat(f"{month}-01")
    return first, next_month(first)


@dataclass(frozen=True)
class Earner:
    """Somebody who has a share in a contract, and the rate in fen that is in force on the day it was signed."""

    staff_id: int
    rule: CommissionRule
    rate_fen: int


@dataclass(frozen=True)
class SignedContract:
    """`slip_missing`: its lead is of a source that needs a slip, and there is none that both signed."""

    id: int
    signed_on: date
    withdrawn: bool
    slip_missing: bool
    earners: Sequence[Earner]


@dataclass(frozen=True)
class Line:
    contract_id: int
    staff_id: int
    rule: CommissionRule
    amount_fen: int
    void_reason: VoidReason | None = None


#: (contract, person, rule)
Key = tuple[int, int, CommissionRule]


def earned(contracts: Iterable[SignedContract], private: Iterable[Key] = ()) -> list[Line]:
    """R-4.1, R-4.7: the lines of the contracts signed in a month, in the order of contracts and people.

    0 with its reason: without a slip (R-4.4.6), withdrawn already, voided for private contact (R-4.3.5).
    """
    voided = set(private)
    return [
        _line(contract, earner, (contract.id, earner.staff_id, earner.rule) in voided)
        for contract in contracts for earner in contract.earners
    ]  # fmt: skip


def _line(contract: SignedContract, earner: Earner, private: bool) -> Line:
    reason = None
    if contract.withdrawn:
        reason = VoidReason.WITHDRAWN
    elif contract.slip_missing:
        reason = VoidReason.NO_SLIP
    elif private:
        reason = VoidReason.PRIVATE_CONTACT
    return Line(contract.id, earner.staff_id, earner.rule, 0 if reason else earner.rate_fen, reason)


def taken_back(balances: Mapping[Key, int]) -> list[Line]:
    """R-4.1: what locked runs paid for contracts that are withdrawn since: paid once, taken back once.

    `balances`: fen that locked runs hold in all, of withdrawn contracts only.
    """
    return [
        Line(contract, staff, rule, -fen, VoidReason.WITHDRAWN)
        for (contract, staff, rule), fen in sorted(balances.items()) if fen > 0
    ]  # fmt: skip


def blockers_to_approve(*, computed_by_self: bool, computed: bool, computing: bool = False) -> list[Blocker]:
    """R-4.1: what was computed, to its end, is approved by another person."""
    if computing:
        return [
            Blocker("not_computed", "R-4.1", say("这个月的提成正在计算。", "It is being computed."),
                    say("请等计算结束。", "Wait until that is over."))
        ]  # fmt: skip
    if not computed:
        return [
            Blocker("not_computed", "R-4.1", say("这个月的提成还没有计算。", "Nothing was computed yet."),
                    say("请先计算。", "Compute it first."))
        ]  # fmt: skip
    if computed_by_self:
        return [
            Blocker("same_person", "R-4.1", say("这个月的提成由您本人计算。", "You computed it yourself."),
                    say("请由另一位同事批准。", "Another colleague has to approve it."))
        ]  # fmt: skip
    return []


def blockers_to_void_line(*, run: RunState, takes_back: bool) -> list[Blocker]:
    """R-4.3.5: while the month is a draft, and never what is taken back."""
    if run is RunState.DRAFT and not takes_back:
        return []
    return [
        Blocker("wrong_state", "R-4.3.5", say("只有草稿中的提成可以作废。", "Only lines of a draft can be voided."),
                say("请先退回该月。", "Send the month back first."))
    ]  # fmt: skip


def blockers_to_compute(earlier_open: str | None) -> list[Blocker]:
    """R-4.1: month by month: a later run takes back what earlier ones paid."""
    if earlier_open is None:
        return []
    return [
        Blocker("earlier_run_open", "R-4.1", say("{m} 的提成还没有锁定。", "The run of {m} is not locked yet.", m=earlier_open),
                say("请先锁定较早的月份。", "Lock the earlier month first."))
    ]  # fmt: skip
