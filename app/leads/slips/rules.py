"""What the house says about transfer slips 传递单 (R-4.4). No database, no clock, no Flask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Say, Words, say
from app.leads.rules import LeadState


class SlipState(Words):
    DRAFT = "draft", "待市场部经理签字", "Awaits the market manager"
    MARKET_SIGNED = "market_signed", "待店面经理签字", "Awaits the store manager"
    STORE_SIGNED = "store_signed", "待派单", "Awaits dispatch"
    DISPATCHED = "dispatched", "已派单"
    VOID = "void", "作废"


S = SlipState
LIVE_SLIP = tuple(state for state in S if state is not S.VOID)
#: signed by both: what a dispatch asks for
SIGNED_BY_BOTH = frozenset({S.STORE_SIGNED, S.DISPATCHED})

SLIP_MOVES = {
    "sign_market": move(S.DRAFT, to=S.MARKET_SIGNED),
    "sign_store": move(S.MARKET_SIGNED, to=S.STORE_SIGNED),
    "copy_to_hr": move(S.DISPATCHED),
    "void": move(S.DRAFT, S.MARKET_SIGNED, S.STORE_SIGNED, to=S.VOID),
}

MARKET_MANAGER, STORE_MANAGER = "marketing_manager", "store_manager"
POSTS: Mapping[str, Say] = {
    MARKET_MANAGER: say("市场部经理", "the market manager"),
    STORE_MANAGER: say("店面经理", "the store manager"),
}


@dataclass(frozen=True)
class Signer:
    """Whoever is about to sign. `own_post`: has the post themselves; `delegators`: members of
    staff with the post whose delegation to the signer is in force on the day."""

    staff_id: int
    own_post: bool
    delegators: Sequence[int] = ()


def signs_for(signer: Signer, fillers: Iterable[int]) -> int | None:
    """Whose signature it is when a delegate signs “X for Y”; None when one signs for oneself.
    Someone who filled the slip is passed over: they can't sign it through another either."""
    if signer.own_post:
        return None
    return next((each for each in signer.delegators if each not in set(fillers)), None)


def blockers_to_sign(
    *, post: str, signer: Signer, fillers: Iterable[int], signed_by: Iterable[int] = ()
) -> list[Blocker]:
    """R-4.4.3, R-4.4.5: the manager or their delegate signs, within the delegation's period,
    and never whoever filled the slip, neither in person nor through a delegate. `signed_by`: who
    signed before, in person; two signatures are two people's, whatever posts one of them holds."""
    fillers = set(fillers)
    blockers = []
    if signer.staff_id in set(signed_by):
        blockers.append(_signed_before())
    through_filler = not signer.own_post and set(signer.delegators) and not (set(signer.delegators) - fillers)
    if signer.staff_id in fillers or through_filler:
        blockers.append(_same_person())
    if not signer.own_post and not signer.delegators:
        blockers.append(_not_authorised(post))
    return blockers


def _same_person() -> Blocker:
    return Blocker(
        "same_person",
        "R-4.4.3",
        say("填单人不能自己签字，也不能由其授权的人代签。",
            "Whoever filled the slip can't sign it, in person or through a delegate."),
        say("请由经理本人或其另行授权的临时负责人签字。",
            "Have the manager sign, or another delegate of the manager."),
    )  # fmt: skip


def _signed_before() -> Blocker:
    return Blocker(
        "same_person",
        "R-4.4.3",
        say("这张传递单上已有您的签字，市场部与店面须由两人分别签字。",
            "You have signed this slip already: market and store are two people's signatures."),
        say("请由另一位经理或其授权的临时负责人签字。", "Have the other manager sign, or a delegate of theirs."),
    )  # fmt: skip


def _not_authorised(post: str) -> Blocker:
    return Blocker(
        "not_authorised",
        "R-4.4.5",
        say("您不是{post}，也没有在有效期内的授权。",
            "You are not {post} and hold no delegation in force today.", post=POSTS[post]),
        say("请由{post}签字，或由其登记两天以上的授权。",
            "Have {post} sign, or register a delegation of two days or more.", post=POSTS[post]),
    )  # fmt: skip


def blockers_to_copy(*, copied_on: date | None) -> list[Blocker]:
    """R-4.4.4: the copy for human resources is recorded once."""
    if copied_on is None:
        return []
    return [
        Blocker(
            "already_copied",
            "R-4.4.4",
            say("复印件已于 {on} 转人力资源。", "The copy was recorded on {on}.", on=copied_on),
            say("无需再次办理。", "Nothing more is to be done."),
        )
    ]


def fault_of_lead(state: LeadState) -> Say | None:
    """R-4.4.1: a slip is filled before its customer is dispatched."""
    if state is LeadState.NEW:
        return None
    return say("此客户「{state}」，只有待派单的客户可以填传递单。",
               "This lead is “{state}”: a slip is filled before dispatch.",
               state=state.label)  # fmt: skip
