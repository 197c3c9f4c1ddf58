"""What the command box finds: registers, records by number, name or phone, and verbs, with or without a record.

    "khd"                          the register 客户单, by its initials
    "SG-2026-000012"               the permit, and what may be done with it
    "签发许可证 ZX-2026-000007"      that verb's dialog for that record
    "派单"                         what waits for it: its queue, or the list of what it may start from
    "新客户", "new lead"            the form of a new one
    "12,800*20%"                  a sum (sums.py)
    ""                            what one opened from here lately (opened.py)

Everything passes the gate and the table of columns: what is not in reach is not found, and by what is
masked nothing is found. Few registers are asked for few rows each.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from app.core import here, opened
from app.core.brief import brief_columns, called, named_by
from app.core.declaration import ENTERED, Declaration, all_registers, register_of
from app.core.menu import menu_of_me
from app.core.queues import dialog_of, queue_of
from app.core.reading import Seen, columns_for, query_for, seen_rows
from app.core.rights import may, verbs_allowed
from app.core.search import Found, find
from app.core.sums import sum_of
from app.core.verbs import Verb, verbs_of
from app.core.words import Say, say

LINES = 6  # of registers, and of verbs
RECORDS = 12
SHORTEST = 2  # letters or digits that records are asked for; one Chinese sign is enough
#: a document's number, or how it begins
NUMBER = re.compile(r"([A-Za-z]{2,6})-?(\d{4})(?:-?(\d{1,6}))?(?![A-Za-z\d])")
HOME = say("今日待办", "Today")
PAGES, RECORDS_FOUND = say("登记簿与页面", "Registers and pages"), say("记录", "Records")
#: how one asks for the form of a new record
NEW = re.compile(r"(?:(?:new|add|enter)(?:\s+|$)|新建|新增|登记|录入|新)\s*(.*)", re.IGNORECASE)
MOST_NEW = 12


@dataclass(frozen=True)
class Line:
    """One answer: what it is called, what it is, and where it leads."""

    label: str
    note: str
    url: str
    icon: str
    #: what Enter copies, instead of going anywhere
    copy: str = ""


def found(session: Session, text: str) -> list[dict[str, Any]]:
    """The answers in groups, the likeliest first; each group is a heading and its lines."""
    if not text:
        return _told([(say("最近打开", "Opened lately"), _opened_lately(session)), (PAGES, _pages(text))])
    if (reckoned := sum_of(text)) is not None:
        return _told([(say("计算", "Sum"), [_sum_line(*reckoned)]), (RECORDS_FOUND, _records(session, text))])
    number, rest = _number_in(text)
    _learn(session, rest or text)
    exact = _numbered(session, number) if number else None
    acts = (say("办理", "Do"), _verbs_on(*exact, rest) if exact else _verbs_about(session, text) or _verbs_named(text))
    pages = (PAGES, [] if number else _pages(text))
    records = (RECORDS_FOUND, [_record_line(*exact)] if exact else _records(session, number or text))
    meant = bool(rest) if exact else any(line.label.lower().startswith(text.lower()) for line in acts[1])
    return _told([acts, pages, records] if meant else [pages, records, acts] if exact else [pages, acts, records])


def _told(groups: list[tuple[Say, list[Line]]]) -> list[dict[str, Any]]:
    return [{"label": str(label), "lines": [asdict(line) for line in lines]} for label, lines in groups if lines]


def _number_in(text: str) -> tuple[str, str]:
    """The number that was typed, in the house's spelling, and the words around it."""
    typed = NUMBER.search(text)
    if typed is None:
        return "", text
    series, year, count = typed.groups()
    spelled = f"{series.upper()}-{year}-{count.zfill(6) if count else ''}"
    return spelled, " ".join((text[: typed.start()] + " " + text[typed.end() :]).split())


# --- registers and pages ------------------------------------------------------------------


def _pages(text: str) -> list[Line]:
    lines = [Line(str(HOME), "", "/", "inbox")] if _fits(HOME, text) else []
    for group in menu_of_me().groups:
        lines += [Line(e.label, group.heading, e.url, e.icon) for e in group.entries if _fits(e.word, text)]
    return lines[:LINES] if text else lines[: LINES + 2]


