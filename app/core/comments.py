"""Comments 评论: what colleagues say to each other about a record, seen by whoever reaches the record.

A comment is never edited. Its author may withdraw it; that it was there, by whom and when, stays.
Whoever is mentioned (`@王芳`) hears of it by a notice, if the record is theirs to see.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, Integer, String, Text, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import gate, here, journal, notices, once
from app.core.answers import Faulty, Forbidden, NotFound
from app.core.colleagues import reaches
from app.core.columns import UtcInstant
from app.core.constraints import MISSING
from app.core.declaration import Declaration
from app.core.kinds import BadValue, LongText
from app.core.record import table_named
from app.core.rights import may
from app.core.words import Say, say
from app.core.writing import write

VERB, WITHDRAW = "comment", "withdraw_comment"
SIZE, MOST_MENTIONED, LONGEST_NAME = 1000, 20, 12
PERSONAL = say(
    "不要写手机号和证件号：能看到这条记录的人都能看到这里写的。请填在对应的字段里。",
    "No phone or identity numbers here: everybody who sees the record sees them. Use the field.",
)
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
_MENTION = re.compile(rf"@([\w\u4e00-\u9fff·]{{1,{LONGEST_NAME}}})")


class Comment(Model):
    """One remark about one record."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_row", "table_name", "row_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(48))
    row_id: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    text: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class LeftComment(Model):
    """A remark about a record that was deleted by `act`: kept for as long as the record may be entered again."""

    __tablename__ = "left_comment"
    __table_args__ = (
        Index("ix_left_comment_act", "act", "table_name", "row_id"),
        Index("ix_left_comment_left_at", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(32))
    left_at: Mapped[datetime] = mapped_column(UtcInstant)
    table_name: Mapped[str] = mapped_column(String(48))
    row_id: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    text: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)


#: what a comment is, wherever it lies
_SAID = ("staff_id", "who", "at", "text", "withdrawn_at")


@dataclass(frozen=True)
class Said:
    """A comment as it is shown; the text of a withdrawn one is not."""

    id: int
    who: str
    at: datetime
    text: str
    withdrawn: bool
    mine: bool


def latest(session: Session, table: str, row_id: int, *, before: int | None = None, limit: int = 20) -> list[Said]:
    """The newest first; for whoever has made sure that the record is within reach."""
    query = select(Comment).where(Comment.table_name == table, Comment.row_id == row_id)
    query = query.where(Comment.id < before) if before else query
    found = session.execute(query.order_by(Comment.id.desc()).limit(limit)).scalars()
    me = here.me().staff_id
    return [
        Said(c.id, c.who, c.at, "" if c.withdrawn_at else c.text, c.withdrawn_at is not None, c.staff_id == me)
        for c in found
    ]


def add(
    session: Session, register: type[Declaration], row_id: int, raw: Any, *, chosen: Sequence[int] = (),
    token: str | None = None,
) -> list[str]:  # fmt: skip
    """Say something about a record; answers the names of those mentioned who can't see it and were
    not told. `chosen`: who was picked from the typeahead. Raises Faulty at "text", NotFound, Forbidden."""
    person = here.me()
    if person.staff_id is None or not may(person, "read", register.table()):
        raise Forbidden()
    words = read_words(raw)
    key = once.key_of(f"{register.table()}.{row_id}.{VERB}", token)
    work = partial(once.answered, session, key, lambda: {"untold": _add(session, register, row_id, words, chosen)})
    return list(write(session, work)["untold"])


def read_words(raw: Any, size: int = SIZE) -> str:
    """What colleagues say to each other about a record. Raises Faulty at "text"."""
    try:
        words = str(LongText(size=size).read(raw) or "")
    except BadValue as bad:
        raise Faulty({"text": bad.sentence}) from None
    if not words:
        raise Faulty({"text": MISSING})
    if _PERSONAL.search(words):
        raise Faulty({"text": PERSONAL})
    return words


def _add(session: Session, register: type[Declaration], row_id: int, words: str, chosen: Sequence[int]) -> list[str]:
    person, row = here.me(), _row(session, register, row_id)
    said = Comment(
        table_name=register.table(), row_id=row_id, staff_id=person.staff_id, who=person.name[:64], text=words
    )
    session.add(said)
    session.flush()
    mentioned = _mentioned(session, words, chosen)
    told = {staff: name for staff, name in mentioned.items() if reaches(session, register, row_id, staff)}
    link = f"/{register.table()}/{row_id}"
    notices.tell(session, set(told) - {person.staff_id or 0}, _sentence(register, row), link, asks=True)
    journal.add(
        session, VERB, table=register.table(), row_id=row_id, label=str(row), comment=said.id, mentioned=sorted(told),
        sha256=hashlib.sha256(words.encode()).hexdigest(),
    )  # fmt: skip
    return [name for staff, name in mentioned.items() if staff not in told]


