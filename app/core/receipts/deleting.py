"""Many rows deleted, with a receipt: what went, what did not and why. On it `verb` is `delete`.

Each row goes by the one way of deleting (core/saving.py), in a transaction of its own with its line, at once or by a
job. What went is entered again from the register's list of what was deleted.
"""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from app.core import gate, here, once, saving
from app.core.answers import Conflict, Faulty, Forbidden, NotFound
from app.core.blockers import Blocker, NotAllowed
from app.core.declaration import Declaration, register_of
from app.core.deleting import bound
from app.core.jobs.work import Running
from app.core.receipts.choosing import LOOKED_AT, Chosen, Verdicts, labels_of_rows, summed_up
from app.core.receipts.doing import (
    AT_ONCE,
    STEP,
    DoneAlready,
    OnReceipt,
    begun,
    lines_of,
    made,
    reasons_of,
    refuse,
    went,
)
from app.core.receipts.table import Batch
from app.core.rights import may
from app.core.verbs import Act
from app.core.words import Say, say
from app.core.writing import write

VERB = "delete"
LABEL = say("删除", "Delete")


def foreseen(session: Session, register: type[Declaration], ids: Sequence[int]) -> Verdicts:
    """What would become of the first rows: their state, what their domain says, and who still names them."""
    part = list(ids[:LOOKED_AT])
    found = {row.id: row for row in gate.reachable(session, register.model, part)}
    labels, act = labels_of_rows(session, register, part), Act(session, here.me())
    refused = {row_id: saving.delete_blockers(register, row, act) for row_id, row in found.items()}
    named = bound.named(session, register.model, [row_id for row_id, why in refused.items() if not why])
    rows = [
        {"id": each, "label": labels[each], "blockers": refused[each] or [_named(word) for word in named.get(each, ())[:3]]}
        for each in part
        if each in found
    ]  # fmt: skip
    if not rows:
        raise NotFound()
    return summed_up(rows)


def _named(word: Say) -> Blocker:
    return Blocker(
        "still_named", "", say("「{w}」还指向它。", "“{w}” still names it.", w=word),
        say("先让那些记录改为指向别的，或先删除它们。", "Let those name another first, or delete them."),
    )  # fmt: skip


def begin(session: Session, register: type[Declaration], rows: Chosen, token: str | None) -> Batch:
    """The receipt with its lines waiting, and the job where it needs one; the same for the same `token`."""
    if not may(here.me(), VERB, register.table()):
        raise Forbidden()
    key = once.key_of(f"delete.{register.table()}", token)
    of_id = rows.of.id if rows.of is not None else None
    kind = ManyDeleted.kind if rows.total > AT_ONCE else ""

    def make() -> Batch:
        batch = Batch(
            owner_id=here.me().user_id, table_name=register.table(), verb=VERB, how=str(rows.how), of_id=of_id, given="{}",
        )  # fmt: skip
        made(session, batch, rows.ids, {}, kind, LABEL, rows.rest)
        return batch

    return begun(session, key, make)


def carry_out(session: Session, batch_id: int, most: int = AT_ONCE, job: Running | None = None) -> bool:
    """Do the next lines that wait; True when more do. Raises Forbidden."""
    register = register_of(session.get_one(Batch, batch_id).table_name)
    if register is None or not may(here.me(), VERB, register.table()):
        raise Forbidden()
    waiting = lines_of(session, batch_id, most)
    for line_id, row_id, _ in waiting[:most]:
        _do_line(session, register, batch_id, line_id, row_id, job)
    return len(waiting) > most


def _do_line(
    session: Session, register: type[Declaration], batch_id: int, line_id: int, row_id: int, job: Running | None
) -> None:
    try:
        saving.delete(session, register, row_id, also=partial(went, session, line_id, job, receipt=batch_id))
    except DoneAlready:
        return
    except (NotAllowed, Faulty, NotFound, Conflict, Forbidden) as refused:
        reasons = reasons_of(refused)
        write(session, lambda: refuse(session, line_id, reasons, job))


class ManyDeleted(OnReceipt):
    kind = "delete"

    def some(self, job: Running) -> bool:
        return carry_out(job.session, job.params["batch"], STEP, job)
