"""The rows of a table as markup: each column's way of being drawn is worked out once, not once a cell.

A list has hundreds of cells. `look.cell` says what a value looks like; here the same is said for a
whole column, for the person and in the language of this request. `tests/core/test_drawing.py` holds
the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.core import here, look
from app.core.kinds import Choice, Relation
from app.core.reading import Column, Seen, own_columns
from app.core.rights import MASKED, OWN
from app.core.stencils import gap
from app.core.words import say

Draw = Callable[[Any], str]


class Drawing:
    """How the rows of one table are drawn: `Drawing("lead", columns, tick=True).rows(found)`."""

    def __init__(self, table: str, columns: Sequence[Column], *, tick: bool) -> None:
        self.table, self.columns, self.tick = table, columns, tick
        self._staff_id, self._own = here.me().staff_id, own_columns(columns)
        self._choose = str(escape(say("选择", "Choose")))
        self._cells = [self._cell(column, first=place == 0) for place, column in enumerate(columns)]

    def rows(self, found: Sequence[Any]) -> Markup:
        """`found`: rows as `reading.query_for` asks for them."""
        if not self.columns:
            return Markup()
        cells, head = self._cells, self._head
        drawn = [f"<tr>{head(row)}{''.join([draw(row) for draw in cells])}</tr>\n" for row in found]
        return Markup("".join(drawn))  # noqa: S704 (each cell is escaped where it is drawn)

    def _head(self, row: Any) -> str:
        if not self.tick:
            return ""
        named = escape(self._words(self.columns[0])(row))
        return (
            f'<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="{row.id}"'
            f' aria-label="{self._choose} {named}"></td>'
        )

    def _cell(self, column: Column, *, first: bool) -> Draw:
        """The whole cell, around what is in it."""
        right = ' class="right"' if column.field.kind.right_aligned else ""
        begin = f"<td{right}>"
        if first:
            words, table, way = self._words(column), self.table, look.way_back(self.table)
            return lambda row: (
                f'{begin}<a class="row-link" href="/{table}/{row.id}{way}">{escape(words(row) or row.id)}</a></td>'
            )
        inside = self._inside(column)
        return lambda row: f"{begin}{inside(row)}</td>"

    def _words(self, column: Column) -> Draw:
        """The value as it is said, not yet as markup."""
        spot, name = column.field, column.field.attribute
        if not self._is_plain(column) or isinstance(spot.kind, Relation):
            return lambda row: self._seen(column, row).shown(column.name)
        show = spot.kind.show
        return lambda row: "" if getattr(row, name) is None else show(getattr(row, name))

    @staticmethod
    def _is_plain(column: Column) -> bool:
        """Seen in full on every row, one value."""
        return column.level != MASKED and not column.level.startswith(OWN) and not column.field.many

    def _seen(self, column: Column, row: Any) -> Seen:
        return Seen([column], row, any(getattr(row, name) == self._staff_id for name in self._own))

    def _inside(self, column: Column) -> Draw:
        spot, name = column.field, column.field.attribute
        plain = self._is_plain(column)
        if isinstance(spot.kind, Relation) and not spot.many:
            return self._link(name, spot.kind)
        if plain and isinstance(spot.kind, Choice):
            return self._known(name, lambda row: _unless_empty(look.cell(self._seen(column, row), column.name)))
        if plain and spot.kind.widget not in ("checkbox", "textarea", "file", "signature"):
            return self._plain(name, spot.kind.show)
        return lambda row: _unless_empty(look.cell(self._seen(column, row), column.name))

    @staticmethod
    def _known(name: str, draw: Draw) -> Draw:
        """A value out of a few: drawn once each."""
        drawn: dict[Any, str] = {}

        def known(row: Any) -> str:
            held = getattr(row, name)
            if held not in drawn:
                drawn[held] = draw(row)
            return drawn[held]

        return known

    @staticmethod
    def _plain(name: str, show: Callable[[Any], str]) -> Draw:
        def plain(row: Any) -> str:
            held = getattr(row, name)
            return "" if held is None or held == "" else str(escape(show(held)))

        return plain

    @staticmethod
    def _link(name: str, kind: Relation) -> Draw:
        label_of, opens = f"{name}__label", look.readable(kind.table)
        begin = f'<a href="/{kind.table}/'
        withheld = str(look.WITHHELD)

        def link(row: Any) -> str:
            key, label = getattr(row, name), getattr(row, label_of)
            if key is None:
                return ""
            if label is None:
                return withheld
            return f'{begin}{key}">{escape(label)}</a>' if opens else str(escape(label))

        return link


def _unless_empty(drawn: Any) -> str:
    """An empty cell is left empty: app.css draws its dash, so that a hundred of them weigh nothing."""
    return "" if drawn is look.NOTHING else str(escape(drawn))


def drawn_rows(table: str, page: Any, *, tick: Any = False) -> Markup:
    """For templates: the rows of a page (`listing.Page`); of an outline, the gap where they will be."""
    if page.outline:
        return Markup(gap("rows"))  # noqa: S704 (letters and digits)
    return Drawing(table, page.columns, tick=bool(tick)).rows(page.found)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["drawn_rows"] = drawn_rows
