"""A list drawn by columns looks as it does drawn cell by cell, and a list kept ready answers like a new one."""

import re
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from app.core import here, look
from app.core.declaration import all_registers
from app.core.drawing import Drawing
from app.core.listing import Listing
from app.core.rights import may
from app.core.words import speaking
from app.security.sessions import person_named

PEOPLE = ("admin", "designer", "account_manager", "gate", "salesperson", "cashier", "auditor")
CELL = re.compile(r"<td(?! class=\"tick\")[^>]*>(.*?)</td>", re.S)


@pytest.fixture
def world() -> str:
    return "demo"


@pytest.mark.on("sqlite")
def test_each_cell_looks_as_it_does_alone(app: Flask) -> None:
    from app.extensions import db

    drawn = 0
    for username in PEOPLE:
        person = person_named(db.session, username)
        assert person is not None
        with app.test_request_context(), here.acting_as(person), speaking("zh" if drawn % 2 else "en"):
            for table, register in all_registers().items():
                if not may(person, "read", table):
                    continue
                listing = Listing(register, register.shown(), told=True)
                page = listing.page(db.session, listing.asked({"size": "20"}), count=False)
                cells = CELL.findall(str(Drawing(table, page.columns, tick=True).rows(page.found)))
                wanted = [
                    str(escape(look.cell(row, column.name))).replace(look.NOTHING, "")
                    if place
                    else first_cell(table, row, column.name)
                    for row in page.rows
                    for place, column in enumerate(page.columns)
                ]
                assert cells == wanted, (username, table)
                drawn += len(cells)
    assert drawn > 3000


def first_cell(table: str, row: Any, name: str) -> str:
    return f'<a class="row-link" href="/{table}/{row.id}">{escape(row.shown(name) or row.id)}</a>'


def test_a_list_kept_ready_answers_like_a_new_one_on_every_page(app: Flask) -> None:
    """Forwards to the end and back to the start, by a column with gaps; twice, so that it has been kept."""
    from app.extensions import db

    for username in ("account_manager", "designer"):
        person = person_named(db.session, username)
        assert person is not None
        with here.acting_as(person):
            for table, sort in (("lead", "-show_home_on,tier"), ("lead", "designer"), ("staff", "-left_on,number")):
                for _ in range(2):
                    new, kept = walk(db.session, table, sort, None), walk(db.session, table, sort, ("kept", sort))
                    assert new == kept
                    assert username != "account_manager" or len(new) > 6


def walk(session: Any, table: str, sort: str, address: Any) -> list[Any]:
    register, found, way, place = all_registers()[table], [], "after", ""
    for _ in range(200):
        listing = Listing(register)
        asked = listing.asked(MultiDict({"sort": sort, "size": "7", way: place}))
        page = listing.page(session, asked, address=address)
        found.append(([row.id for row in page.rows], page.count, bool(page.after), bool(page.before)))
        place = page.after if way == "after" else page.before
        if place is None and way == "after":
            way, place = "before", page.before
        if not place:
            break
    return found
