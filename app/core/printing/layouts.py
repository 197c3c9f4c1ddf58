"""Layouts: what one says, which hold, and how another version is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import editions, here, journal
from app.core.answers import Faulty, NotFound
from app.core.constraints import MISSING
from app.core.declaration import Declaration, referring_to, register_of
from app.core.kinds import BadValue, LongText, Text
from app.core.printing.table import PrintLayout
from app.core.record import Field
from app.core.values.worded import worded
from app.core.words import Say, say
from app.core.writing import write

EDITION = TABLE = "print_layout"
PAPERS = ("a4", "a5", "a3")
MOST_COLUMNS, MOST_SIGNATURES, MOST_FIELDS = 3, 6, 60
#: {number}, or {客户姓名}: a field by its name or by what it is called
GAP = re.compile(r"\{([^{}\n]{1,60})\}")
TODAY, WHO = ("today", "今天"), ("printed by", "打印人")


@dataclass(frozen=True)
class Children:
    """A table of rows that refer to the record: register, relation, and which of their fields."""

    table: str
    relation: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """All that a layout says."""

    title: str = ""
    paper: str = "a4"
    landscape: bool = False
    letterhead: bool = True
    columns: int = 2
    fields: tuple[str, ...] = ()
    children: tuple[Children, ...] = ()
    above: str = ""
    below: str = ""
    signatures: tuple[str, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        known = {**kept, "fields": tuple(kept.get("fields", ())), "signatures": tuple(kept.get("signatures", ()))}
        known["children"] = tuple(
            Children(each["table"], each["relation"], tuple(each["fields"])) for each in kept.get("children", ())
        )
        return cls(**known)


@dataclass(frozen=True)
class Layout:
    """One version, as plain values."""

    id: int
    key: str
    version: int
    table: str
    name: str
    usual: bool
    archived: bool
    body: Body = field(compare=False, default_factory=Body)

    @classmethod
    def of(cls, row: PrintLayout) -> Self:
        body = Body.read(row.body)
        return cls(row.id, row.key, row.version, row.table_name, row.name, row.usual, row.archived, body)


# --- which hold -------------------------------------------------------------------------------

_now: list[Mapping[str, Sequence[Layout]]] = [{}]


def load(session: Session) -> None:
    """The last version of each, by register; the usual one first."""
    found: dict[str, list[Layout]] = {}
    for layout in sorted(newest(session), key=lambda each: (not each.usual, worded(each.name), each.id)):
        if not layout.archived:
            found.setdefault(layout.table, []).append(layout)
    _now[0] = found


def newest(session: Session) -> list[Layout]:
    last = select(func.max(PrintLayout.id)).group_by(PrintLayout.key)
    rows = session.execute(select(PrintLayout).where(PrintLayout.id.in_(last)).order_by(PrintLayout.id)).scalars()
    return [Layout.of(row) for row in rows]


def of_register(table: str) -> Sequence[Layout]:
    return _now[0].get(table, ())


def version_of(session: Session, key: str, version: int | None = None) -> Layout:
    """That version, or the last one. Raises NotFound."""
    query = select(PrintLayout).where(PrintLayout.key == key[:12])
    query = query.where(PrintLayout.version == version) if version is not None else query
    row = session.execute(query.order_by(PrintLayout.version.desc()).limit(1)).scalar_one_or_none()
    if row is None:
        raise NotFound()
    return Layout.of(row)


def versions(session: Session, key: str) -> list[PrintLayout]:
    query = select(PrintLayout).where(PrintLayout.key == key).order_by(PrintLayout.version.desc()).limit(50)
    return list(session.execute(query).scalars())


# --- what can be printed ----------------------------------------------------------------------


def printable(register: type[Declaration]) -> dict[str, Field]:
    """The fields that a paper can show."""
    hidden = {"id", "version"}
    return {
        name: spot
        for name, spot in register.fields().items()
        if name not in hidden and spot.kind.widget not in ("file", "signature")
    }


def children_of(register: type[Declaration]) -> list[tuple[type[Declaration], str]]:
    """(register, relation) of what refers to a record, each once: those that its page lists, and the others."""
    named = [each.partition(".") for each in register.related.split()]
    own = [(other, relation) for table, _, relation in named if relation and (other := register_of(table))]
    return own + [each for each in referring_to(register) if each not in own]


def gaps_in(text: str) -> list[str]:
    return GAP.findall(text)


def field_called(register: type[Declaration], word: str) -> str:
    """The name of the field that a gap means; empty when there is none."""
    known = printable(register)
    if word in known:
        return word
    return next((name for name, spot in known.items() if word in (spot.label.zh, spot.label.en)), "")


# --- read and kept ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    name: str
    usual: bool
    body: Body


def read(register: type[Declaration], given: Any) -> Wanted:
    """A form. Raises Faulty with every fault at its field."""
    faults: dict[str, Say | str] = {}

    def text(name: str, kind: Text) -> str:
        try:
            return kind.read(given.get(name)) or ""
        except BadValue as bad:
            faults[name] = bad.sentence
            return ""

    name, title = text("name", Text(size=40)), text("title", Text(size=80))
    above, below = text("above", LongText(size=2000)), text("below", LongText(size=2000))
    signatures = tuple(
        line.strip()[:20] for line in text("signatures", LongText(size=200)).splitlines() if line.strip()
    )
    for which, said in (("name", name), ("title", title)):
        if not said and which not in faults:
            faults[which] = MISSING
    for which, said in (("title", title), ("above", above), ("below", below)):
        wrong = [each for each in gaps_in(said) if each not in TODAY + WHO and not field_called(register, each)]
        if wrong:
            faults[which] = say("没有这样的字段：{w}。", "There is no such field: {w}.", w="、".join(wrong[:5]))
    fields = _in_order(given, "f:", printable(register))
    children = _children(register, given)
    if not (fields or children or above or below):
        faults["fields"] = say("至少选一个字段，或写一段文字。", "Choose a field, or write something.")
    if len(signatures) > MOST_SIGNATURES:
        faults["signatures"] = say("最多 {n} 行。", "{n} lines at most.", n=MOST_SIGNATURES)
    if faults:
        raise Faulty(faults)
    columns = given.get("columns", "")
    body = Body(
        title, given.get("paper") if given.get("paper") in PAPERS else "a4", bool(given.get("landscape")),
        bool(given.get("letterhead")), int(columns) if columns in ("1", "2", "3") else 2, fields, children, above, below,
        signatures,
    )  # fmt: skip
    return Wanted(name, bool(given.get("usual")), body)


def _in_order(given: Any, prefix: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that were given a place, by their places."""
    places = [(given.get(f"{prefix}{name}", "").strip(), name) for name in known]
    chosen = [(int(place), number, name) for number, (place, name) in enumerate(places) if _is_place(place)]
    return tuple(name for _, _, name in sorted(chosen))[:MOST_FIELDS]


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:4]) < 1000


