"""Editing in the list: one cell of a row, or one field of many rows."""

from typing import Any

from flask import redirect, render_template, request
from flask_appbuilder import expose
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from app.core import changing, here, merging, once, saving
from app.core.answers import Conflict, Faulty, NotFound, Refusal
from app.core.blockers import NotAllowed
from app.core.doors import door
from app.core.listing import ids_matching
from app.core.look import cell
from app.core.pages.answering import Answering, faults_of, ids_in, labels_of, refused_status
from app.core.reading import Seen, read_one
from app.core.receipts import changing as many
from app.core.receipts.choosing import LOOKED_AT, MOST, too_many
from app.core.record import Field
from app.core.rights import READ, WRITE
from app.core.verbs import Act
from app.core.words import say
from app.extensions import db


class CellPages(Answering):
    """The same write path as the form's: `core/saving.py`."""

    @expose("/<int:row_id>/cell/<name>", methods=["GET", "POST"])
    @door("edit")
    def cell(self, row_id: int, name: str) -> str | tuple[str, int]:
        """GET: the cell as a field. POST: the cell as it stands then, or the field with its fault."""
        spot = self._cell_spot(name)
        row, raw = self._cell_row(row_id, name), self._raw(row_id)
        if request.method == "GET":
            blocked = saving.edit_blockers(type(self), raw, Act(db.session, here.me()))
            return self._cell_form(row, spot, row.typed(name), blockers=blocked), 422 if blocked else 200
        typed = request.form.get(name, "0" if spot.kind.widget == "checkbox" else "")
        opened = merging.unseal(type(self), row_id, request.form.get(merging.FIELD, ""))
        version = opened.version if opened else row.version
        try:
            saving.edit(db.session, type(self), row_id, {name: typed}, version=version, opened=opened)
        except Conflict as conflict:
            return self._cell_form(self._cell_row(row_id, name), spot, typed, conflict=conflict), 409
        except (Faulty, NotAllowed) as refused:
            told = faults_of(refused)
            fault = told.get(name) or " ".join(told.values())
            return self._cell_form(row, spot, typed, fault=fault), refused_status(refused)
        return str(escape(cell(self._cell_row(row_id, name), name)))

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
        labels = labels_of(spot.kind.table, typed) if spot.is_relation and typed else {}  # type: ignore[attr-defined]
        was = merging.seal(type(self), row.id, merging.opened_on(type(self), self._raw(row.id), [spot]))
        context = {"blockers": [], "conflict": None, "fault": "", "was": was, **told}
        return render_template(
            "cell_form.html", register=type(self), row=row, spot=spot, typed=typed, labels=labels, **context
        )  # fmt: skip

    @expose("/change", methods=["GET", "POST"])
    @door("edit")
    def change(self) -> AnyResponse | str | tuple[str, int]:
        """One field of the ticked rows, or of all that match: choose, look at who would change, change."""
        spots = {spot.name: spot for spot in changing.changeable(type(self))}
        if not spots:
            raise NotFound()
        asked = request.form if request.method == "POST" else request.args
        if request.method == "POST" and asked.get("do") == "change":
            return self._changed(spots)
        spot = spots.get(asked.get("field", ""))
        ids = self._ids_asked(asked)
        if spot is not None and request.method == "POST" and asked.get("do") == "job":
            batch = many.begin(db.session, type(self), ids, spot, _value_in(spot), asked.get(once.FIELD))
            return redirect(f"/jobs/{batch.job_id}")
        faults: dict[str, str] = {}
        changes = None
        if spot is not None and request.method == "POST":
            try:
                changes = changing.foreseen(db.session, type(self), ids[: self._looked_at(ids)], spot, _value_in(spot))
            except Faulty as faulty:
                faults = faults_of(faulty)
        page = render_template(
            "list_change.html", register=type(self), spots=list(spots.values()), spot=spot, ids=ids, changes=changes,
            given=dict(asked.items()), faults=faults, labels=_labels_of_value(spot, asked), matching=asked.get("matching", ""),
            by_job=len(ids) > changing.CHANGE_CAP, token=once.new_token(),
        )  # fmt: skip
        return page, 422 if faults else 200

    @staticmethod
    def _looked_at(ids: list[int]) -> int:
        """All that are changed at once; of those that are left to a job, the first."""
        return LOOKED_AT if len(ids) > changing.CHANGE_CAP else len(ids)

    def _ids_asked(self, asked: Any) -> list[int]:
        """What was ticked, or all that match the list; more than may be changed at once is refused."""
        if matching := asked.get("matching", ""):
            ids = ids_matching(type(self), matching, MOST + 1)
            if len(ids) > MOST:
                raise Refusal(too_many(MOST))
            return ids
        ids = ids_in(asked.getlist("ids"))
        if not ids:
            raise NotFound(say("请先勾选要修改的记录。", "Tick the records first."))
        return ids

    def _changed(self, spots: dict[str, Field]) -> tuple[str, int]:
        spot = spots.get(request.form.get("field", ""))
        if spot is None:
            raise NotFound()
        rows = [pair for each in request.form.getlist("rows")[: changing.CHANGE_CAP] if (pair := _pair(each))]
        receipt = changing.change(db.session, type(self), rows, spot, _value_in(spot))
        went = sum(1 for each in receipt if not each.why)
        page = render_template("list_changed.html", register=type(self), spot=spot, receipt=receipt, went=went)
        return page, 200 if went or not receipt else 422


def _value_in(spot: Field) -> str:
    return request.form.get(spot.name, "0" if spot.kind.widget == "checkbox" else "")


def _labels_of_value(spot: Field | None, asked: Any) -> dict[str, dict[str, str]]:
    chosen = asked.get(spot.name) if spot is not None and spot.is_relation else None
    return {spot.name: labels_of(spot.kind.table, chosen)} if spot is not None and chosen else {}  # type: ignore[attr-defined]


def _pair(text: str) -> tuple[int, int] | None:
    """`"12.3"`: the row, and its version in the preview."""
    row_id, _, version = text.partition(".")
    fits = row_id.isdigit() and version.isdigit() and len(row_id) < 10 and len(version) < 10
    return (int(row_id), int(version)) if fits else None
