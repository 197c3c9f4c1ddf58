"""The gate on a phone, the printed pass, and the page that its code leads to."""

import re
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.contractors.models import Worker
from app.core import files, gate, here, once
from app.core.answers import NotFound
from app.core.blockers import NotAllowed
from app.core.doors import door, open_to_all
from app.core.papers import PaperPage, own_address, pdf
from app.core.rights import may
from app.core.routes import row_number
from app.core.runner import run, would
from app.core.verbs import verb_named
from app.core.words import say
from app.extensions import db
from app.owners.models import Unit
from app.renovation.passes.facts import inside_now
from app.renovation.passes.models import Pass
from app.renovation.passes.papers import passes_paper
from app.renovation.passes.rules import PassState

#: who is inside is listed up to here; the number above the list is always the whole
LISTED = 100
MOST_ON_A_SHEET = 40


class GatePage(BaseView):
    """R-3.4.9: scan or type, see who it is, one large button. A refused try is kept with its reasons."""

    route_base = "/gate"
    class_permission_name = "pass"
    label, icon = say("门岗放行", "The gate"), "qrcode"
    needed = "enter"

    @expose("/")
    @door("enter")
    def index(self) -> str:
        typed = request.args.get("q", "").strip()[:200]
        found = _pass_typed(typed) if typed else None
        return self._page(found, typed, missing=bool(typed) and found is None)

    @expose("/<int:row_id>/<any(enter,leave):direction>", methods=["POST"])
    @door("enter")
    def act(self, row_id: int, direction: str) -> Any:
        verb = verb_named("pass", direction)
        assert verb is not None
        try:
            run(db.session, verb, [row_id], {}, token=request.form.get(once.FIELD))
        except NotAllowed as refused:
            return self._page(_reached(row_id), "", refused=refused.blockers), 422
        row = _reached(row_id)
        flash(str(_told(row, direction)), "success")
        return redirect(url_for(".index"))

    @expose("/<int:row_id>/photo")
    @door("enter")
    def photo(self, row_id: int) -> Response:
        """The worker's face, for comparing: through the pass, which is what the gate may see."""
        row = _reached(row_id)
        with here.in_whole_sight():
            data = files.picture_of(db.session, db.session.get_one(Worker, row.worker_id).photo_id)
        if data is None:
            raise NotFound()
        return Response(data, content_type=files.JPEG)

    def _page(self, row: Pass | None, typed: str, *, missing: bool = False, refused: Any = None) -> str:
        blockers, unit, has_photo = list(refused or []), "", False
        if row is not None:
            verb = verb_named("pass", "leave" if row.inside else "enter")
            assert verb is not None
            blockers = blockers or list(would(db.session, verb, [row.id])["blockers"])
            with here.in_whole_sight():
                unit = db.session.get_one(Unit, row.unit_id).full_name
                has_photo = db.session.get_one(Worker, row.worker_id).photo_id is not None
        count, inside = inside_now(db.session, LISTED)
        return render_template(
            "renovation/gate.html", row=row, typed=typed, missing=missing, blockers=blockers, unit=unit,
            has_photo=has_photo, state=PassState(row.state) if row else None, token=once.new_token(),
            count=count, inside=inside, listed=LISTED, just_refused=bool(refused),
        )  # fmt: skip


def _pass_typed(typed: str) -> Pass | None:
    """A number in full, its digits, what the code says, or the address in the code."""
    token = typed.rsplit("/", 1)[-1]
    query = select(Pass)
    if re.fullmatch(r"\d{1,6}", typed):
        number = f"{Pass.__series__}-{here.today().year}-{int(typed):06d}"
        query = query.where(Pass.number == number)
    elif re.fullmatch(r"(?i)cr-\d{4}-\d{6}", typed):
        query = query.where(Pass.number == typed.upper())
    else:
        query = query.where(Pass.check_token == token[:32])
    return db.session.execute(query).scalars().first()


def _reached(row_id: int) -> Pass:
    found = gate.reachable(db.session, Pass, [row_id])
    if not found:
        raise NotFound()
    row: Pass = found[0]
    return row


def _told(row: Pass, direction: str) -> Any:
    at = here.in_house_time(here.now()).strftime("%H:%M")
    if direction == "enter":
        return say("{at} 已放行：{name}", "{at} in: {name}", at=at, name=row.worker_name)
    return say("{at} 已离开：{name}", "{at} out: {name}", at=at, name=row.worker_name)


class PassPrint(PaperPage):
    """临时出入证 as PDF: original and duplicate on one sheet; a crew's together."""

    model = Pass

    def paper(self, row: Pass) -> bytes:
        return passes_paper(db.session, [row], own_address())

    @expose("/sheet")
    @door("print")
    def sheet(self) -> Response:
        """`?permit=3`: every pass of a permit that is out."""
        permit = request.args.get("permit", type=row_number) or 0
        query = select(Pass).where(Pass.permit_id == permit, Pass.state == PassState.ISSUED).order_by(Pass.id)
        found = list(db.session.execute(query.limit(MOST_ON_A_SHEET)).scalars())
        if not found:
            raise NotFound()
        with here.in_whole_sight():
            return pdf(passes_paper(db.session, found, own_address()))


class PassCheck(BaseView):
    """What the code on a pass leads to: number, unit, dates, state; nobody's name. The gate goes on to its own page."""

    route_base = "/check/pass"
    class_permission_name = "check"

    @expose("/<token>")
    @open_to_all
    def check(self, token: str) -> Any:
        if may(here.me(), "enter", "pass"):
            return redirect(url_for("GatePage.index", q=token[:32]))
        with here.in_whole_sight():
            query = select(Pass, Unit.full_name).join(Unit, Unit.id == Pass.unit_id)
            found = db.session.execute(query.where(Pass.check_token == token[:32])).first()
        if found is None:
            raise NotFound()
        row, unit = found
        expired = row.state == PassState.ISSUED and row.valid_until < here.today()
        return render_template(
            "renovation/pass_check.html", row=row, unit=unit, state=PassState(row.state), expired=expired
        )
