"""An admin changes what a role may do on a register: asked of the rules, written with who, when and why.

wanted = Wanted("engineer", "permit", frozenset({"read", "print"}), rows_of="")
changes_to(wanted)                       # the single rights given and taken
carry_out(session, wanted, why="…")      # journalled; holds in every worker from its next request
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import editions, gate, here, journal, rights
from app.core.answers import Conflict, Faulty, NotFound
from app.core.blockers import Blocker, NotAllowed
from app.core.constraints import MISSING
from app.core.declaration import all_registers, register_of
from app.core.kinds import IdNumber, Phone, Text
from app.core.record import Field
from app.core.rights import HIDDEN, MASKED, READ, WRITE, how_much
from app.core.verbs import verbs_of
from app.core.words import Say, say
from app.core.writing import write
from app.security import in_force, masks
from app.security.in_force import COLUMN, GIVEN, RELEASED, ROWS, TAKEN, Change, Rows
from app.security.models import RightChange
from app.security.roles import Role, table_of_rights
from app.security.rules import blockers_to_adjust, blockers_to_give, blockers_to_take

GENERAL: dict[str, Say] = {
    "read": say("查看", "Read"), "add": say("登记", "Enter"), "edit": say("修改", "Edit"), "delete": say("删除", "Delete"),
    "attach": say("上传附件", "Attach"), "import": say("导入", "Import"), "export": say("导出", "Export"),
    "reveal": say("查看完整信息", "Reveal"), "print": say("打印", "Print"), "manage": say("管理", "Manage"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """All that a role is to have on a register."""

    role: str
    table: str
    verbs: frozenset[str]
    rows_of: str = ""
    #: column -> level, of those that are not as the release has them; which rows, if not the usual ones
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = field(default_factory=Rows)


def now(role: str, table: str) -> Wanted:
    """What stands, as somebody would want it who changes nothing."""
    standing, (columns, rows) = rights.standing(), in_force.adjusted(role, table)
    lent = standing.lent.get(table, {}).get(role, "")
    return Wanted(role, table, standing.roles[role].get(table, frozenset()), lent, columns, rows)


def verbs_on(table: str) -> dict[str, Say]:
    """Everything that can be done on a register: the general rights that make sense there, then its verbs."""
    held = frozenset[str]().union(*(own.get(table, frozenset()) for own in table_of_rights().values()))
    register = register_of(table)
    fit = set(held)
    if register is not None:
        widgets = {spot.kind.widget for spot in register.fields().values()}
        fit |= {"read", "export"} | ({"add", "edit", "delete", "import"} if register.entered_by_hand else set())
        fit |= {"attach"} if "file" in widgets else set()
        fit |= {"reveal"} if any(spot.kind.personal for spot in register.fields().values()) else set()
        fit |= {"print"} if register.printed else set()
    return {name: word for name, word in GENERAL.items() if name in fit} | {
        name: verb.label for name, verb in verbs_of(table).items()
    }


def word_of(table: str, verb: str) -> Say:
    if verb == ROWS:
        return say("数据范围", "Rows")
    if verb.startswith(COLUMN):
        spot = adjustable(table).get(verb.removeprefix(COLUMN))
        return say("栏目“{c}”", "Column “{c}”", c=spot.label if spot else verb.removeprefix(COLUMN))
    return verbs_on(table).get(verb) or GENERAL.get(verb) or Say(verb, verb)


def known(role: str, table: str) -> None:
    """Raises NotFound for what is neither a role nor a register."""
    if role not in set(Role) or table not in all_registers():
        raise NotFound()


def changes_to(wanted: Wanted) -> list[Change]:
    """From what stands now to what is wanted. What the release has anyway is no change of it."""
    own = rights.standing().roles.get(wanted.role, {}).get(wanted.table, frozenset())
    released = table_of_rights()[wanted.role].get(wanted.table, frozenset())
    found = []
    for verb in verbs_on(wanted.table):
        if (verb in wanted.verbs) != (verb in own) or (verb == "read" and _other_rows(wanted)):
            how = RELEASED if (verb in wanted.verbs) == (verb in released) else GIVEN if verb in wanted.verbs else TAKEN
            found.append(Change(wanted.role, wanted.table, verb, how, wanted.rows_of if how == GIVEN else ""))
    return found + ([*_changed_columns(wanted), *_changed_rows(wanted)] if "read" in wanted.verbs else [])


def _changed_columns(wanted: Wanted) -> Iterator[Change]:
    now, _ = in_force.adjusted(wanted.role, wanted.table)
    for name in adjustable(wanted.table):
        before, after = now.get(name, ""), wanted.columns.get(name, "")
        if before != after:
            how = GIVEN if after else RELEASED
            yield Change(wanted.role, wanted.table, f"{COLUMN}{name}", how, value=after)


def _changed_rows(wanted: Wanted) -> Iterator[Change]:
    _, now = in_force.adjusted(wanted.role, wanted.table)
    before, after = now.kept(), wanted.rows.kept()
    if before != after:
        yield Change(wanted.role, wanted.table, ROWS, GIVEN if after else RELEASED, value=after)


def adjustable(table: str) -> dict[str, Field]:
    """The columns of which an admin may say how much a role sees: not what a record is called and stands in."""
    register = register_of(table)
    if register is None:
        return {}
    fixed = {"id", "version", "number", "state", register.model.__label__}
    return {name: spot for name, spot in register.fields().items() if name not in fixed and spot.attribute not in fixed}


def levels_offered(role: str, table: str, spot: Field) -> list[str]:
    """How much of a column an admin may let a role see, most first: never more than the code shows somebody."""
    register = register_of(table)
    assert register is not None
    most = max(masks.highest_level(table, spot.name), masks.released_level(role, table, spot.name), key=how_much)
    typed = not spot.by_system and spot.name in {*register.typed_in(), *register.edited()}
    fits = {
        WRITE: typed and how_much(most) >= how_much(READ), READ: how_much(most) >= how_much(READ),
        MASKED: isinstance(spot.kind, Text | Phone | IdNumber) and not spot.many, HIDDEN: True,
    }  # fmt: skip
    return [level for level, fit in fits.items() if fit]


def _other_rows(wanted: Wanted) -> bool:
    lent = rights.standing().lent.get(wanted.table, {}).get(wanted.role, "")
    return "read" in wanted.verbs and wanted.rows_of != "" and wanted.rows_of != lent


def needs_rows(role: str, table: str) -> bool:
    """Whether no row of the register is the role's by its own declaration."""
    return role not in gate.declared().get(table, {})


