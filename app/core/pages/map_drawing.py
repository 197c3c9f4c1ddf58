"""How a map is drawn: where its spots stand in the picture, its lines and its scale.

Places are told in hundredths of the picture's width and height, sizes in points of the screen: the same drawing
serves a desk and a phone, without a style or a script of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any
from urllib.parse import urlencode

from flask import request

from app.core.listing.places import Sight, Spot, View, around
from app.core.look import address_with
from app.core.reading import Column

METRES_OF_A_DEGREE = 111_320
#: what is written at a line, in hundredths of the smallest picture, that of a phone
DEGREES_WIDE, DEGREES_HIGH = 20, 9
#: names are written beside so many points at most, and never over one another
MOST_NAMES, NAME_HEIGHT, SIGN_WIDTH = 80, 3.6, 1.35
PICTURE = {"after": None, "before": None}


@dataclass
class Mark:
    """A spot in the picture, in hundredths; `href`: where it leads; `named`: there is room for its name."""

    spot: Spot
    x: float
    y: float
    href: str
    #: the list of just what lies there
    rows: str
    radius: int
    name: str = ""
    named: bool = False


def marks(sight: Sight, placed: tuple[Column, Column], record: Any, label: str) -> list[Mark]:
    """From north to south, as one reads. `record`: the address of a row."""
    found = []
    for spot in sorted(sight.spots, key=lambda each: (-each.latitude, each.longitude)):
        x, y = _at(sight.view, spot.longitude, spot.latitude)
        rows = _rows_there(spot, placed)
        if spot.row is not None:
            name = spot.row.shown(label) if label in spot.row.columns else ""
            found.append(Mark(spot, x, y, record(spot.row.id), rows, 7, name or str(spot.row.id)))
            continue
        closer = around(sight.view, spot.bounds)
        href = address_with(page=closer.text, **PICTURE) if closer else rows
        found.append(Mark(spot, x, y, href, rows, min(12 + 3 * len(str(spot.count)), 24)))
    _give_names(found)
    return found


def _at(view: View, longitude: float, latitude: float) -> tuple[float, float]:
    x = (longitude - view.west) / view.span * 100
    y = 100 - (latitude - view.south) / view.height * 100
    return round(x, 2), round(y, 2)


def _rows_there(spot: Spot, placed: tuple[Column, Column]) -> str:
    """The list narrowed to where the spot's rows lie; a hair wider, since what is told is rounded."""
    across, down = placed
    ends = spot.bounds
    mine = {
        f"{across.name}.bt": f"{ends.west - 1e-6:.6f}..{ends.east + 1e-6:.6f}",
        f"{down.name}.bt": f"{ends.south - 1e-6:.6f}..{ends.north + 1e-6:.6f}",
    }
    left = ("as", "page", "after", "before", "open", "in", *mine)
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in left and value]
    return f"{request.path}?{urlencode([*pairs, *mine.items()])}"


def _give_names(found: list[Mark]) -> None:
    """Where there is room for them."""
    taken = [(mark.x - 1, mark.y - 2, mark.x + 1, mark.y + 2) for mark in found]
    for mark in [each for each in found if each.name][:MOST_NAMES]:
        wide = sum(SIGN_WIDTH if ord(sign) > 255 else SIGN_WIDTH / 2 for sign in mark.name[:16])
        box = (mark.x + 1.1, mark.y - NAME_HEIGHT / 2, mark.x + 1.1 + wide, mark.y + NAME_HEIGHT / 2)
        mark.named = box[2] < 100 and not any(_meet(box, other) for other in taken)
        if mark.named:
            taken.append(box)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- lines and scale -------------------------------------------------------------------------


def lines(view: View, found: Sequence[Mark] = ()) -> dict[str, list[tuple[float, str]]]:
    """Of longitude and latitude, with what is written at them: {"x": [(place, "104.06°E")], "y": …}; nothing where a
    mark would stand over it."""
    step = _round(view.span / 5)
    across = [(_at(view, at, 0)[0], _degrees(at, step, "E", "W")) for at in _steps(view.west, view.span, step)]
    down = [
        (_at(view, 0, at)[1], _degrees(at, step, "N", "S"))
        for at in _steps(view.south, view.height, step)
        if abs(at) <= 90
    ]
    return {
        "x": [(x, word if _is_free(found, x, 100 - DEGREES_HIGH) else "") for x, word in across],
        "y": [(y, word if _is_free(found, 0, y - DEGREES_HIGH) else "") for y, word in down],
    }


def _is_free(found: Sequence[Mark], x: float, y: float) -> bool:
    """Whether what is written there is clear of the marks and their names."""
    box = (x, y, x + DEGREES_WIDE, y + DEGREES_HIGH)
    taken = [(mark.x - 3, mark.y - 5, mark.x + (8 if mark.named else 3), mark.y + 5) for mark in found]
    return not any(_meet(box, other) for other in taken)


def _round(width: float) -> float:
    """1, 2 or 5 of some power of ten, no more than this."""
    power: float = 10.0 ** floor(log10(width))
    return next(each * power for each in (5, 2, 1) if each * power <= width or each == 1)


def _steps(start: float, length: float, step: float) -> Iterator[float]:
    for n in range(ceil(start / step), floor((start + length) / step) + 1):
        yield n * step


def _degrees(value: float, step: float, more: str, less: str) -> str:
    places = max(0, ceil(-log10(step)))
    return f"{abs(value):.{places}f}°{more if value > 0 else less if value < 0 else ''}"


def scale(view: View) -> tuple[float, str]:
    """How wide a round length is, in hundredths of the picture; and what it is called."""
    whole = view.span * METRES_OF_A_DEGREE * view.shrunk
    metres = _round(whole / 5)
    return round(metres / whole * 100, 2), f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def ways(view: View) -> dict[str, str]:
    """Where the buttons lead: nearer, further, to the four sides, to all of it."""
    to = {
        "in": view.moved(zoom=2), "out": view.moved(zoom=0.5), "west": view.moved(east=-0.4),
        "east": view.moved(east=0.4), "north": view.moved(north=0.4), "south": view.moved(north=-0.4),
    }  # fmt: skip
    return {name: address_with(page=each.text, **PICTURE) for name, each in to.items()} | {
        "all": address_with(page=None, **PICTURE)
    }
