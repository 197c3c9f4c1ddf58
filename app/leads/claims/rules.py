"""What the house says about claims 客户认定 (R-4.3). No database, no clock, no Flask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.blockers import Blocker
from app.core.words import Say, Words, say
from app.leads.rules import not_known


class ClaimKind(Words):
    FIRST_CONTACT = "first_contact", "第一接触", "First contact"
    ARCHIVED = "archived", "档案认定", "Archived first"
    INVITED = "invited", "约客户上门", "Invited to the store"
    NAMED_BY_CUSTOMER = "named_by_customer", "客户指认", "Named by the customer"


class Standing(Words):
    """Why a claim holds the customer, or why it does not."""

    DECIDED = "decided", "认定：经裁定归属", "Holds: by decision"
    FIRST = "first", "认定：资料完整且时间最早", "Holds: complete and the earliest"
    STRONGEST = "strongest", "认定：依据最优先", "Holds: the strongest ground"
    LATER = "later", "未认定：已有更早的认定", "Does not hold: another was earlier"
    WEAKER = "weaker", "未认定：已有更优先的依据", "Does not hold: another has a stronger ground"
    OVERRULED = "overruled", "未认定：经裁定归他人", "Does not hold: decided for another"


#: groups of grounds, the strongest first; within a group the earliest holds
Order = Sequence[frozenset[ClaimKind]]


@dataclass(frozen=True)
class ClaimFacts:
    """One claim as plain values; `decided_at` is set when a dispute was decided for it."""

    id: int
    staff_id: int
    kind: ClaimKind
    at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Winner:
    """The claim that holds the customer, and why."""

    claim: ClaimFacts
    standing: Standing
    reason: Say


def order_of(groups: Iterable[Iterable[str]]) -> Order:
    """The policy's words as an order: [["archived", "first_contact"], ["invited"], …].
    ValueError for a word that is no ground."""
    return [frozenset(ClaimKind(word) for word in group) for group in groups]


def is_an_order(value: Any) -> bool:
    """Whether `order_of` can read it: lists of grounds, each ground once."""
    if not all(isinstance(group, list) and group for group in value):
        return False
    grounds = [each for group in value for each in group]
    known = {str(kind) for kind in ClaimKind}
    return all(isinstance(each, str) and each in known for each in grounds) and len(set(grounds)) == len(grounds)


def winner(claims: Iterable[ClaimFacts], order: Order) -> Winner | None:
    """R-4.3.1–4: whose customer it is. A decided dispute goes before everything, the latest
    decision before earlier ones; then the strongest ground; in it, the earliest."""
    claims = list(claims)
    if not claims:
        return None
    decided = [claim for claim in claims if claim.decided_at is not None]
    if decided:
        return _won(max(decided, key=lambda each: (each.decided_at, each.id)), Standing.DECIDED)
    best = min(claims, key=lambda each: (_rank(each, order), each.at, each.id))
    alone = all(_rank(each, order) == _rank(best, order) for each in claims)
    return _won(best, Standing.FIRST if alone else Standing.STRONGEST)


def standings(claims: Iterable[ClaimFacts], order: Order) -> dict[int, Standing]:
    """Claim id -> why it holds or not."""
    claims = list(claims)
    won = winner(claims, order)
    if won is None:
        return {}
    return {each.id: _standing(each, won, order) for each in claims}


def _standing(claim: ClaimFacts, won: Winner, order: Order) -> Standing:
    if claim.id == won.claim.id:
        return won.standing
    if won.standing is Standing.DECIDED:
        return Standing.OVERRULED
    same_ground = _rank(claim, order) == _rank(won.claim, order)
    return Standing.LATER if same_ground else Standing.WEAKER


def _rank(claim: ClaimFacts, order: Order) -> int:
    """The place of its ground; a ground that the policy leaves out comes last."""
    return next((place for place, group in enumerate(order) if claim.kind in group), len(order))


def _won(claim: ClaimFacts, standing: Standing) -> Winner:
    reason = say(
        "{standing}（「{kind}」，{at}）。",
        "{standing} (“{kind}”, {at}).",
        standing=standing.label, kind=claim.kind.label, at=f"{claim.at:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return Winner(claim, standing, reason)


@dataclass(frozen=True)
class CustomerFacts:
    """What is known of a customer, as far as a first contact needs it (R-4.3.4)."""

    has_name: bool
    has_address: bool
    has_area: bool
    has_phone: bool

    @property
    def complete(self) -> bool:
        return self.has_name and self.has_address and self.has_area and self.has_phone


def blockers_to_claim(
    *, kind: ClaimKind | None, customer: CustomerFacts, at: datetime | None, now: datetime,
    for_another: bool, may_for_another: bool,
) -> list[Blocker]:  # fmt: skip
    """R-4.3: a first contact needs the customer's data; no claim lies ahead of its time; only
    the account manager's side records a claim for someone else."""
    blockers = []
    if kind is ClaimKind.FIRST_CONTACT and not customer.complete:
        blockers.append(_incomplete(customer))
    if at is not None and at > now:
        blockers.append(_ahead())
    if for_another and not may_for_another:
        blockers.append(_not_yours())
    return blockers


