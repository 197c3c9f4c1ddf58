"""The registers of charges and receipts, and the printed receipt."""

from flask import Response
from flask_appbuilder import BaseView, expose

from app.core import gate, here
from app.core.answers import NotFound
from app.core.doors import door
from app.core.gate import all_rows
from app.core.queues import queue
from app.core.register import Register
from app.core.words import say
from app.extensions import db
from app.fees import actions  # noqa: F401  (the verbs)
from app.fees.models import Charge, Receipt
from app.fees.papers import receipt_paper

MONEY = all_rows("admin", "general_manager", "service_manager", "renovation_clerk", "cashier", "auditor")


class ChargeRegister(Register):
    model = Charge
    label, icon = say("应收费用", "Charges"), "coin"
    rows = MONEY
    list_columns = "number payer_name unit application kind amount_fen due_on state receipt"
    form_columns = "payer_name unit application kind amount_fen due_on"
    search = "number payer_name"
    filters = "state kind unit application due_on amount_fen"
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


queue("charge", say("待收费用", "Charges to collect"), verb="take_payment", state="due")


class ReceiptPrint(BaseView):
    """收据 as PDF."""

    route_base = "/receipt"
    class_permission_name = "receipt"

    @expose("/<int:row_id>/print")
    @door("print")
    def print(self, row_id: int) -> Response:
        found = gate.reachable(db.session, Receipt, [row_id])
        if not found:
            raise NotFound()
        with here.in_whole_sight():
            pdf = receipt_paper(db.session, found[0])
        return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": "inline"})
