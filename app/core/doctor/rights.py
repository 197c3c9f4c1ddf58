"""Whether every register, role, verb and personal field has its rule."""

import re
from collections.abc import Iterator

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import gate, rights
from app.core.declaration import all_registers
from app.core.doctor.finding import Finding
from app.core.record import all_tables, fields
from app.core.verbs import verbs_of
from app.core.words import say

#: columns whose name or Chinese word says that they hold personal data, whatever kind they were given
PERSONAL_NAMES = re.compile(
    r"(^|_)(phone|mobile|tel|telephone|id_number|id_card|identity|address|passport|bank_account|card_no|email|wechat|"
    r"birthday|birth_date)(_no|_number)?$"
)
PERSONAL_WORDS = re.compile(r"电话|手机|身份证|证件号|住址|地址|护照|银行卡|银行账号|微信|邮箱|(?<!发)生日|出生")


def registers_without_scope(session: Session) -> Iterator[Finding]:
    """Who may read a register of which no row is theirs, and scopes that can't be told in words."""
    standing = rights.standing()
    for table, register in all_registers().items():
        if not register.rows:
            yield Finding(
                "scope",
                table,
                say("登记簿没有数据范围，谁也看不到。", "The register has no scope: nobody sees a row."),
                "rows = all_rows(…)",
            )
            continue
        for role, own in standing.roles.items():
            reads = "read" in own.get(table, ()) and not role.endswith("_deputy")
            if reads and not gate.scopes_of(table, frozenset({role})):
                yield Finding(
                    "scope",
                    f"{table} {role}",
                    say("岗位可以查看，却没有数据范围。", "The role may read, and no row is theirs."),
                )
        for scope in set(register.rows.values()):
            if not hasattr(scope, "words"):
                yield Finding(
                    "scope",
                    f"{table} {scope.__name__}",
                    say("数据范围没有说明。", "The scope is not told in words."),
                    "@told(…)",
                )


def fields_without_rule(session: Session) -> Iterator[Finding]:
    """A column that by its name or word holds personal data, of a kind that nobody masks."""
    for table in all_tables():
        for name, spot in fields(table).items():
            if (
                (PERSONAL_NAMES.search(name) or (not spot.by_system and PERSONAL_WORDS.search(spot.label.zh)))
                and not spot.kind.personal
                and not (spot.is_relation or spot.public or spot.added)
            ):
                yield Finding(
                    "mask", f"{table.__tablename__}.{name}",
                    say("看名称是个人信息，却不会遮盖。", "By its name it is personal, yet nobody masks it."),
                    f"{name}: … = phone(…) / id_number(…) / address(…), or public=True",
                )  # fmt: skip


def roles_nobody_holds(session: Session) -> Iterator[Finding]:
    query = select(RoleRow.name).join(User.roles).where(User.active.is_(True)).distinct()
    held = set(session.execute(query).scalars())
    for role in rights.ROLE_NAMES:
        if role not in held:
            yield Finding("role", role, say("没有人在这个岗位上。", "Nobody holds this role."), must=False)


def verbs_nobody_may(session: Session) -> Iterator[Finding]:
    """Of a verb that an admin took from everybody, or that was never granted."""
    roles = rights.standing().roles.values()
    for table in all_registers():
        for verb in verbs_of(table).values():
            if not any(verb.name in own.get(table, ()) for own in roles):
                yield Finding(
                    "verb", f"{table}.{verb.name}", say("没有岗位能办理“{v}”。", "No role may “{v}”.", v=verb.label)
                )
