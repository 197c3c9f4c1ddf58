"""Entering and editing by hand: the form, two people at one record, what a relation offers."""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, once, saving, viewing
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import NotAllowed
from app.core.doors import door, signed_in
from app.core.pages.answering import Answering, faults_of, labels_of, refused_status
from app.core.reading import Seen, read_one
from app.core.record import fields
from app.core.verbs import Act, verb_named
from app.core.words import say
from app.extensions import db


class FormPages(Answering):
    """One write path for all of them: `core/saving.py`."""

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


def _differs(current: Seen, spot: Any, given: Mapping[str, Any]) -> bool:
    if spot.name not in given or spot.name not in current.columns or spot.many:
        return False
    return str(given[spot.name] or "") != current.typed(spot.name) and not (
        current.is_masked(spot.name) and given[spot.name] in ("", None)
    )
