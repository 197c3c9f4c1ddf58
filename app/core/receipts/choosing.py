"""Which rows a verb on many is meant for: ticked, all that a list matches, or those of a receipt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core import gate, here, jobs, undoing
from app.core.answers import NotFound
from app.core.brief import called, named_by
from app.core.declaration import Declaration, register_of
from app.core.kinds import Money
from app.core.listing.matching import ids_matching
from app.core.reading import columns_for, query_for, seen_rows
from app.core.receipts.doing import MOST
from app.core.receipts.selecting import OF_A_RECEIPT, Selection, newest
from app.core.receipts.table import Batch, BatchLine, How, LineState
from app.core.rights import READ, WRITE, may
from app.core.runner import why_not
from app.core.verbs import Act, Verb
from app.core.words import Say, say

#: whether rows of that receipt, chosen so, are what is asked for
Fits = Callable[["Batch", "How"], bool]
#: rows whose verdict is told before they are done
LOOKED_AT = 200
NONE = say("请先勾选要办理的记录。", "Tick the records first.")


def too_many(most: int) -> Say:
    return say("超过 {n} 条，请先缩小范围。", "More than {n}: narrow the list first.", n=f"{most:,}")


@dataclass
class Chosen:
    """The rows, and the hidden fields by which the form names them again."""

    ids: list[int]
    fields: list[tuple[str, str]]
    how: How = How.CHOSEN
    of: Batch | None = None
    #: where there are more than `ids`, which are the first of them
    rest: Selection | None = None

    @property
    def total(self) -> int:
        return len(self.ids) if self.rest is None else MOST + 1

    @property
    def said(self) -> str:
        return f"{len(self.ids):,}" if self.rest is None else f"{MOST:,}+"


def chosen(session: Session, register: type[Declaration], verb: Verb, asked: MultiDict[str, str], ticked: list[int]) -> Chosen:  # fmt: skip
    """Raises NotFound when there is none, Refusal for a list that can't be read."""

    def fits(batch: Batch, how: How) -> bool:
        wanted = _taking_back(batch) if how is How.UNDO else batch.verb
        return (batch.table_name, wanted) == (verb.table, verb.name)

    return _rows(session, register, asked, asked.get("matching"), ticked, fits)


def chosen_to_change(
    session: Session, register: type[Declaration], asked: MultiDict[str, str], ticked: list[int]
) -> Chosen:
    """The same for a field of many rows; a receipt of such a change is taken back by another one."""

    def fits(batch: Batch, _: How) -> bool:
        return (batch.table_name, batch.verb) == (register.table(), "edit")

    return _rows(session, register, asked, asked.get("matching") or None, ticked, fits)


def chosen_to_delete(
    session: Session, register: type[Declaration], asked: MultiDict[str, str], ticked: list[int]
) -> Chosen:
    """The same for a deletion; what a receipt says was not deleted is tried again."""

    def fits(batch: Batch, how: How) -> bool:
        return (batch.table_name, batch.verb, how) == (register.table(), "delete", How.RETRY)

    return _rows(session, register, asked, asked.get("matching") or None, ticked, fits)


def _rows(
    session: Session, register: type[Declaration], asked: MultiDict[str, str], matching: str | None,
    ticked: list[int], fits: Fits,
) -> Chosen:  # fmt: skip
    if asked.get("receipt"):
        return _of_receipt(session, asked, fits)
    if matching is not None:
        words = matching[:4000]
        ids = ids_matching(register, words, MOST + 1, session=session)
        fields = [("matching", words)]
        if len(ids) > MOST:
            rest = Selection(matching=words, ceiling=newest(session, register))
            return Chosen(ids[:LOOKED_AT], fields, rest=rest)
    else:
        ids, fields = ticked, [("ids", ",".join(map(str, ticked)))]
    if not ids:
        raise NotFound(NONE)
    return Chosen(ids, fields)


def _of_receipt(session: Session, asked: Mapping[str, str], fits: Fits) -> Chosen:
    batch = receipt_of(session, asked.get("receipt", ""))
    how = next((each for each in OF_A_RECEIPT if each == asked.get("how")), How.RETRY)
    states = [each for each in OF_A_RECEIPT[how] if not (each is LineState.WAITING and is_at_it(session, batch))]
    query = select(BatchLine.row_id).where(BatchLine.batch_id == batch.id).order_by(BatchLine.id)
    query = query.where(BatchLine.state.in_([str(each) for each in states])).limit(MOST + 1)
    ids = list(session.execute(query).scalars())
    if not ids or not fits(batch, how):
        raise NotFound()
    fields = [("receipt", str(batch.id)), ("how", str(how))]
    if len(ids) > MOST:
        return Chosen(ids[:LOOKED_AT], fields, how, batch, Selection(receipt=batch.id, how=str(how)))
    return Chosen(ids, fields, how, batch)


