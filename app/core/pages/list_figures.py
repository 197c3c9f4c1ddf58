"""What is asked beside a list when a person wants it: counts and sums; and the builder of filters."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, jsonify, redirect, render_template, request
from flask_appbuilder import expose
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import offering
from app.core.doors import door
from app.core.kinds import BadValue, Relation
from app.core.listing import Condition, Group, Listing, saved
from app.core.listing.address import OPERATORS, operators_of
from app.core.listing.days import WORDS
from app.core.listing.figures import SUM_CAP, facets, totals
from app.core.listing.limits import TooLong, at_most
from app.core.listing.matching import MOST_PARTS
from app.core.pages.answering import Answering
from app.core.pages.list_heads import sorted_too
from app.core.reading import Column
from app.core.words import Say, say
from app.extensions import db

#: lines that the builder offers at once, and at most
LINES, MOST_LINES = 2, 10
TOO_MUCH = say("超过 {n} 条，没有合计。请先筛选。", "Over {n} rows: not summed. Filter first.", n=f"{SUM_CAP:,}")
TOO_SLOW = say("数据量太大，没有合计。请先筛选。", "This would take too long. Filter first.")


class ListFigures(Answering):
    """Each asks only for what it shows, within a limit of rows and of time."""

    def _asked_list(self) -> tuple[Listing, Any]:
        columns = saved.columns_of(type(self), request.args.get("columns"), saved.kept_for(db.session, self.table()))
        listing = Listing(type(self), columns)
        return listing, listing.asked(request.args)

    @expose("/facets")
    @door("read")
    def facets(self) -> AnyResponse:
        """How many rows each value of the filters has: {column: {"counts": {value: n}, "total", "capped"}}."""
        listing = Listing(type(self))
        try:
            with at_most(db.session):
                return jsonify(facets(db.session, listing, listing.asked(request.args)))
        except TooLong:
            return jsonify({})

    @expose("/totals")
    @door("read")
    def totals(self) -> str:
        """The sums of the columns of figures, over all that match."""
        listing, asked = self._asked_list()
        found, told = None, None
        try:
            with at_most(db.session):
                found = totals(db.session, listing, asked)
        except TooLong:
            told = TOO_SLOW
        if found is not None and found.sums is None:
            told = TOO_MUCH
        return render_template("list_totals.html", found=found, told=told)

    # --- the builder -------------------------------------------------------------------------

    @expose("/filter")
    @door("read")
    def filter(self) -> AnyResponse | str:
        """A line of the builder for the column that was chosen; the list with what was built; or in another order."""
        pairs = parse_qsl(request.args.get("query", "")[:4000], max_num_fields=MOST_PARTS)
        if by := request.args.get("by"):
            rest = [pair for pair in pairs if pair[0] != "sort"]
            order = sorted_too(dict(pairs).get("sort", ""), by)
            return redirect(f"/{self.table()}/?{urlencode([*rest, ('sort', order)])}")
        if "build" in request.args:
            return self._builder()
        if "go" not in request.args:
            return self._line()
        listing = Listing(type(self))
        either = request.args.get("how") == "any"
        parts = [part for n in range(MOST_LINES) if (part := _typed_line(listing, n))]
        if either and len(parts) > 1:
            pairs.append(("or", Group(True, tuple(parts)).text))
        else:
            pairs += [(part.key, part.raw) for part in parts]
        return redirect(f"/{self.table()}/?{urlencode(pairs)}")

    def _builder(self) -> str:
        """All of it; by itself where there is no JavaScript."""
        part = render_template(
            "list_builder.html", register=type(self), listing=Listing(type(self)), lines=LINES, operators=OPERATORS,
            day_words=WORDS, query=request.args.get("query", "")[:4000],
        )  # fmt: skip
        if request.headers.get("HX-Request"):
            return part
        heading = say("高级筛选", "Advanced filter")
        return render_template("part_page.html", register=type(self), label=heading, part=Markup(part))  # noqa: S704

    def _line(self) -> Any:
        listing, number = Listing(type(self)), min(max(request.args.get("n", 0, type=int), 0), MOST_LINES - 1)
        column = _chosen(listing, request.args.get(f"f{number}", ""))
        return render_template(
            "list_filter_line.html", register=type(self), n=number, column=column, listing=listing,
            operators=said_operators(column) if column else OPERATORS, operator=request.args.get(f"o{number}", ""),
            day_words=WORDS,
        )  # fmt: skip


def _chosen(listing: Listing, name: str) -> Column | None:
    try:
        return listing.column(name)
    except KeyError:
        return None


def said_operators(column: Column) -> dict[str, Say]:
    """How the column may be compared, in words."""
    return {name: OPERATORS[name] for name in OPERATORS if name in operators_of(column.field.kind)}


def _typed_line(listing: Listing, number: int) -> Condition | None:
    """A line as it was filled in; what can't be read is told, and passed over."""
    name, operator = request.args.get(f"f{number}", ""), request.args.get(f"o{number}", "eq")
    raw = ",".join(each.strip() for each in request.args.getlist(f"v{number}") if each.strip())
    if not name or not raw:
        return None
    try:
        column = listing.column(name)
        return listing.condition(name, operator, _named(column, raw))
    except (KeyError, BadValue):
        flash(str(say("有的条件看不懂，未使用。", "Some filters were not understood and not used.")), "warning")
        return None


def _named(column: Column, raw: str) -> str:
    """A relation that was typed by its name, where no typeahead helps: its id."""
    kind = column.field.kind
    if not isinstance(kind, Relation) or raw == "me" or raw.replace(",", "").isdigit():
        return raw
    found = [each for each in offering.options(db.session, column.field, raw) if each["label"] == raw]
    if len(found) != 1:
        raise BadValue(say("没有这一项可选。", "There is no such choice."))
    return str(found[0]["id"])
