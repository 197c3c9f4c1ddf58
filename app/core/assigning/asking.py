"""Asking a colleague, and what becomes of it: done, sent back, handed on, withdrawn. Each in one transaction, with
its notice and its line in the record's history."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core import comments, gate, here, journal, kinds, notices, once
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.assigning.table import SIZE, Assignment, AssignmentState
from app.core.colleagues import reaches
from app.core.constraints import MISSING
from app.core.declaration import Declaration
from app.core.record import table_named
from app.core.rights import may
from app.core.words import Say, say
from app.core.writing import write

ASK, HAND_ON = "assign", "assign_on"
#: by what it is answered -> what it becomes
ANSWERS = {
    "assign_done": AssignmentState.DONE, "assign_decline": AssignmentState.DECLINED, "assign_withdraw": AssignmentState.WITHDRAWN,
}  # fmt: skip
#: as they are told in the history
VERBS = {
    ASK: say("交办", "asked a colleague"), HAND_ON: say("转交", "handed on what was asked"),
    "assign_done": say("办完交办", "did what was asked"), "assign_decline": say("退回交办", "sent back what was asked"),
    "assign_withdraw": say("撤回交办", "withdrew what was asked"),
}  # fmt: skip
#: open at one time about one record
MOST_OPEN = 20

UNSEEN = say("看不到这条记录，不能交办。", "It is not theirs to see, so it can't be asked of them.")
PAST = say("期限已过。", "That day is over.")
TOO_MANY = say("这条记录上未办完的交办已有 {n} 项。", "{n} things are asked about this record already.", n=MOST_OPEN)


def ask(
    session: Session, register: type[Declaration], row_id: int, given: Mapping[str, Any], *, token: str | None = None
) -> int:
    """`given`: to, text, due_on. Answers its id. Raises Faulty, Forbidden, or NotFound for what is out of reach."""
    _may(register)
    key = once.key_of(f"{register.table()}.{row_id}.{ASK}", token)
    work = partial(once.answered, session, key, lambda: {"id": _ask(session, register, row_id, given)})
    return int(write(session, work)["id"])


def _may(register: type[Declaration]) -> None:
    person = here.me()
    if person.staff_id is None or not register.assigned or not may(person, "read", register.table()):
        raise Forbidden()


def _ask(session: Session, register: type[Declaration], row_id: int, given: Mapping[str, Any]) -> int:
    row = _row(session, register, row_id)
    text, due_on, to_id = _read(session, register, row_id, given)
    if _open_ones(session, register.table(), row_id) >= MOST_OPEN:
        raise Faulty({"": TOO_MANY})
    asked = Assignment(
        table_name=register.table(), row_id=row_id, by_id=here.me().staff_id, to_id=to_id, text=text, due_on=due_on
    )
    session.add(asked)
    session.flush()
    _tell(session, register, row, [to_id], _ASKED, asked, asks=True)
    _journal(session, ASK, row, asked, told=[to_id])
    return asked.id


def _read(
    session: Session, register: type[Declaration], row_id: int, given: Mapping[str, Any]
) -> tuple[str, date | None, int]:
    """Raises Faulty, with every fault at its place."""
    faults: dict[str, Say | str] = {}
    text, due_on, to_id = "", None, 0
    try:
        text = comments.read_words(given.get("text"), size=SIZE)
    except Faulty as faulty:
        faults |= faulty.faults
    try:
        due_on = kinds.Date().read(given.get("due_on"))
        if due_on is not None and due_on < here.today():
            faults["due_on"] = PAST
    except kinds.BadValue as bad:
        faults["due_on"] = bad.sentence
    try:
        to_id = _colleague(session, register, row_id, given.get("to"))
    except Faulty as faulty:
        faults |= faulty.faults
    if faults:
        raise Faulty(faults)
    return text, due_on, to_id


def _colleague(session: Session, register: type[Declaration], row_id: int, raw: Any) -> int:
    number = str(raw or "")
    if not number.isdigit() or len(number) > 9:
        raise Faulty({"to": MISSING})
    if not reaches(session, register, row_id, int(number)):
        raise Faulty({"to": UNSEEN})
    return int(number)


def _open_ones(session: Session, table: str, row_id: int) -> int:
    ones = (Assignment.table_name == table, Assignment.row_id == row_id, Assignment.state == str(AssignmentState.OPEN))
    return session.execute(select(func.count()).where(*ones)).scalar_one()


# --- what becomes of it ----------------------------------------------------------------------


def answer(
    session: Session, register: type[Declaration], row_id: int, assignment_id: int, verb: str, words: Any = ""
) -> None:
    """Done or sent back, by whom it was asked of; withdrawn, by who asked. Raises NotFound for everybody else."""
    _may(register)

    def work() -> None:
        row, asked = _row(session, register, row_id), _open(session, register, row_id, assignment_id)
        mine = asked.by_id if verb == "assign_withdraw" else asked.to_id
        if verb not in ANSWERS or mine != here.me().staff_id:
            raise NotFound()
        asked.answer = _answered(verb, words)
        asked.state, asked.answered_at = str(ANSWERS[verb]), here.now()
        other = asked.to_id if verb == "assign_withdraw" else asked.by_id
        notices.see_about(session, _address(register.table(), row_id))
        _tell(session, register, row, [other], _ANSWERED[verb], asked)
        _journal(session, verb, row, asked, told=[other])

    write(session, work)


def _answered(verb: str, words: Any) -> str:
    """Why it is sent back has to be said."""
    if not str(words or "").strip() and verb != "assign_decline":
        return ""
    try:
        return comments.read_words(words, size=SIZE)
    except Faulty as faulty:
        raise Faulty({"answer": faulty.faults["text"]}) from None


def hand_on(session: Session, register: type[Declaration], row_id: int, assignment_id: int, to: Any) -> None:
    """To another colleague: by who asked, by whom it is asked of, or by their superior when they are away."""
    _may(register)

    def work() -> None:
        row, asked = _row(session, register, row_id), _open(session, register, row_id, assignment_id)
        if not may_hand_on(session, asked):
            raise NotFound()
        before, asked.to_id = asked.to_id, _colleague(session, register, row_id, to)
        if asked.to_id == before:
            return
        _tell(session, register, row, [asked.to_id], _ASKED, asked, asks=True)
        _tell(session, register, row, {asked.by_id, before} - {asked.to_id}, _HANDED, asked)
        _journal(session, HAND_ON, row, asked, told=[asked.to_id, asked.by_id, before])

    write(session, work)


def may_hand_on(session: Session, asked: Assignment) -> bool:
    me = here.me().staff_id
    return me in (asked.by_id, asked.to_id) or (me is not None and superior_of(session, asked.to_id) == me)


def superior_of(session: Session, staff_id: int) -> int | None:
    staff: Any = table_named("staff")
    key = getattr(staff, "superior_id", None)
    with here.in_whole_sight():
        return None if key is None else session.execute(select(key).where(staff.id == staff_id)).scalar()


def away(session: Session, staff_id: int, by: date | None = None) -> tuple[str, date] | None:
    """(name, until when) of a colleague who is away now, or on that day."""
    staff: Any = table_named("staff")
    if staff is None or not hasattr(staff, "absent_until"):
        return None
    today = here.today()
    on = (staff.absent_from <= (by or today), staff.absent_until >= today)
    with here.in_whole_sight():
        found = session.execute(select(staff.name, staff.absent_until).where(staff.id == staff_id, *on)).first()
    return (found[0], found[1]) if found else None


# --- told ----------------------------------------------------------------------------------------

_ASKED = say("{who}请您办理{what}{by}。", "{who} asks you to see to {what}{by}.")
_HANDED = say("{who}把{what}的交办转给了别人。", "{who} handed on what was asked about {what}.")
_ANSWERED = {
    "assign_done": say("{who}办完了您交办的{what}。", "{who} has done what you asked about {what}."),
    "assign_decline": say("{who}退回了您交办的{what}。", "{who} sent back what you asked about {what}."),
    "assign_withdraw": say("{who}撤回了{what}的交办。", "{who} withdrew what was asked about {what}."),
}
_BY = say("，期限 {d}", " by {d}")


def _tell(
    session: Session, register: type[Declaration], row: Any, to: Iterable[int], what: Say, asked: Assignment, *, asks: bool = False
) -> None:  # fmt: skip
    """Numbers only: a name, and what somebody typed, may be somebody's personal data."""
    about = comments.numbered(register, row)
    by = say(_BY.zh, _BY.en, d=asked.due_on) if asked.due_on and asks else ""
    sentence = say(what.zh, what.en, who=here.me().name, what=about, **({"by": by} if asks else {}))
    others = set(to) - {here.me().staff_id or 0}
    notices.tell(session, others, sentence, f"{_address(register.table(), row.id)}#asked", asks=asks)


