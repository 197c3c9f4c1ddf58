"""Accounts 账号: who may sign in, and as what. Each change in one transaction, told to the journal.

Nobody changes their own roles, only an admin makes an admin, and the last admin stays.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import here, journal
from app.core.answers import Faulty, NotFound, Refusal
from app.core.blockers import Blocker, NotAllowed
from app.core.kinds import BadValue, Text
from app.core.numbering import take_numbers
from app.core.words import Say, say
from app.core.writing import write
from app.people.models import Department, Staff
from app.security import keys
from app.security.models import Account
from app.security.passwords import kept
from app.security.roles import Role
from app.security.sessions import revoke

_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")


def blockers_to_change(
    *, oneself: bool, own: frozenset[str], before: frozenset[str], after: frozenset[str], admins_left: int, stays: bool
) -> list[Blocker]:
    """`admins_left`: how many other active admins there are; `stays`: whether the account stays active."""
    found = []
    if oneself and (before != after or not stays):
        found.append(_no("own_account", say("不能更改自己的岗位或停用自己。", "Nobody changes their own roles or closes their own account."),
                         say("请另一位管理员办理。", "Ask another administrator.")))  # fmt: skip
    if Role.ADMIN in after - before and Role.ADMIN not in own:
        found.append(_no("above_own", say("只有系统管理员能授予系统管理员。", "Only an administrator makes an administrator."),
                         say("请系统管理员办理。", "Ask an administrator.")))  # fmt: skip
    loses = Role.ADMIN in before and (Role.ADMIN not in after or not stays)
    if loses and admins_left == 0:
        found.append(_no("last_admin", say("这是最后一位系统管理员，不能取消或停用。", "This is the last administrator."),
                         say("请先授予另一个账号系统管理员。", "Make another one first.")))  # fmt: skip
    return found


def _no(rule: str, message: Say, fix: Say) -> Blocker:
    return Blocker(rule, "", message, fix)


def open_account(session: Session, given: Mapping[str, Any]) -> tuple[int, str]:
    """(user id, the initial password, told once). Raises Faulty or NotAllowed."""
    return write(session, lambda: _open(session, given))


def _open(session: Session, given: Mapping[str, Any]) -> tuple[int, str]:
    username, staff, roles = _read(session, given)
    _refuse(blockers_to_change(
        oneself=False, own=here.me().roles, before=frozenset(), after=frozenset(roles), admins_left=1, stays=True
    ))  # fmt: skip
    password = new_password()
    user = User(
        username=username, first_name=staff.name, last_name="", email=f"{username}@guanjia.invalid",
        password=kept(password), active=True, roles=_rows(session, roles),
    )  # fmt: skip
    session.add(user)
    session.flush()
    session.add(Account(user_id=user.id, must_change_password=True))
    staff.user_id = user.id
    journal.add(session, "open_account", table="user", row_id=user.id, label=username, roles=sorted(roles))
    return user.id, password


def first_admin(session: Session, username: str, name: str) -> str:
    """The first account of an empty house, with its member of staff; answers the initial password.
    Raises Refusal when there is an account already, Faulty when a name is no good."""

    def work() -> str:
        if session.execute(select(User.id).limit(1)).first():
            raise Refusal(say("已有账号，请由系统管理员开户。", "There are accounts: an administrator opens more."))
        office = session.execute(select(Department.id).order_by(Department.id).limit(1)).scalar_one()
        [number] = take_numbers(session, Staff.__series__, here.today().year, 1)
        staff = Staff(number=number, name=Text(size=64).read(name), department_id=office, hired_on=here.today())
        session.add(staff)
        session.flush()
        return _open(session, {"username": username, "staff": str(staff.id), "roles": [Role.ADMIN]})[1]

    with here.acting_as(replace(here.HOUSE, roles=frozenset({Role.ADMIN}))):
        return write(session, work)


def _read(session: Session, given: Mapping[str, Any]) -> tuple[str, Staff, set[str]]:
    faults: dict[str, Say | str] = {}
    username = ""
    try:
        username = (Text(size=64).read(given.get("username")) or "").lower()
    except BadValue as bad:
        faults["username"] = bad.sentence
    if "username" not in faults and (len(username) < 2 or set(username) - _SIGNS):
        faults["username"] = say(
            "用小写字母、数字、点、横线，至少两位。", "Small letters, digits, dots and dashes; two or more."
        )
    elif session.execute(select(User.id).where(func.lower(User.username) == username)).first():
        faults["username"] = say("这个用户名已有人用。", "This name is taken.")
    raw = str(given.get("staff") or "")
    staff = session.get(Staff, int(raw)) if raw.isdigit() and len(raw) < 10 else None
    if staff is None or staff.left_on is not None:
        faults["staff"] = say("请选择在职员工。", "Choose a member of staff.")
    elif staff.user_id is not None:
        faults["staff"] = say("这位员工已有账号。", "They have an account already.")
    roles = _known(given.get("roles") or [])
    if not roles:
        faults["roles"] = say("至少选择一个岗位。", "Choose a role.")
    if faults:
        raise Faulty(faults)
    assert staff is not None
    return username, staff, roles


def _known(raw: Iterable[str]) -> set[str]:
    return {str(each) for each in raw if each in set(Role)}


def _rows(session: Session, roles: set[str]) -> list[RoleRow]:
    return list(session.execute(select(RoleRow).where(RoleRow.name.in_(roles))).scalars())


def change_account(session: Session, user_id: int, roles: Iterable[str], *, active: bool) -> None:
    """New roles, or closed. A role taken away bites at the next request."""
    write(session, lambda: _change(session, user_id, _known(roles), active))


def refusal(session: Session, user: User, roles: Iterable[str], *, active: bool) -> Faulty | NotAllowed | None:
    """Why this account may not become so; None when it may."""
    before, after = frozenset(role.name for role in user.roles), frozenset(roles)
    blockers = blockers_to_change(
        oneself=user.id == here.me().user_id, own=here.me().roles, before=before, after=after,
        admins_left=_other_admins(session, user.id), stays=active,
    )  # fmt: skip
    if blockers:
        return NotAllowed(blockers)
    return None if after else Faulty({"roles": say("至少选择一个岗位。", "Choose a role.")})


def _change(session: Session, user_id: int, roles: set[str], active: bool) -> None:
    lock_admins(session)
    user = _user(session, user_id)
    before = frozenset(role.name for role in user.roles)
    refused = refusal(session, user, roles, active=active)
    if refused is not None:
        raise refused
    was_active, user.active = user.active, active
    user.roles = _rows(session, roles)
    if not active:
        revoke(session, reason="closed", user_id=user_id)
        keys.end_all(session, user_id, "closed")
    journal.add(
        session, "change_account", table="user", row_id=user_id, label=user.username,
        before={"roles": sorted(before), "active": was_active}, after={"roles": sorted(roles), "active": active},
    )  # fmt: skip


def lock_admins(session: Session) -> None:
    """Two admins who remove each other at once wait for one another."""
    session.execute(select(RoleRow).where(RoleRow.name == str(Role.ADMIN)).with_for_update())


def _other_admins(session: Session, user_id: int) -> int:
    query = select(func.count()).select_from(User).join(User.roles).where(
        RoleRow.name == str(Role.ADMIN), User.active.is_(True), User.id != user_id
    )  # fmt: skip
    return int(session.execute(query).scalar_one())


def reset_password(session: Session, user_id: int) -> str:
    """A new initial password, told once; every sign-in ends, the second factor is taken off."""

    def work() -> str:
        from app.security.sign_in import set_password

        user = _user(session, user_id)
        password = new_password()
        set_password(user.id, password, must_change=True)
        session.get_one(Account, user.id).totp_secret = None
        return password

    return write(session, work)


def end_sign_ins(session: Session, user_id: int) -> None:
    def work() -> None:
        user = _user(session, user_id)
        revoke(session, reason="ended", user_id=user.id)
        journal.add(session, "end_sign_ins", table="user", row_id=user.id, label=user.username)

    write(session, work)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def new_password() -> str:
    """Random, and readable aloud: four groups of four."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))


def _refuse(blockers: list[Blocker]) -> None:
    if blockers:
        raise NotAllowed(blockers)
