"""One's own account: the password, the second factor, where one is signed in, the keys for machines."""

from typing import Any

import pyotp
from flask import Response, flash, redirect, render_template, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, journal
from app.core.answers import NotFound
from app.core.documents import qr_svg
from app.core.doors import open_to_all, signed_in
from app.core.words import Say, say
from app.core.writing import write
from app.extensions import db
from app.security import keys, limits, mail_views, passwords
from app.security.devices import device
from app.security.models import Account, SignIn
from app.security.sessions import revoke
from app.security.sign_in import NEEDS_CODE, code_fits, failed_proof, set_password


class AccountView(BaseView):
    """One's own account: password, second factor, where one is signed in."""

    route_base = "/account"
    class_permission_name = "account"

    @expose("/")
    @signed_in
    def index(self) -> str:
        return account_page()

    @expose("/end/<int:sign_in_id>", methods=["POST"])
    @signed_in
    def end(self, sign_in_id: int) -> AnyResponse:
        write(db.session, lambda: revoke(db.session, reason="ended", user_id=here.me().user_id, sign_in_id=sign_in_id))
        return redirect(url_for(".index"))

    @expose("/password", methods=["GET", "POST"])
    @open_to_all
    def password(self) -> AnyResponse | str | tuple[str, int]:
        if here.me().user_id is None:
            return redirect(url_for("SignInView.login"))
        if request.method == "GET":
            return render_template("security/password.html", faults={})
        faults = _password_faults(request.form)
        if faults:
            return render_template("security/password.html", faults=faults), 422
        write(db.session, lambda: set_password(here.me().user_id or 0, request.form["new"], keep=here.me().sign_in_id))
        flash(str(say("密码已修改，其他设备已退出。", "Password changed; other devices are signed out.")), "success")
        return redirect("/")

    @expose("/totp", methods=["GET", "POST"])
    @signed_in
    def totp(self) -> AnyResponse | str | tuple[str, int]:
        """Set up the second factor: the secret is kept only once a code of it was given."""
        account = db.session.get_one(Account, here.me().user_id)
        secret = session.get("totp") or pyotp.random_base32()
        session["totp"] = secret
        if request.method == "POST":
            if pyotp.TOTP(secret).verify(request.form.get("code", "").strip(), valid_window=1):
                write(db.session, lambda: _keep_secret(account.user_id, secret))
                session.pop("totp", None)
                return redirect(url_for(".index"))
            return render_template("security/totp.html", secret=secret, fault=NEEDS_CODE, uri=_uri(secret)), 422
        return render_template("security/totp.html", secret=secret, fault=None, uri=_uri(secret))

    @expose("/totp.svg")
    @signed_in
    def totp_picture(self) -> Response:
        """The code of the secret that is being set up, for the phone to scan."""
        secret = session.get("totp")
        if not secret:
            raise NotFound()
        return Response(qr_svg(_uri(secret)), mimetype="image/svg+xml")


def account_page(faults: dict[str, str] | None = None) -> str:
    """`faults`: of what was chosen about mails."""
    query = select(SignIn).where(
        SignIn.user_id == here.me().user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > here.now()
    ).order_by(SignIn.id.desc())  # fmt: skip
    account = db.session.get(Account, here.me().user_id)
    return render_template(
        "security/account.html", sign_ins=list(db.session.execute(query).scalars()), account=account,
        mail=mail_views.of_me(), faults=faults or {}, given=request.form if faults else {},
        keys=keys.of(db.session, here.me().user_id or 0), device=device,
    )  # fmt: skip


def _wrong_password(form: Any) -> Say | None:
    """Counted like a sign-in that failed."""
    user = db.session.get_one(User, here.me().user_id)
    account = db.session.get_one(Account, here.me().user_id)
    if limits.is_locked(account) or not passwords.fits(user.password, form.get("current", "")):
        failed_proof(user.username, account)
        return say("当前密码不正确。", "The current password is wrong.")
    return None


def proof_faults(form: Any) -> dict[str, Say]:
    """Who does what outlives their sign-in shows once more who they are: the password, and the second factor they have."""
    if wrong := _wrong_password(form):
        return {"current": wrong}
    account = db.session.get_one(Account, here.me().user_id)
    code = form.get("code", "")
    if not account.totp_secret or code_fits(account, code):
        return {}
    if code:
        failed_proof(here.me().username, account)
    return {"code": NEEDS_CODE}


def _uri(secret: str) -> str:
    return str(pyotp.TOTP(secret).provisioning_uri(name=here.me().username, issuer_name="Guanjia"))


def _keep_secret(user_id: int, secret: str) -> None:
    db.session.get_one(Account, user_id).totp_secret = secret
    journal.add(db.session, "totp", table="user", row_id=user_id)


def _password_faults(form: Any) -> dict[str, Say]:
    user = db.session.get_one(User, here.me().user_id)
    if wrong := _wrong_password(form):
        return {"current": wrong}
    fault = passwords.fault_in(form.get("new", ""), user.username)
    if fault:
        return {"new": fault}
    if form.get("new") == form.get("current"):
        return {"new": say("新密码须与当前密码不同。", "Choose another than the current one.")}
    if form.get("new") != form.get("again"):
        return {"again": say("两次输入不一致。", "The two do not match.")}
    return {}
