"""The front desk's page: the phone first, then what is missing; and the register of calls."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from markupsafe import Markup
from sqlalchemy import select

from app.core import here, once, saving
from app.core.answers import Faulty, Forbidden
from app.core.blockers import NotAllowed
from app.core.doors import door
from app.core.gate import all_rows, mine
from app.core.pages import faults_of, refused_status
from app.core.register import Register, register_of
from app.core.rights import may
from app.core.values import BadValue, mask_phone, read_phone
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db
from app.leads.desk.models import CallEntry
from app.leads.models import Lead
from app.leads.rules import CLOSED


class CallEntryRegister(Register):
    """Calls 来电登记; whose customer it is, is found by the number."""

    model = CallEntry
    label, icon = say("来电登记", "Calls"), "phone"
    rows = {
        **all_rows("account_manager", "general_manager", "admin", "auditor", "account_assistant"),
        "front_desk": mine("by_id"),
    }
    list_columns = "at phone rings about content by"
    form_columns = "phone rings about content"
    search = "content"
    filters = "about at by rings"
    order = "-at"

    @classmethod
    def before_create(cls, row: CallEntry, act: Act) -> None:
        if act.person.staff_id is None:
            raise Forbidden()
        row.by_id, row.at = act.by_id, act.at
        lead = act.db.execute(_live(row.phone)).scalars().first()
        row.lead_id = lead.id if lead else None


class FrontDesk(BaseView):
    """R-4.7.3: one page for whoever calls or comes in. Tab from field to field, Ctrl-S saves, and the next one may come."""

    route_base = "/front_desk"
    class_permission_name = "lead"
    label, icon = say("前台登记", "Front desk"), "keyboard"
    needed = "claim"  # whoever meets customers

    @expose("/", methods=["GET", "POST"])
    @door("add")
    def index(self) -> Any:
        if request.method == "GET":
            return self._page({"source": "phone"}, {})
        given = _typed()
        try:
            lead_id = _entered(given)
        except (Faulty, NotAllowed) as refused:
            return self._page(given, faults_of(refused)), refused_status(refused)
        shown = db.session.execute(select(Lead.number).where(Lead.id == lead_id)).scalar() if lead_id else None
        told = say("已登记：{n}", "Entered: {n}", n=shown) if shown else say("来电已登记。", "The call is kept.")
        flash(Markup('<a href="/lead/{}">{}</a>').format(lead_id, told) if shown else str(told), "success")
        return redirect("/front_desk/")

    def typed_again(self, _: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        return self._page(_typed(), {"": sentence}) if request.endpoint == f"{self.endpoint}.index" else None

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        return CallEntryRegister.fields() | _leads().fields()

    @expose("/known")
    @door("add")
    def known(self) -> str:
        """Whether the house knows a number: never whose it is, nor more than who asks may see."""
        try:
            number = read_phone(request.args.get("phone"))
        except BadValue as bad:
            return render_template("leads/known.html", wrong=bad.sentence)
        return render_template("leads/known.html", **_known(number)) if number else ""

    def _page(self, given: dict[str, Any], faults: dict[str, str]) -> str:
        spots = saving.writable(_leads(), editing=False)
        calls = saving.writable(CallEntryRegister, editing=False) if may(here.me(), "add", "call_entry") else []
        today = select(CallEntry.id).where(CallEntry.at >= here.midnight())
        return render_template(
            "leads/front_desk.html", given=given, faults=faults, spots={each.name: each for each in spots},
            calls={each.name: replace(each, required=False) for each in calls},
            rings=Act(db.session, here.me()).policy("call_rings"),
            called=len(db.session.execute(today.limit(500)).all()),
            token=request.form.get(once.FIELD) or once.new_token(),
        )  # fmt: skip


def _leads() -> type[Register]:
    """The register of leads, which stands on this one's floor and is put together after it."""
    found = register_of("lead")
    assert found is not None
    assert issubclass(found, Register)
    return found


def _typed() -> dict[str, Any]:
    return {name: request.form[name] for name in request.form if name not in ("csrf_token", once.FIELD)}


def _entered(given: dict[str, Any]) -> int | None:
    """The lead, the call, or both; a call alone when only that is wanted. Answers the lead's id."""
    token = request.form.get(once.FIELD)
    only_the_call = given.get("then") == "call"
    call = {**given, "content": given.get("content") or given.get("remarks")} if given.get("rings") else None
    if call is not None:  # read before anything is kept: the two go in together, or not at all
        saving.read_values(
            db.session, saving.writable(CallEntryRegister, editing=False), call, from_json=False, partial=False
        )
    elif only_the_call:
        raise Faulty({"rings": say("请填写铃响几声。", "Say after how many rings it was taken.")})
    lead_id = None if only_the_call else saving.create(db.session, _leads(), given, token=token)
    if call is not None:
        saving.create(db.session, CallEntryRegister, call, token=f"{token}.call" if token else None)
    return lead_id


def _known(phone: str) -> dict[str, Any]:
    """In reach: a way to the record. Out of reach: that it is taken, and how to object (R-4.3)."""
    mine = db.session.execute(_live(phone)).scalars().first()
    with here.in_whole_sight():
        taken = db.session.execute(_live(phone)).scalars().first() is not None
        before = db.session.execute(select(Lead.id).where(Lead.phone == phone).limit(1)).first() is not None
    return {"phone": mask_phone(phone), "lead": mine, "taken": taken, "before": before, "typed": phone, "wrong": None}


def _live(phone: str) -> Any:
    return select(Lead).where(Lead.phone == phone, Lead.state.not_in(CLOSED)).limit(1)
