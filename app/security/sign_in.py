"""Signing in and out, and who the person of each request is."""

from dataclasses import dataclass
from typing import Any

import pyotp
from flask import Flask, Response, jsonify, redirect, render_template, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from flask_wtf.csrf import CSRFError
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from app.core import colleagues, engine, here, journal, keeping
from app.core.answers import Forbidden, Refusal, TooMany
from app.core.api import body, must_be_signed_in
from app.core.doors import open_to_all
from app.core.jobs import work as jobs
from app.core.words import LANGUAGES, Say, _language, language, say
from app.core.writing import write
from app.extensions import csrf, db
from app.people import actions as people
from app.people.models import Staff
from app.security import effects, keys, limits, passwords, sessions
from app.security.models import Account
from app.security.roles import Role
from app.security.seeing_as import ONLY_LOOKING, left_out, staff_in_roles
from app.security.sessions import person_named, revoke

WRONG = say("用户名或密码不正确。", "The user name or the password is wrong.")
NEEDS_CODE = say("请输入验证器上的六位数字。", "Enter the six digits of your authenticator.")
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def init_app(app: Flask) -> None:
    jobs.install(keys.owner_with_id)
    colleagues.install(sessions.person_of_staff, staff_in_roles)
    app.before_request(_who_is_it)
    app.teardown_request(_good_bye)
    app.context_processor(lambda: {"me": here.me(), "language": language(), "role_words": _role_words()})
    app.jinja_env.globals.update(
        role_word=_role_word, key_state=keys.state_of, table_title=effects.title_of, left_out=left_out
    )
    for view in (SignInView, TokenApi):
        app.appbuilder.add_view_no_menu(view)  # type: ignore[attr-defined]
    if _account_ends not in people.on_leaving:
        people.on_leaving.append(_account_ends)


# --- each request -------------------------------------------------------------------------


def _role_words() -> list[Say]:
    return [Role(role).label for role in sorted(here.me().roles) if role in set(Role)]


def _role_word(role: str) -> Say | str:
    return Role(role).label if role in set(Role) else role


def _who_is_it() -> AnyResponse | None:
    """The person and the language of this request; a page's unsafe request needs its token."""
    here.leave()
    if request.endpoint in ("static", "Health.health", "Health.ready"):
        return None  # the same for everybody: not even the cookie is opened
    _language.set(_wanted_language())
    engine.only_reading(db.session)
    stale: CSRFError | None = None
    bearer = request.headers.get("Authorization", "")
    token = bearer[7:].strip() if bearer.startswith("Bearer ") else ""
    if keys.is_one(token):
        found = _by_key(token)
    elif token:
        found = sessions.person_of(db.session, token, ("api",), _address())
    else:
        if request.method not in _SAFE and request.endpoint not in _WITHOUT_FORM:
            stale = _fault_of_the_token()
        cookie = session.get("token")
        by_itself = request.endpoint in _BY_ITSELF
        found = sessions.person_of(db.session, cookie, ("page",), _address(), by_itself=by_itself) if cookie else None
    if found is not None:
        here.enter(found)
        if found.language:
            _language.set(found.language)
        if found.within and request.method not in _SAFE and request.endpoint not in _WHILE_LOOKING:
            raise Forbidden(ONLY_LOOKING)
    if stale is not None:
        raise stale  # now that it is known whose form it was: it goes back to them
    return None


def _by_key(token: str) -> here.Person | None:
    """A key opens the API alone; one that only reads sends nothing but questions."""
    if not request.path.startswith("/api/v1/") or request.path.startswith("/api/v1/security/"):
        raise Forbidden(keys.ONLY_API)
    person = keys.person_of(db.session, token, _address())
    sends = request.method not in _SAFE and request.endpoint not in _ASKING
    if person is not None and person.key is not None and person.key.only_reads and sends:
        raise Forbidden(keys.ONLY_READS)
    return person


def _fault_of_the_token() -> CSRFError | None:
    try:
        csrf.protect()
    except CSRFError as error:
        return error
    return None


#: what who looks at the panel as another role may send: the way back, the way out, the language
_WHILE_LOOKING = ("RolesPages.see_as_end", "SignInView.logout", "SignInView.language")

