"""A list as a map 地图: its records by their coordinates, drawn by the server (core/pages/map_drawing.py).

    ?as=map  &page=104.06512,30.66123,0.02     the middle of what is seen, and how many degrees it is wide

The same search, filters, scope and masks as the list. What is seen is cut into cells; a record that is alone in its
cell is a point, several are a cluster. A map of many rows is counted by the database, strip by strip, each to a cap:
`longitude` leads the index. Nothing is asked of any other host: places are true to one another, there is no ground.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import cos, isfinite, radians
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from app.core.declaration import Declaration
from app.core.listing.address import Asked
from app.core.listing.page import COUNT_CAP, Listing
from app.core.prepared import Prepared
from app.core.reading import Column, Seen, query_for, seen_rows

#: cells of the picture, which is as much wider than high
ACROSS, DOWN = 24, 12
#: spots nearer than this part of the width are one
TOO_NEAR = 0.022
#: rows in sight that are looked at one by one; rows of a strip that are counted
AT_ONCE, STRIP_CAP = 2000, 2000
#: rows by which a narrowed list finds what to show at first
LOOKED_AT = 20_000
NARROWEST, WIDEST = 0.0005, 360.0
#: columns of the list that a record tells besides what it is called
TOLD = 3


@dataclass(frozen=True)
class View:
    """What is seen: the middle, and how many degrees of longitude it is wide."""

    longitude: float
    latitude: float
    span: float

    @property
    def shrunk(self) -> float:
        """How much shorter a degree of longitude is here than one of latitude."""
        return max(cos(radians(self.latitude)), 0.05)

    @property
    def height(self) -> float:
        return self.span * DOWN / ACROSS * self.shrunk

    @property
    def west(self) -> float:
        return self.longitude - self.span / 2

    @property
    def south(self) -> float:
        return self.latitude - self.height / 2

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.longitude:.6f},{self.latitude:.6f},{self.span:.6g}"

    def moved(self, east: float = 0, north: float = 0, zoom: float = 1) -> "View":
        """By so many of its own widths and heights; `zoom` 2 shows half of it."""
        return framed(self.longitude + east * self.span, self.latitude + north * self.height, self.span / zoom)


def framed(longitude: float, latitude: float, span: float) -> View:
    return View(min(max(longitude, -180), 180), min(max(latitude, -85), 85), min(max(span, NARROWEST), WIDEST))


def view_in(raw: str) -> View | None:
    """The view in an address; None for what can't be read."""
    try:
        longitude, latitude, span = (float(part) for part in raw.split(","))
    except ValueError:
        return None
    return framed(longitude, latitude, span) if all(map(isfinite, (longitude, latitude, span))) else None


@dataclass(frozen=True)
class Bounds:
    """From … to …, all within."""

    west: float
    east: float
    south: float
    north: float

    @property
    def view(self) -> View:
        """All of it, with room around."""
        middle = View((self.west + self.east) / 2, (self.south + self.north) / 2, 1)
        needed = max(self.east - self.west, (self.north - self.south) / (DOWN / ACROSS * middle.shrunk), 0.002)
        return framed(middle.longitude, middle.latitude, needed * 1.25)


@dataclass
class Spot:
    """What lies in one cell: a record, or how many; `capped`: or more."""

    longitude: float
    latitude: float
    count: int
    bounds: Bounds
    capped: bool = False
    row: Seen | None = None


@dataclass
class Sight:
    """What is seen of a list: the spots, and how many of its rows have no place."""

    view: View
    spots: list[Spot]
    without: int
    #: nothing in the whole list has a place
    bare: bool = False


def axes(listing: Listing) -> tuple[Column, Column] | None:
    """(longitude, latitude), where the register has a map that this person may look at."""
    found = [listing.usable[name] for name in listing.register.placed() if name in listing.usable]
    return (found[0], found[1]) if len(found) == 2 else None


