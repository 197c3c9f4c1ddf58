"""Pages of what an admin defines for a register and stops instead of deleting: a list of them, one to enter and one to change."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response as AnyResponse

from app.core.answers import Faulty, NotFound
from app.core.declaration import all_registers, register_of
from app.core.doors import door
from app.core.pages import faults_of
from app.core.words import Say, say
from app.extensions import db


def titles() -> dict[str, Say]:
    """Each register and what it is called, by that."""
    found = sorted(all_registers().values(), key=lambda each: str(each.title()))
    return {each.table(): each.title() for each in found}


class DefinedPages(BaseView):
    """`keeping`: the module that has its create, change and stop (core/defined.py)."""

    needed = "manage"
    model: Any
    keeping: Any

    def form(self, table: str, found: Any, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
        """The page: empty, as one stands, or as it was typed."""
        raise NotImplementedError

    def given(self, table: str) -> dict[str, Any]:
        """What was typed."""
        raise NotImplementedError

    def standing(self, found: Any) -> dict[str, Any]:
        """The same of one as it stands."""
        raise NotImplementedError

    def after(self, found: Any) -> str:
        """Where one goes once it is saved."""
        return f"{self.route_base}/"

    # --- what they share ----------------------------------------------------------------------

    @expose("/new", methods=["GET", "POST"])
    @door("manage")
    def new(self) -> AnyResponse | str | tuple[str, int]:
        table = request.values.get("table", "")
        if register_of(table) is None:
            raise NotFound()
        if request.method == "GET":
            return self.form(table, None, {}, {})
        try:
            found = self.keeping.create(db.session, self.given(table))
        except Faulty as faulty:
            return self.form(table, None, self.given(table), faults_of(faulty)), 422
        return self._done(found)

    @expose("/<int:row_id>", methods=["GET", "POST"])
    @door("manage")
    def edit(self, row_id: int) -> AnyResponse | str | tuple[str, int]:
        found = self._found(row_id)
        table = found.table_name
        if request.method == "GET":
            return self.form(table, found, self.standing(found), {})
        try:
            found = self.keeping.change(db.session, row_id, self.given(table))
        except Faulty as faulty:
            db.session.rollback()
            return self.form(table, self._found(row_id), self.given(table), faults_of(faulty)), 422
        return self._done(found)

    @expose("/<int:row_id>/archive", methods=["POST"])
    @door("manage")
    def archive(self, row_id: int) -> AnyResponse:
        return self._done(self.keeping.stop(db.session, row_id))

    @expose("/<int:row_id>/restore", methods=["POST"])
    @door("manage")
    def restore(self, row_id: int) -> AnyResponse:
        return self._done(self.keeping.stop(db.session, row_id, back=True))

    def typed_again(self, where: Mapping[str, Any], sentence: str) -> str | None:
        """The form of this request with what was typed, when it could not be taken (core/keeping.py)."""
        if request.endpoint not in (f"{self.endpoint}.new", f"{self.endpoint}.edit"):
            return None
        found = self._found(where["row_id"]) if "row_id" in where else None
        table = found.table_name if found else request.form.get("table", "")
        return self.form(table, found, self.given(table), {"": sentence}) if register_of(table) else None

    def _found(self, row_id: int) -> Any:
        found = db.session.get(self.model, row_id)
        if found is None:
            raise NotFound()
        return found

    def _done(self, found: Any) -> AnyResponse:
        flash(str(say("已保存，立即生效。", "Saved; it holds from now on.")), "success")
        return redirect(self.after(found))