def _children(register: type[Declaration], given: Any) -> tuple[Children, ...]:
    found = []
    for other, relation in children_of(register):
        at = f"{other.table()}.{relation}"
        if fields := _in_order(given, f"k:{at}:", printable(other)):
            found.append(Children(other.table(), relation, fields))
    return tuple(found)


def keep(session: Session, register: type[Declaration], wanted: Wanted, key: str = "", *, seen: int = 0) -> str:
    """Another version, or a new layout; answers its key. Raises Faulty when somebody changed it since."""
    table = register.table()

    def work() -> str:
        # First of all: who saves at the same time waits, so that one is the usual one.
        editions.changed(session, EDITION)
        before = version_of(session, key) if key else None
        if before is not None and before.version != seen:
            raise Faulty(
                {"": say("别人刚刚改过这个版式，请重新打开。", "Somebody changed this layout just now: open it again.")}
            )
        if wanted.usual:
            _no_longer_usual(session, table, key)
        return _add(session, table, wanted, before)

    done = write(session, work)
    editions.refresh(session)
    return done


def _add(session: Session, table: str, wanted: Wanted, before: Layout | None, *, archived: bool = False) -> str:
    row = PrintLayout(
        key=before.key if before else uuid4().hex[:12], version=before.version + 1 if before else 1, table_name=table,
        name=wanted.name, usual=wanted.usual, archived=archived, body=asdict(wanted.body), by_user_id=here.me().user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    verb = "archive" if archived else "edit" if before else "add"
    journal.add(session, verb, table=TABLE, row_id=row.id, label=wanted.name, on=table, version=row.version)
    return row.key


def _no_longer_usual(session: Session, table: str, key: str) -> None:
    for each in newest(session):
        if each.table == table and each.usual and not each.archived and each.key != key:
            _add(session, table, Wanted(each.name, False, each.body), each)


def archive(session: Session, key: str, *, back: bool = False) -> None:
    """Out of use, or back; earlier papers can still be made."""

    def work() -> None:
        editions.changed(session, EDITION)
        found = version_of(session, key)
        if found.archived != (not back):
            _add(session, found.table, Wanted(found.name, found.usual and back, found.body), found, archived=not back)

    write(session, work)
    editions.refresh(session)


editions.loader(EDITION, load)
