"""Conditions on the rows of a role 条件: kept as an address would say them, on columns by which the register is filtered.

    conditions("lead")                                   # the columns that there are, each with its ends or words
    read("lead", {"state": ["new"], "budget_fen.gte": ["100000"]})   # what is kept; raises Faulty
    holds(Lead, "lead", condition)                       # the same in SQL

`state=new&state=measured` is one of these words, `unit.estate=3&unit.estate=5` one of these rows, `budget_fen.gte` and
`inquiry_on.lte` are ends of their own. A day is one of the calendar: a statement that is kept for a person
(core/prepared.py) would not move with today.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, inspect, select
from sqlalchemy.orm import aliased

from app.core import here
from app.core.answers import Faulty
from app.core.declaration import register_of
from app.core.kinds import BadValue, Choice, Date, Instant, Kind, Relation, YesNo
from app.core.listing.address import condition_on, read_key
from app.core.listing.conditions import criterion
from app.core.reading import Column
from app.core.record import Field, fields, placed_label, table_named
from app.core.rights import READ
from app.core.search import labelled
from app.core.words import Say, joined, say
from app.extensions import db

#: a column, or one of its ends -> what a row may have
Condition = Mapping[str, Sequence[str]]
ENDS: Mapping[str, Say] = {"gte": say("从", "from"), "lte": say("到", "to")}
#: words or rows that one condition may name
MOST_VALUES = 40


def conditions(table: str) -> dict[str, Field]:
    """Of the register's filters those that lie in a column of its own, compare, and tell of no person; and of the rows
    that it names what those belong to: `unit.estate`."""
    register = register_of(table)
    found: dict[str, Field] = {}
    own = {spot.name: spot for spot in columns(table)}
    for name in register.filtered() if register else []:
        if name not in own:
            continue
        if _fits(own[name].kind):
            found[name] = own[name]
        found |= {each.name: each for each in _beyond(own[name])}
    return found


def _beyond(relation: Field) -> Iterator[Field]:
    kind = relation.kind
    other = register_of(kind.table) if isinstance(kind, Relation) else None
    for spot in columns(other.table()) if other else []:
        if isinstance(spot.kind, Relation) and spot.name in other.filtered() and _is_told(spot.kind.table):  # type: ignore[union-attr]
            label = say("{a} › {b}", "{a} › {b}", a=relation.label, b=spot.label)
            yield replace(spot, name=f"{relation.name}.{spot.name}", label=label)


def _fits(kind: Kind) -> bool:
    return isinstance(kind, Choice | YesNo) or has_ends(kind) or (isinstance(kind, Relation) and _is_told(kind.table))


def _is_told(table: str) -> bool:
    """Whether what the rows are called may stand in the table of rights: of people it may not."""
    model = table_named(table)
    register = register_of(table)
    if model is None or register is None or table == "staff":
        return False
    return not any(spot.kind.personal for spot in fields(model).values())


def has_ends(kind: Kind) -> bool:
    return "gte" in kind.operators


def columns(table: str) -> list[Field]:
    """The fields that lie in a column of the table itself."""
    model = table_named(table)
    if model is None:
        return []
    held = model.__table__.c  # type: ignore[attr-defined]
    return [spot for spot in fields(model).values() if spot.attribute in held and not spot.added and not spot.many]


def words_of(spot: Field) -> dict[str, Say | str]:
    """What a condition on a column of few words can ask for; nothing for the others."""
    if isinstance(spot.kind, YesNo):
        return {"1": spot.kind.show(True), "0": spot.kind.show(False)}
    return {str(value): label for value, label in spot.kind.options} if isinstance(spot.kind, Choice) else {}


def keys_of(name: str, spot: Field) -> list[str]:
    """By which a condition on the column is kept."""
    return list(ends_of(name)) if has_ends(spot.kind) else [name]


def ends_of(name: str) -> dict[str, Say]:
    return {f"{name}.{end}": word for end, word in ENDS.items()}


def keys(table: str) -> list[str]:
    return [key for name, spot in conditions(table).items() for key in keys_of(name, spot)]


def as_typed(table: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What was typed of conditions, unread: for a form that is to stand again."""
    kept: dict[str, list[str]] = {}
    for name, spot in conditions(table).items():
        for key in keys_of(name, spot):
            values = [each.strip()[:40] for each in given.get(key, ()) if each.strip()][:MOST_VALUES]
            if words := words_of(spot):
                values = [each for each in words if each in values]
            kept |= {key: values} if values else {}
    return kept


