"""The list of a register."""

from typing import Any

from flask import render_template, request
from flask_appbuilder import expose

from app.core.doors import door
from app.core.listing import Listing
from app.core.pages.answering import Answering, labels_of
from app.core.verbs import Verb, verbs_of
from app.extensions import db


class ListPages(Answering):
    """Rows, filters, tabs."""

    @expose("/")
    @door("read")
    def index(self) -> str:
        listing = Listing(type(self))
        asked = listing.asked(request.args)
        page = listing.page(db.session, asked, address=_without_place())
        partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        return render_template(
            "list_rows.html" if partial else "list.html",
            register=type(self), listing=listing, asked=asked, page=page, tabs=self._tabs(asked),
            bulk=self._bulk_verbs(), may=self._may, chosen_labels=_chosen_in_address,
        )  # fmt: skip

    def _bulk_verbs(self) -> list[Verb]:
        return [verb for verb in verbs_of(self.table()).values() if self._may(verb.name)]

    def _tabs(self, asked: Any) -> list[dict[str, Any]]:
        """One tab per state, where the table has states."""
        state = self.fields().get("state")
        if state is None or not hasattr(state.kind, "options"):
            return []
        chosen = {c.raw for c in asked.conditions if c.key == "state"}
        return [{"value": value, "label": label, "active": value in chosen} for value, label in state.kind.options]


def _without_place() -> tuple[tuple[str, str], ...]:
    """All that the address asks but the place in the list."""
    return tuple((key, value) for key, value in request.args.items(multi=True) if key not in ("after", "before"))


def _chosen_in_address(spot: Any) -> dict[str, str]:
    """id -> label of what a relation's filter names."""
    chosen = request.args.get(spot.name, "")
    return labels_of(spot.kind.table, chosen.split(",")) if chosen and chosen != "me" else {}
