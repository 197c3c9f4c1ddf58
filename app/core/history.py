"""What happened to a record, in plain words: who changed what from what to what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import here
from app.core.journal import JournalEntry
from app.core.kinds import Relation
from app.core.record import Field, Record, fields
from app.core.rights import HIDDEN, READ, WRITE, level
from app.core.verbs import any_verb_named, verb_named
from app.core.viewing import VERB as VIEW
from app.core.words import Say, say

WORDS = {
    "add": say("登记", "entered"),
    "edit": say("修改", "edited"),
    "save": say("修改", "changed"),
    "delete": say("删除", "deleted"),
    "attach": say("上传附件", "kept a file"),
    "reveal": say("查看完整信息", "revealed"),
    "import": say("导入", "imported"),
    "export": say("导出", "exported"),
}
_QUIET = frozenset({"id", "version", "created_at", "created_by", "updated_at"})


@dataclass(frozen=True)
class Line:
    """One act upon the record."""

    at: datetime
    who: str
    verb: Say
    result: str
    changes: list[tuple[Say, str, str]]
    note: dict[str, Any]


def history_of(session: Session, model: type[Record], row_id: int, limit: int = 30) -> list[Line]:
    """The latest acts first."""
    entry = JournalEntry
    query = (
        select(entry)
        .where(
            entry.table_name == model.__tablename__, entry.row_id == row_id, entry.verb != VIEW
        )  # who only looked is for the journal's page
        .order_by(entry.id.desc())
        .limit(limit)
    )
    return [line_of(model, found) for found in session.execute(query).scalars()]


def line_of(model: type[Record], found: JournalEntry) -> Line:
    return Line(
        at=found.at, who=found.who, verb=verb_word(found.table_name, found.verb), result=found.result,
        changes=_changes(model, found.before or {}, found.after or {}), note=found.note or {},
    )  # fmt: skip


def verb_word(table: str, name: str) -> Say:
    """The verb's word; a row that another table's verb changed is told under that verb."""
    verb = verb_named(table, name) or any_verb_named(name)
    return verb.label if verb else WORDS.get(name, Say(name, name))


def _changes(model: type[Record], before: dict[str, Any], after: dict[str, Any]) -> list[tuple[Say, str, str]]:
    changes = []
    for name, spot in fields(model).items():
        if name in _QUIET or (before.get(name) == after.get(name)):
            continue
        allowed = level(here.me(), model.__tablename__, name)
        if allowed != HIDDEN:
            clear = allowed in (READ, WRITE) and not spot.kind.personal
            changes.append((spot.label, _told(spot, before.get(name), clear), _told(spot, after.get(name), clear)))
    return changes


def _told(spot: Field, kept: Any, clear: bool) -> str:
    """A journalled value in words; what is personal stays masked in a history."""
    if kept is None or kept == []:
        return ""
    if isinstance(kept, dict):  # sealed
        return "***"
    if not clear:
        return spot.kind.mask(kept)
    if isinstance(spot.kind, Relation):
        return f"#{kept}" if not isinstance(kept, list) else "、".join(f"#{each}" for each in kept)
    try:
        return spot.kind.show(spot.kind.read_json(kept))
    except Exception:  # noqa: BLE001 (an old entry of a column that has changed its kind)
        return str(kept)
