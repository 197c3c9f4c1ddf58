"""System → Print layouts: made in the browser, tried on a record; and the papers themselves."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, journal, viewing
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.declaration import Declaration, all_registers, register_of
from app.core.doors import door, signed_in
from app.core.kinds import LongText, Text
from app.core.pages import faults_of
from app.core.papers import pdf
from app.core.printing import layouts
from app.core.printing.filling import Paper, paper_of
from app.core.printing.layouts import Body, Layout
from app.core.record import placed_label
from app.core.rights import may
from app.core.verbs import Ask
from app.core.words import say
from app.core.writing import write
from app.extensions import db

VERB = "print"


class PrintPages(BaseView):
    """`/print/<table>/<id>`: the usual layout, or `?layout=`, or an earlier `?version=` of it."""

    route_base = "/print"
    class_permission_name = "print"

    @expose("/<table>/<int:row_id>")
    @signed_in
    def paper(self, table: str, row_id: int) -> Response:
        register = _register(table)
        if not may_print(register):
            raise Forbidden()
        chosen = _chosen(table)
        made = paper_of(db.session, register, row_id, chosen.body)
        _tell(register, made, chosen)
        return pdf(made.pdf)


def may_print(register: type[Declaration]) -> bool:
    """Where the register's papers have a right of their own it is asked for; else whoever reads prints what they read."""
    return may(here.me(), "print" if register.printed else "read", register.table())


def _chosen(table: str) -> Layout:
    key, version = request.args.get("layout", ""), request.args.get("version", "")
    usual = layouts.of_register(table)
    if not key and not usual:
        raise NotFound()
    number = int(version) if version.isdigit() and len(version) < 6 else None
    found = layouts.version_of(db.session, key or usual[0].key, number)
    if found.table != table:
        raise NotFound()
    return found


def _tell(register: type[Declaration], made: Paper, by: Layout) -> None:
    """That it was printed: by which version of which layout, of which version of the record."""
    table, seen = register.table(), made.seen
    _tell_seen(register, made)
    label, version = (
        seen.shown(register.model.__label__) if register.model.__label__ in seen.columns else "",
        seen.version,
    )
    write(db.session, lambda: journal.add(
        db.session, VERB, table=table, row_id=seen.id, label=label, layout=by.name, layout_key=by.key,
        layout_version=by.version, row_version=version,
    ))  # fmt: skip


def _tell_seen(register: type[Declaration], made: Paper) -> None:
    """Who saw personal data in full, of the record and of the rows in its tables."""
    viewing.tell(db.session, register.table(), made.seen)
    for child, rows in made.children.items():
        viewing.tell(db.session, child, *rows)


def _register(table: str) -> type[Declaration]:
    register = register_of(table)
    if register is None:
        raise NotFound()
    return register


