"""A stencil is drawn once and filled each time; nobody can write a gap from outside."""

import pytest

from app.core import stencils
from app.core.memory import Kept
from app.core.stencils import gap


def test_it_is_drawn_once_and_filled_each_time() -> None:
    drawn: list[int] = []

    def draw() -> str:
        drawn.append(1)
        return f"<p>{gap('rows')}</p>{gap('token')}{gap('rows')}"

    for rows in ("one", "<b>two</b>"):
        assert stencils.cut("a page", draw).filled(rows=rows, token="t") == f"<p>{rows}</p>t{rows}"
    assert len(drawn) == 1


def test_another_key_is_another_page() -> None:
    assert stencils.cut("left", lambda: "left").filled() == "left"
    assert stencils.cut("right", lambda: "right").filled() == "right"


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    found = stencils.cut("typed", lambda: f"<p>{gap('name')}</p>").filled(name=gap("token"))
    assert found == f"<p>{gap('token')}</p>"


def test_a_gap_that_is_not_filled_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        stencils.cut("forgotten", lambda: gap("rows")).filled()


def test_only_so_many_are_kept_and_the_longest_unused_go_first() -> None:
    kept: Kept[str] = Kept(3)
    for key in ("a", "b", "a", "c", "d"):
        kept.get(key, lambda key=key: key.upper())
    assert len(kept) == 3
    assert "a" in kept
    assert "b" not in kept
