"""The panel seen as another role: read-only, marked on every page, journalled, never above one's own rights.

It is kept with the sign-in, on the server. The person stays who they are; their roles are replaced by
the one they look through, their own roles bound what is shown (`Person.within`), and rows that are
somebody's own may be a member of staff's in whose place they look (`Person.in_place_of`).
"""

from collections.abc import Iterator
from dataclasses import replace

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import editions, gate, here, journal, rights
from app.core.answers import Forbidden, NotFound
from app.core.declaration import all_registers
from app.core.here import Person
from app.core.memory import Kept
from app.core.word_order import AsWords
from app.core.words import Say, joined, say
from app.core.writing import write
from app.people.models import Department, Staff
from app.security.changing import word_of
from app.security.models import SignIn
from app.security.roles import Role

ONLY_LOOKING = say(
    "您正以其他岗位的身份查看，只能看，不能办理。请先返回自己的岗位。",
    "You are looking at the panel as another role: nothing can be changed. Return to your own role first.",
)


def begin(session: Session, role: str, staff_id: int | None) -> None:
    """From the next request of this sign-in on. Raises NotFound for what is no role, or not in it."""
    if role not in set(Role):
        raise NotFound()
    if staff_id is not None and staff_id not in {each.id for each in those_in(session, role)}:
        raise NotFound()
    if here.me().sign_in_id is None:
        raise Forbidden()

    def work() -> None:
        sign_in = session.get_one(SignIn, here.me().sign_in_id)
        sign_in.seeing_as, sign_in.in_place_of_id = role, staff_id
        journal.add(session, "see_as", table="right", label=str(Role(role).label), column=role, in_place_of=staff_id)

    write(session, work)


def end(session: Session) -> None:
    """Back to one's own roles."""

    def work() -> None:
        sign_in = session.get_one(SignIn, here.me().sign_in_id)
        if sign_in.seeing_as:
            journal.add(session, "see_as_end", table="right", column=sign_in.seeing_as)
        sign_in.seeing_as, sign_in.in_place_of_id = "", None

    write(session, work)


def those_in(session: Session, role: str, limit: int = 200) -> list[Staff]:
    """The staff whose accounts have the role."""
    query = select(Staff).join(User, User.id == Staff.user_id).where(
        User.active.is_(True), User.roles.any(RoleRow.name == role)
    ).order_by(AsWords(Staff.name), Staff.id).limit(limit)  # fmt: skip
    return list(session.execute(query).scalars())


def staff_in_roles(session: Session, roles: frozenset[str]) -> list[int]:
    """Whose accounts are open and have one of these roles."""
    query = (
        select(Staff.id)
        .join(User, User.id == Staff.user_id)
        .where(User.active.is_(True), Staff.left_on.is_(None), User.roles.any(RoleRow.name.in_(sorted(roles))))
        .order_by(Staff.id)
    )
    with here.in_whole_sight():
        return list(session.execute(query).scalars())


_kept: Kept[list[Say]] = Kept(64)


def left_out(person: Person) -> list[Say]:
    """What the role has and is not shown, because who looks has it not themselves: registers, columns, rows, what hands out."""
    return _kept.get(
        (rights.edition(), person.roles, person.within, editions.read_now()), lambda: list(_left_out(person))
    )


def _left_out(person: Person) -> Iterator[Say]:
    own = replace(person, roles=person.within, within=frozenset(), in_place_of=None)
    unread: list[Say] = []
    undone: dict[str, list[Say]] = {}
    for table, register in all_registers().items():
        held, mine = (rights.standing().verbs(roles, table) for roles in (person.roles, person.within))
        if "read" not in held:
            continue
        if "read" not in mine:
            unread.append(register.title())
            continue
        for verb in sorted((rights.HANDING_OUT & held) - mine):
            undone.setdefault(verb, []).append(register.title())
        if less := [spot.label for name, spot in register.fields().items() if _shown_less(person, table, name)]:
            yield say(
                "{r}的{c}按您本人的权限遮盖", "{r}: {c} as your own rights show it", r=register.title(), c=joined(less)
            )
        scopes = (set(gate.scopes_of(table, roles).values()) for roles in (person.roles, person.within))
        if not gate.sees_all(register.model, own) and not set.issubset(*scopes):
            yield say("{r}只列出您本人也看得到的行", "{r}: only rows that you reach, too", r=register.title())
    for verb, titles in undone.items():
        yield say("{v}只显示、不能用：{r}", "{v} shown, not done: {r}", v=word_of("", verb), r=joined(titles))
    if unread:
        yield say("您本人不能查看：{r}", "not yours to read: {r}", r=joined(unread))


def _shown_less(person: Person, table: str, name: str) -> bool:
    now = rights.standing()
    return rights.how_much(rights.level(person, table, name)) < rights.how_much(now.level(person.roles, table, name))


def person_seen(session: Session, person: Person, role: str, staff_id: int | None) -> Person:
    """The person of a request while this lasts; themselves once they keep no accounts any more."""
    if not rights.may(person, "manage", "user") or role not in set(Role):
        return person
    return replace(
        person,
        roles=frozenset({role}),
        within=person.roles,
        in_place_of=_place(session, role, staff_id) if staff_id else None,
    )


def _place(session: Session, role: str, staff_id: int) -> Person:
    query = (
        select(Staff.name, Staff.department_id, Department.kind)
        .outerjoin(Department, Department.id == Staff.department_id)
        .where(Staff.id == staff_id)
    )
    name, department_id, kind = session.execute(query.execution_options(gate="open")).one()
    return replace(
        here.NOBODY, name=name, staff_id=staff_id, department_id=department_id, department_kind=kind or "",
        roles=frozenset({role}),
    )  # fmt: skip