#: sign-in by JSON: it carries its own proof, and no cookie is read
_WITHOUT_FORM = ("TokenApi.login", "TokenApi.refresh")
#: what is asked by POST; whether it changes anything is known when it is understood
_ASKING = ("GraphQl.asked",)
#: what an open page asks without anybody doing anything
_BY_ITSELF = ("Notices.count",)


def _good_bye(_: Any) -> None:
    here.leave()


def _wanted_language() -> str:
    chosen = request.args.get("_l") or session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return "en" if request.accept_languages.best_match(["zh", "en"]) == "en" else "zh"


def _address() -> str:
    return request.remote_addr or ""


# --- the proof ----------------------------------------------------------------------------


@dataclass
class Proof:
    """What somebody offers to show who they are."""

    username: str
    password: str
    code: str = ""


def prove(proof: Proof, kinds: tuple[str, ...]) -> dict[str, str]:
    """Tokens by kind for a right proof. The answer and its time tell nothing about accounts.

    Raises TooMany for an address that tries too often, Refusal (401) otherwise.
    """
    if limits.too_many_from(db.session, _address()):
        raise TooMany()
    user, account = _account(proof.username)
    right = passwords.fits(user.password if user and user.active else None, proof.password)
    if not right or user is None or account is None or limits.is_locked(account) or _has_left(user):
        failed_proof(proof.username, account)
        raise Wrong()
    if account.totp_secret and not code_fits(account, proof.code):
        if proof.code:
            failed_proof(proof.username, account)
        raise Wrong(NEEDS_CODE)
    return write(db.session, lambda: _begin(user.id, kinds))


class Wrong(Refusal):
    status = 401

    @staticmethod
    def plain() -> Say:
        return WRONG


def _account(username: str) -> tuple[User | None, Account | None]:
    query = (
        select(User, Account)
        .outerjoin(Account, Account.user_id == User.id)
        .where(func.lower(User.username) == username.strip().lower()[:64])
    )
    found = db.session.execute(query).first()
    return (found[0], found[1]) if found else (None, None)


def _has_left(user: User) -> bool:
    with here.in_whole_sight():
        left_on = db.session.execute(select(Staff.left_on).where(Staff.user_id == user.id)).scalar()
    return left_on is not None and left_on <= here.today()


def code_fits(account: Account, code: str) -> bool:
    """A code counts once: the step it belongs to is kept."""
    totp, step = pyotp.TOTP(account.totp_secret or ""), int(here.now().timestamp()) // 30
    for at in (step - 1, step, step + 1):
        if at > account.totp_last_step and pyotp.utils.strings_equal(code.strip(), totp.at(at * 30)):
            account.totp_last_step = at
            db.session.commit()
            return True
    return False


def _begin(user_id: int, kinds: tuple[str, ...]) -> dict[str, str]:
    account = db.session.get_one(Account, user_id)
    limits.succeeded(account)
    here.enter(_whoever_signs_in(db.session.get_one(User, user_id)))
    journal.add(db.session, "sign_in", row_id=user_id, table="user", kinds=list(kinds))
    agent = request.headers.get("User-Agent", "")
    return {kind: sessions.begin(db.session, user_id, kind, _address(), agent) for kind in kinds}


def _whoever_signs_in(user: User) -> here.Person:
    """For the journal: nobody has signed in yet."""
    return here.Person(user_id=user.id, username=user.username, name=user.username, address=_address())


def failed_proof(username: str, account: Account | None) -> None:
    """A password or a code that was wrong is counted, wherever it is asked for."""
    user_id = account.user_id if account else None

    def work() -> None:
        known = db.session.get(Account, user_id) if user_id is not None else None
        limits.failed(db.session, known, _address())
        journal.add(db.session, "sign_in", table="user", row_id=user_id, result="refused")

    name = username[:64] if account else ""  # what is not an account may be a password
    with here.acting_as(here.Person(user_id=user_id, name=name, address=_address())):
        write(db.session, work)


# --- pages --------------------------------------------------------------------------------


