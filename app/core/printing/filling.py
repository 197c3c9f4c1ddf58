"""A record laid out: what typst is given, as plain values, of what the acting person sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core import here
from app.core.answers import NotFound
from app.core.declaration import Declaration, register_of
from app.core.documents import render
from app.core.printing.layouts import GAP, TODAY, WHO, Body, Children, field_called, gaps_in
from app.core.reading import Seen, columns_for, query_for, read_one, seen_rows
from app.core.rights import may
from app.core.values import show_date

TEMPLATE = Path(__file__).with_name("layout.typ")
MOST_CHILDREN = 200


@dataclass(frozen=True)
class Paper:
    """The PDF, and what was read for it (core/viewing.py)."""

    pdf: bytes
    seen: Seen
    children: dict[str, list[Seen]]


def paper_of(session: Session, register: type[Declaration], row_id: int, body: Body) -> Paper:
    """Raises NotFound for a record out of reach."""
    gaps = {
        name
        for text in (body.title, body.above, body.below)
        for gap in gaps_in(text)
        if (name := field_called(register, gap))
    }
    seen = read_one(session, register.model, row_id, dict.fromkeys([*body.fields, *sorted(gaps)]))
    if seen is None:
        raise NotFound()
    children: dict[str, list[Seen]] = {}
    tables = []
    for each in body.children:
        rows, told = _table(session, each, row_id)
        children.setdefault(each.table, []).extend(rows)
        tables += [told] if told else []
    data = {
        "title": filled(register, seen, body.title), "paper": body.paper, "landscape": body.landscape,
        "letterhead": body.letterhead, "columns": body.columns, "rows": lines_of(_facts(seen, body), body.columns),
        "tables": tables, "above": _paragraphs(filled(register, seen, body.above)),
        "below": _paragraphs(filled(register, seen, body.below)), "signatures": list(body.signatures),
    }  # fmt: skip
    return Paper(render(TEMPLATE, data), seen, children)


def filled(register: type[Declaration], seen: Seen, text: str) -> str:
    """The text with its gaps filled; one that the person may not see stays empty."""

    def value(gap: Any) -> str:
        word = gap.group(1)
        if word in TODAY:
            return show_date(here.today())
        if word in WHO:
            return here.me().name
        name = field_called(register, word)
        return seen.shown(name) if name in seen.columns else ""

    return GAP.sub(value, text)


def _paragraphs(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()] if text.strip() else []


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    wide: bool


def _facts(seen: Seen, body: Body) -> list[Fact]:
    spots = [(name, seen.columns[name].field) for name in body.fields if name in seen.columns]
    return [
        Fact(str(spot.label), seen.shown(name), spot.kind.widget == "textarea" or spot.many) for name, spot in spots
    ]


def lines_of(facts: Sequence[Fact], columns: int) -> list[list[dict[str, Any]]]:
    """The lines of the table: so many facts beside each other; a wide one, and the last of a line that is not full, up to its end."""
    lines: list[list[Fact]] = []
    for fact in facts:
        if not lines or fact.wide or lines[-1][0].wide or len(lines[-1]) == columns:
            lines.append([])
        lines[-1].append(fact)
    return [
        [{"label": each.label, "value": each.value, "span": 1 if each is not line[-1] else 2 * (columns - len(line)) + 1}
         for each in line]
        for line in lines
    ]  # fmt: skip


def _table(session: Session, asked: Children, row_id: int) -> tuple[list[Seen], dict[str, Any] | None]:
    """The rows that refer to the record, as far as the person reaches and sees them."""
    register = register_of(asked.table)
    spot = register.fields().get(asked.relation) if register else None
    if register is None or spot is None or not may(here.me(), "read", asked.table):
        return [], None
    columns = [each for each in columns_for(register.model, asked.fields) if not each.field.many]
    if not columns:
        return [], None
    within = getattr(register.model, spot.attribute) == row_id
    query = query_for(register.model, columns).where(within).order_by(register.model.id).limit(MOST_CHILDREN + 1)
    rows = seen_rows(columns, session.execute(query).all())
    told = {
        "title": str(register.title()), "head": [str(each.field.label) for each in columns],
        "rows": [[row.shown(each.name) for each in columns] for row in rows[:MOST_CHILDREN]],
        "more": len(rows) > MOST_CHILDREN,
    }  # fmt: skip
    return rows[:MOST_CHILDREN], told
