"""System → Added fields: an admin adds fields to any register, in the browser."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import kinds
from app.core.added import choices, indexes, keeping
from app.core.added.definitions import LEVELS, MAY_BE_PERSONAL, OF_A_LIST, OTHERS, AddedField, AddedKind
from app.core.added.kinds import ATTACHED_LATER, kind_of
from app.core.added.loading import is_free
from app.core.answers import Faulty, NotFound
from app.core.declaration import Declaration, all_registers, register_of
from app.core.doors import door
from app.core.fieldsets import SHORT
from app.core.made.definitions import MadeRegister
from app.core.made.loading import is_free as not_taken
from app.core.pages import faults_of
from app.core.record import table_named
from app.core.rights import HIDDEN, MASKED, READ, WRITE, reads
from app.core.trees.paths import TreeName
from app.core.verbs import Ask
from app.core.words import Words, say
from app.extensions import db
from app.security.roles import Role


class Level(Words):
    """What a role may do with an added field."""

    WRITE = WRITE, "可填写", "Reads and writes"
    READ = READ, "只查看", "Reads"
    MASKED = MASKED, "只看一部分", "Reads in part"
    HIDDEN = HIDDEN, "看不到", "Does not see it"


NAME_HELP = say(
    "用于接口、导入和列表地址，保存后不能再改，如 key_count。",
    "For API, import and addresses; stays as it is once saved, such as key_count.",
)
CHOICES_HELP = say(
    "每行一个：中文 | English。已用过的选项删掉后不再提供，旧记录照常显示。",
    "One a line: Chinese | English. One that is taken out is no longer offered; old records keep it.",
)
PART_HELP = say(
    "字段较多（{n} 个以上）时，表单和详情页按部分分段；写已有部分的名称，或写新的。不写则归入“补充信息”。",
    "Forms and records of more than {n} fields have parts; name one that is there, or a new one. Left open: “More”.",
    n=SHORT,
)
PERSONAL_HELP = say(
    "按岗位脱敏，查看留痕。数字、金额、日期还会加密保存，因此不能按它筛选、排序、汇总或建立索引。",
    "Masked by role; seeing it is journalled. A number, an amount or a date is also sealed: nothing is filtered, sorted, "
    "summed up or indexed by it.",
)
ASKS = {
    each.name: each
    for each in (
        Ask(kinds.Choice(words=AddedKind), say("类型", "Kind"), name="kind",
            help=say("保存后不能再改。", "Stays as it is once saved.")),
        Ask(kinds.Text(size=30), say("名称（英文标识）", "Name"), name="name", help=NAME_HELP),
        Ask(kinds.Text(size=40), say("中文标签", "Label in Chinese"), name="zh"),
        Ask(kinds.Text(size=60), say("英文标签", "Label in English"), name="en"),
        Ask(kinds.Text(size=40), say("所在部分", "Part of the form"), required=False, name="part_zh", help=PART_HELP),
        Ask(kinds.Text(size=60), say("所在部分（英文）", "Part, in English"), required=False, name="part_en"),
        Ask(kinds.LongText(size=6000), say("选项", "Choices"), name="choices", help=CHOICES_HELP),
        Ask(TreeName(), say("选项树", "Tree of choices"), name="tree",
            help=say("在「选项树」里维护，可供多个字段共用。", "Kept under “Option trees”; several fields may share one.")),
        Ask(kinds.Integer(maximum=4), say("小数位数", "Digits after the point"), required=False, name="places"),
        Ask(kinds.YesNo(), say("必填", "Required"), name="required",
            help=say("只在新登记和手工修改时要求，旧记录不受影响。", "Asked of new records and edits by hand, not of old ones.")),
        Ask(kinds.YesNo(), say("在列表中显示", "Shown in lists"), name="listed"),
        Ask(kinds.YesNo(), say("建立索引", "Indexed"), name="indexed",
            help=say("常按它筛选或排序时勾选。", "For a field that lists are often filtered or sorted by.")),
        Ask(kinds.YesNo(), say("个人信息", "Personal data"), name="personal",
            help=PERSONAL_HELP),
        Ask(kinds.Choice(words=Level), say("其他岗位", "Whoever is not named below"), required=False, name="level",
            help=say("不选时：个人信息和附件只看一部分，其他可填写。", "Left open: personal data and files in part, all else is read and written.")),
    )
}  # fmt: skip
#: fields that matter only for some kinds
WHEN = {
    "choices": f"kind={','.join(OF_A_LIST)}", "tree": "kind=path", "places": "kind=number", "personal": f"kind={','.join(MAY_BE_PERSONAL)}",
}  # fmt: skip
ONCE = ("kind", "name")


class AddedFieldPages(BaseView):
    """Choose a register, see its added fields, add, change and archive them."""

    route_base = "/added_field"
    class_permission_name = "added_field"
    label, icon, needed = say("自定义字段", "Added fields"), "columns", "manage"

    @expose("/")
    @door("manage")
    def index(self) -> str:
        table = request.args.get("table", "")
        query = select(AddedField).order_by(AddedField.archived, AddedField.place, AddedField.id)
        found = list(db.session.execute(query.where(AddedField.table_name == table) if table else query).scalars())
        return render_template(
            "added/index.html", registers=registers(), register=register_of(table), kinds=AddedKind,
            found=[each for each in found if not _is_settled(each)], made=_made(table),
        )  # fmt: skip

    @expose("/new", methods=["GET", "POST"])
    @door("manage")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        register = self._register(request.values.get("table", ""))
        if request.method == "GET":
            return self._form(register, None, {"kind": "text", "listed": "1"}, {})
        given = given_in_form()
        try:
            found = keeping.create(db.session, given)
        except Faulty as faulty:
            return self._form(register, None, given, faults_of(faulty)), 422
        return self._done(found)

    @expose("/<int:field_id>", methods=["GET", "POST"])
    @door("manage")
    def edit(self, field_id: int) -> AnyResponse | str | tuple[str, int]:
        found = self._found(field_id)
        register = self._register(found.table_name)
        if request.method == "GET":
            return self._form(register, found, typed(found), {})
        given = given_in_form()
        try:
            found = keeping.change(db.session, field_id, given)
        except Faulty as faulty:
            db.session.rollback()
            return self._form(register, self._found(field_id), given, faults_of(faulty)), 422
        return self._done(found)

    @expose("/<int:field_id>/archive", methods=["POST"])
    @door("manage")
    def archive(self, field_id: int) -> AnyResponse:
        return self._done(keeping.archive(db.session, self._found(field_id).id))

    @expose("/<int:field_id>/restore", methods=["POST"])
    @door("manage")
    def restore(self, field_id: int) -> AnyResponse:
        return self._done(keeping.archive(db.session, self._found(field_id).id, back=True))

    @expose("/preview")
    @door("manage")
    def preview(self) -> str:
        """The field as a form will show it, while it is being defined."""
        return render_template("added/preview.html", spot=previewed(request.args))

    def _done(self, found: AddedField) -> AnyResponse:
        indexes.bring_up(db.session)
        if found.indexed and not found.archived and not found.index_there:
            flash(
                str(say("索引将在下次发布（release）时建立。", "The index will be made by the next release.")), "info"
            )
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect(f"/added_field/?table={found.table_name}")

    def _form(
        self, register: type[Declaration], found: AddedField | None, given: Mapping[str, Any], faults: Mapping[str, str]
    ) -> str:
        asks = [each for name, each in ASKS.items() if found is None or name not in ONCE]
        roles = [role for role in Role if reads(role, register.table())]
        shown = {**given, "kind": found.kind} if found else given
        return render_template(
            "added/form.html", register=register, found=found, given=given, faults=faults, asks=asks, roles=roles,
            levels=list(Level), when=WHEN, one_by_one=any(given.get(f"level_{role}") for role in roles),
            spot=previewed(shown), kinds=AddedKind, values_of=keeping.values_of,
            deciding=keeping.deciding(register, found.name if found else ""),
        )  # fmt: skip

    def typed_again(self, where: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        found = self._found(where["field_id"]) if "field_id" in where else None
        register = self._register(found.table_name if found else request.form.get("table", ""))
        if request.endpoint not in (f"{self.endpoint}.new", f"{self.endpoint}.edit"):
            return None
        return self._form(register, found, given_in_form(), {"": sentence})

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        levels = {f"level_{role}": role.label for role in Role}
        return {**ASKS, **levels, "only": say("只在以下情况出现", "Only when")}

    def _register(self, table: str) -> type[Declaration]:
        register = register_of(table)
        if register is None:
            raise NotFound()
        return register

    def _found(self, field_id: int) -> AddedField:
        found = db.session.get(AddedField, field_id)
        if found is None or _is_settled(found):
            raise NotFound()
        return found


def _is_settled(found: AddedField) -> bool:
    """The code has taken it over (`flask settle`): it is changed there."""
    model = table_named(found.table_name)
    return model is not None and not is_free(model, found.name)


def _made(table: str) -> int | None:
    """The register without code of this name, which is changed on a page of its own."""
    found = db.session.execute(select(MadeRegister.id).where(MadeRegister.name == table)).scalar_one_or_none()
    return found if found is not None and not_taken(table) else None


def registers() -> list[type[Declaration]]:
    return sorted(all_registers().values(), key=lambda each: str(each.title()))


def typed(found: AddedField) -> dict[str, Any]:
    """The definition as its form holds it."""
    flags = {name: "1" if getattr(found, name) else "" for name in ("required", "listed", "indexed", "personal")}
    levels = {f"level_{role}": level for role, level in found.levels.items() if role != OTHERS}
    return {
        **flags, **levels, "zh": found.zh, "en": found.en, "places": found.places,
        "part_zh": found.part_zh, "part_en": found.part_en, "only": _pairs(found.only),
        "choices": choices.typed(found.choices) if found.kind in OF_A_LIST else "", "tree": found.tree, "level": found.levels.get(OTHERS, LEVELS[0]),
    }  # fmt: skip


def given_in_form() -> dict[str, Any]:
    """Boxes of one name are a list."""
    return {**request.form.to_dict(), "only": request.form.getlist("only")}


def _pairs(only: str) -> list[str]:
    name, _, values = only.partition("=")
    return [f"{name}={value}" for value in values.split(",")] if only else []


def previewed(given: Mapping[str, Any]) -> Ask | None:
    """What is typed so far, as a field; None while it is none yet."""
    kind = str(given.get("kind") or "")
    if kind not in set(AddedKind):
        return None
    found = AddedField(name="preview", kind=kind, personal=False, places=0, choices=[])
    try:
        found.places = kinds.Integer(maximum=4).read(given.get("places")) or 0
        found.choices = choices.read(given.get("choices"), []) if kind in OF_A_LIST else []
        if kind == AddedKind.PATH:
            found.choices = [{"value": str(given.get("tree") or "")}]
    except kinds.BadValue:
        return None
    label = say(str(given.get("zh") or "")[:40] or "…", str(given.get("en") or "")[:60] or "…")
    told = ATTACHED_LATER if kind == AddedKind.FILE else None
    return Ask(kind_of(found), label, bool(given.get("required")), told, "preview")
