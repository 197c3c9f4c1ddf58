"""The rows of a table as markup: each column's way of being drawn is worked out once, not once a cell.

A list has hundreds of cells. `look.cell` says what a value looks like; here the same is said for a
whole column at once, for the person and in the language of this request. `tests/core/test_drawing.py` holds
the two against each other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.core import here, look
from app.core.kinds import Answer, Choice, Relation, Several
from app.core.reading import Column, Seen, own_columns
from app.core.rights import MASKED, OWN
from app.core.stencils import gap
from app.core.words import say

Rows = Sequence[Any]
Draw = Callable[[Any], str]
#: a column's cells, one for each row
DrawAll = Callable[[Rows], list[str]]
#: between texts that are escaped together; what holds it is escaped by itself
_BETWEEN = "\0"


class Drawing:
    """How the rows of one table are drawn: `Drawing("lead", columns, tick=True).rows(found)`."""

    def __init__(self, table: str, columns: Sequence[Column], *, tick: bool) -> None:
        self.table, self.columns, self.tick = table, columns, tick
        self._staff_id, self._own = here.me().staff_id, own_columns(columns)
        self._cells = [self._inside(column) for column in columns[1:]]

    def rows(self, found: Rows) -> Markup:
        """`found`: rows as `reading.query_for` asks for them."""
        if not self.columns:
            return Markup()
        names = self._names(found)
        ids = [row.id for row in found]
        cells = zip(*self._ticks(ids, names), ids, names, *(draw(found) for draw in self._cells), strict=True)
        line = self._line()
        return Markup("".join([line % each for each in cells]))  # noqa: S704 (each cell is escaped where it is drawn)

    def _line(self) -> str:
        """A row with its gaps: the box and its name, the record's id and name, the cells."""
        box = (
            '<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="%s"'
            f' aria-label="{_whole(escape(say("选择", "Choose")))} %s"></td>'
        )
        link = f'<a class="row-link" href="/{self.table}/%s{_whole(look.way_back(self.table))}">%s</a>'
        ends = [f"<td{_side(column)}>" for column in self.columns]
        rest = "".join(f"{end}%s</td>" for end in ends[1:])
        return f"<tr>{box if self.tick else ''}{ends[0]}{link}</td>{rest}</tr>\n"

    def _ticks(self, ids: Sequence[Any], names: Sequence[str]) -> Sequence[Sequence[Any]]:
        return (ids, names) if self.tick else ()

    def _names(self, found: Rows) -> list[str]:
        """What the first column says, which the row is called by."""
        words = self._words(self.columns[0])
        return _escaped([words(row) or str(row.id) for row in found])

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

    def _inside(self, column: Column) -> DrawAll:
        spot, name = column.field, column.field.attribute
        plain = self._is_plain(column)
        if isinstance(spot.kind, Relation) and not spot.many:
            return self._link(name, spot.kind, told=bool(column.about))
        if plain and isinstance(spot.kind, Answer | Choice | Several):
            return self._known(name, lambda row: _unless_empty(look.cell(self._seen(column, row), column.name)))
        if plain and spot.kind.widget not in ("checkbox", "textarea", "json", "lines", "file", "signature"):
            return self._plain(name, spot.kind.show)
        return lambda found: [_unless_empty(look.cell(self._seen(column, row), column.name)) for row in found]

    @staticmethod
    def _known(name: str, draw: Draw) -> DrawAll:
        """A value out of a few: drawn once each."""

        def known(found: Rows) -> list[str]:
            held = [getattr(row, name) for row in found]
            drawn = {value: draw(row) for value, row in dict(zip(held, found, strict=True)).items()}
            return [drawn[value] for value in held]

        return known

    @staticmethod
    def _plain(name: str, show: Callable[[Any], str]) -> DrawAll:
        def plain(found: Rows) -> list[str]:
            values = [getattr(row, name) for row in found]
            return _escaped(["" if held is None or held == "" else show(held) for held in values])

        return plain

    @staticmethod
    def _link(name: str, kind: Relation, *, told: bool) -> DrawAll:
        label_of, opens = f"{name}__label", look.readable(kind.table)
        about_of = f"{name}__about"
        begin = f'<a href="/{kind.table}/'
        withheld = str(look.WITHHELD)

        def link(key: Any, label: str | None, escaped: str) -> str:
            if key is None:
                return ""
            if label is None:
                return withheld
            return f'{begin}{key}">{escaped}</a>' if opens else escaped

        def links(found: Rows) -> list[str]:
            keys, labels = [getattr(row, name) for row in found], [getattr(row, label_of) for row in found]
            said = ["" if each is None else str(each) for each in labels]
            if told:
                said = [
                    f"{each} {getattr(row, about_of) or ''}".rstrip() for each, row in zip(said, found, strict=True)
                ]
            return list(map(link, keys, labels, _escaped(said)))

        return links


def _side(column: Column) -> str:
    return ' class="right"' if column.field.kind.right_aligned else ""


def _whole(text: Any) -> str:
    """Text of a line that is no gap of it."""
    return str(text).replace("%", "%%")


def _escaped(texts: list[str]) -> list[str]:
    """Each as markup, all in one go: to escape a short text is mostly the calling."""
    found = str(escape(_BETWEEN.join(texts))).split(_BETWEEN)
    return found if len(found) == len(texts) else [str(escape(each)) for each in texts]


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
