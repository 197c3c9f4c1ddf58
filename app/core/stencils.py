"""Stencils 蜡版: a page drawn once, with gaps for what differs from one request to the next.

A list asked for again by the same person (the next page, the way back, a refresh) differs in its rows,
its count, its links to the next page and the token of its forms; frame, menu, tools and filters are the
same to the letter. So the template is drawn with gaps, cut at them and kept; the gaps are filled each time.

    cut = stencils.cut(key, lambda: render_template("list.html", csrf_token=lambda: gap("token"), …))
    return cut.filled(token=generate_csrf(), …)

`key` has to hold everything else that the template looks at: whoever the page is for, their language
and theme, the address, the state of rights and fields. What is in a gap is put in as it is: it has to
be markup already, or text that needs no escaping.
"""

import re
import secrets
from collections.abc import Callable, Hashable

from app.core.memory import Kept

#: nobody outside this process can write a gap
_MARK = f"gap{secrets.token_hex(12)}x"
_GAP = re.compile(rf"{_MARK}(\w+?)x")
_kept: Kept["Stencil"] = Kept(300)


def gap(name: str) -> str:
    """Stands in a template for what will be filled in; letters and digits only, so that no escaping changes it."""
    assert name.isalpha(), name
    return f"{_MARK}{name}x"


class Stencil:
    """What a page was drawn as, cut at its gaps."""

    def __init__(self, drawn: str) -> None:
        #: text, gap, text, gap … text
        self._parts = _GAP.split(drawn)

    def filled(self, **gaps: str) -> str:
        parts = list(self._parts)
        for place in range(1, len(parts), 2):
            parts[place] = gaps[parts[place]]
        return "".join(parts)

    def parted(self, **gaps: str) -> list[str]:
        """What stands between the gaps that are not filled."""
        parts, text = [], [self._parts[0]]
        for name, after in zip(self._parts[1::2], self._parts[2::2], strict=True):
            if name in gaps:
                text.append(gaps[name])
            else:
                parts.append("".join(text))
                text = []
            text.append(after)
        return [*parts, "".join(text)]


def cut(key: Hashable, draw: Callable[[], str]) -> Stencil:
    """The stencil of this key; drawn now when there is none yet."""
    return _kept.get(key, lambda: Stencil(draw()))
