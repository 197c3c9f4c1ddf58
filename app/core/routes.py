"""Addresses of the house: rules whose way back, from name to address, is made when it is first asked.

Werkzeug compiles two functions for each of some seven hundred rules at start; a worker uses a dozen.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import IntegerConverter, Map, Rule


class LateRule(Rule):
    """A rule that can be matched at once and is compiled for building at its first use."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, *args: Any, **kwargs: Any) -> tuple[str, str]:
            if not made:
                made.append(compile_now(append_unknown))
            return made[0](rule, *args, **kwargs)

        return build


MOST = 2_147_483_647


def row_number(raw: str) -> int:
    """The same in what an address or a form asks: `args.get("after", type=row_number)` is None for it."""
    number = int(raw)
    if not 0 <= number <= MOST:
        raise ValueError(raw)
    return number


class RowId(IntegerConverter):
    """A number in an address is a row's id: what no row can have leads nowhere."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": MOST, **options})
