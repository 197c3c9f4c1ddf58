"""What is searched and filtered for, said to the database."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, or_, true, type_coerce

from app.core.crypt import blind_index
from app.core.kinds import IdNumber, Several
from app.core.listing.address import Asked, Between, Condition
from app.core.listing.crossing import names_one
from app.core.listing.days import Span
from app.core.listing.groups import Group
from app.core.record import Field, Record
from app.core.word_order import placed

_COMPARE: dict[str, Any] = {
    "gt": lambda a, v: a > v,
    "gte": lambda a, v: a >= v,
    "lt": lambda a, v: a < v,
    "lte": lambda a, v: a <= v,
}


def criterion(model: type[Record], condition: Condition) -> ColumnElement[bool]:
    """That a row of `model` fulfils this condition."""
    spot, value = condition.column.field, condition.value
    if condition.column.way:
        return names_one(model, condition, criterion)
    if isinstance(spot.kind, IdNumber):
        return _sealed_equals(model, spot, value)
    attribute = getattr(model, spot.attribute)
    if isinstance(value, Span):
        return _by_days(attribute, condition.operator, value)
    if isinstance(value, Between):
        return within(attribute, value.low, value.high)
    if isinstance(spot.kind, Several) and condition.operator != "null":
        joined = and_ if condition.operator == "all" else or_
        return joined(*(_has(attribute, *word) for word in value))
    match condition.operator:
        case "eq":
            return equals(placed(spot, attribute), value)
        case "neq":
            return or_(attribute != value, attribute.is_(None))
        case "in":
            return placed(spot, attribute).in_(value)
        case "null":
            return attribute.is_(None) if value else attribute.is_not(None)
        case "ct":
            return attribute.icontains(value, autoescape=True)
        case "sw":
            return attribute.istartswith(value, autoescape=True)
        case operator:
            return _COMPARE[operator](attribute, value)


def _has(attribute: Any, word: str) -> ColumnElement[bool]:
    """That a list of words holds this one: in its text each stands in quotes."""
    return type_coerce(attribute, String).contains(f'"{word}"', autoescape=True)


def holds(model: type[Record], part: Condition | Group) -> ColumnElement[bool]:
    """That a row fulfils a condition, or a group of them."""
    if isinstance(part, Condition):
        return criterion(model, part)
    joined = or_ if part.either else and_
    return joined(*(holds(model, each) for each in part.parts))


def lets_through(condition: Condition, value: str) -> bool:
    """Whether a row with this value of a choice fulfils a condition on it."""
    match condition.operator:
        case "eq":
            return str(condition.value) == value
        case "neq":
            return str(condition.value) != value
        case "in":
            return value in {str(each) for each in condition.value}
        case _:
            return not condition.value  # "is empty": no value is


def shows_state(asked: Asked, state: Any) -> bool:
    """Whether the filters beside one another leave rows in this state; what stands within groups is not looked at."""
    return all(lets_through(each, str(state)) for each in asked.conditions if each.column.name == "state")


def within(attribute: Any, low: Any, high: Any) -> ColumnElement[bool]:
    ends = ([attribute >= low] if low is not None else []) + ([attribute <= high] if high is not None else [])
    return and_(true(), *ends)


def _by_days(attribute: Any, operator: str, span: Span) -> ColumnElement[bool]:
    """A column of days or moments, against days in words: "after this week" is from its end on."""
    start, end = span.start, span.end
    after_start = attribute >= start if start is not None else true()
    before_end = attribute < end if end is not None else true()
    match operator:
        case "gte":
            return after_start
        case "lte":
            return before_end
        case "gt":
            return attribute >= end if end is not None else false()
        case "lt":
            return attribute < start if start is not None else false()
        case "neq":
            return or_(~and_(after_start, before_end), attribute.is_(None))
        case _:
            return and_(after_start, before_end, attribute.is_not(None))


def equals(attribute: Any, value: Any) -> Any:
    return attribute.is_(None) if value is None else attribute == value


def _sealed_equals(model: Any, spot: Field, value: Any) -> Any:
    index = getattr(model, f"{spot.attribute}_key", None)
    return false() if index is None or value is None else index == blind_index(value)
