"""System → Made registers: an admin defines a whole register, in the browser."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, kinds, menu
from app.core.added import choices
from app.core.added.definitions import AddedField
from app.core.answers import Faulty, NotFound
from app.core.doors import door
from app.core.made import keeping, typed
from app.core.made.definitions import MadeRecord, MadeRegister
from app.core.made.loading import is_free
from app.core.pages import faults_of
from app.core.verbs import Ask
from app.core.words import say
from app.extensions import db
from app.security.roles import Role

ASKS = {
    each.name: each
    for each in (
        Ask(kinds.Text(size=40), say("中文名称", "Chinese name"), name="zh"),
        Ask(kinds.Text(size=60), say("英文名称", "English name"), name="en"),
        Ask(kinds.Text(size=30), say("标识", "Name in addresses"), name="name",
            help=say("用于网址和接口，保存后不能再改，如 key_loan。", "For addresses and API; stays once saved, such as key_loan.")),
        Ask(kinds.Text(size=6), say("编号前缀", "Prefix of its numbers"), name="series",
            help=say("如 JY，编号即 JY-2026-000001；保存后不能再改。", "JY makes JY-2026-000001; stays once saved.")),
        Ask(kinds.LongText(size=6000), say("状态", "States"), name="states",
            help=say("每行一个：标识: 中文 | English（标识可不写）。新登记从第一个开始，有办理事项时只有在第一个状态能修改。",
                     "One a line: value: Chinese | English (the value may be left out). A record begins in the first; with verbs it is edited only there.")),
    )
}  # fmt: skip
ONCE = ("name", "series")
#: the verbs of keeping.GENERAL, in their order
GENERAL_WORDS = {
    "read": say("查看", "Read"), "add": say("登记", "Enter"), "edit": say("修改", "Edit"), "delete": say("删除", "Delete"),
    "export": say("导出", "Export"), "import": say("导入", "Import"),
}  # fmt: skip
#: the fields of a verb's line
VERB_WORDS = {
    "zh": say("中文", "Chinese"), "en": say("英文", "English"), "name": say("标识", "name"), "from": say("从状态", "from"),
    "to": say("到状态", "to"), "reason": say("须写明原因", "needs a reason"),
    "other": say("须由登记人以外的人办理", "not by whoever entered it"), "queue": say("列入待办", "waits in the inbox"),
    "queue_zh": say("待办名称（中文）", "the queue in Chinese"), "queue_en": say("待办名称（英文）", "the queue in English"),
    "roles": say("谁可以办理", "who may do it"),
}  # fmt: skip


class MadeRegisterPages(BaseView):
    """The registers without code: what they are, their states, verbs and rights."""

    route_base = "/made_register"
    class_permission_name = "made_register"
    label, icon, needed = say("自建登记簿", "Made registers"), "table", "manage"

    @expose("/")
    @door("manage")
    def index(self) -> str:
        found = list(
            db.session.execute(select(MadeRegister).order_by(MadeRegister.archived, MadeRegister.id)).scalars()
        )
        return render_template(
            "made/index.html", found=found, rows=_counts(MadeRecord.register), fields=_counts(AddedField.table_name),
            settled={each.name for each in found if not is_free(each.name)},
        )  # fmt: skip

    @expose("/new", methods=["GET", "POST"])
    @door("manage")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            return self._form(None, {"states": "submitted: 已登记 | Entered\ndone: 已办结 | Done"}, {})
        given = given_in_form()
        try:
            found = keeping.create(db.session, given, _addresses())
        except Faulty as faulty:
            return self._form(None, given, faults_of(faulty)), 422
        flash(str(say("登记簿已建立，请添加字段。", "The register is there; now add its fields.")), "success")
        return redirect(f"/added_field/?table={found.name}")

    @expose("/lines", methods=["GET", "POST"])
    @door("manage")
    def lines(self) -> str:
        """The lines of verbs, to choose from the states as they are typed now."""
        return render_template("made/verbs.html", **self._lines(None, given_in_form(), {}))

    @expose("/<int:register_id>", methods=["GET", "POST"])
    @door("manage")
    def edit(self, register_id: int) -> AnyResponse | str | tuple[str, int]:
        found = self._found(register_id)
        if request.method == "GET":
            return self._form(found, shown(found), {})
        given = given_in_form()
        try:
            keeping.change(db.session, register_id, given)
        except Faulty as faulty:
            return self._form(db.session.get(MadeRegister, register_id), given, faults_of(faulty)), 422
        return self._done()

    @expose("/<int:register_id>/archive", methods=["POST"])
    @door("manage")
    def archive(self, register_id: int) -> AnyResponse:
        keeping.archive(db.session, self._found(register_id).id)
        return self._done()

    @expose("/<int:register_id>/restore", methods=["POST"])
    @door("manage")
    def restore(self, register_id: int) -> AnyResponse:
        keeping.archive(db.session, self._found(register_id).id, back=True)
        return self._done()

    def _found(self, register_id: int) -> MadeRegister:
        """One that the code has taken over (`flask settle`) is changed there."""
        found = db.session.get(MadeRegister, register_id)
        if found is None or not is_free(found.name):
            raise NotFound()
        return found

    def _done(self) -> AnyResponse:
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect("/made_register/")

    def typed_again(self, where: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        if request.endpoint not in (f"{self.endpoint}.new", f"{self.endpoint}.edit"):
            return None
        found = self._found(where["register_id"]) if "register_id" in where else None
        return self._form(found, given_in_form(), {"": sentence})

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        lines = {
            f"verb_{line}_{name}": say("办理事项 {n}：{w}", "Verb {n}: {w}", n=line + 1, w=word)
            for line in range(typed.LINES)
            for name, word in VERB_WORDS.items()
        }
        rights = {f"{sign}_{role}": role.label for role in Role for sign in ("right", "own")}
        return {
            **ASKS,
            **lines,
            **rights,
            "heading": say("菜单位置", "Menu heading"),
            "form_layout": say("表单布局", "Layout of the form"),
            "icon": say("图标", "Icon"),
        }

    def _form(self, found: MadeRegister | None, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
        asks = [each for name, each in ASKS.items() if found is None or name not in ONCE]
        return render_template(
            "made/form.html", asks=asks, icons=typed.ICONS, layouts=typed.LAYOUTS, headings=menu.headings(), general=GENERAL_WORDS,
            **self._lines(found, given, faults),
        )  # fmt: skip

    @staticmethod
    def _lines(found: MadeRegister | None, given: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, Any]:
        """What the lines of verbs are drawn from."""
        filled = [line for line in range(typed.LINES) if given.get(f"verb_{line}_zh") or given.get(f"verb_{line}_en")]
        return {
            "found": found, "given": given, "faults": faults, "filled": filled, "lines": range(typed.LINES),
            "states": (states := _states(found, given)), "told_of": _told_of(states, given) if request.method == "POST" else "",
            "roles": list(Role), "listed": typed.listed,
        }  # fmt: skip


def _counts(column: Any) -> dict[str, int]:
    """All there are, also those that the admin's own roles don't reach: whoever archives a register is told."""
    with here.in_whole_sight():
        return dict(db.session.execute(select(column, func.count()).group_by(column)).tuples().all())


def _addresses() -> set[str]:
    """The first steps of the house's own addresses."""
    return {str(rule.rule).split("/")[1] for rule in current_app.url_map.iter_rules()}


