"""System → Appearance: tried out, then saved; and the stylesheet and logo, which browsers keep for ever."""

import base64
import binascii
from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response as AnyResponse

from app.core.answers import Faulty, NotFound
from app.core.appearance import keeping
from app.core.appearance.colours import DARK, LIGHT, contrast, is_colour
from app.core.appearance.sheet import dark_of, sheet_of
from app.core.appearance.table import Corners
from app.core.doors import door, open_to_all
from app.core.pages import faults_of
from app.core.pages.list_pages import DENSITY_WORDS
from app.core.words import say
from app.extensions import db

FOR_EVER = "public, max-age=31536000, immutable"
#: as css/app.css has it
SHIPPED_DARK = "#7fb2ee"


class AppearancePages(BaseView):
    route_base = "/appearance"
    class_permission_name = "appearance"
    label, icon, needed = say("外观", "Appearance"), "photo", "manage"

    @expose("/", methods=["GET", "POST"])
    @door("manage")
    def index(self) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._form(vars(keeping.now()), None)
        given = {**request.form.to_dict(), **({} if request.form.get("dark") else {"accent_dark": ""})}
        given |= {
            name: given[f"better_{name}"] for name in ("accent", "accent_dark") if given.get("then") == f"better_{name}"
        }
        sent = _logo_sent()
        found = keeping.wanted(db.session, given, sent)
        if given.get("then") != "save":
            return self._form(given, found, tried=True, carried=bool(sent))
        try:
            keeping.keep(db.session, found)
        except Faulty:
            return self._form(given, found, carried=bool(sent)), 422
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect("/appearance/")

    def _form(self, given: Any, found: keeping.Wanted | None, *, tried: bool = False, carried: bool = False) -> str:
        looks = found.looks if found else keeping.now()
        faults = faults_of(Faulty(found.faults)) if found else {}
        logo = found.row.logo if found and carried else None
        accent, dark = looks.accent or keeping.SHIPPED_ACCENT, looks.accent_dark
        dark = (dark or dark_of(accent, "")) if looks.accent else SHIPPED_DARK
        return render_template(
            "appearance/index.html", given=given, looks=looks, faults=faults, better=found.better if found else {}, tried=tried,
            corners=list(Corners), densities=DENSITY_WORDS, accent=accent, dark=dark, has_dark=bool(looks.accent_dark),
            logo_sent=base64.b64encode(logo).decode() if logo else "",
            measured=[(say("浅色", "Light"), accent, LIGHT), (say("深色", "Dark"), dark, DARK)], contrast=contrast,
        )  # fmt: skip

    @expose("/tried.css")
    @door("manage")
    def tried(self) -> Response:
        """The stylesheet of looks that are not saved yet."""
        light, dark, corners = (request.args.get(name, "") for name in ("accent", "accent_dark", "corners"))
        if any(each and not is_colour(each) for each in (light, dark)) or corners not in ("", *map(str, Corners)):
            raise NotFound()
        return Response(sheet_of(light, dark, corners), mimetype="text/css")

    @expose("/<int:row_id>.css")
    @open_to_all
    def sheet(self, row_id: int) -> Response:
        found = keeping.of(db.session, row_id)
        if found is None:
            raise NotFound()
        return _kept(sheet_of(found.accent, found.accent_dark, found.corners), "text/css")

    @expose("/<int:row_id>.png")
    @open_to_all
    def logo(self, row_id: int) -> Response:
        found = keeping.of(db.session, row_id)
        if found is None or found.logo is None:
            raise NotFound()
        return _kept(found.logo, "image/png")


def _kept(data: str | bytes, media_type: str) -> Response:
    return Response(data, mimetype=media_type, headers={"Cache-Control": FOR_EVER})


def _logo_sent() -> bytes | None:
    """A chosen file; or, while one tries on, the one that was chosen before, which the page carried along."""
    file = request.files.get("logo")
    if file is not None and (data := file.stream.read()):
        return data
    try:
        return base64.b64decode(request.form.get("logo_sent", ""), validate=True) or None
    except binascii.Error:
        return None