def read(table: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is to be kept of it. Raises Faulty by the keys."""
    kept, known = as_typed(table, given), conditions(table)
    faults: dict[str, Say | str] = {}
    for key, values in kept.items():
        try:
            _understood(known[read_key(key)[0]], key, values)
        except BadValue as bad:
            faults[key] = bad.sentence
    if faults:
        raise Faulty(faults)
    return kept


def _understood(spot: Field, key: str, values: Sequence[str]) -> Any:
    """Raises BadValue."""
    operator = read_key(key)[1]
    if isinstance(spot.kind, Relation):
        operator = "in"
        if not all(each.isdigit() and len(each) < 10 for each in values):
            raise BadValue(say("请从列出的里面选。", "Choose one of those offered."))
    elif isinstance(spot.kind, Date) and not isinstance(spot.kind, Instant):
        spot.kind.read(values[0])  # a day, and no word for days
    elif isinstance(spot.kind, Instant):
        Date().read(values[0])
    elif has_ends(spot.kind) and spot.kind.read(values[0]) is None:
        raise BadValue(say("请填写数字。", "Give a number."))
    return condition_on(Column(spot, READ), operator, list(values) if operator == "in" else values[0])


def holds(model: Any, table: str, condition: Condition) -> ColumnElement[bool]:
    """That a row fulfils all of it. What is not known any more, or can't be read, lets no row through."""
    known = conditions(table)
    parts = []
    for key, values in condition.items():
        name = read_key(key)[0]
        spot = known.get(name)
        if spot is None or key not in keys_of(name, spot):
            return false()
        try:
            parts.append(_holds(model, spot, key, values))
        except BadValue:
            return false()
    return and_(*parts)


def _holds(model: Any, spot: Field, key: str, values: Sequence[str]) -> ColumnElement[bool]:
    asked = _understood(spot, key, values)
    first, dot, _ = spot.name.partition(".")
    if dot:
        relation = fields(inspect(model).mapper.class_)[first]
        named_table: Any = table_named(relation.kind.table)  # type: ignore[attr-defined]
        target: Any = aliased(named_table)
        among = select(target.id).where(getattr(target, spot.attribute).in_(asked.value))
        return getattr(model, relation.attribute).in_(among)  # type: ignore[no-any-return]
    if words_of(spot):
        attribute: Any = getattr(model, spot.attribute)
        return attribute.in_([each == "1" for each in values] if isinstance(spot.kind, YesNo) else list(values))  # type: ignore[no-any-return]
    return criterion(model, asked)


# --- in words -----------------------------------------------------------------------------


def in_words(table: str, condition: Condition) -> Say:
    return joined(_each_in_words(table, condition))


def _each_in_words(table: str, condition: Condition) -> Iterator[Say]:
    known = conditions(table)
    for key, values in condition.items():
        name, end = read_key(key)
        if (spot := known.get(name)) is None:
            continue
        if end in ENDS:
            yield say("{c}{e}{v}", "{c} {e} {v}", c=spot.label, e=_AT[end], v=_shown(spot.kind, values[0]))
            continue
        words = named(spot, values) if isinstance(spot.kind, Relation) else words_of(spot)
        yield say(
            "{c}为{w}", "{c} is {w}", c=spot.label, w=joined([words.get(each, each) for each in values], "或", " or ")
        )


_AT: Mapping[str, Say] = {"gte": say("不小于", "at least"), "lte": say("不大于", "at most")}


def _shown(kind: Kind, raw: str) -> str:
    try:
        return raw if isinstance(kind, Date) else kind.show(kind.read(raw))
    except BadValue:
        return raw


def named(spot: Field, values: Sequence[str]) -> Mapping[str, str]:
    """id -> what the row is called, in the name of the house: a right is told to whoever reads the table of rights."""
    return dict(rows_called(spot, ids=[int(each) for each in values if each.isdigit() and len(each) < 10]))


def rows_called(
    spot: Field, *, ids: Sequence[int] | None = None, text: str = "", most: int = 20
) -> list[tuple[str, str]]:
    """(id, what it is called) of rows that a condition on this relation can name."""
    model: Any = table_named(spot.kind.table)  # type: ignore[attr-defined]
    label = getattr(model, model.__label__)
    query = select(model.id, label).order_by(placed_label(model), model.id).limit(most)
    query = query.where(model.id.in_(ids)) if ids is not None else query
    query = query.where(labelled(model, text)) if text else query
    with here.as_house():
        return [(str(key), str(called)) for key, called in db.session.execute(query)]
