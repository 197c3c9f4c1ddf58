"""Editing in the list: one cell of a row, or one field of many rows."""

from typing import Any

from flask import jsonify, redirect, render_template, request
from flask_appbuilder import expose
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from app.core import changing, here, merging, offering, once, saving, viewing
from app.core.answers import Conflict, Faulty, NotFound
from app.core.blockers import NotAllowed
from app.core.doors import door
from app.core.kinds import Relation
from app.core.look import NOTHING, along, cell
from app.core.pages.answering import Answering, faults_of, ids_in, labels_of, refused_status
from app.core.reading import Seen, read_one
from app.core.receipts import changing as many
from app.core.receipts import choosing, doing, putting_back
from app.core.receipts.choosing import LOOKED_AT, Chosen
from app.core.receipts.table import How
from app.core.record import Field
from app.core.rights import READ, WRITE
from app.core.sent import sent_of
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db


class CellPages(Answering):
    """The same write path as the form's: `core/saving.py`."""

    @expose("/<int:row_id>/cell/<name>", methods=["GET", "POST"])
    @door("edit")
    def cell(self, row_id: int, name: str) -> AnyResponse | str | tuple[str, int]:
        """GET: the cell as a field. POST: the cell as it stands then, or the field with its fault. With `seen`,
        what the page showed, the value is pasted or put back, and no field was opened for it."""
        spot = self._cell_spot(name)
        row, raw = self._cell_row(row_id, name), self._raw(row_id)
        if request.method == "GET":
            blocked = saving.edit_blockers(type(self), raw, Act(db.session, here.me()))
            return self._cell_form(row, spot, row.typed(name), blockers=blocked), 422 if blocked else 200
        stood = merging.opened_on(type(self), raw, [spot])
        typed, is_put = request.form.get("text", ""), "seen" in request.form
        opened = stood if is_put else merging.unseal(type(self), row_id, request.form.get(merging.FIELD, ""))
        version = opened.version if opened else row.version
        try:
            typed = self._put_value(raw, spot) if is_put else _value_in(spot)
            if is_put and not _shows(row, name, request.form["seen"]):
                raise Conflict(yours=version, theirs=version)
            saving.edit(db.session, type(self), row_id, {name: typed}, version=version, opened=opened)
        except Conflict as conflict:
            return self._cell_form(self._cell_row(row_id, name), spot, typed, conflict=conflict), 409
        except (Faulty, NotAllowed) as refused:
            told = faults_of(refused)
            fault = told.get(name) or " ".join(told.values())
            return self._cell_form(row, spot, typed, fault=fault), refused_status(refused)
        return self._cell_saved(row_id, name, stood)

    def _put_value(self, raw: Any, spot: Field) -> str:
        """As the form would send it: what stood there before, or what a text means."""
        if back := request.form.get("back"):
            opened = merging.unseal(type(self), raw.id, back)
            held = opened.values.get(spot.name) if opened else None
            if held is None or merging.is_hashed(held):
                raise Faulty({spot.name: say("这一步已不能撤回。", "This can't be taken back any more.")})
            return str(held)
        text = request.form.get("text", "").strip()
        if not isinstance(spot.kind, Relation) or not text:
            return text
        within = getattr(raw, self.fields()[spot.kind.within].attribute) if spot.kind.within else None
        found = [each for each in offering.options(db.session, spot, text, within=within) if each["label"] == text]
        if len(found) != 1:
            raise Faulty({spot.name: say("没有叫“{t}”的可选项。", "There is no choice called “{t}”.", t=text[:40])})
        return str(found[0]["id"])

    def _cell_saved(self, row_id: int, name: str, stood: merging.Opened) -> AnyResponse:
        """The cell; for a script that can take it back, with what stood there before."""
        drawn = cell(self._cell_row(row_id, name), name)
        markup = "" if drawn is NOTHING else str(escape(drawn))
        if "told" not in request.form:
            return AnyResponse(markup, mimetype="text/html")
        return jsonify({"cell": markup, "was": merging.seal(type(self), row_id, stood)})

    def _cell_spot(self, name: str) -> Field:
        if name not in self.edited_here():  # type: ignore[attr-defined]
            raise NotFound()
        return self.fields()[name]

    def _cell_row(self, row_id: int, name: str) -> Seen:
        row = read_one(db.session, self.model, row_id, [name])
        if row is None or name not in row.columns or row.columns[name].level not in (READ, WRITE):
            raise NotFound()
        return row

    def _cell_form(self, row: Seen, spot: Field, typed: str, **told: Any) -> str:
        """On what it is opened on, sealed as a form's (core/merging.py)."""
        labels = labels_of(spot.kind.table, typed) if spot.is_relation and typed.isdigit() else {}  # type: ignore[attr-defined]
        was = merging.seal(type(self), row.id, merging.opened_on(type(self), self._raw(row.id), [spot]))
        context = {"blockers": [], "conflict": None, "fault": "", "was": was, **told}
        return render_template(
            "cell_form.html", register=type(self), row=row, spot=spot, typed=typed, labels=labels, **context
        )  # fmt: skip

    @expose("/change", methods=["GET", "POST"])
    @door("edit")
    def change(self) -> AnyResponse | str | tuple[str, int]:
        """One field of the ticked rows, of all that match or of a receipt: choose, look at who would change, change."""
        spots = {spot.name: spot for spot in changing.changeable(type(self))}
        if not spots:
            raise NotFound()
        asked = request.form if request.method == "POST" else request.args
        rows = self._rows_asked(asked)
        wrote = many.field_of(rows.of) if rows.of is not None else None
        spot = spots.get(wrote[0].name if wrote else asked.get("field", ""))
        back = wrote is not None and (rows.how is How.UNDO or wrote[1] is None)
        if request.method == "POST" and asked.get("do") in ("change", "job", "rehearse"):
            return self._do_change(spot, rows, back)
        typed = {spot.name: sent_of(spot.kind, asked, spot.name)} if spot and spot.name in asked else {}
        given = {
            **dict(asked.items()),
            **typed,
            **({spot.name: wrote[1]} if spot and wrote and spot.name not in asked else {}),
        }
        faults: dict[str, str] = {}
        changes = None
        if spot is not None and (request.method == "POST" or wrote is not None):
            try:
                changes = self._foreseen(rows, spot, None if back else given.get(spot.name, _unticked(spot)))
                self._tell_of(spot, changes)
            except Faulty as faulty:
                faults = faults_of(faulty)
        page = render_template(
            "list_change.html", register=type(self), spots=list(spots.values()), spot=spot, ids=rows.ids, changes=changes,
            given=given, faults=faults, labels=_labels_of_value(spot, given), fields=rows.fields, how=rows.how, of=rows.of,
            back=back, by_job=rows.total > changing.CHANGE_CAP, said=rows.said, token=once.new_token(),
        )  # fmt: skip
        return page, 422 if faults else 200

    def _rows_asked(self, asked: Any) -> Chosen:
        """Those that a form names by row and version are ticked ones, too."""
        named = [str(pair[0]) for each in asked.getlist("rows")[: changing.CHANGE_CAP] if (pair := _pair(each))]
        ticked = ids_in(named or asked.getlist("ids"))
        return choosing.chosen_to_change(db.session, type(self), asked, ticked)

    def _foreseen(self, rows: Chosen, spot: Field, typed: str | None) -> list[changing.Change]:
        """All that are changed at once; of those that are left to a job, the first. Without a value, what each held."""
        ids = rows.ids[:LOOKED_AT] if rows.total > changing.CHANGE_CAP else rows.ids
        if typed is None:
            assert rows.of is not None
            undoes = doing.undoes_of(db.session, rows.of, rows.how, ids)
            known = {each: undoes[each] for each in ids if each in undoes}
            return putting_back.foreseen(db.session, type(self), spot, known)
        wanted = changing.for_all(changing.read_value(db.session, spot, typed))
        return changing.foreseen(db.session, type(self), ids, spot, wanted)

    def _tell_of(self, spot: Field, changes: list[changing.Change]) -> None:
        """That these rows' personal data was seen."""
        if spot.kind.personal:
            seen = [(each.id, [spot.name]) for each in changes if each.before or each.after]
            viewing.tell_of(db.session, self.table(), seen)

    def _do_change(self, spot: Field | None, rows: Chosen, back: bool) -> AnyResponse:
        """With a receipt: now, each row by itself and only as it was looked at; or by a job."""
        if spot is None:
            raise NotFound()
        versions = dict(pair for each in request.form.getlist("rows")[: changing.CHANGE_CAP] if (pair := _pair(each)))
        batch = many.begin(
            db.session, type(self), list(versions) or rows.ids, spot, None if back else _value_in(spot),
            request.form.get(once.FIELD), how=rows.how, of=rows.of, rehearsal=request.form["do"] == "rehearse",
            rest=rows.rest,
        )  # fmt: skip
        batch_id = batch.id
        if batch.job_id is not None:
            return redirect(f"/jobs/{batch.job_id}")
        many.carry_out(db.session, batch_id, versions=versions)
        return redirect(along(f"/receipts/{batch_id}"))


def _shows(row: Seen, name: str, seen: str) -> bool:
    """Whether a page that shows this text shows what stands."""
    drawn = cell(row, name)
    return "".join(seen.split()) == ("" if drawn is NOTHING else "".join(escape(drawn).striptags().split()))


def _value_in(spot: Field) -> str:
    return str(sent_of(spot.kind, request.form, spot.name, _unticked(spot)))


def _unticked(spot: Field) -> str:
    """What a form sends of a field that holds nothing."""
    return "0" if spot.kind.widget == "checkbox" else ""


def _labels_of_value(spot: Field | None, asked: Any) -> dict[str, dict[str, str]]:
    chosen = asked.get(spot.name) if spot is not None and spot.is_relation else None
    return {spot.name: labels_of(spot.kind.table, chosen)} if spot is not None and chosen else {}  # type: ignore[attr-defined]


def _pair(text: str) -> tuple[int, int] | None:
    """`"12.3"`: the row, and its version in the preview."""
    row_id, _, version = text.partition(".")
    fits = row_id.isdigit() and version.isdigit() and len(row_id) < 10 and len(version) < 10
    return (int(row_id), int(version)) if fits else None
