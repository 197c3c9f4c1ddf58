"""Widths of a list's columns, as a person dragged them: `number:15,customer_name:24`, in steps of 8 pixels.

They are drawn as classes of `<col>` (css/lists.css has one for each step), so that a page needs neither a style
of its own nor a script to look as it was left, also when its rows are swapped.
"""

from collections.abc import Iterable, Mapping

STEP = 8
NARROWEST, WIDEST = 6, 80
#: of a column that was not there when the others were dragged
USUAL = 18


def read(text: str | None) -> dict[str, int]:
    """What can't be read is passed over."""
    found = {}
    for part in (text or "").split(","):
        name, _, steps = part.partition(":")
        if name and steps.isdigit() and len(steps) < 4:
            found[name] = min(max(int(steps), NARROWEST), WIDEST)
    return found


def written(widths: Mapping[str, int], known: Iterable[str]) -> str | None:
    among = set(known)
    return ",".join(f"{name}:{steps}" for name, steps in widths.items() if name in among)[:1000] or None