def _fits(word: Say, text: str) -> bool:
    """Whether a word is meant: by a piece of it in either language, or by its pinyin or initials."""
    text = text.lower()
    if text in word.zh.lower() or text in word.en.lower():
        return True
    return text.isascii() and len(text) >= SHORTEST and any(text in read for read in _read(word.zh))


#: sign -> syllable, of the words of menus and verbs; from the search box's own table, asked once
_syllables: dict[str, str] = {}


def _read(text: str) -> tuple[str, str]:
    """`客户单` -> ("kehudan", "khd")."""
    read = [_syllables.get(sign, sign.lower()) for sign in text if sign.isalnum()]
    return "".join(read), "".join(each[0] for each in read)


def _learn(session: Session, text: str) -> None:
    """How the signs of our words are read, before the first letters are asked for."""
    if not text.isascii() or len(text) < SHORTEST:
        return
    entries = [entry for group in menu_of_me().groups for entry in group.entries]
    words = [entry.word.zh for entry in entries]
    words += [verb.label.zh for entry in entries for verb in verbs_of(entry.table).values()]
    new = {sign for word in (HOME.zh, ENTERED.zh, *words) for sign in word} - _syllables.keys()
    if new:
        known = sql("SELECT word, syllable FROM search_reading WHERE word IN :signs")
        told = session.execute(known.bindparams(bindparam("signs", expanding=True)), {"signs": sorted(new)})
        _syllables.update({sign: sign for sign in new} | dict(told.tuples().all()))


# --- records ------------------------------------------------------------------------------


def _records(session: Session, text: str) -> list[Line]:
    """By a piece of a number, a name or a phone, in all registers at once (search/anywhere.py)."""
    if not text or (text.isascii() and len(text) < SHORTEST):
        return []
    lines = []
    for each in find(session, here.me(), text, RECORDS):
        register = register_of(each.table)
        assert register is not None
        note = " · ".join([str(register.word()), *each.facts])
        lines.append(Line(each.label, note, f"/{each.table}/{each.id}", register.icon))
    return lines


def _numbered(session: Session, number: str) -> tuple[type[Declaration], Seen] | None:
    """The record of this very number, when it is in the person's reach: one statement."""
    for register in all_registers().values():
        if register.model.__series__ != number.partition("-")[0] or not may(here.me(), "read", register.table()):
            continue
        columns = columns_for(register.model, _in_a_line(register, *_state(register)), told=True)
        query = query_for(register.model, columns).where(register.model.number == number)  # type: ignore[attr-defined]
        return next(((register, row) for row in seen_rows(columns, list(session.execute(query)))), None)
    return None


def _sum_line(sum_: str, answer: str, exact: bool) -> Line:
    note = say("回车复制", "Enter copies it") if exact else say("约数，回车复制", "Rounded; Enter copies it")
    return Line(f"{sum_} {'=' if exact else '≈'} {answer}", str(note), "", "receipt", answer.replace(",", ""))


def _opened_lately(session: Session) -> list[Line]:
    """One statement for each register among them."""
    addresses = opened.latest(session)
    lines = {e.url: Line(e.label, group.heading, e.url, e.icon) for group in menu_of_me().groups for e in group.entries}
    wanted: dict[str, list[int]] = {}
    for record in filter(None, map(opened.record_in, addresses)):
        wanted.setdefault(record[0], []).append(record[1])
    for table, ids in wanted.items():
        register = register_of(table)
        if register is None or not may(here.me(), "read", table):
            continue
        columns = columns_for(register.model, _in_a_line(register), told=True)
        query = query_for(register.model, columns).where(register.model.id.in_(ids))
        found = (_record_line(register, row) for row in seen_rows(columns, session.execute(query)))
        lines |= {line.url: line for line in found}
    return [lines[each] for each in addresses if each in lines][: opened.SHOWN]


def _in_a_line(register: type[Declaration], *more: str) -> list[str]:
    return list(dict.fromkeys([*brief_columns(register, *more), *named_by(register)]))


def _state(register: type[Declaration]) -> list[str]:
    return ["state"] if "state" in register.fields() else []


def _record_line(register: type[Declaration], row: Seen) -> Line:
    said = {register.model.__label__, *named_by(register)}
    facts = [fact for name in row.columns if name not in said and (fact := row.shown(name))]
    note = " · ".join([str(register.word()), *facts])
    return Line(called(register, row), note, f"/{register.table()}/{row.id}", register.icon)


