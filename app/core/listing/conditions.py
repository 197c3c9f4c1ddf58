"""What is searched and filtered for, said to the database."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_

from app.core.crypt import blind_index
from app.core.kinds import IdNumber
from app.core.listing.address import Condition
from app.core.record import Field, Record

_COMPARE: dict[str, Any] = {
    "gt": lambda a, v: a > v,
    "gte": lambda a, v: a >= v,
    "lt": lambda a, v: a < v,
    "lte": lambda a, v: a <= v,
}


def criterion(model: type[Record], condition: Condition) -> ColumnElement[bool]:
    """That a row of `model` fulfils this condition."""
    spot, value = condition.column.field, condition.value
    if isinstance(spot.kind, IdNumber):
        return _sealed_equals(model, spot, value)
    attribute = getattr(model, spot.attribute)
    match condition.operator:
        case "eq":
            return equals(attribute, value)
        case "neq":
            return or_(attribute != value, attribute.is_(None))
        case "in":
            return attribute.in_(value)
        case "null":
            return attribute.is_(None) if value else attribute.is_not(None)
        case "ct":
            return attribute.icontains(value, autoescape=True)
        case "sw":
            return attribute.istartswith(value, autoescape=True)
        case operator:
            return _COMPARE[operator](attribute, value)


def equals(attribute: Any, value: Any) -> Any:
    return attribute.is_(None) if value is None else attribute == value


def _sealed_equals(model: Any, spot: Field, value: Any) -> Any:
    index = getattr(model, f"{spot.attribute}_key", None)
    return false() if index is None or value is None else index == blind_index(value)
