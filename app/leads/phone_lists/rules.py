"""What an entry of a phone list may become. No database, no clock."""

from app.core.blockers import Blocker
from app.core.words import Words, say


class CallResult(Words):
    OPEN = "open", "待联系"
    VISITED = "visited", "已来店"
    SIGNED = "signed", "已签单"
    DO_NOT_CALL = "do_not_call", "勿再联系"


def result_of(*, is_lead: bool, has_contract: bool, marked: CallResult) -> CallResult:
    """R-4.3.6: what the registers know of a number. Whoever asked not to be called stays so."""
    if marked is CallResult.DO_NOT_CALL:
        return marked
    if has_contract:
        return CallResult.SIGNED
    return CallResult.VISITED if is_lead else marked


def blockers_to_mark(now: CallResult, wanted: CallResult | None) -> list[Blocker]:
    """R-4.3.6: "signed" is what the registers know, and "do not call" is not taken back."""
    if now is CallResult.DO_NOT_CALL:
        return [
            Blocker("do_not_call", "R-4.3.6", say("客户已要求勿再联系。", "The customer asked not to be called."),
                    say("此标记不能取消。", "This mark stays."))
        ]  # fmt: skip
    if wanted is CallResult.SIGNED or now is CallResult.SIGNED:
        return [
            Blocker("known_by_contract", "R-4.3.6", say("「已签单」由合同登记得出。", "“Signed” follows from the contracts."),
                    say("请登记合同，或选择其他结果。", "Enter the contract, or choose another result."))
        ]  # fmt: skip
    return []
