"""A list in another shape: as a board of its states, or as a calendar of its days."""

import json
from dataclasses import asdict
from typing import Any

from flask import request

from app.core.listing import Listing, board
from app.core.listing.limits import TooLong, at_most
from app.core.look import way_back
from app.core.pages.answering import Answering
from app.core.pages.list_ready import without_place
from app.core.words import Say, say
from app.extensions import db

SHAPES: dict[str, tuple[Say, str]] = {
    "": (say("列表", "List"), "list-details"),
    "board": (say("看板", "Board"), "columns"),
}


class ListShapes(Answering):
    """Each within a limit of time: a filter by what no index holds is not asked ten times over."""

    def _shapes(self, listing: Listing) -> dict[str, tuple[Say, str]]:
        """What this person may look at the list as: name -> what it is called, its icon."""
        there = {"": True, "board": board.has_board(type(self)) and board.STATE in listing.usable}
        return {name: said for name, said in SHAPES.items() if there[name]}

    def _shape(self, listing: Listing) -> str:
        asked = request.args.get("as", "")
        return asked if asked in self._shapes(listing) else ""

    def _in_shape(self, shape: str, listing: Listing) -> dict[str, Any]:
        """What the page of that shape shows; None for it where the database was stopped."""
        return self._board(listing)

    def _board(self, listing: Listing) -> dict[str, Any]:
        cards = board.cards_of(type(self), [column.name for column in listing.columns])
        try:
            with at_most(db.session):
                found = board.lanes(db.session, cards, cards.asked(request.args), without_place(request.args))
        except TooLong:
            return {"lanes": None}
        return {
            "lanes": found, "label": self.model.__label__, "way": way_back(self.table()), "steps_of": _steps_of,
        }  # fmt: skip


def _steps_of(lane: board.Lane) -> str:
    """What the page's script has to know of a lane."""
    return json.dumps([asdict(step) for step in lane.steps], ensure_ascii=False)
