"""The registers of charges and receipts, and the printed receipt."""

from datetime import date, timedelta

from flask import render_template, request
from flask_appbuilder import BaseView, expose

from app.core import here
from app.core.doors import door
from app.core.gate import all_rows
from app.core.papers import PaperPage
from app.core.register import Register
from app.core.values import show_money
from app.core.words import say
from app.extensions import db
from app.fees import actions  # noqa: F401  (the verbs)
from app.fees import queues as queues
from app.fees.day import day_of
from app.fees.models import Charge, Receipt, Refund
from app.fees.papers import receipt_paper, refund_paper
from app.fees.rules import Method

MONEY = all_rows("admin", "general_manager", "service_manager", "renovation_clerk", "cashier", "auditor")


class ChargeRegister(Register):
    model = Charge
    label, icon = say("应收费用", "Charges"), "coin"
    rows = MONEY
    list_columns = "number payer_name unit application kind amount_fen due_on state receipt"
    form_columns = "payer_name unit application kind amount_fen due_on"
    search = "number payer_name"
    due = "due_on state=due"
    fieldsets = (
        (say("费用", "Charge"), "payer_name unit application kind amount_fen due_on receipt"),
        (say("退还与作废", "Release and voiding"), "deducted_fen released_at released_by split_from void_reason"),
    )
    filters = "state kind unit application due_on amount_fen released_at released_by"
    editable_in = "due"
    on_home = True


class ReceiptRegister(Register):
    model = Receipt
    label, icon = say("收据", "Receipts"), "receipt"
    printed = True
    rows = MONEY
    list_columns = "number payer_name amount_fen method received_by received_at state"
    show_columns = "number state payer_name amount_fen method charges received_by received_at void_reason voided_by"
    search = "number payer_name"
    filters = "state method received_by received_at amount_fen"
    entered_by_hand = False


class RefundRegister(Register):
    model = Refund
    label, icon = say("退款单", "Refunds"), "receipt-refund"
    printed = True
    rows = MONEY
    list_columns = "number charge payee_name amount_fen deducted_fen method paid_by paid_at"
    search = "number payee_name"
    filters = "method paid_by paid_at amount_fen"
    entered_by_hand = False


class RefundPrint(PaperPage):
    """退款单 as PDF."""

    model = Refund

    def paper(self, row: Refund) -> bytes:
        return refund_paper(db.session, row)


class ReceiptPrint(PaperPage):
    """收据 as PDF."""

    model = Receipt

    def paper(self, row: Receipt) -> bytes:
        return receipt_paper(db.session, row)


class CashierDay(BaseView):
    """收费日报: one day's receipts and refunds, by cashier and method."""

    route_base = "/cashier_day"
    class_permission_name = "receipt"
    label, icon = say("收费日报", "The day's money"), "calendar"

    @expose("/")
    @door("read")
    def index(self) -> str:
        today = here.today()
        on = _day_asked(request.args.get("on", ""), today)
        return render_template(
            "fees/day.html", day=day_of(db.session, on), methods=list(Method), before=on - timedelta(days=1),
            after=on + timedelta(days=1) if on < today else None, words={str(each): each.label for each in Method},
            money=show_money, clock=lambda at: here.in_house_time(at).strftime("%H:%M"),
        )  # fmt: skip


def _day_asked(raw: str, today: date) -> date:
    """The day in the address; today for nonsense and for days to come."""
    try:
        return min(max(date.fromisoformat(raw), date(2000, 1, 1)), today)
    except ValueError:
        return today
