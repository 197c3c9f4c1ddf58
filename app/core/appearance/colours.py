"""Colours that can be read: how much one stands out from another (WCAG 2.2), and the nearest one that does enough."""

import colorsys
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

#: for text, and for what is no text (1.4.3, 1.4.11)
AA, AA_SHAPE = 4.5, 3.0
#: what a bar across every page has to keep from its white letters
BAR = 10.0
_FORM = re.compile(r"#[0-9a-f]{6}")
_STEPS = 400

Rgb = tuple[int, int, int]


def is_colour(text: str) -> bool:
    return bool(_FORM.fullmatch(text))


def rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def written(parts: Sequence[float]) -> str:
    return "#" + "".join(f"{min(max(round(part), 0), 255):02x}" for part in parts)


def mixed(colour: str, ground: str, part: float) -> str:
    """So much of the colour on the ground."""
    return written([a * part + b * (1 - part) for a, b in zip(rgb(colour), rgb(ground), strict=True)])


def luminance(colour: str) -> float:
    parts = [each / 255 for each in rgb(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, fits: Callable[[str], bool]) -> str:
    """The colour itself, or the same hue as little lighter or darker as it fits."""
    return next((each for each in _around(colour) if fits(each)), "#000000")


def _around(colour: str) -> Iterator[str]:
    hue, light, saturation = colorsys.rgb_to_hls(*(each / 255 for each in rgb(colour)))
    yield colour
    for step in range(1, _STEPS + 1):
        for other in (light - step / _STEPS, light + step / _STEPS):
            if 0 <= other <= 1:
                yield written([each * 255 for each in colorsys.hls_to_rgb(hue, other, saturation)])


@dataclass(frozen=True)
class Mode:
    """Light or dark pages: the grounds that an accent is read on, as css/app.css has them."""

    paper: str
    ground: str
    #: how much of the accent is in a marked line's ground
    soft: float

    def softened(self, accent: str) -> str:
        return mixed(accent, self.paper, self.soft)

    def weakest(self, accent: str) -> tuple[str, float]:
        """The ground on which the accent is read worst, and how well."""
        grounds = (self.paper, self.ground, self.softened(accent))
        return min(((each, contrast(accent, each)) for each in grounds), key=lambda found: found[1])

    def fits(self, accent: str) -> bool:
        return self.weakest(accent)[1] >= AA

    def nearest(self, accent: str) -> str:
        return nearest(accent, self.fits)


LIGHT = Mode("#ffffff", "#f3f5f8", 0.12)
DARK = Mode("#1a222d", "#121820", 0.2)
WHITE = "#ffffff"


def bar_of(accent: str) -> str:
    """The top bar: the accent, as dark as white letters and grey ones need it."""
    return nearest(accent, lambda each: contrast(each, WHITE) >= BAR)


def shape_in_the_dark(accent: str) -> str:
    """A ticked box on a dark page, with a white tick in it."""
    return nearest(accent, lambda each: contrast(each, DARK.paper) >= AA_SHAPE <= contrast(each, WHITE))
