"""What an admin may change of a role's rights: a right is given within bounds, and taken away freely."""

from collections.abc import Mapping

from app.core.blockers import Blocker
from app.core.words import Say, say

#: accounts, the figures of the rule book and the journal: who keeps them is decided by a release
ADMINISTRATION = frozenset({"user", "policy", "journal", "added_field", "print_layout"})
#: (one act, the other): what the rule book wants from two people is never given to one role
APART: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    (("lead", "propose_invalid"), ("lead", "confirm_invalid")),
    (("lead", "propose_dead"), ("lead", "confirm_dead")),
    (("lead", "propose_invalid"), ("lead", "refuse_closure")),
    (("lead", "propose_dead"), ("lead", "refuse_closure")),
    (("dispatch", "request_decline"), ("decline_request", "decide")),
    (("dispatch", "request_decline"), ("decline_request", "agree")),
    (("decline_request", "decide"), ("decline_request", "agree")),
    (("transfer_slip", "sign_market"), ("transfer_slip", "sign_store")),
    (("renovation_application", "add"), ("renovation_application", "approve")),
    (("renovation_application", "add"), ("renovation_application", "issue_permit")),
    (("renovation_application", "settle"), ("charge", "refund")),
    (("charge", "add"), ("charge", "void")),
    (("commission_run", "compute"), ("commission_run", "approve")),
    (("penalty_ticket", "add"), ("penalty_ticket", "decide")),
    (("penalty_ticket", "appeal"), ("penalty_ticket", "decide")),
)


def blockers_to_give(
    role: str, table: str, verb: str, *, own_roles: frozenset[str], held: Mapping[str, frozenset[str]],
    has_rows: bool, released: bool = False,
) -> list[Blocker]:  # fmt: skip
    """`held`: what the role has on every table after the change; `has_rows`: whether any row would be its own;
    `released`: it is given back what the release has, which only whoever is in the role may not do."""
    found = []
    if released and role not in own_roles:
        return []
    if table in ADMINISTRATION:
        found.append(_no("administration", say("账号、规则参数和日志的权限只随版本发布。", "Rights on accounts, policy and journal come with releases only."),
                         say("请由开发人员修改岗位表。", "Have the table of roles changed.")))  # fmt: skip
    if role in own_roles:
        found.append(_no("own_role", say("不能给自己的岗位增加权限。", "Nobody gives rights to a role of their own."),
                         say("请没有这个岗位的管理员办理。", "Ask an administrator who is not in this role.")))  # fmt: skip
    for one, other in APART:
        if (table, verb) in (one, other) and all(each[1] in held.get(each[0], ()) for each in (one, other)):
            found.append(_no("two_people", say("两个人分别办理的事，不能给同一个岗位。", "What two people do apart is not given to one role."),
                             say("请先取消另一项，或另设岗位。", "Take the other right away first.")))  # fmt: skip
    if verb != "read" and "read" not in held.get(table, ()):
        found.append(_no("no_read", say("不能查看的登记簿，谈不上办理。", "Nothing is done on a register that one can't read."),
                         say("请同时给予查看。", "Give “read” with it.")))  # fmt: skip
    if not has_rows:
        found.append(_no("no_rows", say("这个岗位在此登记簿没有数据范围。", "This role has no rows of this register."),
                         say("请选择与哪个岗位看到同样的行。", "Choose whose rows it is to reach.")))  # fmt: skip
    return found


def blockers_to_adjust(
    role: str,
    table: str,
    *,
    raises: bool,
    released: bool,
    needed: bool,
    own_roles: frozenset[str],
    too_long: bool = False,
) -> list[Blocker]:
    """Of how much a role sees of a column, or of which rows it reaches. `raises`: it may be more than now; `released`: it
    is as the release has it again; `needed`: a column that has to be filled in where the role enters rows."""
    found = []
    if raises and role in own_roles:
        found.append(_no("own_role", say("不能给自己的岗位增加权限。", "Nobody gives rights to a role of their own."),
                         say("请没有这个岗位的管理员办理。", "Ask an administrator who is not in this role.")))  # fmt: skip
    if raises and not released and table in ADMINISTRATION:
        found.append(_no("administration", say("账号、规则参数和日志的权限只随版本发布。", "Rights on accounts, policy and journal come with releases only."),
                         say("请由开发人员修改岗位表。", "Have the table of roles changed.")))  # fmt: skip
    if needed:
        found.append(_no("required", say("必填的栏目，登记的岗位须能填写。", "A column that has to be filled in is written by whoever enters rows."),
                         say("请同时取消登记，或保留填写。", "Take away entering, too, or leave it.")))  # fmt: skip
    if too_long:
        found.append(_no("too_long", say("条件太多。", "There are too many conditions."), say("请减少几项。", "Choose fewer.")))  # fmt: skip
    return found


def blockers_to_take(role: str, table: str) -> list[Blocker]:
    """What is taken can be given again, but not when nobody is left who could."""
    if (role, table) != ("admin", "user"):
        return []
    return [_no("last_admin", say("管理账号的权限不能从系统管理员取消。", "Keeping accounts can't be taken from the administrators."),
                say("请逐个变更账号的岗位。", "Change the roles of single accounts."))]  # fmt: skip


def _no(rule: str, message: Say, fix: Say) -> Blocker:
    return Blocker(rule, "", message, fix)
