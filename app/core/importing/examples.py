"""A file to begin with: the right header, and one row of each kind as it may be written."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.declaration import Declaration
from app.core.importing.reading import wanted_columns
from app.core.kinds import (
    Address,
    Choice,
    CreditCode,
    Date,
    IdNumber,
    Integer,
    Kind,
    Money,
    Number,
    Phone,
    Relation,
    Several,
    YesNo,
)
from app.core.record import table_named
from app.core.structured import Json
from app.core.trees.paths import TreePath
from app.core.words import say


def example(session: Session, register: type[Declaration]) -> list[list[str]]:
    """Header and one row; nobody's data."""
    spots = [spot for spot, _ in wanted_columns(register)]
    return [[str(spot.label) for spot in spots], [_cell(session, spot.kind) for spot in spots]]


def _cell(session: Session, kind: Kind) -> str:
    """One that the kind itself would read."""
    if isinstance(kind, Relation):
        return _first_label(session, kind)
    if isinstance(kind, Choice):
        return str(kind.options[0][1]) if kind.options else ""
    if isinstance(kind, TreePath):
        return kind.example()
    if isinstance(kind, Several):
        return "、".join(str(label) for _, label in kind.options[:2])
    for each, text in _TEXTS:
        if isinstance(kind, each):
            return text
    return here.today().isoformat() if isinstance(kind, Date) else str(say("示例", "Example"))


#: the identity number is the one of the standard's own example (GB 11643)
_TEXTS: tuple[tuple[type[Kind], str], ...] = (
    (Phone, "13800138000"), (IdNumber, "11010519491231002X"), (CreditCode, "91350100M000100Y43"), (Address, "1栋101"),
    (Money, "30000"), (Integer, "1"), (Number, "89.5"), (YesNo, "1"),
    (Json, '{"key": "value"}'),
)  # fmt: skip


def _first_label(session: Session, kind: Relation) -> Any:
    target = table_named(kind.table)
    assert target is not None
    label = getattr(target, target.__label__)
    return str(session.execute(select(label).order_by(target.id).limit(1)).scalar() or "")
