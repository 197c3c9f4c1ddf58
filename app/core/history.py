"""What happened to a record, in plain words: who changed what from what to what."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.core import comments, crypt, here, journal
from app.core.assigning import asking
from app.core.brief import named_by
from app.core.children import Children
from app.core.declaration import Declaration
from app.core.journal import JournalEntry
from app.core.kinds import Relation
from app.core.record import Field, Record, fields, table_named
from app.core.rights import HIDDEN, READ, WRITE, level, may
from app.core.structured import Json
from app.core.verbs import any_verb_named, verb_named
from app.core.viewing import VERB as VIEW
from app.core.words import Say, say

#: table -> how its rows stand on a record's form, and below which
Parts = dict[str, tuple[Children, Children | None]]
#: an import was taken back (core/importing/undoing.py)
TOOK_BACK = "undo_import"
WORDS = {
    "add": say("登记", "entered"),
    "edit": say("修改", "edited"),
    "save": say("修改", "changed"),
    "delete": say("删除", "deleted"),
    "attach": say("上传附件", "kept a file"),
    "open_file": say("打开附件", "opened a file"),
    "reveal": say("查看完整信息", "revealed"),
    "import": say("导入", "imported"),
    TOOK_BACK: say("撤回导入", "took an import back"),
    "export": say("导出", "exported"),
    "print": say("打印", "printed"),
    "enter_again": say("重新录入", "entered again"),
    **asking.VERBS,
    comments.VERB: say("评论", "commented"),
    comments.WITHDRAW: say("撤回评论", "withdrew a comment"),
}
QUIET = frozenset({"id", "version", "created_at", "created_by", "updated_at"})
#: a deleted record was entered again, as another (core/deleting/gone.py)
AGAIN = "enter_again"
#: who only looked is for the journal's page, comments stand beside the history, and what is gone has none
_ELSEWHERE = (VIEW, comments.VERB, comments.WITHDRAW, AGAIN)
PAGE, MOST_READ = 20, 200

#: table -> id -> label, of what the person may see
Labels = Mapping[str, Mapping[int, str]]
#: a row that was saved with the record: what it is, what became of it, what it is called
Along = tuple[Say, Say, str]


@dataclass(frozen=True)
class Line:
    """One act upon the record."""

    at: datetime
    who: str
    verb: Say
    result: str
    changes: list[tuple[Say, str, str]]
    note: dict[str, Any]
    #: the entry in the journal, and whether the person may take something of it back (core/taking_back.py)
    entry: int = 0
    back: bool = False
    along: tuple[Along, ...] = ()
    #: personal fields that are told in full, which whoever shows them has to tell the journal (core/viewing.py)
    personal: tuple[str, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell: who saved what had not changed did nothing."""
        return self.verb is not WORDS["edit"] or bool(self.changes or self.along or self.note or self.result != "done")


@dataclass(frozen=True)
class Told:
    """The latest acts first; `further`: from which entry on there may be earlier ones."""

    lines: list[Line]
    further: int | None


def entries_of(model: type[Record], row_id: int) -> Select[Any]:
    """What is told of the row. A database may give the id of a deleted row again: what is before that is another's."""
    entry, other = JournalEntry, aliased(JournalEntry)
    gone = select(func.max(other.id)).where(
        other.table_name == model.__tablename__, other.row_id == row_id, other.verb == "delete", other.result == "done"
    )
    return select(entry).where(
        entry.table_name == model.__tablename__, entry.row_id == row_id, entry.verb.not_in(_ELSEWHERE),
        entry.id > func.coalesce(gone.scalar_subquery(), 0),
    )  # fmt: skip


def history_of(
    session: Session, model: type[Record], row_id: int, *, before: int | None = None, only_changes: bool = False,
    limit: int = PAGE, takes_back: Callable[[JournalEntry], bool] | None = None, parts: Sequence[Children] = (),
) -> Told:  # fmt: skip
    """`before`: an entry's id, for the page after it; with `only_changes` acts that changed nothing
    visible are passed over; `takes_back`: of which entries something may be taken back; `parts`: whose rows are saved with the record. Personal data is told
    in full to whoever sees it in full."""
    entry, query = JournalEntry, entries_of(model, row_id)
    query = query.where(entry.id < before) if before else query
    read = MOST_READ if only_changes else limit + 1
    found = list(session.execute(query.order_by(entry.id.desc()).limit(read)).scalars())
    chosen = [each for each in found if _touches(model, each)] if only_changes else found
    shown = chosen[:limit]
    labels, along = labels_in(session, model, shown), _along(session, row_id, shown, parts)
    more = len(chosen) > limit or (only_changes and len(found) == MOST_READ)
    further = (shown[-1].id if len(chosen) > limit else found[-1].id) if more else None
    lines = [
        replace(
            line_of(model, each, labels, back=takes_back is not None and takes_back(each), full=True),
            along=along.get(each.act, ()),
        )
        for each in shown
    ]
    return Told([each for each in lines if each.tells], further)


