"""The pages of every register: list, form, record, verbs, import, export.

`Declaration` says what a table's pages are; here they are served. No rule and no right is
decided here: each page asks the gate, the rights and the runner.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import (
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import files, gate, here, once, revealing, saving, viewing, waiting
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.declaration import Declaration, names, register_of
from app.core.doors import door, signed_in
from app.core.exporting import Export
from app.core.importing import bring_in, wanted_columns
from app.core.kinds import LongText
from app.core.listing import Listing
from app.core.reading import Seen, columns_for, read_one
from app.core.record import fields, table_named
from app.core.rights import may
from app.core.runner import run, why_not, would
from app.core.sheets import LARGEST_FILE
from app.core.verbs import Act, Ask, Verb, verb_named, verbs_of
from app.core.words import Say, say
from app.extensions import db

FAULTS_SHOWN = 200
REASON_TO_REVEAL = Ask(LongText(size=200), say("查看原因", "Reason"), name="reason")


class Register(Declaration):
    """Flask-AppBuilder's BaseView with this house's habits; the base of every register."""

    # --- list -------------------------------------------------------------------------------

    @expose("/")
    @door("read")
    def index(self) -> str:
        listing = Listing(type(self))
        asked = listing.asked(request.args)
        page = listing.page(db.session, asked)
        partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        return render_template(
            "list_rows.html" if partial else "list.html",
            register=type(self), listing=listing, asked=asked, page=page, tabs=self._tabs(asked),
            bulk=self._bulk_verbs(), may=self._may, chosen_labels=_chosen_in_address,
        )  # fmt: skip

    def _may(self, verb: str) -> bool:
        return may(here.me(), verb, self.table())

    def _bulk_verbs(self) -> list[Verb]:
        return [verb for verb in verbs_of(self.table()).values() if self._may(verb.name)]

    def _tabs(self, asked: Any) -> list[dict[str, Any]]:
        """One tab per state, where the table has states."""
        state = self.fields().get("state")
        if state is None or not hasattr(state.kind, "options"):
            return []
        chosen = {c.raw for c in asked.conditions if c.key == "state"}
        return [{"value": value, "label": label, "active": value in chosen} for value, label in state.kind.options]

    # --- record -----------------------------------------------------------------------------

    @expose("/<int:row_id>")
    @door("read")
    def show(self, row_id: int) -> str:
        return self._record_page(row_id)

    def _record_page(self, row_id: int, **extra: Any) -> str:
        row = self._seen(row_id)
        viewing.tell(db.session, self.table(), row)
        raw = self._raw(row_id)
        act = Act(db.session, here.me())
        with here.in_whole_sight():
            parts = self.parts(raw, act)
        return render_template(
            "record.html", register=type(self), row=row, verbs=self._verbs_with_blockers(raw, act),
            parts=parts, related=self._related(row_id), history=self._history(row_id),
            edit_blockers=saving.edit_blockers(type(self), raw, act) if self._may("edit") else None,
            may=self._may, papers=self._papers(row), files=self._files(row, raw), **extra,
        )  # fmt: skip

    def _files(self, row: Seen, raw: Any) -> list[dict[str, Any]]:
        """The scans of the record: whether there is one, and whether this person may open it."""
        found = []
        for spot in files.file_columns(type(self)):
            if spot.name in row.columns:
                kept, opens = row.values.get(spot.name), files.may_open(type(self), raw, spot.name)
                picture = opens and kept is not None and files.is_picture(db.session, kept)
                found.append({"spot": spot, "there": kept is not None, "open": opens, "picture": picture})
        return found

    def _papers(self, row: Seen) -> list[tuple[Say, str, str]]:
        """(label, address, icon) of what can be printed of this record."""
        if not self.printed or not self._may("print"):
            return []
        return [(say("打印", "Print"), f"/{self.table()}/{row.id}/print", "printer")]

    def _seen(self, row_id: int) -> Seen:
        seen = read_one(db.session, self.model, row_id, self.shown())
        if seen is None:
            raise NotFound()
        return seen

    def _raw(self, row_id: int) -> Any:
        found = gate.reachable(db.session, self.model, [row_id])
        if not found:
            raise NotFound()
        return found[0]

    def _verbs_with_blockers(self, raw: Any, act: Act) -> list[dict[str, Any]]:
        """Each verb this person has on the row, with the reasons why not, before it is pressed.
        Those that another state asks for come last, with that one reason (`off`)."""
        offered = []
        for verb in verbs_of(self.table()).values():
            if verb.many or not self._may(verb.name):
                continue
            off = verb.state_blockers(raw)
            offered.append({"verb": verb, "off": bool(off), "blockers": off or why_not(verb, raw, act)})
        return sorted(offered, key=lambda each: (each["off"], each["verb"].danger, not each["verb"].moves_on))

    def _related(self, row_id: int) -> list[dict[str, Any]]:
        """The related registers this person may read: their first rows, in their scope."""
        shown = []
        for each in names(self.related):
            table, _, relation = each.partition(".")
            other = register_of(table)
            if other is None or not may(here.me(), "read", table):
                continue
            listing = Listing(other, [name for name in other.listed() if name != relation])
            if relation not in {*listing.usable}:
                listing.usable |= {c.name: c for c in columns_for(other.model, [relation])}
            asked = listing.asked({relation: str(row_id), "size": "20"})
            page = listing.page(db.session, asked, count=False)
            shown.append({"register": other, "relation": relation, "page": page})
        return shown

    def _history(self, row_id: int) -> list[Any]:
        from app.core.history import history_of

        return history_of(db.session, self.model, row_id)

    # --- forms ------------------------------------------------------------------------------

    @expose("/new", methods=["GET", "POST"])
    @door("add")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        if not self.entered_by_hand:
            raise NotFound()
        if request.method == "GET":
            return self._form(None, dict(request.args.items()), {})
        given = self._given(editing=False)
        try:
            row_id = saving.create(db.session, type(self), given, token=request.form.get(once.FIELD))
        except (Faulty, NotAllowed, Forbidden) as refused:
            return self._form(None, given, faults_of(refused)), refused_status(refused)
        flash(str(say("已保存。", "Saved.")), "success")
        if request.form.get("then") == "new":
            return redirect(url_for(".new"))
        return redirect(url_for(".show", row_id=row_id))

    @expose("/<int:row_id>/edit", methods=["GET", "POST"])
    @door("edit")
    def edit(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        if request.method == "GET":
            row = self._seen(row_id)
            viewing.tell(db.session, self.table(), row)
            blocked = saving.edit_blockers(type(self), self._raw(row_id), Act(db.session, here.me()))
            faults = {"": "".join(str(each.message) for each in blocked)} if blocked else {}
            return self._form(row_id, self._typed(row_id), faults, version=row.version)
        given = self._given(editing=True)
        version = request.form.get("version", type=int)
        try:
            saving.edit(db.session, type(self), row_id, given, version=version)
        except Conflict as conflict:
            return self._conflict(row_id, given, conflict), 409
        except (Faulty, NotAllowed) as refused:
            faults = faults_of(refused)
            return self._form(row_id, given, faults, version=version), refused_status(refused)
        flash(str(say("已保存。", "Saved.")), "success")
        return redirect(url_for(".show", row_id=row_id))

    def _given(self, *, editing: bool) -> dict[str, Any]:
        """What the form holds, by field; an unticked box is a no."""
        given: dict[str, Any] = {}
        for spot in saving.writable(type(self), editing=editing):
            if spot.many:
                given[spot.name] = request.form.getlist(spot.name)
            elif spot.kind.widget == "checkbox":
                given[spot.name] = "1" if request.form.get(spot.name) else "0"
            elif spot.name in request.form:
                given[spot.name] = request.form[spot.name]
        return given

    def _typed(self, row_id: int) -> dict[str, Any]:
        wanted = [spot.name for spot in saving.writable(type(self), editing=True)]
        seen = read_one(db.session, self.model, row_id, wanted)
        if seen is None:
            raise NotFound()
        return {
            name: [str(link.id) for link in seen.values[name]] if column.field.many else seen.typed(name)
            for name, column in seen.columns.items()
        }

    def _form(
        self, row_id: int | None, given: Mapping[str, Any], faults: Mapping[str, str], *, version: int | None = None
    ) -> str:
        spots = saving.writable(type(self), editing=row_id is not None)
        return render_template(
            self.form_template, **self.form_context(row_id, given), register=type(self), row_id=row_id, spots=spots, given=given, faults=faults,
            version=version, labels=self._chosen_labels(spots, given), masked=self._masked(row_id),
            token=request.form.get(once.FIELD) or once.new_token(),
        )  # fmt: skip

    def _masked(self, row_id: int | None) -> dict[str, str]:
        """Fields of which the person sees a part only: shown as a hint, kept when left empty."""
        if row_id is None:
            return {}
        wanted = [spot.name for spot in saving.writable(type(self), editing=True) if not spot.many]
        seen = read_one(db.session, self.model, row_id, wanted)
        return {n: seen.shown(n) for n in seen.columns if seen.is_masked(n)} if seen else {}

    def _chosen_labels(self, spots: Any, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """relation -> id -> label, for what is chosen already: a form never loads a table."""
        return {
            spot.name: labels_of(spot.kind.table, given.get(spot.name))
            for spot in spots
            if spot.is_relation and given.get(spot.name)
        }

    def _conflict(self, row_id: int, given: Mapping[str, Any], conflict: Conflict) -> str:
        current = self._seen(row_id)
        spots = saving.writable(type(self), editing=True)
        differing = [spot for spot in spots if _differs(current, spot, given)]
        return render_template(
            "conflict.html", register=type(self), row=current, row_id=row_id, given=given,
            spots=spots, differing=differing, labels=self._chosen_labels(spots, given),
        )  # fmt: skip

    @expose("/<int:row_id>/delete", methods=["POST"])
    @door("delete")
    def delete(self, row_id: int) -> AnyResponse:
        saving.delete(db.session, type(self), row_id)
        flash(str(say("已删除。", "Deleted.")), "success")
        return redirect(url_for(".index"))

    @expose("/options/<name>")
    @signed_in
    def options(self, name: str) -> AnyResponse:
        """The typeahead of a relation: of a form's field, or with `verb` of a parameter."""
        verb = verb_named(self.table(), request.args.get("verb", ""))
        spot: Any = verb.asks.get(name) if verb else fields(self.model).get(name)
        allowed = self._may(verb.name) if verb else self._may("add") or self._may("edit") or self._may("read")
        if not allowed:
            raise Forbidden()
        if spot is None or spot.kind.widget != "relation":
            raise NotFound()
        return jsonify(saving.options(db.session, spot, request.args.get("q", "")))

    # --- files ------------------------------------------------------------------------------

    @expose("/<int:row_id>/file/<column>", methods=["GET", "POST"])
    @door("read")
    def file(self, row_id: int, column: str) -> AnyResponse | tuple[str, int]:
        """The scan of a record: opened by GET, kept by POST."""
        if request.method == "GET":
            return file_response(type(self), row_id, column)
        try:
            files.attach(db.session, type(self), row_id, column, sent_file())
        except (Faulty, NotAllowed) as refused:
            faults = {column: next(iter(faults_of(refused).values()))}
            return self._record_page(row_id, file_faults=faults), refused_status(refused)
        flash(str(say("附件已保存。", "The file is kept.")), "success")
        return redirect(_back() or url_for(".show", row_id=row_id))

    # --- verbs ------------------------------------------------------------------------------

    @expose("/<int:row_id>/<verb_name>", methods=["GET", "POST"])
    @signed_in
    def verb(self, row_id: int, verb_name: str) -> AnyResponse | str | tuple[str, int]:
        verb = self._verb(verb_name)
        return self._do(verb, [row_id]) if request.method == "POST" else self._dialog(verb, [row_id])

    @expose("/do/<verb_name>", methods=["GET", "POST"])
    @signed_in
    def verbs(self, verb_name: str) -> AnyResponse | str | tuple[str, int]:
        """A verb on several rows: one act for a verb on many, one act a row otherwise."""
        verb = self._verb(verb_name)
        ids = _ids(request.values.getlist("ids"))
        if not ids:
            raise NotFound(say("请先勾选要办理的记录。", "Tick the records first."))
        if request.method == "GET":
            return self._dialog(verb, ids)
        return self._do(verb, ids) if verb.many else self._do_each(verb, ids)

    def _verb(self, name: str) -> Verb:
        verb = verb_named(self.table(), name)
        if verb is None:
            raise NotFound()
        if not self._may(verb.name):
            raise Forbidden()
        return verb

    def _dialog(
        self, verb: Verb, ids: Any, given: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None,
        blockers: Any = None,
    ) -> str:  # fmt: skip
        """The verb's page: what is asked for, what may be chosen, and every reason why not."""
        act = Act(db.session, here.me())
        if verb.many or len(ids) == 1:
            answer = would(db.session, verb, ids)
            verdicts = []
            with here.in_whole_sight():
                defaults = {} if verb.many else verb.defaults(self._raw(ids[0]), act)
        else:
            verdicts = self._verdicts(verb, ids)
            answer, defaults = {"allowed": True, "blockers": [], "choices": {}}, {}
        asked = (
            {name: request.args[name] for name in verb.asks if name in request.args} if request.method == "GET" else {}
        )
        given = {**{k: _typed_default(verb, k, v) for k, v in defaults.items()}, **asked, **(given or {})}
        spots = list(verb.asks.values())
        return render_template(
            verb.template if len(ids) == 1 else Verb.template, register=type(self), verb=verb, ids=ids, row=self._seen(ids[0]) if len(ids) == 1 else None,
            spots=spots, given=given, faults=faults or {}, labels=self._chosen_labels_of(spots, given),
            blockers=answer["blockers"] if blockers is None else blockers, choices=answer["choices"],
            verdicts=verdicts, token=once.new_token(),
        )  # fmt: skip

    def _chosen_labels_of(self, spots: Any, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        return {
            spot.name: labels_of(spot.kind.table, given.get(spot.name))
            for spot in spots
            if spot.kind.widget == "relation" and given.get(spot.name)
        }

    def _verdicts(self, verb: Verb, ids: Any) -> list[dict[str, Any]]:
        """Before many are done: which rows would go, and why the others not."""
        verdicts = []
        for row_id in ids:
            seen = self._seen(row_id)
            verdicts.append({"row": seen, "label": self._label(seen), **would(db.session, verb, [row_id])})
        return verdicts

    def _label(self, seen: Seen) -> str:
        name = self.model.__label__
        return seen.shown(name) if name in seen.columns else str(seen.id)

    def _do(self, verb: Verb, ids: Any) -> AnyResponse | str | tuple[str, int]:
        given = self._params_given(verb)
        try:
            outcome = run(
                db.session, verb, ids, given,
                version=request.form.get("version", type=int), token=request.form.get(once.FIELD),
            )  # fmt: skip
        except NotAllowed as refused:
            return self._dialog(verb, ids, given, blockers=refused.blockers), 422
        except Faulty as faulty:
            return self._dialog(verb, ids, given, faults=faults_of(faulty)), 422
        flash(str(say("已办理：{verb}。", "Done: {verb}.", verb=verb.label)), "success")
        return redirect(self._after(verb, ids, outcome))

    def _after(self, verb: Verb, ids: Any, outcome: Any) -> str:
        shown = register_of(outcome.table)
        if back := _back():
            return back
        if shown is not None and outcome.id and gate.reachable(db.session, shown.model, [outcome.id]):
            return f"/{outcome.table}/{outcome.id}"
        if gate.reachable(db.session, self.model, [ids[0]]):
            return f"/{self.table()}/{ids[0]}"
        return f"/{self.table()}/"  # the act has taken it out of this person's sight

    def _do_each(self, verb: Verb, ids: Any) -> tuple[str, int]:
        """One act a row; a receipt says what went, what did not, and why."""
        given = self._params_given(verb)
        token = request.form.get(once.FIELD)
        receipt = [self._try_one(verb, row_id, given, token) for row_id in ids]
        went = sum(1 for each in receipt if each["done"])
        page = render_template("receipt.html", register=type(self), verb=verb, receipt=receipt, went=went)
        return page, 200 if went else 422

    def _try_one(self, verb: Verb, row_id: int, given: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        line: dict[str, Any] = {"id": row_id, "label": str(row_id), "done": False, "blockers": [], "message": ""}
        try:
            line["label"] = self._label(self._seen(row_id))
            run(db.session, verb, [row_id], given, token=f"{token}.{row_id}" if token else None)
        except NotAllowed as refused:
            return {**line, "blockers": refused.blockers}
        except Faulty as faulty:
            return {**line, "message": " ".join(str(each) for each in faulty.faults.values())}
        except (NotFound, Conflict, Forbidden) as refused_too:
            return {**line, "message": str(refused_too.message)}
        return {**line, "done": True}

    def _params_given(self, verb: Verb) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, each in verb.asks.items():
            if getattr(each.kind, "many", False):
                given[name] = request.form.getlist(name)
            elif each.kind.widget == "checkbox":
                given[name] = "1" if request.form.get(name) else "0"
            elif name in request.form:
                given[name] = request.form[name]
        return given

    # --- seeing a masked value ---------------------------------------------------------------

    @expose("/<int:row_id>/reveal/<name>", methods=["GET", "POST"])
    @door(revealing.VERB)
    def reveal(self, row_id: int, name: str) -> AnyResponse | str | tuple[str, int]:
        spot = revealing.revealable(type(self), name)
        if request.method == "GET":
            return self._reveal_page(row_id, spot, {})
        try:
            value = revealing.reveal(db.session, type(self), row_id, name, request.form.get("reason"))
        except Faulty as faulty:
            return self._reveal_page(row_id, spot, faults_of(faulty)), 422
        return self._record_page(row_id, revealed={"label": spot.label, "value": value})

    def _reveal_page(self, row_id: int, spot: Any, faults: Mapping[str, str]) -> str:
        return render_template(
            "reveal.html", register=type(self), row=self._seen(row_id), spot=spot, faults=faults,
            given=request.form, ask=REASON_TO_REVEAL,
        )  # fmt: skip

    # --- import -----------------------------------------------------------------------------

    @expose("/import", methods=["GET", "POST"])
    @door("import")
    def import_(self) -> AnyResponse | str | tuple[str, int]:
        """Upload, look at what was found, import. The file waits; it is sent only once."""
        if not self.imported():
            raise NotFound()
        if request.method == "GET":
            return self._import_page()
        token = request.form.get("token", "")
        try:
            if token:
                return self._import_waiting(token)
            sent = request.files.get("file")
            if sent is None or not sent.filename:
                raise Faulty({"file": say("请选择文件。", "Choose a file.")})
            data = sent.stream.read(LARGEST_FILE + 1)
            answer = bring_in(db.session, type(self), sent.filename, data, dry_run=True)
        except Faulty as faulty:
            return self._import_page(faults=faults_of(faulty)), 422
        token = "" if answer.faulty else waiting.keep(sent.filename, data)
        return self._import_page(answer=answer, token=token, name=sent.filename), 422 if answer.faulty else 200

    def _import_waiting(self, token: str) -> AnyResponse | tuple[str, int]:
        name, data = waiting.take(token)
        answer = bring_in(db.session, type(self), name, data)
        if answer.faulty:
            return self._import_page(answer=answer, name=name), 422
        waiting.drop(token)
        flash(str(say("已导入 {n} 行。", "{n} rows imported.", n=answer.rows)), "success")
        return redirect(url_for(".index"))

    def _import_page(self, **found: Any) -> str:
        columns = wanted_columns(type(self))
        found = {"faults": {}, "answer": None, "token": "", "name": "", **found}
        return render_template("import.html", register=type(self), columns=columns, most=FAULTS_SHOWN, **found)

    @expose("/import/template")
    @door("import")
    def import_template(self) -> AnyResponse:
        """An empty file with the right header."""
        header = ",".join(str(spot.label) for spot, _ in wanted_columns(type(self)))
        answer = Response(f"\ufeff{header}\r\n", content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.table()}-template.csv"'
        return answer

    # --- export -----------------------------------------------------------------------------

    @expose("/export")
    @door("export")
    def export(self) -> AnyResponse:
        return export_response(type(self), request.args)


def export_response(
    register: type[Declaration], args: Mapping[str, Any], asked: Callable[[Listing], Any] | None = None
) -> AnyResponse:
    """The file, for pages and API alike; `asked` where the API has read the filters already."""
    export = Export(db.session, register, args, asked)
    stamp = here.in_house_time(here.now()).strftime("%Y%m%d-%H%M")
    taker = re.sub(r"[^\w.-]", "", here.me().username, flags=re.ASCII)
    name = f"{register.table()}-{stamp}-{taker}"  # a file that goes astray says whose it was
    if args.get("format") == "xlsx":
        return send_file(
            export.xlsx(), as_attachment=True, download_name=f"{name}.xlsx",
            mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )  # fmt: skip
    answer = Response(stream_with_context(export.csv()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def sent_file() -> bytes:
    """At most one byte more than is allowed."""
    sent = request.files.get("file")
    if sent is None:
        raise Faulty({"file": files.EMPTY})
    return sent.stream.read(files.LARGEST + 1)


def file_response(register: type[Declaration], row_id: int, column: str) -> AnyResponse:
    """The file as it is kept; never run by a browser, never stored by one."""
    stored, data = files.opened(db.session, register, row_id, column)
    answer = Response(data, content_type=stored.media_type)
    name = f"{register.table()}-{row_id}-{column}.{files.ENDING[stored.media_type]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def refused_status(refused: Exception) -> int:
    return getattr(refused, "status", 422)


def faults_of(refused: Exception) -> dict[str, str]:
    """field -> sentence, for the form; what concerns no field stands at the top."""
    if isinstance(refused, Faulty):
        return {name: str(fault) for name, fault in refused.faults.items()}
    if isinstance(refused, NotAllowed):
        return {"": "".join(f"{each.message}{each.fix}" for each in refused.blockers)}
    return {"": str(refused)}


def _back() -> str:
    """Where the person came from, when it is a page of ours; else empty."""
    back = request.values.get("back", "")
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else ""


def _differs(current: Seen, spot: Any, given: Mapping[str, Any]) -> bool:
    if spot.name not in given or spot.name not in current.columns or spot.many:
        return False
    return str(given[spot.name] or "") != current.typed(spot.name) and not (
        current.is_masked(spot.name) and given[spot.name] in ("", None)
    )


def _typed_default(verb: Verb, name: str, value: Any) -> Any:
    return value if name not in verb.asks else verb.asks[name].kind.typed(value)


def _ids(raw: list[str]) -> list[int]:
    """At most 500 ids, from repeated fields or a comma list; nonsense is passed over."""
    parts = [part for each in raw for part in each.split(",")]
    return list(dict.fromkeys(int(p) for p in parts if p.isdigit() and len(p) < 10))[:500]


def _chosen_in_address(spot: Any) -> dict[str, str]:
    """id -> label of what a relation's filter names."""
    chosen = request.args.get(spot.name, "")
    return labels_of(spot.kind.table, chosen.split(",")) if chosen and chosen != "me" else {}


def labels_of(table: str, chosen: Any) -> dict[str, str]:
    """id -> label of the chosen rows of a relation, within the person's scope."""
    from sqlalchemy import select

    target = table_named(table)
    if target is None:
        return {}
    ids = _ids([str(each) for each in (chosen if isinstance(chosen, (list, tuple)) else [chosen])])
    query = select(target.id, getattr(target, target.__label__)).where(target.id.in_(ids))
    return {str(key): str(label) for key, label in db.session.execute(query)}
