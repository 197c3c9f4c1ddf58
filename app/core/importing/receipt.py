"""The receipt of an import: a line for each row that it wrote, in the import's own transaction.

By it the import is found again, and taken back as a whole (`undoing.py`).
"""

import json
from collections.abc import Iterable

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.receipts.table import Batch, BatchLine, LineState
from app.core.words import Say, Words, say

VERB = "import"
LABEL = say("导入", "Import")
PORTION = 2000
#: one's latest, which the page of the next one names
LATEST = 5


class Wrote(Words):
    """What an import made of a row."""

    ADDED = "added", "新增"
    CHANGED = "changed", "变更"


#: (table, row, what was made of it)
Written = tuple[str, int, Wrote]


def begin(session: Session, table: str, file: str, rows: int) -> Batch | None:
    """None for the house itself, which has no receipts."""
    if here.me().user_id is None:
        return None
    batch = Batch(
        owner_id=here.me().user_id, table_name=table, verb=VERB, total=rows,
        given=json.dumps({"file": file[:80]}, ensure_ascii=False),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def keep(session: Session, batch: Batch, written: Iterable[Written]) -> None:
    """A line each, the rows of the register itself first."""
    act = journal.act_of(session)
    lines = sorted(written, key=lambda each: each[0] != batch.table_name)
    for start in range(0, len(lines), PORTION):
        rows = [
            {"batch_id": batch.id, "table_name": table, "row_id": row_id, "state": str(LineState.WENT), "act": act,
             "undoes": "", "rule": str(wrote)}
            for table, row_id, wrote in lines[start : start + PORTION]
        ]  # fmt: skip
        session.execute(insert(BatchLine), rows)
    batch.total = len(lines)


def file_of(batch: Batch) -> str:
    return str(json.loads(batch.given).get("file", ""))


def counts(session: Session, batch_id: int) -> dict[str, int]:
    """What it wrote: how many rows of each kind."""
    query = select(BatchLine.rule, func.count()).where(BatchLine.batch_id == batch_id).group_by(BatchLine.rule)
    return dict(session.execute(query).tuples().all())


def latest(session: Session, table: str) -> list[Batch]:
    """One's own imports into a register, the newest first."""
    query = select(Batch).where(Batch.owner_id == here.me().user_id, Batch.table_name == table, Batch.verb == VERB)
    return list(session.execute(query.order_by(Batch.id.desc()).limit(LATEST)).scalars())


def taken_back_by(session: Session, batch: Batch) -> list[int]:
    """The receipts that have taken something of it back."""
    query = select(Batch.id).where(Batch.of_id == batch.id, Batch.how == "undo").order_by(Batch.id)
    return list(session.execute(query).scalars())


def label_of(batch: Batch) -> Say:
    return say("导入：{f}", "Import: {f}", f=file_of(batch))
