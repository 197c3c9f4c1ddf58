"""What a relation's typeahead is answered: in a form, a filter, or the dialog of a verb."""

from typing import Any

from flask import jsonify, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core import here, offering
from app.core.answers import Forbidden, NotFound
from app.core.doors import signed_in
from app.core.pages.answering import Answering, ids_in
from app.core.receipts.choosing import LOOKED_AT
from app.core.record import fields
from app.core.routes import row_number
from app.core.trees.paths import TreePath
from app.core.verbs import Act, verb_named
from app.extensions import db


class OptionPages(Answering):
    """Rows in reach that are called like what is typed."""

    @expose("/options/<name>")
    @signed_in
    def options(self, name: str) -> AnyResponse:
        """Of a filter, or with `form` of a form's field; with `verb` of its parameter, for the rows it is to be done
        with (`of`)."""
        verb = verb_named(self.table(), request.args.get("verb", ""))
        spot: Any = verb.asks.get(name) if verb else fields(self.model).get(name)
        allowed = self._may(verb.name) if verb else self._may("add") or self._may("edit") or self._may("read")
        if not allowed:
            raise Forbidden()
        if spot is not None and isinstance(spot.kind, TreePath):
            return jsonify(spot.kind.offered(request.args.get("q", ""), inner=request.args.get("level") == "any"))
        if spot is None or spot.kind.widget != "relation":
            raise NotFound()
        text, within = request.args.get("q", ""), request.args.get("within", type=row_number)
        if verb is None:
            narrowed = self.offered.get(name) if "form" in request.args else None
            among = narrowed(Act(db.session, here.me())) if narrowed else None
            return jsonify(offering.options(db.session, spot, text, within=within, among=among))
        of = ids_in(request.args.getlist("of"))[:LOOKED_AT]
        return jsonify(offering.options_of(db.session, verb, spot, text, of, within=within))