def blockers_of(wanted: Wanted, changes: Sequence[Change]) -> list[Blocker]:
    """Every reason why not, each once."""
    after = in_force.compose(changes)
    held = {**table_of_rights()[wanted.role], **after.roles.get(wanted.role, {}), wanted.table: wanted.verbs}
    with rights.supposing(after):
        reaches = bool(gate.scopes_of(wanted.table, frozenset({wanted.role})))
    found: list[Blocker] = []
    for change in changes:
        if change.column or change.verb == ROWS:
            told = _blockers_beside_verbs(wanted, change)
        elif change.verb not in wanted.verbs:
            told = blockers_to_take(wanted.role, wanted.table)
        else:
            told = blockers_to_give(
                wanted.role, wanted.table, change.verb, own_roles=here.me().roles, held=held,
                has_rows=reaches, released=change.how == RELEASED,
            )  # fmt: skip
        found += [each for each in told if each not in found]
    return found


def _blockers_beside_verbs(wanted: Wanted, change: Change) -> list[Blocker]:
    """Of columns and rows: what shows less is taken freely, what shows more is given within the same bounds."""
    raises = not change.value or not in_force.Rows.read(change.value).only_narrows
    needed = False
    if change.column:
        spot = adjustable(wanted.table)[change.column]
        now = rights.standing().level(frozenset({wanted.role}), wanted.table, change.column)
        after = change.value or masks.released_level(wanted.role, wanted.table, change.column)
        raises = how_much(after) > how_much(now) or (after == WRITE and now != WRITE) or not change.value
        needed = spot.required and after in (READ, HIDDEN) and bool(change.value) and "add" in wanted.verbs
    return blockers_to_adjust(
        wanted.role, wanted.table, raises=raises, released=change.how == RELEASED, needed=needed,
        own_roles=here.me().roles, too_long=len(change.value) > 1000,
    )  # fmt: skip


def last_change(session: Session) -> int:
    """The number of the newest change: what was shown is what is saved, or it is shown anew."""
    return int(session.execute(select(func.max(RightChange.id))).scalar() or 0)


def carry_out(session: Session, wanted: Wanted, why: str, *, seen: int) -> None:
    """Raises Faulty without a reason, NotAllowed by the rules, Conflict when somebody changed rights since."""
    known(wanted.role, wanted.table)
    if not why.strip():
        raise Faulty({"why": MISSING})
    write(session, lambda: _carry_out(session, wanted, why.strip()[:200], seen))


def _carry_out(session: Session, wanted: Wanted, why: str, seen: int) -> None:
    from app.security.users import lock_admins

    lock_admins(session)
    editions.refresh(session)
    if last_change(session) != seen:
        raise Conflict(yours=seen, theirs=last_change(session))
    changes = changes_to(wanted)
    blockers = blockers_of(wanted, changes)
    if blockers:
        raise NotAllowed(blockers)
    now = in_force.adjusted(wanted.role, wanted.table)
    session.add_all(_lines(changes, why))
    before = rights.standing().roles.get(wanted.role, {}).get(wanted.table, frozenset())
    journal.add(
        session, "change_rights", table="right", label=f"{wanted.role} {wanted.table}", reason=why,
        on=wanted.table, rows_of=wanted.rows_of, before={"rights": sorted(before), **_told(*now)},
        after={"rights": sorted(wanted.verbs), **_told(wanted.columns, wanted.rows)},
    )  # fmt: skip
    editions.changed(session, "rights")


def _told(columns: Mapping[str, str], rows: Rows) -> dict[str, Any]:
    return {name: value for name, value in (("columns", dict(columns)), ("rows", rows.kept())) if value}


def _lines(changes: Iterable[Change], why: str) -> list[RightChange]:
    by = here.me().user_id
    return [
        RightChange(by_user_id=by, role=each.role, table_name=each.table, verb=each.verb, how=each.how,
                    rows_of=each.rows_of, value=each.value, why=why)
        for each in changes
    ]  # fmt: skip