def _address(table: str, row_id: int) -> str:
    return f"/{table}/{row_id}"


def _journal(session: Session, verb: str, row: Any, asked: Assignment, *, told: list[int]) -> None:
    mark = hashlib.sha256(f"{asked.text}\n{asked.answer}".encode()).hexdigest()
    journal.add(
        session, verb, table=asked.table_name, row_id=asked.row_id, label=str(row), assignment=asked.id, told=sorted(set(told)), sha256=mark
    )  # fmt: skip


def _row(session: Session, register: type[Declaration], row_id: int) -> Any:
    found = gate.reachable(session, register.model, [row_id])
    if not found:
        raise NotFound()
    return found[0]


def _open(session: Session, register: type[Declaration], row_id: int, assignment_id: int) -> Assignment:
    """Locked: two who answer at once wait for each other."""
    found = session.get(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    if found is None or (found.table_name, found.row_id) != (register.table(), row_id) or not found.is_open:
        raise NotFound()
    return found


def _leave_with(session: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """What was asked about a record goes when the record is deleted: its id may be another's one day."""
    for entry in entries:
        if entry["verb"] == "delete" and entry["row_id"] is not None and entry["result"] == "done":
            gone = (Assignment.table_name == entry["table_name"], Assignment.row_id == entry["row_id"])
            session.execute(delete(Assignment).where(*gone))


journal.listen(_leave_with)
