"""The list shown grouped: headings that open in place, with or without a script."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request

from app.core.answers import NotFound
from app.core.kinds import BadValue, Date, Relation
from app.core.listing import COUNT_CAP, Asked, Condition, Listing, Page, grouped
from app.core.listing.address import read_key
from app.core.listing.figures import summed
from app.core.listing.grouped import LEVELS, MOST_GROUPS, MOST_OPEN, Groups, Heading
from app.core.listing.limits import TooLong, at_most
from app.core.look import address_with
from app.core.pages.answering import Answering, labels_of
from app.core.pages.list_heads import lasting_query
from app.core.pages.list_ready import without_place
from app.core.reading import Column
from app.extensions import db


@dataclass
class Piece:
    """What stands below one another: a heading, or the rows of a group that is open, or that there are more groups."""

    path: str
    heading: Heading | None = None
    page: Page | None = None
    opened: bool = False
    #: how the group is reached in the list: the query of all its rows
    query: str = ""
    #: the groups beyond those that are shown are left out
    cut: bool = False


@dataclass
class Folded:
    """One request's view of a grouped list: by what, what is open, how many may still be opened."""

    listing: Listing
    asked: Asked
    bys: list[Column]
    opened: list[str]
    pieces: list[Piece] = field(default_factory=list)
    #: False once headings had too many rows to be summed
    summed: bool = True

    def headings(self, above: str = "") -> Groups:
        """Headings, and below each that is open what it holds."""
        steps = self.steps(above)
        by = self.bys[len(steps)]
        found = grouped.headings(db.session, self.listing, grouped.within(self.asked, steps), by, above)
        self.summed = self.summed and found.summed
        _name(by, found.headings)
        for heading in found.headings:
            is_open = heading.path in self.opened
            query = self.query(self.steps(heading.path))
            self.pieces.append(Piece(heading.path, heading=heading, opened=is_open, query=query))
            if is_open:
                self.inside(heading.path)
        if found.more:
            self.pieces.append(Piece(above, cut=True))
        return found

    def inside(self, path: str, after: str = "") -> None:
        """What an open group holds: further headings, or its rows."""
        steps = self.steps(path)
        if len(steps) < len(self.bys):
            self.headings(path)
            return
        page = grouped.rows(db.session, self.listing, self.asked, steps, _asked_of_the_list(), after)
        self.pieces.append(Piece(path, page=page, query=self.query(steps)))

    def steps(self, path: str) -> list[Condition]:
        return grouped.steps(self.listing, self.bys, path) if path else []

    @staticmethod
    def query(steps: list[Condition]) -> str:
        """The list narrowed to a group; a month stands beside other filters by the same day."""
        pairs = parse_qsl(lasting_query(request.args))
        for step in steps:
            kind = step.column.field.kind
            if not isinstance(kind, Date):
                pairs = [(key, value) for key, value in pairs if read_key(key)[0] != step.column.name]
            pairs.append((step.key, step.raw))
        return urlencode(pairs)


class ListGrouped(Answering):
    """Within a limit of time, like every figure beside a list."""

    def _grouped_by(self, listing: Listing) -> list[Column]:
        return grouped.columns_in(listing, request.args.get("group", ""))

    def _groups(self, listing: Listing, asked: Asked, bys: list[Column]) -> dict[str, Any]:
        """What the page of the grouped list shows; no pieces where the database was stopped."""
        folded = Folded(listing, asked, bys, _opened()[:MOST_OPEN])
        context = {
            "grouped_by": bys, "most_groups": MOST_GROUPS, "levels": LEVELS, "toggled": _toggled, "part_of": _part_of,
            "groups_cap": COUNT_CAP, "lead": _columns_before_figures(listing),
        }  # fmt: skip
        try:
            with at_most(db.session):
                found = folded.headings()
        except TooLong:
            return {**context, "pieces": None, "in_all": 0, "summed_up": True}
        told = sum(heading.count for heading in found.headings)
        capped = found.more or any(heading.capped for heading in found.headings)
        return {
            **context, "pieces": folded.pieces, "in_all": f"{told}{'+' if capped else ''}", "summed_up": folded.summed,
        }  # fmt: skip

    def _group_part(self, listing: Listing, asked: Asked, bys: list[Column], context: dict[str, Any]) -> str:
        """What one group holds, for the page that has its heading; with a place, the rows after it."""
        path, after = request.args["in"], request.args.get("after", "")
        folded = Folded(listing, asked, bys, _opened()[:MOST_OPEN])
        try:
            with at_most(db.session):
                folded.inside(path, after)
        except (KeyError, BadValue):
            raise NotFound() from None
        except TooLong:
            folded.pieces.append(Piece(path))
        more = {
            "pieces": folded.pieces,
            "toggled": _toggled,
            "part_of": _part_of,
            "lead": _columns_before_figures(listing),
        }
        return render_template("list_group.html", **context, **more, only_rows=bool(after), most_groups=MOST_GROUPS)


def _name(by: Column, headings: list[Heading]) -> None:
    """The rows of a relation by what they are called; those out of reach are not named."""
    kind = by.field.kind
    if isinstance(kind, Relation):
        labels = labels_of(kind.table, [heading.raw for heading in headings])
        for heading in headings:
            if heading.raw:
                heading.label = labels.get(heading.raw, "***")


def _columns_before_figures(listing: Listing) -> int:
    """How many columns the word of a group may take: those before the first that is summed."""
    figures = {column.name for column in summed(listing)}
    places = [place for place, column in enumerate(listing.columns) if column.name in figures and place]
    return places[0] if places else len(listing.columns)


def _asked_of_the_list() -> tuple[tuple[str, str], ...]:
    beside = ("group", "open", "in", "size", "view", "as")
    return tuple((name, value) for name, value in without_place(request.args) if name not in beside)


def _opened() -> list[str]:
    return [each for each in request.args.getlist("open") if each]


def _toggled(path: str) -> str:
    """The list with this group opened, or shut."""
    opened = _opened()
    left = [each for each in opened if each != path]
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k not in ("open", "in", "after", "before") and v]
    now = left if path in opened else [*opened, path]
    return f"{request.path}?{urlencode([*pairs, *(('open', each) for each in now)])}"


def _part_of(path: str, after: str | None = None) -> str:
    """Where the page asks for what a group holds."""
    return address_with(**{"in": path, "after": after, "before": None})
