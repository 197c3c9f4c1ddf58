"""The rights in force, to be read: role × register × verbs × columns, with whose rows, as a page or a file."""

import csv
import io
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import gate, rights
from app.core.declaration import Declaration, all_registers
from app.core.exporting import BOM, safe_cell
from app.core.record import SYSTEM, table_named
from app.core.rights import HIDDEN, MASKED, OWN, READ, WRITE
from app.core.words import Say, joined, say
from app.security import in_force
from app.security.changing import verbs_on
from app.security.in_force import GIVEN, TAKEN
from app.security.models import RightChange
from app.security.roles import Role

#: how much of a column is seen, most first
LEVELS: dict[str, Say] = {
    WRITE: say("可填写", "Written"), READ: say("可看", "Read"), OWN: say("本人的可看，其余遮盖", "In full on one's own rows"),
    MASKED: say("遮盖", "Masked"), HIDDEN: say("不可见", "Hidden"),
}  # fmt: skip
#: one letter for each general right: the whole house on one page
SHORT: dict[str, Say] = {
    "read": say("看", "R"), "add": say("录", "A"), "edit": say("改", "E"), "delete": say("删", "D"),
    "import": say("入", "I"), "export": say("出", "X"), "print": say("印", "P"), "attach": say("附", "F"),
    "reveal": say("全", "S"),
}  # fmt: skip


ADJUSTED: dict[str, Say] = {"columns": say("栏", "C"), "rows": say("围", "W")}


@dataclass(frozen=True)
class Right:
    """One verb of an entry; `how`: "given" or "taken" where an admin changed what the release has."""

    name: str
    word: Say
    how: str = ""

    @property
    def held(self) -> bool:
        return self.how != TAKEN


@dataclass(frozen=True)
class Entry:
    """What one role may do on one register."""

    role: Role
    table: str
    title: Say
    rights: list[Right]
    rows: Say
    columns: dict[str, list[Say]]
    #: "columns" and "rows", where an admin changed them
    adjusted: tuple[str, ...] = ()

    @property
    def short(self) -> list[tuple[Say, str]]:
        """Letters, and how many further verbs."""
        held = [each for each in self.rights if each.held]
        letters = [(SHORT[each.name], each.how) for each in held if each.name in SHORT]
        letters += [(ADJUSTED[name], GIVEN) for name in self.adjusted]
        others = [each for each in held if each.name not in SHORT]
        changed = GIVEN if any(each.how for each in others) else ""
        return letters + ([(say("办{n}", "+{n}", n=len(others)), changed)] if others else [])


def level_word(level: str) -> Say:
    return LEVELS[OWN if level.startswith(OWN) else level]


def entry(role: Role, register: type[Declaration]) -> Entry | None:
    """None where the role may do nothing, and never might."""
    table = register.table()
    held = rights.standing().roles.get(str(role), {}).get(table, frozenset())
    changed = {verb: each.how for (of, on, verb), each in in_force.changes().items() if (of, on) == (str(role), table)}
    told = [
        Right(verb, word, changed.get(verb, "") if changed.get(verb) in (GIVEN, TAKEN) else "")
        for verb, word in verbs_on(table).items()
        if verb in held or changed.get(verb) == TAKEN
    ]
    if not told:
        return None
    columns, rows = in_force.adjusted(str(role), table)
    adjusted = ("columns",) * bool(columns) + ("rows",) * bool(rows.kept())
    reached = rows_in_words(str(role), table)
    if "rows" in adjusted:
        reached = say("{r}（已调整）", "{r} (adjusted)", r=reached)
    return Entry(role, table, register.title(), told, reached, _columns(str(role), register, held, columns), adjusted)


def rows_in_words(role: str, table: str) -> Say:
    """Which rows the role reaches."""
    model, scopes = table_named(table), gate.scopes_of(table, frozenset({role}))
    return joined(gate.in_words(scope, model) for scope in scopes.values()) if scopes else say("无", "none")


def _columns(
    role: str, register: type[Declaration], held: frozenset[str], adjusted: Container[str]
) -> dict[str, list[Say]]:
    """The columns by how much of them is seen; what may be typed counts as written."""
    typed = {*(register.typed_in() if "add" in held else ()), *(register.edited() if "edit" in held else ())}
    found: dict[str, list[Say]] = {level: [] for level in LEVELS}
    for name, spot in register.fields().items():
        if name in SYSTEM - {"number", "state"}:
            continue
        level = rights.standing().level(frozenset({role}), register.table(), name)
        level = OWN if level.startswith(OWN) else level
        if level in (READ, WRITE) and not register.has_levels(spot):
            written = name in typed and rights.standing().writes(frozenset({role}), register.table(), name)
            level = WRITE if written else READ
        label = say("{c}（已调整）", "{c} (adjusted)", c=spot.label) if name in adjusted else spot.label
        found[level].append(label)
    return {level: labels for level, labels in found.items() if labels}


def entries(roles: Iterable[Role], tables: Iterable[str]) -> list[Entry]:
    found = (entry(role, all_registers()[table]) for table in tables for role in roles)
    return [each for each in found if each is not None]


def history(session: Session, role: str = "", table: str = "", limit: int = 100) -> list[RightChange]:
    """What admins changed, the newest first."""
    query = select(RightChange).order_by(RightChange.id.desc()).limit(limit)
    query = query.where(RightChange.role == role) if role else query
    return list(session.execute(query.where(RightChange.table_name == table) if table else query).scalars())


def as_csv(found: Iterable[Entry]) -> Iterator[str]:
    """One line for each role and register."""
    head = [
        say("岗位", "Role"),
        say("登记簿", "Register"),
        say("权限", "Rights"),
        say("数据范围", "Rows"),
        *LEVELS.values(),
    ]
    yield BOM + _line(head)
    for each in found:
        held = joined(right.word for right in each.rights if right.held)
        yield _line([each.role.label, each.title, held, each.rows,
                     *(joined(each.columns.get(level, [])) for level in LEVELS)])  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(str(cell)) for cell in cells])
    return out.getvalue()
