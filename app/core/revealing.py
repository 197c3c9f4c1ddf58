"""Seeing one masked value in full: a verb of its own, with a reason, told to the journal."""

from typing import Any

from sqlalchemy.orm import Session

from app.core import gate, here, journal
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.declaration import Declaration
from app.core.kinds import BadValue, LongText
from app.core.reading import columns_for, read_one
from app.core.record import Field
from app.core.rights import may
from app.core.words import say
from app.core.writing import write

VERB = "reveal"
#: a reason of one sign tells nobody anything
SHORTEST_REASON = 4


def revealable(register: type[Declaration], name: str) -> Field:
    """The field, when this person may have it revealed. Raises Forbidden or NotFound."""
    if not may(here.me(), VERB, register.table()):
        raise Forbidden()
    columns = columns_for(register.model, [name])
    if not columns or not columns[0].field.kind.personal or name not in register.shown():
        raise NotFound()
    return columns[0].field


def reveal(session: Session, register: type[Declaration], row_id: int, name: str, reason: Any) -> str:
    """The value in words; one field of one row. Raises Faulty at "reason", NotFound, Forbidden."""
    spot = revealable(register, name)
    why = _read_reason(reason)
    if read_one(session, register.model, row_id, [name]) is None:
        raise NotFound()

    def tell() -> str:
        row = gate.reachable(session, register.model, [row_id])[0]
        journal.add(session, VERB, table=register.table(), row_id=row_id, label=str(row), column=name, reason=why)
        return spot.kind.show(getattr(row, spot.attribute))

    return write(session, tell)


def _read_reason(raw: Any) -> str:
    try:
        why = LongText(size=200).read(raw) or ""
    except BadValue as bad:
        raise Faulty({"reason": bad.sentence}) from None
    if len(why) < SHORTEST_REASON:
        raise Faulty(
            {"reason": say("请写明查看原因（至少 {n} 个字）。", "Say why ({n} signs or more).", n=SHORTEST_REASON)}
        )
    return str(why)
