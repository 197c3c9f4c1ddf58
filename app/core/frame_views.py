"""What the frame of every page asks for: the command box, the bell, the keyboard's help."""

from typing import Any

from flask import jsonify, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import following, notices, opened
from app.core.answers import NotFound
from app.core.doors import signed_in
from app.core.finding import found
from app.core.routes import row_number
from app.core.words import say
from app.core.writing import write
from app.extensions import db

LONGEST = 80


class Finding(BaseView):
    """The command box's answers, in JSON."""

    route_base = "/find"
    class_permission_name = "find"

    @expose("/")
    @signed_in
    def index(self) -> AnyResponse:
        text = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST]
        return jsonify({"groups": found(db.session, text)})

    @expose("/opened", methods=["POST"])
    @signed_in
    def opened(self) -> AnyResponse:
        """Where one went from it, to be offered again."""
        opened.keep(db.session, request.form.get("address", ""))
        return AnyResponse(status=204)


class Notices(BaseView):
    """One's own notices: nobody sees another's, whatever number stands in the address."""

    route_base = "/notices"
    class_permission_name = "notices"

    @expose("/")
    @signed_in
    def index(self) -> str:
        shown = notices.newest(db.session)
        return render_template("notices.html", notices=shown, unseen=sum(1 for each in shown if not each.seen_at))

    @expose("/count")
    @signed_in
    def count(self) -> AnyResponse:
        return jsonify({"unseen": notices.unseen(db.session)})

    @expose("/<int:notice_id>/open", methods=["POST"])
    @signed_in
    def open(self, notice_id: int) -> AnyResponse:
        """Seen now; and on to the page that it is about."""
        link = write(db.session, lambda: notices.see(db.session, notice_id))
        if link is None:
            raise NotFound(say("没有这条通知。", "No such notice."))
        return redirect(link or "/notices/")

    @expose("/seen", methods=["POST"])
    @signed_in
    def seen(self) -> AnyResponse:
        write(db.session, lambda: notices.see_all(db.session))
        return redirect("/notices/")


class FollowingView(BaseView):
    """What one follows: one's own only, and of it what is still in reach."""

    route_base = "/following"
    class_permission_name = "following"

    @expose("/")
    @signed_in
    def index(self) -> str:
        found, further = following.mine(db.session, before=request.args.get("before", type=row_number))
        return render_template(
            "following.html", found=found, further=further, by_itself=following.by_itself(db.session)
        )

    @expose("/by_itself", methods=["POST"])
    @signed_in
    def by_itself(self) -> AnyResponse:
        """Whether what one comments on, or is mentioned at, is followed by itself."""
        following.choose(db.session, by_itself=request.form.get("do") == "on")
        return redirect("/following/")


class Keys(BaseView):
    """What can be done by keyboard; the frame shows it in a box (`?`)."""

    route_base = "/keys"
    class_permission_name = "keys"

    @expose("/")
    @signed_in
    def index(self) -> Any:
        return render_template("keys.html", keys=KEYS)


KEYS = (
    (say("查找、跳转、办理", "Find, go, do"), ("Ctrl K", "⌘ K")),
    (say("列表中查找", "Find in the list"), ("/",)),
    (say("登记一条", "Enter a new one"), ("N",)),
    (say("修改这条记录，或列表里的这一行", "Edit this record, or the row of a list"), ("E",)),
    (say("保存", "Save"), ("Ctrl S", "⌘ S")),
    (say("列表里上一行、下一行；记录页上一条、下一条", "Row up, down in a list; previous, next record"), ("K", "J")),
    (say("列表里选中这一行", "Choose the row"), ("X",)),
    (say("列表里速览这一行", "A quick look at the row"), (say("空格", "Space"),)),
    (say("列表里打开这一行", "Open the row"), ("Enter", "O")),
    (say("列表里到旁边的单元格", "In a list, to the cell beside"), ("↑ ↓ ← →",)),
    (say("修改单元格", "Edit a cell"), ("Enter", "F2")),
    (say("保存单元格，到下一格", "Save the cell and go to the next"), ("Tab",)),
    (
        say("复制单元格；粘贴一个值、一列或几列", "Copy a cell; paste a value, a column or several"),
        ("Ctrl C", "Ctrl V"),
    ),
    (say("撤回列表里的修改；再改回去", "Take back what was edited in the list; do it again"), ("Ctrl Z", "Ctrl Y")),
    (say("展开、收起分组或层级", "Open, shut a group or a branch"), ("→", "←")),
    (say("列表铺满窗口后还原", "Back from the list over the whole window"), ("Esc",)),
    (say("表头上调整列宽", "On a head: the width of its column"), ("Shift ←", "Shift →")),
    (say("关闭打开的框", "Shut what is open"), ("Esc",)),
    (say("跳过菜单", "Skip the menu"), ("Tab",)),
    (say("键盘操作", "Keyboard"), ("?",)),
)