def is_at_it(session: Session, batch: Batch) -> bool:
    """Whether a job still does what waits of the receipt."""
    job = session.get(jobs.Job, batch.job_id, populate_existing=True) if batch.job_id is not None else None
    return job is not None and not job.is_over


def _taking_back(batch: Batch) -> str:
    from app.core.verbs import verb_named

    verb = verb_named(batch.table_name, batch.verb)
    return verb.undo if verb is not None else ""


def receipt_of(session: Session, key: Any) -> Batch:
    """One's own receipt, or NotFound."""
    number = int(key) if str(key).isdigit() and len(str(key)) < 10 else 0
    query = select(Batch).where(Batch.id == number, Batch.owner_id == here.me().user_id)
    batch = session.execute(query).scalar_one_or_none()
    if batch is None:
        raise NotFound()
    return batch


@dataclass
class Verdicts:
    """What would become of the rows that were looked at: the blocked first."""

    rows: list[dict[str, Any]]
    goes: int
    looked_at: int
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def good(self) -> list[int]:
        return [row["id"] for row in self.rows if not row["blockers"]]


def verdicts(
    session: Session, register: type[Declaration], verb: Verb, ids: list[int], undoes: Mapping[int, str] | None = None
) -> Verdicts:
    """Each of the first rows goes, or its blockers; of a verb on many each by itself. `undoes`: the acts that are
    taken back. Changes nothing; three statements beside the rules'."""
    part = ids[:LOOKED_AT]
    found = {row.id: row for row in gate.reachable(session, register.model, part)}
    labels = labels_of_rows(session, register, part)
    back = undoing.stood(session, verb.table, {each: undoes[each] for each in part if each in undoes}) if undoes else {}
    act = Act(session, here.me(), back=back)
    rows = [{"id": each, "label": labels[each], **_verdict(verb, found[each], act)} for each in part if each in found]
    if not rows:
        raise NotFound()
    return summed_up(rows)


def _verdict(verb: Verb, row: Any, act: Act) -> dict[str, Any]:
    """Why it does not go; of one that goes what has to be known before."""
    one = [row] if verb.many else row
    blockers = why_not(verb, one, act)
    with here.in_whole_sight():
        return {"blockers": blockers, "told": [] if blockers else list(verb.told(one, act))}


def amounts(session: Session, register: type[Declaration], ids: list[int]) -> list[tuple[Say, str]]:
    """What rows that are done together come to: of each amount of money in their list that this person sees in
    full. Of more rows than are looked at nothing is said."""
    columns = [c for c in columns_for(register.model, register.listed()) if isinstance(c.field.kind, Money)]
    whole = [c for c in columns if c.level in (READ, WRITE)]
    if not whole or len(ids) > LOOKED_AT:
        return []
    rows = gate.reachable(session, register.model, ids)
    return [
        (c.field.label, c.field.kind.show(sum(getattr(row, c.field.attribute) or 0 for row in rows))) for c in whole
    ]


def summed_up(rows: list[dict[str, Any]]) -> Verdicts:
    """The blocked first, and why, by number."""
    rows.sort(key=lambda row: not row["blockers"])
    blocked = sum(1 for row in rows if row["blockers"])
    return Verdicts(rows, len(rows) - blocked, len(rows), _by_reason(rows))


def _by_reason(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        for blocker in row["blockers"][:1]:
            message, clause = _said_by(blocker)
            told.setdefault(str(message), {"message": message, "clause": clause, "count": 0})["count"] += 1
    return sorted(told.values(), key=lambda each: -each["count"])


def _said_by(blocker: Any) -> tuple[Say, str]:
    """Of a blocker, or of one as receipts keep them."""
    if isinstance(blocker, Mapping):
        return blocker["message"], blocker["clause"]
    return blocker.message, blocker.clause


def labels_of_rows(session: Session, register: type[Declaration], ids: list[int]) -> dict[int, str]:
    """id -> what the row is called, as this person may see it; an id out of reach is not there."""
    columns = columns_for(register.model, named_by(register), told=True)
    rows = session.execute(query_for(register.model, columns).where(register.model.id.in_(ids)))
    return {seen.id: called(register, seen) for seen in seen_rows(columns, rows)}


#: (table, row) -> what it is called
Called = Mapping[tuple[str, int], str]


def called_in(session: Session, rows: Sequence[tuple[str, int]]) -> Called:
    """What rows of several tables are called, as this person may see them; what is out of reach is not there."""
    found: dict[tuple[str, int], str] = {}
    for table in dict.fromkeys(table for table, _ in rows):
        register = register_of(table)
        if register is not None and may(here.me(), "read", table):
            labels = labels_of_rows(session, register, [row_id for each, row_id in rows if each == table])
            found |= {(table, row_id): label for row_id, label in labels.items()}
    return found