def _row(session: Session, register: type[Declaration], row_id: int) -> Any:
    found = gate.reachable(session, register.model, [row_id])
    if not found:
        raise NotFound()
    return found[0]


@dataclass(frozen=True)
class Numbered:
    """A record by what a row of its table is called, and its number: a name may be somebody's personal data."""

    word: Say
    number: str

    def __str__(self) -> str:
        return f"{self.word} {self.number}".strip()


def numbered(register: type[Declaration], row: Any) -> Numbered:
    return Numbered(register.word(), str(getattr(row, "number", "") or ""))


def _sentence(register: type[Declaration], row: Any) -> Say:
    what = numbered(register, row)
    return say("{who}在{what}的评论里提到了您。", "{who} mentioned you about {what}.", who=here.me().name, what=what)


def _mentioned(session: Session, words: str, chosen: Iterable[int]) -> dict[int, str]:
    """Staff id -> name of everybody named after an @. Names run into the next word in Chinese, so the
    longest that fits counts; of several of one name it is who was picked."""
    spoken = [found[1] for found in _MENTION.finditer(words)][:MOST_MENTIONED]
    tries = {part[:length] for part in spoken for length in range(1, len(part) + 1)}
    staff: Any = table_named("staff")
    if not tries or staff is None:
        return {}
    known: dict[str, list[int]] = {}
    for key, name in session.execute(select(staff.id, staff.name).where(staff.name.in_(tries))):
        known.setdefault(name, []).append(key)
    picked = set(chosen)
    found: dict[int, str] = {}
    for part in spoken:
        name = next((part[:length] for length in range(len(part), 0, -1) if part[:length] in known), None)
        if name:
            found |= dict.fromkeys([key for key in known[name] if key in picked] or known[name], name)
    return found


def withdraw(session: Session, register: type[Declaration], row_id: int, comment_id: int) -> None:
    """Only one's own. Raises NotFound for any other."""

    def work() -> None:
        row, said = _row(session, register, row_id), session.get(Comment, comment_id)
        if said is None or (said.table_name, said.row_id) != (register.table(), row_id):
            raise NotFound()
        if said.staff_id != here.me().staff_id:
            raise NotFound()
        if said.withdrawn_at is None:
            said.withdrawn_at = here.now()
            journal.add(session, WITHDRAW, table=said.table_name, row_id=row_id, label=str(row), comment=said.id)

    write(session, work)


def leave_with(session: Session, table: str, ids: Sequence[int]) -> None:
    """What was said of records goes when they are deleted, since their ids may be others' one day; it is kept
    under the act that deletes them."""
    of_them = (Comment.table_name == table, Comment.row_id.in_(ids))
    columns = [getattr(Comment, name) for name in ("table_name", "row_id", *_SAID)]
    act, now = literal(journal.act_of(session)), literal(here.now(), UtcInstant())
    said = select(act, now, *columns).where(*of_them).order_by(Comment.id)
    session.execute(insert(LeftComment).from_select(["act", "left_at", "table_name", "row_id", *_SAID], said))
    session.execute(delete(Comment).where(*of_them).execution_options(synchronize_session=False))


def left_with(session: Session, act: str, table: str, row_id: int) -> int:
    """How many were kept of a record that this act deleted."""
    query = select(func.count()).select_from(LeftComment)
    return int(session.execute(query.where(*_left(act, table, row_id))).scalar_one())


def come_back(session: Session, act: str, table: str, row_id: int, new_id: int) -> None:
    """They are said of the record as which it was entered again, as they were."""
    columns = [getattr(LeftComment, name) for name in _SAID]
    left = select(literal(table), literal(new_id), *columns).where(*_left(act, table, row_id)).order_by(LeftComment.id)
    session.execute(insert(Comment).from_select(["table_name", "row_id", *_SAID], left))
    gone = delete(LeftComment).where(*_left(act, table, row_id))
    session.execute(gone.execution_options(synchronize_session=False))


def _left(act: str, table: str, row_id: int) -> tuple[Any, ...]:
    return LeftComment.act == act, LeftComment.table_name == table, LeftComment.row_id == row_id


def sweep(session: Session, kept_for: timedelta) -> int:
    """Forget what was said of records that can't be entered again any more. Commits."""
    old = delete(LeftComment).where(LeftComment.left_at < here.now() - kept_for)
    gone = session.execute(old).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(gone)
