"""The pages of accounts, for the admin."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from app.core import here
from app.core.answers import Faulty, NotFound
from app.core.beginning import step
from app.core.blockers import NotAllowed
from app.core.doors import door
from app.core.kinds import Choice, Relation, YesNo
from app.core.verbs import Ask
from app.core.words import say
from app.extensions import db
from app.people.models import Staff
from app.security import effects, users
from app.security.models import Account, SignIn
from app.security.roles import Role

SIZE = 50
step(2, say("给员工开通账号", "Open accounts for the staff"), "/user/", "manage user", User.id, more_than=1)


class UserPages(BaseView):
    route_base = "/user"
    class_permission_name = "user"
    label, icon = say("账号", "Accounts"), "user-check"

    @expose("/")
    @door("read")
    def index(self) -> str:
        text, after = request.args.get("q", "").strip()[:64], request.args.get("after", "")
        query = (
            select(User, Staff, Account)
            .outerjoin(Staff, Staff.user_id == User.id)
            .outerjoin(Account, Account.user_id == User.id)
            .options(selectinload(User.roles))
            .order_by(User.username)
            .limit(SIZE + 1)
        )
        if text:
            query = query.where(
                or_(User.username.icontains(text, autoescape=True), Staff.name.icontains(text, autoescape=True))
            )
        if after:
            query = query.where(User.username > after[:64])
        rows = list(db.session.execute(query))
        more = rows[SIZE - 1].User.username if len(rows) > SIZE else None
        return render_template(
            "security/users.html",
            rows=rows[:SIZE],
            q=text,
            more=more,
            words={str(role): role.label for role in Role},
            now=here.now(),
        )

    @expose("/new", methods=["GET", "POST"])
    @door("manage")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._form({}, {})
        given = {**request.form.to_dict(), "roles": request.form.getlist("roles")}
        try:
            user_id, password = users.open_account(db.session, given)
        except (Faulty, NotAllowed) as refused:
            return self._form(given, _faults(refused)), 422
        return render_template("security/initial.html", user=db.session.get(User, user_id), password=password)

    def typed_again(self, _: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        if request.endpoint != f"{self.endpoint}.new":
            return None
        return self._form({**request.form.to_dict(), "roles": request.form.getlist("roles")}, {"": sentence})

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        return {
            "staff": Ask(Relation(table="staff"), say("员工", "Member of staff")), "username": say("用户名", "User name"),
            "roles": Ask(Choice(words=Role), say("岗位", "Roles")), "active": Ask(YesNo(), say("允许登录", "May sign in")),
        }  # fmt: skip

    def _form(self, given: dict[str, Any], faults: dict[str, str]) -> str:
        chosen = str(given.get("staff") or "")
        staff = db.session.get(Staff, int(chosen)) if chosen.isdigit() and len(chosen) < 10 else None
        return render_template("security/user_new.html", given=given, faults=faults, staff=staff, words=Role)

    @expose("/<int:user_id>", methods=["GET", "POST"])
    @door("manage")
    def edit(self, user_id: int) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._page(user_id)
        try:
            users.change_account(
                db.session, user_id, request.form.getlist("roles"), active=bool(request.form.get("active"))
            )
        except (Faulty, NotAllowed) as refused:
            db.session.rollback()
            return self._page(user_id, _faults(refused)), 422
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect(url_for(".edit", user_id=user_id))

    @expose("/<int:user_id>/effect")
    @door("manage")
    def effect(self, user_id: int) -> AnyResponse | str | tuple[str, int]:
        """Who they would be with these roles, before it is saved."""
        user = db.session.get(User, user_id)
        if user is None:
            raise NotFound()
        held = frozenset(role.name for role in user.roles)
        roles, active = frozenset(request.args.getlist("roles")) & set(Role), bool(request.args.get("active"))
        if (roles, active) == (held & set(Role), user.active):
            flash(str(say("与现在一样，没有改动。", "As it is now: nothing to change.")), "info")
            return redirect(url_for(".edit", user_id=user_id))
        refused = users.refusal(db.session, user, roles, active=active)
        if refused is not None:
            return self._page(user_id, _faults(refused), held=roles), 422
        return render_template(
            "security/user_effect.html", user=user, words=Role, held=held, roles=roles, active=active, capped=effects.capped,
            effect=effects.of_new_roles(db.session, user, roles, active=active),
        )  # fmt: skip

    def _page(self, user_id: int, faults: dict[str, str] | None = None, held: frozenset[str] | None = None) -> str:
        user = db.session.get(User, user_id)
        if user is None:
            raise NotFound()
        live = select(SignIn).where(
            SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > here.now()
        ).order_by(SignIn.id.desc()).limit(20)  # fmt: skip
        staff = db.session.execute(select(Staff).where(Staff.user_id == user_id)).scalar()
        return render_template(
            "security/user.html", user=user, staff=staff, words=Role, faults=faults or {},
            held={role.name for role in user.roles} if held is None else held, sign_ins=list(db.session.execute(live).scalars()),
            account=db.session.get(Account, user_id),
        )  # fmt: skip

    @expose("/<int:user_id>/password", methods=["POST"])
    @door("manage")
    def password(self, user_id: int) -> str:
        password = users.reset_password(db.session, user_id)
        return render_template("security/initial.html", user=db.session.get(User, user_id), password=password)

    @expose("/<int:user_id>/end", methods=["POST"])
    @door("manage")
    def end(self, user_id: int) -> AnyResponse:
        users.end_sign_ins(db.session, user_id)
        flash(str(say("已退出该账号的全部登录。", "Signed out everywhere.")), "success")
        return redirect(url_for(".edit", user_id=user_id))


def _faults(refused: Faulty | NotAllowed) -> dict[str, str]:
    if isinstance(refused, NotAllowed):
        return {"": "".join(f"{each.message}{each.fix}" for each in refused.blockers)}
    return {name: str(fault) for name, fault in refused.faults.items()}
