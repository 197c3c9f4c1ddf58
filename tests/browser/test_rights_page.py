"""The matrix of rights stays a table, also on a phone: what a role may stands under its name."""

from typing import Any

import pytest

SHIFTED = """() => {
    const table = document.querySelector(".rights-grid");
    const left = (cell) => cell.getBoundingClientRect().left;
    const heads = [...table.tHead.rows[0].cells].map(left);
    const isShifted = (row) => [...row.cells].some((cell, place) => Math.abs(left(cell) - heads[place]) > 1);
    return [...table.tBodies[0].rows].filter(isShifted).map((row) => row.cells[0].textContent);
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_every_right_stands_under_its_role(page_at: Any, width: int) -> None:
    page = page_at(width, "admin")
    page.goto("/roles/")
    assert page.locator(".rights-grid .nothing").count() > 100
    assert page.evaluate(SHIFTED) == []
