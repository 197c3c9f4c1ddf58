"""Renovation by month and estate: what came in, what was permitted and how fast, what was found, what was paid."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_appbuilder import expose
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.doors import door
from app.core.report_pages import Choice, ReportPage
from app.core.reporting import Figure, Month, averages, by_month, days_between, last_months
from app.core.words import Say, say
from app.extensions import db
from app.fees.models import Charge, Receipt, Refund
from app.fees.rules import ChargeState, ReceiptState
from app.owners.models import Estate, Unit
from app.renovation.applications.models import RenovationApplication
from app.renovation.patrols.models import Violation
from app.renovation.permits.models import Permit

MONTH = say("月份", "Month")


def figures(session: Session, months: list[Month], estate_id: int | None) -> list[Figure]:
    """Seven statements, whatever the tables' size."""
    case, issued = RenovationApplication, Permit.issued_at
    of_cases = _in(select(case.id), case.unit_id, estate_id)
    of_permits = _in(select(Permit.id).join(case, case.id == Permit.application_id), Permit.unit_id, estate_id)
    found = _in(select(Violation.id), Violation.unit_id, estate_id)
    charged = _in(select(Charge.id).where(Charge.application_id.is_not(None)), Charge.unit_id, estate_id)
    paid = charged.join(Receipt, Receipt.id == Charge.receipt_id).where(Receipt.state == ReceiptState.LIVE)
    back = _in(select(Refund.id).join(Charge, Charge.id == Refund.charge_id), Charge.unit_id, estate_id)
    still_owed = charged.where(Charge.state != ChargeState.VOID)
    days = days_between(session, case.created_at, issued)
    return [
        Figure(say("申请", "Applications"), by_month(session, of_cases, case.created_at, months)),
        Figure(say("发放许可", "Permits"), by_month(session, of_permits, issued, months)),
        Figure(say("从申请到许可（天）", "Days to the permit"), averages(session, of_permits, issued, months, days)),
        Figure(say("违规", "Violations"), by_month(session, found, Violation.found_at, months)),
        Figure(say("应收（元）", "Charged (yuan)"), by_month(session, still_owed, Charge.created_at, months, Charge.amount_fen), money=True),
        Figure(say("实收（元）", "Paid (yuan)"), by_month(session, paid, Receipt.received_at, months, Charge.amount_fen), money=True),
        Figure(say("退押金（元）", "Given back (yuan)"), by_month(session, back, Refund.paid_at, months, Refund.amount_fen), money=True),
    ]  # fmt: skip


def _in(query: Any, unit_id: Any, estate_id: int | None) -> Any:
    """Of one estate, or of all."""
    if estate_id is None:
        return query
    return query.join(Unit, Unit.id == unit_id).where(Unit.estate_id == estate_id)


class RenovationReport(ReportPage):
    """装修月报: for whoever may take the applications along as a file."""

    route_base = "/renovation_report"
    class_permission_name = "renovation_application"
    label, icon, file_name = say("装修月报", "Renovation by month"), "chart-bar", "renovation-by-month"
    charted, drawn_as = 2, "line"

    @expose("/")
    @door("export")
    def index(self) -> Any:
        return self.page()

    def choices(self) -> dict[str, Choice]:
        estates = db.session.execute(select(Estate.id, Estate.name).order_by(Estate.id).limit(200))
        names: dict[str, Any] = {"": say("全部小区", "All estates"), **{str(key): name for key, name in estates}}
        return {"estate": (say("小区", "Estate"), names)}

    def table(self, chosen: Mapping[str, str]) -> tuple[Say, Sequence[Any], Sequence[Figure]]:
        months = last_months(here.today())
        return MONTH, months, figures(db.session, months, int(chosen["estate"]) if chosen["estate"] else None)