class SignInView(BaseView):
    route_base = ""
    class_permission_name = "sign_in"

    @expose("/login/", methods=["GET", "POST"])
    @open_to_all
    def login(self) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return render_template("security/login.html", fault=None, username="", ask_code=False)
        proof = Proof(request.form.get("username", ""), request.form.get("password", ""), request.form.get("totp", ""))
        try:
            token = prove(proof, ("page",))["page"]
        except (Wrong, TooMany) as refused:
            page = render_template(
                "security/login.html", fault=refused.message, username=proof.username[:64],
                ask_code=refused.message is NEEDS_CODE, kept=request.form.get("kept", ""),
            )  # fmt: skip
            return page, refused.status
        kept = session.get("language")
        session.clear()
        session["token"] = token
        if kept:
            session["language"] = kept
        return _back_to_what_was_typed() or redirect(safe_way(request.args.get("next", "")))

    @expose("/logout/", methods=["POST"])
    @open_to_all
    def logout(self) -> AnyResponse:
        person = here.me()
        if person.sign_in_id is not None:
            write(db.session, lambda: _end(person.sign_in_id))
        session.clear()
        return redirect(url_for("SignInView.login"))

    @expose("/language/<code>", methods=["POST"])
    @open_to_all
    def language(self, code: str) -> AnyResponse:
        if code in LANGUAGES:
            session["language"] = code
            person = here.me()
            if person.user_id is not None:
                write(db.session, lambda: setattr(db.session.get_one(Account, person.user_id), "language", code))
        return redirect(safe_way(request.form.get("next", "")))


def _back_to_what_was_typed() -> AnyResponse | str | None:
    """Where a session was lost in the middle of a form: that form, for the one who had opened it."""
    found = keeping.after_sign_in(db.session, request.form.get("kept", ""), here.me().user_id or 0)
    if found is None:
        return None
    path, typed = found
    if typed:
        return keeping.plain_page(path, typed, say("请核对后再次提交。", "Please look at it and send it again."))
    return redirect(safe_way(path))


def _end(sign_in_id: int | None) -> None:
    revoke(db.session, reason="logout", sign_in_id=sign_in_id)
    journal.add(db.session, "sign_out", table="user", row_id=here.me().user_id)


def safe_way(path: str) -> str:
    """A path of ours, or home: never another host."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if ours and all(ord(sign) > 32 for sign in path) else "/"


def set_password(user_id: int, password: str, *, keep: int | None = None, must_change: bool = False) -> None:
    """Also ends every other sign-in of the user, and their keys where another sets it. The caller commits."""
    db.session.get_one(User, user_id).password = passwords.kept(password)
    account = db.session.get_one(Account, user_id)
    account.must_change_password, account.password_changed_at = must_change, here.now()
    limits.succeeded(account)
    revoke(db.session, reason="password", user_id=user_id, keep=keep)
    if must_change:
        keys.end_all(db.session, user_id, "password")
    journal.add(db.session, "password", table="user", row_id=user_id)


def _account_ends(session_: Any, staff: Staff) -> None:
    """Whoever leaves the company signs in no more."""
    if staff.user_id is None:
        return
    session_.get_one(User, staff.user_id).active = False
    revoke(session_, reason="left", user_id=staff.user_id)
    keys.end_all(session_, staff.user_id, "left")


# --- API ----------------------------------------------------------------------------------


class TokenApi(BaseView):
    """Tokens of fifteen minutes, ended by the same revocations as pages."""

    route_base = "/api/v1/security"
    class_permission_name = "security"

    @expose("/login", methods=["POST"])
    @open_to_all
    def login(self) -> Response:
        given = body()
        proof = Proof(*(str(given.get(key) or "") for key in ("username", "password", "totp")))
        kinds = ("api", "refresh") if given.get("refresh") is True else ("api",)
        tokens = prove(proof, kinds)
        told = {"access_token": tokens["api"]}
        return jsonify({**told, "refresh_token": tokens["refresh"]} if "refresh" in tokens else told)

    @expose("/refresh", methods=["POST"])
    @open_to_all
    def refresh(self) -> Response:
        token = str(body().get("refresh_token") or request.headers.get("Authorization", "")[7:])
        found = sessions.person_of(db.session, token, ("refresh",), _address())
        if found is None:
            raise Wrong(say("令牌无效或已过期。", "The token is not valid any more."))
        user_id = found.user_id or 0
        return jsonify({"access_token": write(db.session, lambda: _begin(user_id, ("api",)))["api"]})

    @expose("/logout", methods=["POST"])
    @open_to_all
    def logout(self) -> Response:
        must_be_signed_in()
        write(db.session, lambda: _end(here.me().sign_in_id))
        return jsonify({"message": "OK"})


__all__ = ["init_app", "person_named", "set_password"]
