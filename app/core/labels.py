"""What chosen rows are called, for forms and lists: ids as they were typed, and their labels within the person's scope."""

from typing import Any

from sqlalchemy import select

from app.core.record import table_named
from app.extensions import db


def ids_in(raw: list[str]) -> list[int]:
    """At most 500 ids, from repeated fields or a comma list; nonsense is passed over."""
    parts = [part for each in raw for part in each.split(",")]
    return list(dict.fromkeys(int(p) for p in parts if p.isdigit() and len(p) < 10))[:500]


def labels_of(table: str, chosen: Any) -> dict[str, str]:
    """id -> label of the chosen rows of a relation, within the person's scope."""
    target = table_named(table)
    if target is None:
        return {}
    ids = ids_in([str(each) for each in (chosen if isinstance(chosen, (list, tuple)) else [chosen])])
    query = select(target.id, getattr(target, target.__label__)).where(target.id.in_(ids))
    return {str(key): str(label) for key, label in db.session.execute(query)}