def _along(
    session: Session, row_id: int, entries: Sequence[JournalEntry], among: Sequence[Children]
) -> dict[str, tuple[Along, ...]]:
    """act -> what became of the rows that stand on the record's form, and below those, where they were saved with it
    (core/children.py): one statement, and a few a register for whose they are and what they are called."""
    acts = {each.act for each in entries if each.verb == "edit" and each.result == "done"}
    if not (acts and among):
        return {}
    parts: Parts = {below.table: (below, each) for each in among for below in each.all_below}
    parts |= {each.table: (each, None) for each in among}
    entry, found = JournalEntry, defaultdict(list)
    query = select(entry).where(entry.act.in_(acts), entry.table_name.in_(list(parts)), entry.result == "done")
    rows = list(session.execute(query.order_by(entry.id)).scalars())
    known = _rows_of(session, row_id, rows, parts)
    rows = [each for each in rows if _parent_in(each, parts[each.table_name][0]) in known[each.table_name]]
    for table, (part, _) in parts.items():
        theirs = [each for each in rows if each.table_name == table]
        labels = labels_in(session, part.register.model, theirs)
        for each in theirs:
            called = called_then(part.register, (each.before or {}) | (each.after or {}), labels)
            word = verb_word(table, "add" if each.before is None else each.verb)
            found[each.act].append((part.register.word(), word, called or _still_called(each)))
    return {act: tuple(told) for act, told in found.items()}


def _parent_in(entry: JournalEntry, part: Children) -> int | None:
    """Whose row it is, as far as the entry says."""
    named = (entry.after or entry.before or {}).get(part.relation)
    return named if isinstance(named, int) else None


def _rows_of(
    session: Session, row_id: int, entries: Sequence[JournalEntry], parts: Parts
) -> dict[str, set[int | None]]:  # fmt: skip
    """table -> the parents whose rows are told: the record, or rows of its own; and what does not say whose it is, which
    was saved with the record after all."""
    known: dict[str, set[int | None]] = {}
    for table, (part, above) in parts.items():
        known[table] = {row_id, None}
        if above is None:
            continue
        named = {_parent_in(each, part) for each in entries if each.table_name == table} - {None}
        model = above.register.model
        query = select(model.id).where(model.id.in_(named), above.parent == row_id)
        also = (
            each for each in entries if each.table_name == above.table and _parent_in(each, above) in (row_id, None)
        )
        known[table] = {None, *(each.row_id for each in also), *(session.execute(query).scalars() if named else ())}
    return known


def _still_called(entry: JournalEntry) -> str:
    """What a row is called whose name did not change, where its register tells names to everybody who reads it."""
    model = table_named(entry.table_name)
    assert model is not None
    spot = fields(model).get(model.__label__)
    clear = spot is not None and _is_clear(spot, level(here.me(), entry.table_name, spot.name))
    return entry.row_label if clear else ""


def line_of(
    model: type[Record], found: JournalEntry, labels: Labels | None = None, *, back: bool = False, full: bool = False
) -> Line:
    """`full`: personal data that was changed is told to whoever sees it in the record; else it is masked for
    everybody, as it is where a record was entered: what was entered then stands in the record."""
    before, after = found.before or {}, found.after or {}
    full = full and bool(before)
    personal = tuple(s.name for s, allowed in _visible(model, before, after) if s.kind.personal and _in_full(allowed))
    return Line(
        at=found.at, who=journal.who_of(found), verb=_word(found), result=found.result,
        changes=_changes(model, before, after, labels or {}, full=full), note=found.note or {},
        entry=found.id, back=back, personal=personal if full else (),
    )  # fmt: skip


def _word(found: JournalEntry) -> Say:
    """What came to be without a verb was entered, not changed."""
    is_new = found.verb == journal.SAVED and found.before is None and found.after is not None
    return WORDS["add"] if is_new else verb_word(found.table_name, found.verb)


def verb_word(table: str, name: str) -> Say:
    """The verb's word; a row that another table's verb changed is told under that verb."""
    verb = verb_named(table, name) or any_verb_named(name)
    return verb.label if verb else WORDS.get(name, Say(name, name))


