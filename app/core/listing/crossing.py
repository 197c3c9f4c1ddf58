"""A condition on the rows that a list's rows name: `lead.source=web`, said so that the database finds them quickly.

Few such rows are found first, and then whoever names them, by index. Where many fit, that would gather and sort
nearly all of the list to show fifty: then the list is walked in its order, and each row's own is looked up. PostgreSQL
tells the two apart by its figures. SQLite keeps none that tell how many rows a condition has, so it is asked first.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.core.kinds import Relation
from app.core.listing.address import Condition
from app.core.record import Record, table_named
from app.extensions import db

#: rows that are found first and then looked for; beyond, the list is walked
FEW = 1000

#: that a row of this table fulfils a condition on it
Criterion = Callable[[Any, Condition], ColumnElement[bool]]


def names_one(model: Any, condition: Condition, criterion: Criterion) -> ColumnElement[bool]:
    """That a row names one that fulfils the condition. The gate narrows those to what is in the person's reach."""
    first, *rest = condition.column.way
    target: Any = aliased(cast(type[Record], table_named(cast(Relation, first.kind).table)))
    fits = criterion(target, replace(condition, column=replace(condition.column, way=tuple(rest))))
    key = getattr(model, first.attribute)
    if db.session.get_bind().dialect.name == "sqlite" and _are_many(target, fits):
        return select(target.id).where(target.id == key, fits).correlate(model).exists()
    return cast(ColumnElement[bool], key.in_(select(target.id).where(fits)))


def _are_many(target: Any, fits: ColumnElement[bool]) -> bool:
    some = select(target.id).where(fits).limit(FEW + 1).subquery()
    return int(db.session.execute(select(func.count()).select_from(some)).scalar_one()) > FEW
