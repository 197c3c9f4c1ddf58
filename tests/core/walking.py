"""A list gone through page by page."""

from collections.abc import Callable
from typing import Any


def there_and_back(page: Callable[..., Any]) -> tuple[list[int], list[int], int]:
    """`page(after=…)` and `page(before=…)` answer a page: the ids on the way there, on the way back without the last
    page, and how many that one has."""
    found, forth, back = page(), list[int](), list[int]()
    while True:
        forth += [row.id for row in found.rows]
        if found.after is None:
            break
        found = page(after=found.after)
    last = len(found.rows)
    while found.before is not None:
        found = page(before=found.before)
        back = [row.id for row in found.rows] + back
    return forth, back, last