def _visible(model: type[Record], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[Field, str]]:
    """(field, level) of what differs and may be seen at all."""
    found = []
    for name, spot in fields(model).items():
        if name not in QUIET and before.get(name) != after.get(name):
            allowed = level(here.me(), model.__tablename__, name)
            if allowed != HIDDEN:
                found.append((spot, allowed))
    return found


def _touches(model: type[Record], found: JournalEntry) -> bool:
    return bool(_visible(model, found.before or {}, found.after or {}))


def _changes(
    model: type[Record], before: dict[str, Any], after: dict[str, Any], labels: Labels, *, full: bool = False
) -> list[tuple[Say, str, str]]:
    changes = []
    for spot, allowed in _visible(model, before, after):
        clear = _is_clear(spot, allowed) or (full and _in_full(allowed))
        if clear and isinstance(spot.kind, Json):
            changes += spot.kind.changes(spot.label, before.get(spot.name), after.get(spot.name))
            continue
        told = [_told(spot, state.get(spot.name), clear, labels) for state in (before, after)]
        changes.append((spot.label, told[0], told[1]))
    return changes


def told_of(
    session: Session, model: type[Record], entries: Sequence[JournalEntry], name: str
) -> dict[int, tuple[str, str]]:
    """row -> what these entries changed the field from and to, as this person may see it."""
    labels, spot = labels_in(session, model, entries), fields(model).get(name)
    found = {}
    for each in entries:
        changes = _changes(model, each.before or {}, each.after or {}, labels)
        for label, before, after in changes:
            if spot is not None and label == spot.label and each.row_id is not None:
                found[each.row_id] = before, after
    return found


def labels_in(session: Session, model: type[Record], entries: Sequence[JournalEntry]) -> dict[str, dict[int, str]]:
    """What the related rows of all these entries are called: one statement a table, within the scope."""
    wanted: dict[str, set[int]] = defaultdict(set)
    relations = [(spot, spot.kind) for spot in fields(model).values() if isinstance(spot.kind, Relation)]
    for entry in entries:
        for state in (entry.before or {}, entry.after or {}):
            for spot, kind in relations:
                held = state.get(spot.name)
                ids = held if isinstance(held, list) else [held]
                wanted[kind.table].update(each for each in ids if isinstance(each, int))
    found: dict[str, dict[int, str]] = {}
    for table, keys in wanted.items():
        target = table_named(table)
        if keys and target is not None and may(here.me(), "read", table):
            query = select(target.id, getattr(target, target.__label__)).where(target.id.in_(keys))
            found[table] = {key: str(label) for key, label in session.execute(query)}
    return found


def shown(model: type[Record], state: Mapping[str, Any], name: str, labels: Labels) -> str:
    """One journalled value in words, as far as this person may see it."""
    spot, allowed = fields(model).get(name), level(here.me(), model.__tablename__, name)
    if spot is None or allowed == HIDDEN:
        return ""
    return _told(spot, state.get(name), _is_clear(spot, allowed), labels)


def called_then(register: type[Declaration], state: Mapping[str, Any], labels: Labels) -> str:
    """What a row was called that held this, as a list would call it; "" where nothing of it is seen."""
    told = (shown(register.model, state, name, labels) for name in named_by(register))
    return " ".join(each for each in told if each)


def value_of(model: type[Record], spot: Field, held: Any) -> Any:
    """A journalled value as its row held it; None where there was none, or it can't be read any more."""
    if spot.added:  # its attribute knows how it lies, and its seal
        return getattr(model(extra={spot.name: held}), spot.attribute)
    if isinstance(held, dict):
        held = crypt.opened(str(held.get("sealed") or ""), journal.SEAL)
    try:
        return None if held is None else spot.kind.read_json(held)
    except (ValueError, TypeError):
        return None


def _in_full(allowed: str) -> bool:
    return allowed in (READ, WRITE)


def _is_clear(spot: Field, allowed: str) -> bool:
    return _in_full(allowed) and not spot.kind.personal


def _told(spot: Field, kept: Any, clear: bool, labels: Labels) -> str:
    """A journalled value in words; what was sealed stays sealed."""
    if kept is None or kept == []:
        return ""
    if isinstance(kept, dict):  # sealed
        return "***"
    if not clear:
        return spot.kind.mask(kept)
    if isinstance(spot.kind, Relation):
        known = labels.get(spot.kind.table, {})
        return "、".join(known.get(each, f"#{each}") for each in (kept if isinstance(kept, list) else [kept]))
    try:
        return spot.kind.show(spot.kind.read_json(kept))
    except Exception:  # noqa: BLE001 (an old entry of a column that has changed its kind)
        return str(kept)