def told_by(register: type[Declaration], columns: list[str]) -> Listing:
    """The list that a map asks for."""
    label, placed = register.model.__label__, register.placed()
    named = dict.fromkeys([label, *(["state"] if "state" in register.fields() else [])])
    rest = [name for name in columns if name not in named and name not in placed]
    return Listing(register, [*named, *rest[: TOLD - len(named) + 1]])


class Places:
    """One request's view of the map."""

    def __init__(self, session: Session, listing: Listing, asked: Asked, placed: tuple[Column, Column]) -> None:
        self.session, self.listing, self.asked = session, listing, asked
        self.x, self.y = (getattr(listing.model, column.field.attribute) for column in placed)

    def sight(self, view: View | None) -> Sight:
        """As it is asked for, or all that match."""
        if view is None:
            bounds = self._bounds()
            if bounds is None:
                return Sight(framed(0, 0, WIDEST), [], self._without(), bare=True)
            view = bounds.view
        cells = _apart(view, self._cells(view))
        seen = self._seen([cell["first"] for cell in cells if cell["count"] == 1])
        return Sight(view, [_spot(cell, seen) for cell in cells], self._without())

    # --- what is asked of the database -------------------------------------------------------

    def _matching(self, *columns: Any) -> Select[Any]:
        query = self.listing.matching(select(*columns), self.asked)
        return query.where(self.x.is_not(None), self.y.is_not(None))

    def _bounds(self) -> Bounds | None:
        """Of all rows by the ends of their indexes; of a narrowed list by so many of its rows."""
        ends = (func.min(self.x), func.max(self.x), func.min(self.y), func.max(self.y))
        if self.asked.narrows:
            some = self._matching(self.x.label("x"), self.y.label("y")).limit(LOOKED_AT).subquery()
            query: Any = select(func.min(some.c.x), func.max(some.c.x), func.min(some.c.y), func.max(some.c.y))
        else:
            query = select(*(select(end).select_from(self.listing.model).scalar_subquery() for end in ends))
        found = self.session.execute(query).one()
        return None if None in found else Bounds(*map(float, found))

    def _without(self) -> int:
        """Rows that have no place, counted like those of a list."""
        query = self.listing.matching(select(self.listing.model.id), self.asked)
        some = query.where(self.x.is_(None)).limit(COUNT_CAP + 1).subquery()
        return int(self.session.execute(select(func.count()).select_from(some)).scalar_one())

    def _cells(self, view: View) -> list[dict[str, Any]]:
        """Each with its count, its first record, the middle of its rows and their ends."""
        query = self._matching(self.listing.model.id, self.x, self.y).where(
            *_within(self.x, view.west, view.west + view.span), *self._beside(view)
        )
        rows = self.session.execute(query.limit(AT_ONCE + 1)).all()
        return _gathered(view, rows) if len(rows) <= AT_ONCE else self._strips(view)

    def _strips(self, view: View) -> list[dict[str, Any]]:
        """One statement, asked for each strip from west to east: its rows by cells, so many at most."""
        step, high = view.span / ACROSS, view.height / DOWN
        start, end = (bindparam(name, _as_held(0), type_=self.x.type) for name in ("strip_start", "strip_end"))
        some = (
            self._matching(self.listing.model.id, self.x.label("x"), self.y.label("y"))
            .where(self.x >= start, self.x < end, *self._beside(view))
            .limit(literal_column(str(STRIP_CAP)))
            .subquery()
        )
        cell = self._whole((some.c.y - _as_held(view.south)) / _as_held(high))
        ends = [each(column) for column in (some.c.x, some.c.y) for each in (func.avg, func.min, func.max)]
        one = Prepared(self.session, select(func.count(), func.min(some.c.id), *ends).group_by(cell))
        found: list[dict[str, Any]] = []
        for n in range(ACROSS):
            ends_at = {
                "strip_start": _as_held(view.west + n * step),
                "strip_end": _as_held(view.west + (n + 1) * step),
            }
            cells = [_cell(*row) for row in one.rows(self.session, ends_at)]
            capped = sum(each["count"] for each in cells) >= STRIP_CAP
            found += [{**each, "capped": capped} for each in cells]
        return found

    def _beside(self, view: View) -> list[ColumnElement[bool]]:
        """Between north and south: asked of the rows that the index of longitude finds, not of an index of its own,
        which would find all that lies as far north."""
        return _within(self.y + literal_column("0"), view.south, view.south + view.height)

    def _whole(self, value: Any) -> ColumnElement[Any]:
        """Without what stands behind the point; SQLite may lack a function for it."""
        return cast(value, Integer) if self.session.get_bind().dialect.name == "sqlite" else func.floor(value)

    def _seen(self, ids: list[int]) -> dict[int, Seen]:
        model, columns = self.listing.model, self.listing.columns
        query = query_for(model, columns).where(model.id.in_(ids))
        return {row.id: row for row in seen_rows(columns, self.session.execute(query))} if ids else {}