def _states(found: MadeRegister | None, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The states to choose from in the lines of verbs: those typed, as far as they can be read."""
    before = found.states if found else []
    try:
        return [each for each in choices.read(given.get("states"), before) if not each.get("gone")]
    except kinds.BadValue:
        return [each for each in before if not each.get("gone")]


def _told_of(states: list[dict[str, Any]], given: Mapping[str, Any]) -> str:
    """The states that nothing leads to, as the form now says (core/made/keeping.py)."""
    names = [each["value"] for each in states]
    return ",".join(typed.unreachable(names, typed.verbs(given, names)[0]))


def given_in_form() -> dict[str, Any]:
    """Boxes of one name are a list."""
    several = ("_from", "_roles")
    lists = {
        key: request.form.getlist(key) for key in request.form if key.endswith(several) or key.startswith("right_")
    }
    return {**request.form.to_dict(), **lists}


def shown(found: MadeRegister) -> dict[str, Any]:
    """The definition as its form holds it."""
    given: dict[str, Any] = {
        "zh": found.zh, "en": found.en, "icon": found.icon, "heading": found.heading,
        "form_layout": found.form_layout, "states": choices.typed(found.states),
    }  # fmt: skip
    for line, verb in enumerate(found.verbs):
        sign = f"verb_{line}_"
        given |= {f"{sign}{name}": verb[name] for name in ("name", "zh", "en", "roles")}
        given |= {f"{sign}from": verb["start"], f"{sign}to": verb["end"], f"{sign}reason": verb["reason"]}
        given[f"{sign}other"] = verb["other_person"]
        for queue in found.queues:
            if queue["verb"] == verb["name"]:
                given |= {f"{sign}queue": "1", f"{sign}queue_zh": queue["zh"], f"{sign}queue_en": queue["en"]}
    for role, held in found.rights.items():
        given |= {f"right_{role}": held["verbs"].split(), f"own_{role}": held["own"]}
    return given
