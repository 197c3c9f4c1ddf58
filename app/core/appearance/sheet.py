"""The stylesheet of the house's looks: the few names that css/app.css draws everything from, given anew."""

from app.core.appearance.colours import DARK, LIGHT, bar_of, mixed, rgb, shape_in_the_dark
from app.core.appearance.table import Corners

ROUNDED = ".card, .alert, .btn, .form-control, .form-select, .ts-wrapper .ts-control, .drop-menu, .person-menu, .command, dialog"
_RADIUS = {Corners.SQUARE: "0", Corners.ROUND: "14px"}


def sheet_of(accent: str, accent_dark: str, corners: str) -> str:
    return "\n".join([*(_colours(accent, accent_dark) if accent else ()), *_corners(corners)]) + "\n"


def dark_of(accent: str, accent_dark: str) -> str:
    """The accent of dark pages: as it was chosen, or the light one, as much lighter as it has to be."""
    return accent_dark or DARK.nearest(accent)


def _colours(accent: str, accent_dark: str) -> list[str]:
    dark, shape = dark_of(accent, accent_dark), shape_in_the_dark(accent)
    return [
        f":root, [data-bs-theme=light] {{ --accent: {accent}; --accent-soft: {LIGHT.softened(accent)};"
        f" --hover: {mixed(accent, LIGHT.paper, 0.07)}; --tblr-primary: {accent}; --tblr-primary-rgb: {_numbers(accent)}; }}",
        f"[data-bs-theme=dark] {{ --accent: {dark}; --accent-soft: {DARK.softened(dark)}; --hover: {mixed(dark, DARK.paper, 0.08)};"
        f" --tblr-primary: {shape}; --tblr-primary-rgb: {_numbers(shape)}; }}",
        f".btn-primary {{ --tblr-btn-bg: {accent}; --tblr-btn-border-color: {accent};"
        f" --tblr-btn-hover-bg: {mixed(accent, '#000000', 0.84)}; }}",
        f".topbar {{ background: {bar_of(accent)}; }}",
    ]


def _corners(corners: str) -> list[str]:
    radius = _RADIUS.get(Corners(corners)) if corners else None
    return [f"{ROUNDED} {{ border-radius: {radius}; }}"] if radius is not None else []


def _numbers(colour: str) -> str:
    return ", ".join(map(str, rgb(colour)))