def _within(attribute: Any, low: float, high: float) -> list[ColumnElement[bool]]:
    return [attribute >= _as_held(low), attribute <= _as_held(high)]


def _as_held(value: float) -> Decimal:
    """A figure as the columns compare it: with another type no index would serve."""
    return Decimal(f"{value:.9f}")


def _cell(count: int, first: int, *ends: Any) -> dict[str, Any]:
    x, west, east, y, south, north = map(float, ends)
    return {"count": count, "first": first, "x": x, "y": y, "bounds": Bounds(west, east, south, north)}


def _gathered(view: View, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The same, of rows that are few."""
    cells: dict[tuple[int, int], list[Any]] = {}
    for key, x, y in rows:
        across = min(int((float(x) - view.west) / view.span * ACROSS), ACROSS - 1)
        down = min(int((float(y) - view.south) / view.height * DOWN), DOWN - 1)
        cells.setdefault((across, down), []).append((float(x), float(y), key))
    return [_of_rows(held) for held in cells.values()]


def _of_rows(held: list[Any]) -> dict[str, Any]:
    xs, ys, keys = zip(*held, strict=True)
    n = len(held)
    return _cell(n, min(keys), sum(xs) / n, min(xs), max(xs), sum(ys) / n, min(ys), max(ys))


def _apart(view: View, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells whose rows would be drawn over one another are one, though a line runs between them."""
    found: list[dict[str, Any]] = []
    for cell in sorted(cells, key=lambda each: -each["count"]):
        for place, other in enumerate(found):
            near = abs(cell["x"] - other["x"]) < view.span * TOO_NEAR
            if near and abs(cell["y"] - other["y"]) < view.height * TOO_NEAR * ACROSS / DOWN:
                found[place] = _together(other, cell)
                break
        else:
            found.append(cell)
    return found


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    n = one["count"] + other["count"]
    a, b = one["bounds"], other["bounds"]
    return {
        **{axis: (one[axis] * one["count"] + other[axis] * other["count"]) / n for axis in ("x", "y")},
        "count": n, "first": min(one["first"], other["first"]),
        "capped": one.get("capped", False) or other.get("capped", False),
        "bounds": Bounds(min(a.west, b.west), max(a.east, b.east), min(a.south, b.south), max(a.north, b.north)),
    }  # fmt: skip


def _spot(cell: dict[str, Any], seen: dict[int, Seen]) -> Spot:
    row = seen.get(cell["first"]) if cell["count"] == 1 else None
    return Spot(cell["x"], cell["y"], cell["count"], cell["bounds"], cell.get("capped", False), row)


def around(view: View, bounds: Bounds) -> View | None:
    """What a click on a cluster shows: its rows, apart; None where they would not come apart."""
    closer = bounds.view
    if (bounds.east - bounds.west < 2e-6 and bounds.north - bounds.south < 2e-6) or view.span <= NARROWEST * 1.01:
        return None
    return closer if closer.span < view.span * 0.7 else replace(closer, span=max(view.span / 3, NARROWEST))
