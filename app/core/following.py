"""Following 关注: who wants to hear of a record's changes, and how they are told.

Whoever follows a record is told when somebody else changes it, does a verb on it or comments on it: by one
notice until that is seen, in the transaction of the change, and only while the record is theirs to see.
Whoever comments on a record, or is mentioned there, follows it from then on, unless they switched that off.
A save asks one indexed statement for it, and none where no record of the table is followed: the tables that
are stand in each worker's memory (`editions.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import comments, editions, gate, here, journal, notices
from app.core.answers import Forbidden, NotFound
from app.core.assigning import asking
from app.core.brief import called, named_by
from app.core.colleagues import reaches
from app.core.columns import UtcInstant
from app.core.declaration import Declaration, register_of
from app.core.reading import Seen, columns_for, query_for, seen_rows
from app.core.rights import may
from app.core.verbs import verb_named
from app.core.words import Say, say
from app.core.writing import write

TABLE = EDITION = "following"
#: ids that one statement asks for, and records that one page shows
AT_ONCE, SHOWN = 500, 50


class Following(Model):
    """One person follows one record. `notice_id`: the last that was told of it."""

    __tablename__ = TABLE
    __table_args__ = (
        UniqueConstraint("table_name", "row_id", "staff_id"),
        Index("ix_following_staff", "staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(48))
    row_id: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(UtcInstant, default=here.now)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))
    #: followed once, and not any more: a comment does not begin it again
    stopped: Mapped[bool] = mapped_column(default=False)


class FollowWish(Model):
    """Whether what one comments on, or is mentioned at, is followed by itself; it is where there is no row."""

    __tablename__ = "follow_wish"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    by_itself: Mapped[bool] = mapped_column()


#: tables of which a record is followed
_tables: set[str] = set()


def _load(session: Session) -> None:
    found = session.execute(select(Following.table_name).distinct()).scalars().all()
    _tables.clear()
    _tables.update(found)


editions.loader(EDITION, _load)


# --- beginning and ending ----------------------------------------------------------------------


def follows(session: Session, table: str, row_id: int) -> bool:
    """Whether the acting person follows this record."""
    return table in _tables and session.execute(_mine(table, row_id).where(~Following.stopped)).first() is not None


def _mine(table: str, row_id: int) -> Any:
    named = (Following.table_name == table, Following.row_id == row_id, Following.staff_id == (here.me().staff_id or 0))
    return select(Following.id).where(*named)


def begin(session: Session, register: type[Declaration], row_id: int) -> None:
    """From now on; twice is once. Raises Forbidden, or NotFound for what is out of reach."""
    person, table = here.me(), register.table()
    if person.staff_id is None or not register.followed or not may(person, "read", table):
        raise Forbidden()

    def work() -> None:
        if not gate.reachable(session, register.model, [row_id]):
            raise NotFound()
        kept = session.execute(_mine(table, row_id)).scalar()
        if kept is None:
            session.add(Following(table_name=table, row_id=row_id, staff_id=person.staff_id))
        else:
            session.execute(update(Following).where(Following.id == kept).values(stopped=False))
        if table not in _tables:
            editions.changed(session, EDITION)

    write(session, work)


def end(session: Session, table: str, row_id: int) -> None:
    """At any time, also when the record is out of reach by now."""
    write(session, lambda: session.execute(_stop(table, row_id)))


def _stop(table: str, row_id: int) -> Any:
    return update(Following).where(Following.id.in_(_mine(table, row_id))).values(stopped=True)


# --- by itself ---------------------------------------------------------------------------------


def by_itself(session: Session) -> bool:
    """Whether the acting person follows what they comment on or are mentioned at."""
    wish = session.get(FollowWish, here.me().staff_id or 0)
    return wish is None or wish.by_itself


def choose(session: Session, *, by_itself: bool) -> None:
    """Raises Forbidden for an account of no member of staff."""
    staff_id = here.me().staff_id
    if staff_id is None:
        raise Forbidden()

    def work() -> None:
        wish = session.get(FollowWish, staff_id) or FollowWish(staff_id=staff_id)
        wish.by_itself = by_itself
        session.add(wish)

    write(session, work)


def _begin_by_itself(session: Session, entry: Mapping[str, Any]) -> None:
    """Who comments and who is mentioned follow from then on, unless they said once that they do not want to."""
    table = entry["table_name"]
    register = register_of(table)
    people = {here.me().staff_id, *(entry["note"] or {}).get("mentioned", ())} - {None}
    if register is None or not register.followed or not people:
        return
    unwanted = select(FollowWish.staff_id).where(FollowWish.staff_id.in_(people), ~FollowWish.by_itself)
    known = select(Following.staff_id).where(
        Following.table_name == table, Following.row_id == entry["row_id"], Following.staff_id.in_(people)
    )
    new = people - set(session.execute(unwanted.union(known)).scalars())
    session.add_all(
        Following(table_name=table, row_id=entry["row_id"], staff_id=each, since=here.now()) for each in sorted(new)
    )
    if new and table not in _tables:
        editions.changed(session, EDITION)


# --- telling -----------------------------------------------------------------------------------


def _hear(session: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """What a transaction changed, just before its commit."""
    for entry in entries:
        if entry["verb"] == comments.VERB and entry["result"] == "done":
            _begin_by_itself(session, entry)
    if not _tables:
        return
    told: dict[str, dict[int, str]] = {}
    heard: dict[tuple[str, int], set[int]] = {}
    gone: dict[str, list[int]] = {}
    for entry in entries:
        table, row_id = entry["table_name"], entry["row_id"]
        if table not in _tables or row_id is None:
            continue
        if entry["verb"] == "delete":
            gone.setdefault(table, []).append(row_id)
        elif _is_news(entry):
            told.setdefault(table, {})[row_id] = entry["verb"]
            note = entry["note"] or {}
            heard.setdefault((table, row_id), set()).update((*note.get("told", ()), *note.get("mentioned", ())))
    for table, ids in gone.items():
        for some in _some(ids):
            session.execute(delete(Following).where(Following.table_name == table, Following.row_id.in_(some)))
    for table, verbs in told.items():
        for some in _some(list(verbs)):
            _tell(session, table, some, verbs, heard)


journal.listen(_hear)


def _some(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _is_news(entry: Mapping[str, Any]) -> bool:
    """A change, a verb or a comment; not that somebody looked, was refused, entered the record or saved it as it was."""
    if entry["result"] != "done":
        return False
    if entry["before"] is None and entry["after"] is None:  # it changed no record
        told = entry["verb"] == comments.VERB or entry["verb"] in asking.VERBS
        return told or verb_named(entry["table_name"], entry["verb"]) is not None
    return entry["before"] is not None


def _tell(
    session: Session, table: str, ids: list[int], verbs: Mapping[int, str], heard: Mapping[tuple[str, int], set[int]]
) -> None:
    """Those who follow and have seen what they were told before; not whoever heard of this very act already."""
    seen = notices.Notice
    waiting = (
        select(Following.id, Following.row_id, Following.staff_id)
        .outerjoin(seen, seen.id == Following.notice_id)
        .where(Following.table_name == table, Following.row_id.in_(ids))
        .where(Following.staff_id != (here.me().staff_id or 0), ~Following.stopped)
        .where(or_(seen.id.is_(None), seen.seen_at.is_not(None)))
    )
    register = register_of(table)
    if register is None:
        return
    for following_id, row_id, staff_id in session.execute(waiting).all():
        if staff_id in heard[table, row_id] or not reaches(session, register, row_id, staff_id):
            continue
        [notice] = notices.tell(
            session, [staff_id], _sentence(session, register, row_id, verbs[row_id]), f"/{table}/{row_id}"
        )
        session.flush()
        session.execute(update(Following).where(Following.id == following_id).values(notice_id=notice.id))


def _sentence(session: Session, register: type[Declaration], row_id: int, verb_name: str) -> Say:
    """Numbers only: a name may be somebody's personal data."""
    number = getattr(register.model, "number", None)
    with here.in_whole_sight():
        label = (
            session.execute(select(number).where(register.model.id == row_id)).scalar() if number is not None else ""
        )
    who, what = here.me().name, comments.Numbered(register.word(), str(label or ""))
    verb = verb_named(register.table(), verb_name)
    if verb is not None:
        return say(
            "{who}办理了「{verb}」：{what}。", "{who} did “{verb}”: {what}.", who=who, verb=verb.label, what=what
        )
    if verb_name == comments.VERB:
        return say("{who}评论了{what}。", "{who} commented on {what}.", who=who, what=what)
    if verb_name in asking.VERBS:
        return say(
            "{who}在{what}上办理了「{verb}」。",
            "{who} on {what}: {verb}.",
            who=who,
            what=what,
            verb=asking.VERBS[verb_name],
        )
    return say("{who}修改了{what}。", "{who} changed {what}.", who=who, what=what)


