"""The pages of keys for machines: one's own are made and ended with the account, an admin sees and ends all."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here
from app.core.answers import Faulty
from app.core.doors import door, signed_in
from app.core.kinds import Date, Text, YesNo
from app.core.pages import faults_of
from app.core.verbs import Ask
from app.core.words import say
from app.extensions import db
from app.people.models import Staff
from app.security import keys
from app.security.account_views import proof_faults
from app.security.models import Account

ENDED = say("密钥已停用，立即生效。", "The key is ended; it opens nothing from now on.")


class OwnKeys(BaseView):
    route_base = "/account/keys"
    class_permission_name = "account"

    @expose("/new", methods=["GET", "POST"])
    @signed_in
    def new(self) -> str | tuple[str, int]:
        if request.method == "GET":
            return _form({}, {})
        try:
            wanted = keys.read(request.form, request.form.getlist("tables"))
            faults = {name: str(fault) for name, fault in proof_faults(request.form).items()}
            if not faults:
                return render_template("security/key_made.html", token=keys.make(db.session, wanted), wanted=wanted)
        except Faulty as faulty:
            faults = faults_of(faulty)
        return _form(request.form, faults), 422

    @expose("/<int:key_id>/end", methods=["POST"])
    @signed_in
    def end(self, key_id: int) -> AnyResponse:
        keys.end(db.session, key_id, "owner", here.me().user_id or 0)
        flash(str(ENDED), "success")
        return redirect("/account/#keys")

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        return {
            "name": Ask(Text(size=40), say("名称", "Name")), "last_on": Ask(Date(), say("最后一天", "Last day")),
            "only_reads": Ask(YesNo(), say("只能查看", "Reads only")), "networks": Ask(Text(size=400), say("允许的地址", "Allowed addresses")),
        }  # fmt: skip


def _form(given: Mapping[str, Any], faults: dict[str, str]) -> str:
    account = db.session.get(Account, here.me().user_id)
    chosen = request.form.getlist("tables") if given else []
    return render_template(
        "security/key_new.html", given=given, faults=faults, registers=keys.readable(), chosen=chosen,
        has_code=bool(account and account.totp_secret), longest=keys.LONGEST_DAYS, fresh=not given,
    )  # fmt: skip


class KeyPages(BaseView):
    route_base = "/user/keys"
    class_permission_name = "user"

    @expose("/")
    @door("manage")
    def index(self) -> str:
        found = keys.of(db.session, limit=500)
        return render_template("security/all_keys.html", keys=found, owners=_owners({each.user_id for each in found}))

    @expose("/<int:key_id>/end", methods=["POST"])
    @door("manage")
    def end(self, key_id: int) -> AnyResponse:
        keys.end(db.session, key_id, "admin")
        flash(str(ENDED), "success")
        return redirect("/user/keys/")


def _owners(ids: set[int]) -> dict[int, tuple[str, str]]:
    """(name, user name) of each."""
    query = (
        select(User.id, User.username, Staff.name).outerjoin(Staff, Staff.user_id == User.id).where(User.id.in_(ids))
    )
    return {key: (name or username, username) for key, username, name in db.session.execute(query)}
