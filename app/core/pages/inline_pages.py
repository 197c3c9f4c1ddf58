"""Children edited in place: a row of a related register, on the page of the record it belongs to.

A row is asked for as fields, and comes back as a row when it is saved. It goes the same way as the
form (`core/saving.py`): the same rights, the same checks, the same three-way merge; faults stand in
their cells. Without JavaScript the pencil leads to the form.
"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import mattering, merging, once, saving
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.doors import door
from app.core.pages.answering import faults_of, refused_status
from app.core.pages.form_pages import Filled, FormPages
from app.core.reading import Seen, columns_for, read_one
from app.core.record import Field
from app.core.words import say
from app.extensions import db

#: a row of more fields than this is entered on the form, where there is room for them
MOST_FIELDS = 6


class InlinePages(FormPages):
    """`of`: the relation to the parent, which the row keeps and does not show."""

    @classmethod
    def edited_in_place(cls) -> bool:
        """Whether rows of this register may be edited on their parent's page."""
        return cls.inline and cls.entered_by_hand and cls.form_template == "form.html"

    @classmethod
    def added_in_place(cls, relation: str) -> bool:
        """Whether a row may be entered there: every field it has to have fits into a row."""
        spots = [spot for spot in saving.writable(cls, editing=False) if spot.name != relation]
        return cls.edited_in_place() and len(spots) <= MOST_FIELDS and not any(spot.many for spot in spots)

    @expose("/inline", methods=["GET", "POST"])
    @door("add")
    def add_in_place(self) -> AnyResponse | str | tuple[str, int]:
        relation = request.values.get("of", "")
        if relation not in self.typed_in() or not self.added_in_place(relation):
            raise NotFound()
        parent = request.values.get(relation, "")
        if request.method == "GET":
            return self._cells(None, relation, Filled({relation: parent}))
        given = {**self._given(request.form, editing=False), relation: parent}
        try:
            row_id = saving.create(db.session, type(self), given, token=request.form.get(once.FIELD))
        except (Faulty, NotAllowed, Forbidden) as refused:
            return self._cells(None, relation, Filled(given, faults_of(refused))), refused_status(refused)
        return self._row(row_id, relation)

    @expose("/<int:row_id>/inline", methods=["GET", "POST"])
    @door("edit")
    def edit_in_place(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        relation = request.values.get("of", "")
        if not self.edited_in_place():
            raise NotFound()
        if request.method == "GET":
            if "cancel" in request.args:
                return self._row(row_id, relation)
            return self._cells(row_id, relation, self._opened(row_id))
        shown = {spot.name for spot in self._spots(relation, editing=True)}
        given = {name: held for name, held in self._given(request.form, editing=True).items() if name in shown}
        version = request.form.get(merging.VERSION, type=int)
        opened = merging.unseal(type(self), row_id, request.form.get(merging.FIELD, ""))
        try:
            saving.edit(db.session, type(self), row_id, given, version=version, opened=opened)
        except Conflict as conflict:
            return self._cells_of_both(row_id, relation, given, conflict), 409
        except (Faulty, NotAllowed, Forbidden) as refused:
            stands = self._as_it_stands(row_id, self._raw(row_id))
            filled = Filled(
                {**stands.given, **given},
                faults_of(refused),
                version,
                request.form.get(merging.FIELD, ""),
                stands.masked,
            )
            return self._cells(row_id, relation, filled), refused_status(refused)
        return self._row(row_id, relation)

    def _cells_of_both(self, row_id: int, relation: str, given: Mapping[str, Any], conflict: Conflict) -> str:
        """Both changed the same cell: theirs is told there, mine stays typed; saved again it counts."""
        stands = self._as_it_stands(row_id, self._raw(row_id))
        shown = self._seen_columns(row_id, "")
        faults = {
            name: str(
                say(
                    "别人刚改为「{v}」；再按保存即以您的为准。", "Now “{v}”; save again for yours.", v=shown.shown(name)
                )
            )
            for name in conflict.fields or given
            if name in shown.columns
        }
        return self._cells(
            row_id, relation, Filled({**stands.given, **given}, faults, stands.version, stands.was, stands.masked)
        )

    def _spots(self, relation: str, *, editing: bool) -> list[Field]:
        """The fields of the row: those of its columns that may be typed; of a new one all that may."""
        spots = {spot.name: spot for spot in saving.writable(type(self), editing=editing) if spot.name != relation}
        if not editing:
            return list(spots.values())
        return [spots[name] for name in self.listed() if name in spots and not spots[name].many]

    def _cells(self, row_id: int | None, relation: str, filled: Filled) -> str:
        spots = self._spots(relation, editing=row_id is not None)
        columns = columns_for(self.model, [name for name in self.listed() if name != relation])
        seen = self._seen_columns(row_id, relation) if row_id else None
        return render_template(
            "parts/cells.html", register=type(self), row_id=row_id, relation=relation, spots=spots, filled=filled,
            columns=columns, row=seen, labels=self._chosen_labels(spots, filled.given), token=once.new_token(),
            given=filled.given, faults=filled.faults, masked=filled.masked,
            whens=mattering.whens(mattering.conditions(type(self)), (spot.name for spot in spots)), parent=filled.given.get(relation, ""),
        )  # fmt: skip

    def _row(self, row_id: int, relation: str) -> str:
        row = self._seen_columns(row_id, relation)
        return render_template("parts/row.html", register=type(self), row=row, relation=relation)

    def _seen_columns(self, row_id: int, relation: str) -> Seen:
        wanted = [name for name in self.listed() if name != relation]
        seen = read_one(db.session, self.model, row_id, wanted)
        if seen is None:
            raise NotFound()
        return seen