# --- what I follow -----------------------------------------------------------------------------


@dataclass
class Followed:
    """A record that the acting person follows, as they may see it; `news`: there is a notice not yet seen."""

    register: type[Declaration]
    row: Seen
    since: datetime
    news: bool

    @property
    def called(self) -> str:
        return called(self.register, self.row)


def mine(session: Session, *, before: int | None = None) -> tuple[list[Followed], int | None]:
    """The last that one began to follow first, without what is out of reach; and where the next page begins."""
    seen = notices.Notice
    query = (
        select(Following.id, Following.table_name, Following.row_id, Following.since, seen.id.is_not(None).label("told"), seen.seen_at)
        .outerjoin(seen, seen.id == Following.notice_id)
        .where(Following.staff_id == (here.me().staff_id or 0), ~Following.stopped)
    )  # fmt: skip
    query = query.where(Following.id < before) if before else query
    found = session.execute(query.order_by(Following.id.desc()).limit(SHOWN + 1)).all()
    shown = found[:SHOWN]
    rows = {
        table: _rows(session, table, [f.row_id for f in shown if f.table_name == table])
        for table in {f.table_name for f in shown}
    }
    told = [
        Followed(register, rows[each.table_name][each.row_id], each.since, each.told and each.seen_at is None)
        for each in shown
        if (register := register_of(each.table_name)) is not None and each.row_id in rows[each.table_name]
    ]
    return told, shown[-1].id if len(found) > SHOWN else None


def _rows(session: Session, table: str, ids: list[int]) -> dict[int, Seen]:
    register = register_of(table)
    if register is None or not may(here.me(), "read", table):
        return {}
    columns = columns_for(register.model, [*named_by(register), "state"], told=True)
    query = query_for(register.model, columns).where(register.model.id.in_(ids))
    return {row.id: row for row in seen_rows(columns, session.execute(query))}