class LayoutPages(BaseView):
    route_base = "/print_layout"
    class_permission_name = layouts.TABLE
    label, icon, needed = say("打印版式", "Print layouts"), "printer", "manage"

    @expose("/")
    @door("manage")
    def index(self) -> str:
        found = sorted(
            layouts.newest(db.session), key=lambda each: (each.archived, each.table, not each.usual, each.id)
        )
        registers = {table: each.title() for table, each in all_registers().items()}
        return render_template("printing/index.html", found=found, registers=registers)

    @expose("/new", methods=["GET", "POST"])
    @door("manage")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        register = _register(request.values.get("table", ""))
        return (
            self._saved(register, None)
            if request.method == "POST"
            else self._form(register, None, _suggested(register))
        )

    @expose("/<key>", methods=["GET", "POST"])
    @door("manage")
    def edit(self, key: str) -> AnyResponse | str | tuple[str, int]:
        found = layouts.version_of(db.session, key)
        register = _register(found.table)
        return self._saved(register, found) if request.method == "POST" else self._form(register, found, _given(found))

    @expose("/<key>/<any(archive,restore):what>", methods=["POST"])
    @door("manage")
    def keep_or_not(self, key: str, what: str) -> AnyResponse:
        layouts.archive(db.session, key, back=what == "restore")
        return redirect("/print_layout/")

    @expose("/<key>/paper")
    @door("manage")
    def again(self, key: str) -> AnyResponse | tuple[str, int]:
        """A paper made again: by an earlier version, of a record by its number."""
        version = request.args.get("version", "")
        found = layouts.version_of(db.session, key, int(version) if version.isdigit() and len(version) < 6 else None)
        register = _register(found.table)
        try:
            row_id = _record(register, request.args.get("record", ""))
        except Faulty:
            raise NotFound() from None
        return redirect(f"/print/{found.table}/{row_id}?layout={key}&version={found.version}")

    @expose("/preview", methods=["POST"])
    @door("manage")
    def preview(self) -> Response | tuple[str, int]:
        """Of what stands in the form, with a record that the admin reaches."""
        register = _register(request.form.get("table", ""))
        key = request.form.get("key", "")
        try:
            wanted = layouts.read(register, request.form)
            made = paper_of(db.session, register, _record(register, request.form.get("record", "")), wanted.body)
        except Faulty as faulty:
            found = layouts.version_of(db.session, key) if key else None
            return self._form(register, found, request.form, faults_of(faulty)), 422
        _tell_seen(register, made)
        return pdf(made.pdf)

    def _saved(self, register: type[Declaration], found: Layout | None) -> AnyResponse | tuple[str, int]:
        seen = request.form.get("seen", "")
        try:
            wanted = layouts.read(register, request.form)
            key = layouts.keep(
                db.session, register, wanted, found.key if found else "", seen=int(seen) if seen.isdigit() else 0
            )
        except Faulty as faulty:
            return self._form(register, found, request.form, faults_of(faulty)), 422
        flash(str(say("已保存，立即可以打印。", "Saved; it prints from now on.")), "success")
        return redirect(f"/print_layout/{key}")

    def _form(
        self, register: type[Declaration], found: Layout | None, given: Any, faults: dict[str, str] | None = None
    ) -> str:
        return render_template(
            "printing/form.html", register=register, found=found, given=given, faults=faults or {}, papers=layouts.PAPERS,
            spots=layouts.printable(register), versions=layouts.versions(db.session, found.key) if found else [],
            children=[(other, f"{other.table()}.{relation}", layouts.printable(other)) for other, relation in layouts.children_of(register)],
        )  # fmt: skip

    def typed_words(self, _: str) -> Mapping[str, Any]:
        """What the fields of these forms are called, where they are given back (core/keeping.py)."""
        long = LongText(size=2000)
        return {
            "name": Ask(Text(size=40), say("名称", "Name")), "title": Ask(Text(size=80), say("标题", "Headline")),
            "above": Ask(long, say("上方文字", "Text above")), "below": Ask(long, say("下方文字", "Text below")),
            "signatures": Ask(LongText(size=200), say("签字栏", "Signature lines")),
        }  # fmt: skip


def _suggested(register: type[Declaration]) -> dict[str, str]:
    """A new layout starts with what the list shows."""
    known = layouts.printable(register)
    fields = [name for name in register.listed() if name in known]
    return _form_of(Body(str(register.word()), fields=tuple(fields))) | {
        "name": str(register.word()),
        "table": register.table(),
    }


def _given(found: Layout) -> dict[str, str]:
    return _form_of(found.body) | {"name": found.name, "usual": "1" if found.usual else ""}


def _form_of(body: Body) -> dict[str, str]:
    """As the form has it."""
    given = {f"f:{name}": str(place) for place, name in enumerate(body.fields, start=1)}
    for each in body.children:
        given |= {
            f"k:{each.table}.{each.relation}:{name}": str(place) for place, name in enumerate(each.fields, start=1)
        }
    return given | {
        "title": body.title, "paper": body.paper, "landscape": "1" if body.landscape else "",
        "letterhead": "1" if body.letterhead else "", "columns": str(body.columns), "above": body.above, "below": body.below,
        "signatures": "\n".join(body.signatures),
    }  # fmt: skip


def _record(register: type[Declaration], asked: str) -> int:
    """The record of this number, or the newest in reach. Raises Faulty."""
    model = register.model
    query = select(model.id).order_by(model.id.desc()).limit(1)
    if asked.strip():
        query = query.where(placed_label(model) == asked.strip()[:64])
    found = db.session.execute(query).scalar()
    if found is None:
        raise Faulty(
            {"record": say("没有这条记录，或不在您的数据范围内。", "No such record, or not within your reach.")}
        )
    return int(found)
