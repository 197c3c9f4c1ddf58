"""A list in another shape: a board of its states, a calendar of its days, a gallery of its pictures, a tree, a map."""

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from app.core import here
from app.core.answers import NotFound
from app.core.listing import COUNT_CAP, Asked, Listing, board, calendar, gallery, places, tree
from app.core.listing.days import month_after
from app.core.listing.limits import TooLong, at_most
from app.core.look import address_with, way_back
from app.core.pages import map_drawing
from app.core.pages.answering import Answering, ids_in
from app.core.pages.list_ready import without_place
from app.core.routes import row_number
from app.core.words import Say, say
from app.extensions import db

SHAPES: dict[str, tuple[Say, str]] = {
    "": (say("列表", "List"), "list-details"),
    "board": (say("看板", "Board"), "columns"),
    "calendar": (say("日历", "Calendar"), "calendar"),
    "gallery": (say("图库", "Gallery"), "photo"),
    "tree": (say("层级", "Tree"), "git-branch"),
    "map": (say("地图", "Map"), "map-pin"),
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
            "gallery": bool(gallery.pictured(type(self))), "tree": tree.parent_column(listing) is not None,
            "map": places.axes(listing) is not None,
        }  # fmt: skip
        return {name: said for name, said in SHAPES.items() if there[name]}

    def _shape(self, listing: Listing) -> str:
        asked = request.args.get("as", "")
        return asked if asked in self._shapes(listing) else ""

    def _in_shape(self, shape: str, listing: Listing) -> dict[str, Any]:
        """What the page of that shape shows; None for it where the database was stopped."""
        shown = {
            "board": self._board, "calendar": self._calendar, "gallery": self._gallery, "tree": self._tree,
            "map": self._map,
        }  # fmt: skip
        context = shown[shape](listing)
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

    def _gallery(self, listing: Listing) -> dict[str, Any]:
        shown = gallery.cards_of(type(self), [column.name for column in listing.columns])
        try:
            with at_most(db.session):
                page, cards = gallery.cards(
                    db.session, shown, shown.asked(request.args), without_place(request.args)
                )  # fmt: skip
        except TooLong:
            return {"cards": None}
        return {"cards": cards, "card_page": page, "pictured": {column.name for column in gallery.pictured(type(self))}}

    def _map(self, listing: Listing) -> dict[str, Any]:
        """What lies where, as far as it is seen."""
        placed, label = places.axes(listing), self.model.__label__
        assert placed is not None
        shown = places.told_by(type(self), [column.name for column in listing.columns])
        asked = shown.asked(request.args)
        try:
            with at_most(db.session):
                sight = places.Places(db.session, shown, asked, placed).sight(
                    places.view_in(request.args.get("page", ""))
                )
        except TooLong:
            return {"sight": None}
        way = way_back(self.table())
        marks = map_drawing.marks(sight, placed, lambda key: f"/{self.table()}/{key}{way}", label)
        return {
            "sight": sight, "told": shown.columns, "marks": marks, "ruled": map_drawing.lines(sight.view, marks),
            "measure": map_drawing.scale(sight.view), "ways": map_drawing.ways(sight.view), "without_cap": COUNT_CAP,
            "without_place": address_with(**{"as": None, "page": None, f"{placed[0].name}.null": "1"}),
        }  # fmt: skip

    def _tree_of(self, listing: Listing) -> tuple[tree.Tree, Asked]:
        parent = tree.parent_column(listing)
        assert parent is not None
        shown = tree.told_by(type(self), [column.name for column in listing.columns], parent)
        asked = shown.asked(request.args)
        return tree.Tree(db.session, shown, parent, asked, ids_in(request.args.getlist("open"))), asked

    def _tree(self, listing: Listing) -> dict[str, Any]:
        """From the top; or what is searched for, with the way down to it."""
        found, asked = self._tree_of(listing)
        found.opens_alone = "open" not in request.args
        context = {
            "parent": found.parent,
            "below_cap": tree.COUNT_CAP,
            "shown_at_once": tree.SHOWN,
            **self._ways_of_a_tree(),
        }
        try:
            with at_most(db.session):
                branch, more = found.ways() if asked.narrows else (found.branch(None), False)
        except TooLong:
            return {**context, "branch": None}
        return {**context, "branch": branch, "more_found": more}

    def _branch_part(self, listing: Listing) -> str:
        """What is below one record, for the page that shows it; with a place, what comes after it."""
        found, _ = self._tree_of(listing)
        above = request.args.get("in", type=row_number)
        if above is None and request.args["in"]:
            raise NotFound()
        try:
            with at_most(db.session):
                branch = found.branch(above, request.args.get("after", ""))
        except TooLong:
            branch = None
        return render_template(
            "list_branch.html", register=type(self), branch=branch, parent=found.parent, label=self.model.__label__,
            below_cap=tree.COUNT_CAP, way=way_back(self.table()), only_rows=bool(request.args.get("after")),
            **self._ways_of_a_tree(),
        )  # fmt: skip

    def _ways_of_a_tree(self) -> dict[str, Any]:
        return {"branch_part": _branch_part, "branch_turned": _branch_turned}


def _branch_part(above: int | None, after: str = "") -> str:
    """Where the page asks for a branch: whatever the tree itself is narrowed to."""
    kept = [(key, request.args[key]) for key in ("sort", "columns", "view") if request.args.get(key)]
    place = [("after", after)] if after else []
    return f"{request.path}?{urlencode([('as', 'tree'), *kept, ('in', above or ''), *place])}"


#: no record has this id: what stands alone is not opened again for whoever shut it
ALL_SHUT = "0"


def _branch_turned(key: int, is_open: bool) -> str:
    """The tree with a branch opened, or shut."""
    opened = [each for each in request.args.getlist("open") if each not in ("", ALL_SHUT, str(key))]
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k not in ("open", "in", "after", "before") and v]
    now = (opened if is_open else [*opened, str(key)]) or [ALL_SHUT]
    return f"{request.path}?{urlencode([*pairs, *(('open', each) for each in now)])}"


def _steps_of(lane: board.Lane) -> str:
    """What the page's script has to know of a lane."""
    return json.dumps([asdict(step) for step in lane.steps], ensure_ascii=False)