def _incomplete(customer: CustomerFacts) -> Blocker:
    wanted = [
        (customer.has_name, say("客户姓名", "name")),
        (customer.has_address, say("装修地址", "address")),
        (customer.has_area, say("房屋面积", "floor area")),
        (customer.has_phone, say("联系电话", "phone")),
    ]
    missing = not_known(wanted)
    return Blocker(
        "facts_missing",
        "R-4.3.4",
        say("第一接触须拿到完整客户资料，还缺：{missing}。",
            "A first contact needs the customer's data; missing: {missing}.", missing=missing),
        say("请先补充客户资料。", "Complete the lead first."),
    )  # fmt: skip


def _ahead() -> Blocker:
    return Blocker(
        "in_future",
        "R-4.3",
        say("认定时间还没有到。", "The time of the claim is still to come."),
        say("请填写实际发生的时间。", "Give the time at which it happened."),
    )


def _not_yours() -> Blocker:
    return Blocker(
        "not_authorised",
        "R-4.3.5",
        say("只有客户经理、客户助理和前台可以替他人登记认定。",
            "Only the account manager's side records a claim for someone else."),
        say("请只登记自己的认定。", "Claim for yourself only."),
    )  # fmt: skip


def blockers_to_decide_claim(*, of_this_lead: bool, open_claim: bool) -> list[Blocker]:
    """R-4.3: only a claim on this lead can be decided for, and only one that does not hold yet
    by decision."""
    if not of_this_lead:
        message = say("这条认定不属于此客户。", "This claim is on another lead.")
    elif not open_claim:
        message = say("此客户已裁定归这条认定。", "It is decided for this claim already.")
    else:
        return []
    return [
        Blocker(
            "wrong_claim",
            "R-4.3",
            message,
            say("请选择此客户的另一条认定。", "Choose another claim on this lead."),
        )
    ]


def blockers_to_file_daily(*, number: str, filed: bool, entered_by: int | None, live: bool) -> list[Blocker]:
    """R-4.3.3: a live lead that a colleague entered is filed once."""
    if filed:
        return [
            Blocker("filed_already", "R-4.3.3", say("{n} 已经备案。", "{n} is filed already.", n=number),
                    say("只勾选未备案的客户。", "Tick only those that are not."))
        ]  # fmt: skip
    if entered_by is None or not live:
        return [
            Blocker("not_to_be_filed", "R-4.3.3", say("{n} 不是在跟进的客户，或没有登记人。", "{n} is closed, or nobody entered it.", n=number),
                    say("请不要勾选它。", "Leave it out."))
        ]  # fmt: skip
    return []
