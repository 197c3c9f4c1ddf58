"""A list in another shape: as a board of its states, or as a calendar of its days."""

import json
from dataclasses import asdict
from typing import Any

from flask import request

from app.core import here
from app.core.listing import Listing, board, calendar
from app.core.listing.days import month_after
from app.core.listing.limits import TooLong, at_most
from app.core.look import way_back
from app.core.pages.answering import Answering
from app.core.pages.list_ready import without_place
from app.core.words import Say, say
from app.extensions import db

SHAPES: dict[str, tuple[Say, str]] = {
    "": (say("列表", "List"), "list-details"),
    "board": (say("看板", "Board"), "columns"),
    "calendar": (say("日历", "Calendar"), "calendar"),
}
WEEKDAYS = (
    say("周一", "Mon"), say("周二", "Tue"), say("周三", "Wed"), say("周四", "Thu"), say("周五", "Fri"), say("周六", "Sat"),
    say("周日", "Sun"),
)  # fmt: skip


class ListShapes(Answering):
    """Each within a limit of time: a filter by what no index holds is not asked ten times over."""

    def _shapes(self, listing: Listing) -> dict[str, tuple[Say, str]]:
        """What this person may look at the list as: name -> what it is called, its icon."""
        there = {
            "": True, "board": board.has_board(type(self)) and board.STATE in listing.usable,
            "calendar": self.calendar and bool(calendar.day_columns(listing)),
        }  # fmt: skip
        return {name: said for name, said in SHAPES.items() if there[name]}

    def _shape(self, listing: Listing) -> str:
        asked = request.args.get("as", "")
        return asked if asked in self._shapes(listing) else ""

    def _in_shape(self, shape: str, listing: Listing) -> dict[str, Any]:
        """What the page of that shape shows; None for it where the database was stopped."""
        context = self._board(listing) if shape == "board" else self._calendar(listing)
        return {"label": self.model.__label__, "way": way_back(self.table()), **context}

    def _board(self, listing: Listing) -> dict[str, Any]:
        cards = board.cards_of(type(self), [column.name for column in listing.columns])
        try:
            with at_most(db.session):
                found = board.lanes(db.session, cards, cards.asked(request.args), without_place(request.args))
        except TooLong:
            return {"lanes": None}
        return {"lanes": found, "steps_of": _steps_of}

    def _calendar(self, listing: Listing) -> dict[str, Any]:
        """The days of one month, by the column that was chosen."""
        columns, first = calendar.day_columns(listing), calendar.month_in(request.args.get("page", ""))
        column = next((each for each in columns if each.name == request.args.get("on")), columns[0])
        named = (self.model.__label__, column.name, board.STATE)
        further = [each.name for each in listing.columns if each.name not in named][:1]
        told = Listing(type(self), [*named, *further])
        context = {
            "first": first, "day_column": column, "day_columns": columns, "weekdays": WEEKDAYS, "further": further,
            "before": f"{month_after(first, -1):%Y-%m}", "after": f"{month_after(first, 1):%Y-%m}",
        }  # fmt: skip
        try:
            with at_most(db.session):
                month = calendar.month(db.session, told, told.asked(request.args), column, first)
        except TooLong:
            return {**context, "month": None}
        return {**context, "month": month, "today": here.today()}


def _steps_of(lane: board.Lane) -> str:
    """What the page's script has to know of a lane."""
    return json.dumps([asdict(step) for step in lane.steps], ensure_ascii=False)
