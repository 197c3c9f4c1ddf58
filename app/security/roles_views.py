"""The pages of rights: the matrix, why a person can or can't, a change with its effect, the panel as a role."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, stream_with_context
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import or_, select
from werkzeug.wrappers import Response as AnyResponse

from app.core import gate, here, narrowing, rights, scopes
from app.core.answers import Conflict, Faulty, NotFound
from app.core.blockers import NotAllowed
from app.core.declaration import all_registers
from app.core.doors import door, signed_in
from app.core.kinds import Choice, Relation
from app.core.record import Field, table_named
from app.core.rights import READ, WRITE
from app.core.search import labelled
from app.core.verbs import Ask
from app.core.words import Say, say
from app.extensions import db
from app.people.models import Staff
from app.security import changing, effects, masks, matrix, seeing_as, why
from app.security.changing import Wanted
from app.security.in_force import COLUMN, GIVEN, RELEASED, ROWS, TAKEN, Change, Rows
from app.security.narrowing_form import conditions_of, faults_in, kept_in, typed_in
from app.security.roles import Role, table_of_rights
from app.security.sessions import person_named

HOW: dict[str, Say] = {
    GIVEN: say("增加", "given"), TAKEN: say("取消", "taken away"), RELEASED: say("恢复为发布的样子", "as released again"),
}  # fmt: skip


class RolesPages(BaseView):
    route_base = "/roles"
    class_permission_name = "policy"
    label, icon = say("岗位权限", "Rights"), "shield"

    # --- reading ------------------------------------------------------------------------------

    @expose("/")
    @door("read")
    def index(self) -> str:
        role, table = _role(request.args.get("role", "")), _table(request.args.get("register", ""))
        shown: dict[str, Any] = {"role": role, "table": table, "roles": list(Role), "registers": _titles()}
        if role is None and not table:
            return render_template("roles.html", grid=_grid(), legend={**matrix.SHORT, **matrix.ADJUSTED}, **shown)
        found = matrix.entries([role] if role else list(Role), [table] if table else all_registers())
        return render_template(
            "roles.html", entries=found, levels=matrix.LEVELS, changes=_history(str(role or ""), table),
            holders=seeing_as.those_in(db.session, str(role)) if role and _keeps_accounts() else [], **shown,
        )  # fmt: skip

    @expose("/export")
    @door("read")
    def export(self) -> Response:
        role, table = _role(request.args.get("role", "")), _table(request.args.get("register", ""))
        found = matrix.entries([role] if role else list(Role), [table] if table else all_registers())
        answer = Response(stream_with_context(matrix.as_csv(found)), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="rights.csv"'
        return answer

    @expose("/changes")
    @door("read")
    def changes(self) -> str:
        return render_template("security/right_changes.html", changes=_history("", "", 500))

    # --- why ----------------------------------------------------------------------------------

    @expose("/why")
    @door("manage", "user")
    def why(self) -> str:
        asked = {name: request.args.get(name, "").strip()[:64] for name in ("user", "register", "verb", "record")}
        table, shown = _table(asked["register"]), dict[str, Any]()
        user = db.session.get(User, int(asked["user"])) if asked["user"].isdigit() and len(asked["user"]) < 10 else None
        if user is not None and table:
            verb = asked["verb"] if asked["verb"] in changing.verbs_on(table) else "read"
            shown = {"steps": _steps(user, table, verb, asked["record"]), "word": changing.word_of(table, verb)}
        return render_template(
            "security/why.html", asked=asked, user=user, table=table, registers=_titles(),
            person=_name_of(user) if user else "", verbs=changing.verbs_on(table) if table else {}, **shown,
        )  # fmt: skip

    @expose("/people")
    @door("manage", "user")
    def people(self) -> Response:
        """Accounts for the typeahead."""
        text = request.args.get("q", "").strip()[:64]
        query = select(User.id, User.username, Staff.name).outerjoin(Staff, Staff.user_id == User.id)
        if text:
            query = query.where(or_(User.username.icontains(text, autoescape=True), labelled(Staff, text)))
        rows = db.session.execute(query.order_by(User.username).limit(20))
        return jsonify([{"id": key, "label": name or username, "note": username} for key, username, name in rows])

    # --- changing -------------------------------------------------------------------------------

    @expose("/<role>/<table>", methods=["GET", "POST"])
    @door("manage", "user")
    def edit(self, role: str, table: str) -> AnyResponse | str | tuple[str, int]:
        changing.known(role, table)
        if request.method == "GET":
            typed = _wanted(role, table, request.args, strictly=False) if "again" in request.args else None
            return self._edit_page(Role(role), table, typed)
        try:
            wanted = _wanted(role, table, request.form)
        except Faulty as faulty:
            return self._as_typed(role, table, request.form, faulty)
        seen = request.form.get("seen", "")
        try:
            changing.carry_out(
                db.session, wanted, request.form.get("why", ""), seen=int(seen) if seen.isdigit() else -1
            )
        except Conflict:
            sentence = say(
                "别人刚刚改过权限，请重新核对影响。", "Somebody changed rights just now: look at the effect again."
            )
            return self._effect_page(wanted, str(sentence)), 409
        except (Faulty, NotAllowed) as refused:
            return self._effect_page(wanted, _told(refused)), 422
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect(f"/roles/?role={role}&register={table}")

    @expose("/<role>/<table>/effect")
    @door("manage", "user")
    def effect(self, role: str, table: str) -> str | tuple[str, int]:
        changing.known(role, table)
        try:
            return self._effect_page(_wanted(role, table, request.args))
        except Faulty as faulty:
            return self._as_typed(role, table, request.args, faulty)

    @expose("/rows/<table>/<name>")
    @door("manage", "user")
    def rows(self, table: str, name: str) -> Response:
        """What a condition on a relation can name, for the typeahead."""
        spot = narrowing.conditions(_table(table)).get(name)
        if spot is None or not isinstance(spot.kind, Relation):
            raise NotFound()
        found = narrowing.rows_called(spot, text=request.args.get("q", "").strip()[:64])
        return jsonify([{"id": key, "label": label} for key, label in found])

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        role, staff = (
            Ask(Choice(words=Role), say("岗位", "Role")),
            Ask(Relation(table="staff"), say("代入", "In the place of")),
        )
        return {"why": say("原因", "Reason"), "role": role, "staff": staff}

    def _edit_page(
        self, role: Role, table: str, typed: Wanted | None = None, faults: Mapping[str, Any] | None = None
    ) -> str:
        """`typed`: what stands in the form, where it is not what stands now."""
        form = typed or changing.now(str(role), table)
        return render_template(
            "security/right_edit.html", role=role, table=table, title=effects.title_of(table),
            verbs=changing.verbs_on(table), held=form.verbs, lent=form.rows_of, faults=faults or {},
            released=table_of_rights()[str(role)].get(table, frozenset()),
            lenders=_lenders(table) if changing.needs_rows(str(role), table) else {}, rows=matrix.rows_in_words(str(role), table),
            changes=_history(str(role), table), **_beside_verbs(form),
        )  # fmt: skip

    def _as_typed(self, role: str, table: str, given: Any, faulty: Faulty) -> tuple[str, int]:
        typed = _wanted(role, table, given, strictly=False)
        return self._edit_page(Role(role), table, typed, faults_in(faulty.faults)), 422

    def _effect_page(self, wanted: Wanted, fault: str = "") -> str:
        changes = changing.changes_to(wanted)
        found, count = effects.of_changed_rights(db.session, changes) if changes else ([], 0)
        return render_template(
            "security/right_effect.html", wanted=wanted, role=Role(wanted.role), title=effects.title_of(wanted.table),
            changes=[_told_change(wanted, each) for each in changes], kept=_kept(wanted),
            blockers=changing.blockers_of(wanted, changes), effects=found, count=count, capped=effects.capped,
            seen=changing.last_change(db.session), fault=fault,
        )  # fmt: skip

    # --- the panel as a role -------------------------------------------------------------------

    @expose("/see_as", methods=["POST"])
    @door("manage", "user")
    def see_as(self) -> AnyResponse:
        staff = request.form.get("staff", "")
        staff_id = int(staff) if staff.isdigit() and len(staff) < 10 else None
        seeing_as.begin(db.session, request.form.get("role", ""), staff_id)
        return redirect("/")

    @expose("/see_as/end", methods=["POST"])
    @signed_in
    def see_as_end(self) -> AnyResponse:
        role = next(iter(here.me().roles), "") if here.me().within else ""
        seeing_as.end(db.session)
        return redirect(f"/roles/?role={role}" if role else "/")


def _role(asked: str) -> Role | None:
    return Role(asked) if asked in set(Role) else None


def _table(asked: str) -> str:
    return asked if asked in all_registers() else ""


def _titles() -> dict[str, Say]:
    return {table: each.title() for table, each in all_registers().items()}


def _keeps_accounts() -> bool:
    return rights.may(here.me(), "manage", "user")


def _grid() -> list[tuple[str, Say, list[tuple[Role, matrix.Entry | None]]]]:
    return [
        (table, each.title(), [(role, matrix.entry(role, each)) for role in Role])
        for table, each in all_registers().items()
    ]


def _wanted(role: str, table: str, given: Any, *, strictly: bool = True) -> Wanted:
    """Without "read" there is nothing. Raises Faulty by the keys of conditions, unless the form is to stand again."""
    verbs = frozenset(given.getlist("verb")) & set(changing.verbs_on(table))
    rows_of = given.get("rows_of", "") if given.get("rows_of", "") in _lenders(table) else ""
    columns = {
        name: level
        for name, spot in changing.adjustable(table).items()
        if (level := given.get(f"{COLUMN}{name}", "")) in changing.levels_offered(role, table, spot)
    }
    names = tuple(each for each in scopes.offered(table) if each in given.getlist("of"))
    typed = typed_in(table, given)
    rows = Rows(names, narrowing.read(table, typed) if strictly else typed)
    return Wanted(role, table, verbs if "read" in verbs else frozenset(), rows_of, columns, rows)


def _beside_verbs(form: Wanted) -> dict[str, Any]:
    """What the form is filled with of columns and rows."""
    role, table, model, rows = form.role, form.table, table_named(form.table), form.rows
    spots = changing.adjustable(table)
    return {
        "columns": [
            (f"{COLUMN}{name}", spot.label, _released_word(role, table, spot),
             changing.levels_offered(role, table, spot), form.columns.get(name, ""))
            for name, spot in spots.items()
        ],
        "levels": matrix.LEVELS, "chosen": rows,
        "scopes": _each_once({name: gate.in_words(each, model) for name, each in scopes.offered(table).items()}, rows.names),
        "conditions": conditions_of(table, rows.condition),
    }  # fmt: skip


def _each_once(words: Mapping[str, Say], chosen: Sequence[str]) -> dict[str, Say]:
    """Two names may mean the same rows: of two that are told alike the first is offered, or the one that is chosen."""
    found: dict[str, str] = {}
    for name, word in words.items():
        if word.zh not in found or name in chosen:
            found[word.zh] = name
    return {name: words[name] for name in found.values()}


def _released_word(role: str, table: str, spot: Field) -> Say:
    register, level = all_registers()[table], masks.released_level(role, table, spot.name)
    held = rights.standing().roles.get(role, {}).get(table, frozenset())
    typed = (spot.name in register.typed_in() and "add" in held) or (spot.name in register.edited() and "edit" in held)
    return (
        matrix.LEVELS[WRITE] if level == READ and typed and not register.has_levels(spot) else matrix.level_word(level)
    )


def _told_change(wanted: Wanted, change: Change) -> tuple[bool | None, Say]:
    """Whether it gives, and what; of columns and rows what will be said of them instead."""
    word = changing.word_of(wanted.table, change.verb)
    if not change.column and change.verb != ROWS:
        return change.verb in wanted.verbs, word
    return None, say("{w}：{v}", "{w}: {v}", w=word, v=_value_told(wanted.role, change.table, change))


def _value_told(role: str, table: str, change: Any) -> Say:
    if not change.value:
        return HOW[RELEASED]
    if change.verb.startswith(COLUMN):
        return matrix.LEVELS[change.value]
    wanted = Rows.read(change.value)
    usual = gate.usual_scope(role, table, rights.standing().lent)
    return gate.in_words(scopes.chosen(table, usual, wanted.names, wanted.condition), table_named(table))


def _kept(wanted: Wanted) -> list[tuple[str, str]]:
    """The hidden fields by which what was shown is what is saved."""
    pairs = [("verb", each) for each in sorted(wanted.verbs)] + [("of", each) for each in wanted.rows.names]
    pairs += [(f"{COLUMN}{name}", level) for name, level in wanted.columns.items()]
    return [*pairs, *kept_in(wanted.rows.condition), ("rows_of", wanted.rows_of)]


def _lenders(table: str) -> Mapping[str, Say]:
    """Roles whose rows another role may be let see."""
    register = all_registers()[table]
    return {
        str(role): say("{r}（{w}）", "{r} ({w})", r=role.label, w=matrix.rows_in_words(str(role), table))
        for role in Role
        if str(role) in register.rows and rights.reads(str(role), table)
    }


def _history(role: str, table: str, limit: int = 100) -> list[dict[str, Any]]:
    """Each change with the words of what it names, and who made it."""
    found = matrix.history(db.session, role, table, limit)
    names = _names({each.by_user_id for each in found})
    return [
        {
            "at": each.at, "by": names.get(each.by_user_id, ""), "role": why.role_word(each.role), "why": each.why,
            "table": effects.title_of(each.table_name), "verb": changing.word_of(each.table_name, each.verb),
            "how": _how_told(each), "rows_of": why.role_word(each.rows_of) if each.rows_of else None,
        }
        for each in found
    ]  # fmt: skip


def _how_told(line: Any) -> Say:
    beside = line.verb == ROWS or line.verb.startswith(COLUMN)
    return _value_told(line.role, line.table_name, line) if beside else HOW[line.how]


def _names(ids: set[int]) -> dict[int, str]:
    query = (
        select(User.id, User.username, Staff.name).outerjoin(Staff, Staff.user_id == User.id).where(User.id.in_(ids))
    )
    return {key: name or username for key, username, name in db.session.execute(query)}


def _name_of(user: User) -> str:
    return _names({user.id})[user.id]


def _steps(user: User, table: str, verb: str, record: str) -> list[why.Step]:
    person = person_named(db.session, user.username)
    if person is None:
        sentence = say(
            "账号已停用，或员工已离职，不能登录。", "The account is closed, or they have left: they can't sign in."
        )
        return [why.Step(False, sentence)]
    row = why.found_row(db.session, table, record)
    if record and row is None:
        return [why.Step(False, NotFound.plain())]
    return why.explain(db.session, person, table, verb, row)


def _told(refused: Faulty | NotAllowed) -> str:
    if isinstance(refused, Faulty):
        return str(say("请写明原因。", "Say why."))
    return "".join(f"{each.message}{each.fix}" for each in refused.blockers)
