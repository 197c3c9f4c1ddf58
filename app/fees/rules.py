"""What the house says about money. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.values import show_money
from app.core.words import Words, say


class ChargeKind(Words):
    RENOVATION_MANAGEMENT = "renovation_management", "装修管理费", "Renovation management"
    RENOVATION_DEPOSIT = "renovation_deposit", "装修押金", "Renovation deposit"
    WASTE_REMOVAL = "waste_removal", "垃圾清运费", "Waste removal"
    PASS_COST = "pass_cost", "出入证工本费", "Pass cost"
    PASS_DEPOSIT = "pass_deposit", "出入证押金", "Pass deposit"
    MANAGEMENT_FEE = "management_fee", "物业管理费", "Management fee"
    PARKING_RENT = "parking_rent", "车位租金", "Parking rent"
    OTHER = "other", "其他", "Other"


class ChargeState(Words):
    DUE = "due", "待缴"
    PAID = "paid", "已缴"
    VOID = "void", "作废"
    REFUNDED = "refunded", "已退"


class ReceiptState(Words):
    LIVE = "live", "有效", "Valid"
    VOID = "void", "作废"


class Method(Words):
    CASH = "cash", "现金"
    CARD = "card", "银行卡"
    TRANSFER = "transfer", "转账"
    WECHAT = "wechat", "微信", "WeChat"
    ALIPAY = "alipay", "支付宝", "Alipay"


CHARGE_MOVES = {
    "void": move(ChargeState.DUE, to=ChargeState.VOID),
    "split": move(ChargeState.DUE),
    "refund": move(ChargeState.PAID, to=ChargeState.REFUNDED),
}
RECEIPT_MOVES = {"void": move(ReceiptState.LIVE, to=ReceiptState.VOID)}


@dataclass(frozen=True)
class ChargeFacts:
    number: str
    state: ChargeState
    payer_name: str


def blockers_to_take_payment(charges: Sequence[ChargeFacts]) -> list[Blocker]:
    """R-3.1.12: a receipt covers charges that are due, of one payer."""
    blockers = [
        Blocker("wrong_state", "R-3.1.12",
                say("{n} 是「{s}」，不能收款。", "{n} is “{s}”: it can't be paid.", n=each.number, s=each.state.label),
                say("只勾选待缴的费用。", "Tick only charges that are due."))
        for each in charges if each.state is not ChargeState.DUE
    ]  # fmt: skip
    if len({each.payer_name for each in charges}) > 1:
        blockers.append(
            Blocker("several_payers", "R-3.1.12", say("这些费用不是同一缴费人。", "These charges have several payers."),
                    say("每个缴费人各开一张收据。", "Make one receipt for each payer."))
        )  # fmt: skip
    return blockers


def blockers_to_split(*, amount_fen: int, part_fen: int | None) -> list[Blocker]:
    """R-3.1.12: a part to be paid now is more than nothing and less than all."""
    if part_fen is None or 0 < part_fen < amount_fen:
        return []
    return [
        Blocker("not_a_part", "R-3.1.12",
                say("先付部分须大于 0、小于 {a} 元。", "The part has to be above 0 and below {a} yuan.", a=show_money(amount_fen)),
                say("全额支付的无须拆分，直接收款。", "What is paid in full needs no splitting."))
    ]  # fmt: skip


def blockers_to_refund(*, released: bool, released_by_self: bool) -> list[Blocker]:
    """R-3.1.5: a deposit goes back once its case is settled, and not by the hand that settled it."""
    if not released:
        return [
            Blocker("not_settled", "R-3.1.5",
                    say("这笔费用没有经结算准予退还。", "This has not been released by a settlement."),
                    say("只有押金可退；请先结算装修申请。", "Only deposits go back: settle the case first."))
        ]  # fmt: skip
    if released_by_self:
        return [
            Blocker("same_person", "R-3.1.5", say("这笔押金由您本人结算。", "You settled this yourself."),
                    say("请由另一位同事退款。", "Another colleague has to give it back."))
        ]  # fmt: skip
    return []


def blockers_to_void_receipt(
    *, permit: str | None, received_on: date, today: date, may_void_older: bool, refunded: bool = False
) -> list[Blocker]:
    """R-3.4.8: a permit was issued on it; R-3.1.12: the cashier voids on the same day only; what went
    back is not paid anew."""
    blockers = []
    if refunded:
        blockers.append(
            Blocker("refunded", "R-3.1.5", say("收据中的押金已退。", "A deposit on this receipt went back."),
                    say("已退款的收据不能作废。", "It stays as it is."))
        )  # fmt: skip
    if permit is not None:
        blockers.append(
            Blocker("permit_stands_on_it", "R-3.4.8",
                    say("施工许可 {n} 凭此收据发放，不能作废。", "Permit {n} was issued on this receipt.", n=permit),
                    say("须先撤销施工许可。", "Revoke the permit first."))
        )  # fmt: skip
    if received_on != today and not may_void_older:
        blockers.append(
            Blocker("day_is_over", "R-3.1.12",
                    say("收据开于 {on}，收费员只能作废当日的收据。", "Made on {on}: a cashier voids only on the same day.", on=received_on),
                    say("请由客服经理作废。", "The service manager can void it."))
        )  # fmt: skip
    return blockers
