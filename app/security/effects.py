"""What a change of rights would do, before it is made: who gains or loses which verbs, columns and rows.

Each person is asked twice, as they are and as they would be; nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import gate, here, rights
from app.core.declaration import Declaration, all_registers
from app.core.here import Person
from app.core.record import table_named
from app.core.rights import READ, WRITE, Standing, how_much
from app.core.words import Say, say
from app.people.models import Staff
from app.security import in_force, matrix
from app.security.changing import verbs_on
from app.security.in_force import Change
from app.security.sessions import person_named

#: rows are counted up to here, some milliseconds' work; and so many people are told one by one
CAP, PEOPLE = 50_000, 20
BESIDE = {"user": say("账号", "Accounts"), "journal": say("操作日志", "Journal")}


@dataclass(frozen=True)
class OnTable:
    """What changes for one person on one register, and for how many rows; they are None where nothing changes."""

    title: Say
    gained: list[Say]
    lost: list[Say]
    shown: list[Say] = field(default_factory=list)
    hidden: list[Say] = field(default_factory=list)
    rows_before: int | None = None
    rows_after: int | None = None

    @property
    def changes(self) -> bool:
        return bool(self.gained or self.lost or self.shown or self.hidden or self.rows_before != self.rows_after)


@dataclass(frozen=True)
class Effect:
    name: str
    username: str
    tables: list[OnTable]


def title_of(table: str) -> Say:
    register = all_registers().get(table)
    return register.title() if register else BESIDE.get(table, Say(table, table))


def of_new_roles(session: Session, user: User, roles: frozenset[str], *, active: bool) -> Effect:
    """A user with other roles; who is shut out has none."""
    now = person_named(session, user.username) or _shut_out(session, user)
    after = replace(now, roles=_with_deputies(now, roles) if active else frozenset())
    standing = rights.standing()
    return effect_on(session, now, after, standing, standing)


def _shut_out(session: Session, user: User) -> Person:
    staff = session.execute(select(Staff).where(Staff.user_id == user.id)).scalar()
    known = replace(here.NOBODY, username=user.username, name=user.first_name)
    return replace(known, name=staff.name, staff_id=staff.id, department_id=staff.department_id) if staff else known


def _with_deputies(person: Person, roles: frozenset[str]) -> frozenset[str]:
    """What was delegated to them stays theirs."""
    return roles | {role for role in person.roles if role.endswith("_deputy")}


def of_changed_rights(session: Session, changes: Sequence[Change]) -> tuple[list[Effect], int]:
    """The people whom the changes concern, the first of them one by one, and how many there are."""
    after = in_force.compose(changes)
    tables = {change.table for change in changes}
    names = holders(session, {change.role for change in changes})
    found = []
    for username in names[:PEOPLE]:
        person = person_named(session, username)
        if person is not None:
            found.append(effect_on(session, person, person, rights.standing(), after, tables))
    return found, len(names)


def holders(session: Session, roles: Iterable[str]) -> list[str]:
    """User names of the active accounts in any of the roles."""
    query = select(User.username).where(User.active.is_(True), User.roles.any(RoleRow.name.in_(list(roles))))
    return list(session.execute(query.order_by(User.username)).scalars())


def effect_on(
    session: Session, person: Person, later: Person, before: Standing, after: Standing, tables: Iterable[str] = ()
) -> Effect:
    """`tables`: those that can differ; all unless given."""
    told = [
        _on_table(session, table, (person, before), (later, after))
        for table in (sorted(tables) or [*all_registers(), *BESIDE])
    ]
    return Effect(person.name, person.username, [each for each in told if each.changes])


Situation = tuple[Person, Standing]


def _on_table(session: Session, table: str, before: Situation, after: Situation) -> OnTable:
    had, has = (standing.verbs(person.roles, table) for person, standing in (before, after))
    words = verbs_on(table)
    more, less = _columns(table, before, after)
    told = (
        [word for verb, word in words.items() if verb in has - had],
        [word for verb, word in words.items() if verb in had - has],
        more,
        less,
    )
    return OnTable(title_of(table), *told, *_rows(session, table, before, after, counted=any(told)))


def _columns(table: str, before: Situation, after: Situation) -> tuple[list[Say], list[Say]]:
    """Of which columns they see more, or less: of personal ones always, of others where they read the register anyway."""
    register = all_registers().get(table)
    if register is None:
        return [], []
    both = all("read" in standing.verbs(person.roles, table) for person, standing in (before, after))
    more: list[Say] = []
    less: list[Say] = []
    for name, spot in register.fields().items():
        was, now = _seen(register, name, before), _seen(register, name, after)
        if was == now or not (both or spot.kind.personal):
            continue
        gains = how_much(now) > how_much(was)
        if both and not (spot.kind.personal and READ in (was, now)):
            word = say(
                "{c}（{a}→{b}）",
                "{c} ({a} → {b})",
                c=spot.label,
                a=matrix.level_word(was),
                b=matrix.level_word(now),
            )
            (more if gains else less).append(word)
        elif how_much(max(was, now, key=how_much)) >= how_much(rights.OWN):
            (more if gains else less).append(spot.label)
    return more, less


def _seen(register: type[Declaration], name: str, situation: Situation) -> str:
    """How much of a column this person sees; what they may type counts as written."""
    (person, standing), table = situation, register.table()
    level = standing.level(person.roles, table, name)
    held = standing.verbs(person.roles, table)
    typed = (name in register.typed_in() and "add" in held) or (name in register.edited() and "edit" in held)
    if level not in (READ, WRITE):
        return level
    return WRITE if typed and standing.writes(person.roles, table, name) else READ


def _rows(
    session: Session, table: str, before: Situation, after: Situation, *, counted: bool
) -> tuple[int | None, int | None]:
    """How many a changed verb or column concerns: `counted` once where the scope stays the same."""
    if table not in all_registers():
        return None, None
    if _scopes(table, before) != _scopes(table, after):
        return _count(session, table, before), _count(session, table, after)
    found = _count(session, table, after) if counted else None
    return found, found


def _scopes(table: str, situation: Situation) -> dict[str, gate.Scope]:
    """By the scope itself: two roles that see every row see the same."""
    person, standing = situation
    with rights.supposing(standing):
        scopes = set(gate.scopes_of(table, person.roles).values())
    return {str(id(each)): each for each in ({gate.everything} if gate.everything in scopes else scopes)}


def _count(session: Session, table: str, situation: Situation) -> int:
    person, standing = situation
    model = table_named(table)
    assert model is not None
    with rights.supposing(standing):
        criterion = gate.criterion_for(model, person)
    inner = select(model.id).where(criterion).limit(CAP + 1).subquery()
    with here.as_house():
        return int(session.execute(select(func.count()).select_from(inner)).scalar_one())


def capped(count: int | None) -> str:
    return "" if count is None else f"{CAP:,}+" if count > CAP else f"{count:,}"