# --- verbs --------------------------------------------------------------------------------


def _verbs_on(register: type[Declaration], row: Seen, words: str) -> list[Line]:
    """What may be done with a record in its state: the verb's dialog."""
    lines, table, state = [], register.table(), row.values.get("state")
    for verb in _mine(table):
        starts = verb.move is None or str(state) in {str(each) for each in verb.move.start}
        if starts and all(_fits(verb.label, word) for word in words.split()):
            way = dialog_of(table, verb.name, row.id, f"/{table}/{row.id}")
            lines.append(Line(str(verb.label), called(register, row), way, verb.icon))
    return lines[:LINES]


def _verbs_about(session: Session, text: str) -> list[Line]:
    """`派单 丁婉清`: a verb, and the record by a name, a phone or a piece of its number; in either order."""
    first, _, rest = (each.strip() for each in text.partition(" "))
    for words, about in ((first, rest), (rest, first)):
        if not (words and about) or (about.isascii() and len(about) < SHORTEST):
            continue
        tables = {
            e.table for g in menu_of_me().groups for e in g.entries for v in _mine(e.table) if _fits(v.label, words)
        }
        found = [each for each in find(session, here.me(), about, RECORDS) if each.table in tables] if tables else []
        lines = [
            line for table in dict.fromkeys(e.table for e in found) for line in _dialogs(session, table, found, words)
        ]
        if lines:
            return lines[: LINES + 2]
    return []


def _dialogs(session: Session, table: str, found: list[Found], words: str) -> list[Line]:
    """One statement: the records of one table with their states."""
    register = register_of(table)
    assert register is not None
    columns = columns_for(register.model, [*named_by(register), *_state(register)], told=True)
    ids = [each.id for each in found if each.table == table]
    rows = seen_rows(columns, session.execute(query_for(register.model, columns).where(register.model.id.in_(ids))))
    return [line for row in rows for line in _verbs_on(register, row, words)]


def _verbs_named(text: str) -> list[Line]:
    """A verb without a record leads to what waits for it."""
    if not text:
        return []
    lines = []
    for group in menu_of_me().groups:
        for entry in group.entries:
            register = register_of(entry.table)
            if register is None or register.route_base != entry.url.rstrip("/"):
                continue
            lines += [_verb_line(register, verb) for verb in _mine(entry.table) if _fits(verb.label, text)]
            if _may_enter(register) and _fits(_entering(register), text):
                lines.append(_new_line(register))
    new = _new_ones(text)
    return [*new, *(line for line in lines if line not in new)][: max(LINES, len(new))]


def _new_ones(text: str) -> list[Line]:
    """`新客户`, `new lead`: the forms of new records; of a word alone those of every register."""
    asked = NEW.fullmatch(text)
    if asked is None:
        return []
    tables = (entry.table for group in menu_of_me().groups for entry in group.entries)
    known = [register for table in dict.fromkeys(tables) if (register := register_of(table)) and _may_enter(register)]
    fits = [each for each in known if not asked[1] or _fits(each.word(), asked[1]) or _fits(each.title(), asked[1])]
    return [_new_line(register) for register in fits][:MOST_NEW]


def _may_enter(register: type[Declaration]) -> bool:
    return register.entered_by_hand and may(here.me(), "add", register.table())


def _new_line(register: type[Declaration]) -> Line:
    return Line(str(_entering(register)), str(register.title()), f"/{register.table()}/new", "plus")


def _verb_line(register: type[Declaration], verb: Verb) -> Line:
    table = register.table()
    waiting = queue_of(table, verb.name)
    if waiting is not None:
        return Line(str(verb.label), str(waiting.label), waiting.url, verb.icon)
    states = ",".join(sorted(str(each) for each in verb.move.start)) if verb.move else ""
    usable = states and columns_for(register.model, ["state"])
    return Line(
        str(verb.label), str(register.title()), f"/{table}/?state={states}" if usable else f"/{table}/", verb.icon
    )


def _entering(register: type[Declaration]) -> Say:
    return say(f"{ENTERED.zh}{register.word().zh}", f"{ENTERED.en} {register.word().en.lower()}")


def _mine(table: str) -> list[Verb]:
    allowed = verbs_allowed(here.me(), table)
    return [verb for verb in verbs_of(table).values() if verb.name in allowed]
