"""What a relation's typeahead offers: rows in reach that are called like what is typed.

A verb's parameter offers those that its rule lets through (`ask(…, among=…)`); whoever types the name of another
reads there why it is none of them. A form's field offers those that its register names (`offered`); a filter all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.core import gate, here, qualified
from app.core.about import path_of
from app.core.declaration import register_of
from app.core.kinds import Relation
from app.core.reading import at_the_end, columns_for
from app.core.record import Field, Record, fields, placed_label, table_named
from app.core.runner import why_not
from app.core.search import Box, labelled
from app.core.verbs import Act, Ask, Offered, Verb
from app.core.words import say

#: rows called so that are sorted; where there are more, they are looked at as the order has them: twenty are soon found
MOST_SORTED = 1000
#: of those who may not be chosen, so many are told why
REFUSED = 3
NOT_HERE = say("现在不能选", "not possible now")


def options(
    session: Session, spot: Field | Ask, text: str, limit: int = 20, *, within: int | None = None, among: Offered = None
) -> list[dict[str, Any]]:
    """Rows in reach whose label contains the text, and what tells those apart that are called alike; `within`: the
    row that is chosen in the field by which it is narrowed; `among`: what a verb offers."""
    query, first, target = _query(session, spot.kind, text, within)
    if isinstance(among, Mapping):
        found = [_told(row, first, among) for row in session.execute(query.where(target.id.in_(among)))]
        places = {each: place for place, each in enumerate(among)}
        return sorted(found, key=lambda each: places[each["id"]])[:limit]
    if among is not None:
        query = query.where(among)
    return [_told(row, first) for row in session.execute(query.limit(limit))]


def options_of(
    session: Session, verb: Verb, spot: Ask, text: str, ids: Sequence[int], *, within: int | None = None
) -> list[dict[str, Any]]:
    """The same of a verb's parameter, for the rows that it is to be done with: none where they are too many."""
    if spot.among is None:
        return options(session, spot, text, within=within)
    model = table_named(verb.table)
    assert model is not None
    act, rows = Act(session, here.me()), gate.reachable(session, model, list(ids))
    with here.in_whole_sight():
        among = spot.among(act, rows)
    found = options(session, spot, text, within=within, among=among)
    return found + (_refused(verb, spot, text, act, rows, among) if text and among is not None else [])


def _refused(
    verb: Verb, spot: Ask, text: str, act: Act, rows: Sequence[Any], among: Offered
) -> list[dict[str, Any]]:  # fmt: skip
    """Who is called so and is not offered: the rules are asked of few of them."""
    query, first, target = _query(act.db, spot.kind, text, None)
    offered = among if isinstance(among, Mapping) else select(target.id).where(among)  # type: ignore[arg-type]
    told = [_told(row, first) for row in act.db.execute(query.where(target.id.not_in(offered)).limit(REFUSED))]
    named = {row.id: row for row in gate.reachable(act.db, target, [each["id"] for each in told])}
    for each in told:
        each |= {"disabled": True, "note": _why_not(verb, spot, act, rows, named.get(each["id"]))}
    return told


def _why_not(verb: Verb, spot: Ask, act: Act, rows: Sequence[Any], chosen: Record | None) -> str:
    """What speaks against this one, beside what speaks against the act whoever is chosen."""
    if not rows or chosen is None:
        return str(NOT_HERE)
    row = list(rows) if verb.many else rows[0]
    nothing: dict[str, Any] = dict.fromkeys(verb.asks)
    before = why_not(verb, row, act, nothing)
    after = why_not(verb, row, act, nothing | {spot.name: [chosen] if spot.kind.many else chosen})  # type: ignore[attr-defined]
    return next((str(each.message) for each in after if each not in before), str(NOT_HERE))


def _query(session: Session, kind: Any, text: str, within: int | None) -> tuple[Select[Any], bool, Any]:
    assert isinstance(kind, Relation)
    target: Any = table_named(kind.table)
    query, first = qualified.query_of(target)
    if path := path_of(kind, here.me()):
        named, joins = at_the_end(target, kind, path)
        query = query.add_columns(named)
        for joined, condition in joins:
            query = query.outerjoin(joined, condition)
    query = query.order_by(placed_label(target), target.id)
    if text:
        query = query.where(_is_called(session, target, text[:64]))
    if kind.within and within is not None:
        query = query.where(getattr(target, fields(target)[kind.within].attribute) == within)
    for column, wanted in kind.only:
        query = query.where(getattr(target, column) == wanted)
    return query, first, target


def _told(row: Any, first: bool, notes: Mapping[int, str] | None = None) -> dict[str, Any]:
    named = qualified.named(row, first)
    note = " · ".join(each for each in (named.note, notes[named.id] if notes else "") if each)
    return {"id": named.id, "label": named.label, **({"note": note} if note else {})}


def _is_called(session: Session, target: type[Record], text: str) -> ColumnElement[bool]:
    """What goes by a number is found by what its register searches, too: a lead by its customer."""
    register = register_of(target.__tablename__)
    if target.__label__ != "number" or register is None:
        return labelled(target, text, session, MOST_SORTED)
    columns = [each for each in columns_for(target, register.searched()) if each.comparable]
    return Box(target, [each for each in columns if not each.field.is_relation]).holds(text)
