"""More rows than are named one by one: the job of a receipt chooses them as it goes, in portions.

What is meant is fixed when the work is asked for: all that a list's address matches up to the newest row of that
moment, or the lines of an earlier receipt. Each portion asks the list anew, in the order of the rows' ids, so
that a row which has ceased to match by then is left alone, and what is held in memory does not grow. A portion,
and how far it reaches, stand on the receipt in one transaction: a worker's death chooses nothing twice.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.answers import NotFound
from app.core.declaration import Declaration, register_of
from app.core.jobs.work import Running
from app.core.listing.matching import understood
from app.core.listing.page import Listing
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.writing import write

#: rows that are put on a receipt in one transaction
PORTION = 1000
#: beyond these it is not said how many there are in all
COUNTED = 1_000_000
#: which lines of a receipt are meant
OF_A_RECEIPT = {
    How.RETRY: (LineState.WAITING, LineState.REFUSED), How.UNDO: (LineState.WENT,), How.JUDGED: (LineState.GOES,),
}  # fmt: skip
#: (the place, the row, the act that is taken back)
Row = tuple[int, int, str]


@dataclass(frozen=True)
class Selection:
    """All that the list at `matching` holds up to the row `ceiling`; or those lines of a receipt."""

    matching: str = ""
    ceiling: int = 0
    receipt: int = 0
    how: str = ""

    def portion(self, session: Session, register: type[Declaration], after: int) -> list[Row]:
        """The next ones, as the job's owner may see them now. Raises Refusal."""
        if self.receipt:
            column = BatchLine.act if self.how == How.UNDO else BatchLine.undoes
            query = self._lines(select(BatchLine.id, BatchLine.row_id, column)).where(BatchLine.id > after)
            return list(session.execute(query.order_by(BatchLine.id).limit(PORTION)).tuples())
        listing = Listing(register)
        key = listing.model.id
        query = listing.matching(select(key), understood(listing, self.matching))
        query = query.where(key > after, key <= self.ceiling).order_by(key).limit(PORTION)
        return [(found, found, "") for found in session.execute(query).scalars()]

    def count(self, session: Session, register: type[Declaration]) -> int | None:
        """How many in all, for the bar."""
        if self.receipt:
            rows = self._lines(select(BatchLine.id)).limit(COUNTED + 1).subquery()
        else:
            listing = Listing(register)
            query = listing.matching(select(listing.model.id), understood(listing, self.matching))
            rows = query.where(listing.model.id <= self.ceiling).limit(COUNTED + 1).subquery()
        found = int(session.execute(select(func.count()).select_from(rows)).scalar_one())
        return found if found <= COUNTED else None

    def _lines(self, query: Any) -> Any:
        states = [str(each) for each in OF_A_RECEIPT[How(self.how)]]
        return query.where(BatchLine.batch_id == self.receipt, BatchLine.state.in_(states))


def newest(session: Session, register: type[Declaration]) -> int:
    return int(session.execute(select(func.max(register.model.id))).scalar() or 0)


def in_params(rest: Selection | None) -> dict[str, Any]:
    """As a job keeps it."""
    return {"rest": asdict(rest)} if rest is not None else {}


def has_more(job: Running) -> bool:
    """Whether not all that the job is for stands on its receipt."""
    return "rest" in job.params and not job.place.get("all")


def choose_next(job: Running) -> bool:
    """Put the next rows on the job's receipt; False when all stand there."""
    if not has_more(job):
        return False
    session, batch = job.session, job.session.get_one(Batch, job.params["batch"])
    register = register_of(batch.table_name)
    if register is None:
        raise NotFound()
    rest, after, batch_id = Selection(**job.params["rest"]), int(job.place.get("after", 0)), batch.id
    total = None if job.place else rest.count(session, register)
    rows = rest.portion(session, register, after)
    write(session, lambda: _put(job, batch_id, rows, after, total))
    return bool(rows)


def _put(job: Running, batch_id: int, rows: list[Row], after: int, total: int | None) -> None:
    job.keep(total=total, after=rows[-1][0] if rows else after, all=len(rows) < PORTION)
    put_lines(job.session, batch_id, ((row_id, undoes) for _, row_id, undoes in rows))
    job.session.get_one(Batch, batch_id).total += len(rows)


def put_lines(session: Session, batch_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """A line that waits for each (row, act that is taken back)."""
    lines = [
        {"batch_id": batch_id, "row_id": row_id, "state": "waiting", "act": "", "undoes": undoes, "rule": ""}
        for row_id, undoes in rows
    ]
    if lines:
        session.execute(insert(BatchLine), lines)
