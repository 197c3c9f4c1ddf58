"""A signature drawn on the screen: strokes on a sheet of 600 × 200, from one point to the next."""

import re

from app.core.values.bad import BadValue
from app.core.words import say

WIDTH, HEIGHT = 600, 200
LONGEST = 20_000
#: fewer points than this are a slip of the finger
FEWEST_POINTS = 8
_STROKE = r"\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*"
_STROKES = re.compile(rf"{_STROKE}(?:;{_STROKE})*")


def read_strokes(raw: object) -> str | None:
    """Strokes apart by ";", points apart by " ", each "x,y" in whole numbers on the sheet; None when empty.

    Raises BadValue for anything else, and for a dot that is no signature.
    """
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > LONGEST or not _STROKES.fullmatch(raw) or not _on_the_sheet(raw):
        raise BadValue(say("手写签名无法识别，请重新签写。", "That is no drawn signature. Please sign again."))
    if raw.count(",") < FEWEST_POINTS:
        raise BadValue(say("签名过短，请完整签写。", "That is too short for a signature."))
    return raw


def _on_the_sheet(strokes: str) -> bool:
    points = [point.split(",") for point in strokes.replace(";", " ").split()]
    return all(int(x) <= WIDTH and int(y) <= HEIGHT for x, y in points)


def strokes_path(strokes: str) -> str:
    """The same as the `d` of an SVG path."""
    return "".join(f"M{stroke.replace(' ', 'L')}" for stroke in strokes.split(";"))


def strokes_svg(strokes: str) -> str:
    """The same as a picture, for a printed paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{strokes_path(strokes)}"'
        ' fill="none" stroke="black" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
