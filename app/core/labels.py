"""What chosen rows are called, for forms and lists: ids as they were typed, and their labels within the person's scope."""

from typing import Any

from sqlalchemy import null, select

from app.core import here
from app.core.about import path_of
from app.core.kinds import Relation
from app.core.reading import at_the_end
from app.core.record import table_named
from app.extensions import db


def ids_in(raw: list[str]) -> list[int]:
    """At most 500 ids, from repeated fields or a comma list; nonsense is passed over."""
    parts = [part for each in raw for part in each.split(",")]
    return list(dict.fromkeys(int(p) for p in parts if p.isdigit() and len(p) < 10))[:500]


def labels_of(table: str, chosen: Any) -> dict[str, str]:
    """id -> label of the chosen rows of a relation, and whom they are about, within the person's scope."""
    target = table_named(table)
    if target is None:
        return {}
    ids = ids_in([str(each) for each in (chosen if isinstance(chosen, (list, tuple)) else [chosen])])
    kind = Relation(table=table)
    named, joins = at_the_end(target, kind, path) if (path := path_of(kind, here.me())) else (null(), [])
    query = select(target.id, getattr(target, target.__label__), named).where(target.id.in_(ids))
    for joined, condition in joins:
        query = query.outerjoin(joined, condition)
    return {str(key): f"{label} {told or ''}".rstrip() for key, label, told in db.session.execute(query)}
