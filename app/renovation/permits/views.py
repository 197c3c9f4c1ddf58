"""The permit on paper, and the page that anybody may check it on."""

from typing import Any, cast

from flask import render_template
from flask_appbuilder import BaseView, expose
from sqlalchemy import ColumnElement, select

from app.core import here
from app.core.answers import NotFound
from app.core.doors import open_to_all
from app.core.gate import Scope, told
from app.core.here import Person
from app.core.papers import PaperPage, own_address
from app.extensions import db
from app.owners.models import Unit
from app.renovation.permits.models import Permit
from app.renovation.permits.papers import permit_paper
from app.renovation.permits.rules import PermitState, is_expired


def permit_rows(cases: dict[str, Scope]) -> dict[str, Scope]:
    """Whoever sees cases sees permits; the gate sees those in force."""
    return {**cases, "gate": in_force}


@told("有效的", "in force")
def in_force(model: Any, person: Person) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], model.state == str(PermitState.VALID))


class PermitPrint(PaperPage):
    """施工许可 as PDF, with a QR code."""

    model = Permit

    def paper(self, row: Permit) -> bytes:
        return permit_paper(db.session, row, own_address())


class PermitCheck(BaseView):
    """What the QR code leads to: number, unit, dates, state; nothing personal."""

    route_base = "/check"
    class_permission_name = "check"

    @expose("/permit/<token>")
    @open_to_all
    def permit(self, token: str) -> Any:
        with here.in_whole_sight():
            query = select(Permit, Unit.full_name).join(Unit, Unit.id == Permit.unit_id)
            found = db.session.execute(query.where(Permit.check_token == token[:32])).first()
        if found is None:
            raise NotFound()
        permit, unit = found
        state = PermitState(permit.state)
        expired = is_expired(state, permit.valid_until, here.today())
        return render_template("check.html", permit=permit, unit=unit, state=state, expired=expired)
