"""Who may do what: role -> table -> verbs. The one table of the house's own registers.

A plain register may say its own line instead (core/granted.py); what the admin changed since
lies over both, with its date (in_force.py). "read" opens the list and the record, "add" and "edit" the form, "attach" keeps a scan, "export"
and "import" the files, "reveal" one masked value; everything else is a verb by its own name. Which rows of a
table a role reaches is declared with the register; which columns, in `masks.py`.
"""

from app.core.added.loading import writers
from app.core.declaration import all_registers
from app.core.words import Words


class Role(Words):
    """The eighteen roles of the requirements."""

    ADMIN = "admin", "系统管理员", "Administrator"
    GENERAL_MANAGER = "general_manager", "总经理"
    SERVICE_MANAGER = "service_manager", "客服经理"
    RENOVATION_CLERK = "renovation_clerk", "装修管理员"
    SERVICE_CLERK = "service_clerk", "物业客服"
    CASHIER = "cashier", "收费员"
    GATE = "gate", "门岗"
    ENGINEER = "engineer", "工程部"
    ACCOUNT_MANAGER = "account_manager", "客户经理"
    ACCOUNT_ASSISTANT = "account_assistant", "客户助理"
    FRONT_DESK = "front_desk", "前台文员"
    SALESPERSON = "salesperson", "业务员"
    MARKETING_MANAGER = "marketing_manager", "市场部经理"
    STORE_MANAGER = "store_manager", "店面经理"
    DESIGN_MANAGER = "design_manager", "设计部经理"
    DESIGNER = "designer", "设计师"
    HUMAN_RESOURCES = "human_resources", "人力资源"
    AUDITOR = "auditor", "审计"


Rights = dict[str, str]


def _on(tables: str, verbs: str) -> Rights:
    """The same verbs on several tables."""
    return dict.fromkeys(tables.split(), verbs)


DIRECTORY = "department staff"
HOMES = "estate building unit"
HOUSEHOLDS = "owner ownership resident"
BUILDERS = "contractor credential worker skill_certificate"
PAPERS = "application_document agreement undertaking notice_receipt drawing"
RENOVATION = f"scope_item renovation_application {PAPERS} permit pass gate_event patrol violation acceptance acceptance_item deduction"
MONEY = "charge receipt refund"
LEADS = (
    "lead claim transfer_slip dispatch decline_request closure contract commission_run commission_line"
    " phone_list phone_list_entry follow_up call_entry penalty_ticket"
)
CALENDAR = "champion season"
EVERYTHING = f"{DIRECTORY} delegation {HOMES} {HOUSEHOLDS} {BUILDERS} {RENOVATION} {MONEY} {LEADS} {CALENDAR}"

#: what everyone who is signed in may look up
COMMON: Rights = _on(DIRECTORY, "read")

_PAPERWORK: Rights = {
    "application_document": "read attach check uncheck",
    "agreement": "read print attach sign",
    "undertaking": "read print attach sign",
    "notice_receipt": "read print attach sign",
    "drawing": "read print add edit attach sign archive_copy",
}
_CLERK: Rights = {
    **_on(HOMES, "read"), **_on(HOUSEHOLDS, "read"), "scope_item": "read",
    "contractor": "read add edit", **_on("credential worker skill_certificate", "read add edit attach"),
    "renovation_application": "read print add edit submit cancel issue_permit stop resume extend"
    " request_acceptance accept fail_acceptance settle tell_neighbours",
    **_PAPERWORK, "permit": "read print issue_pass issue_passes", "pass": "read print report_lost take_back revoke",
    "gate_event": "read", "acceptance": "read print", "acceptance_item": "read attach inspect",
    "charge": "read", "receipt": "read print", "refund": "read print",
    "patrol": "read add attach", "violation": "read add edit attach rectify print", "deduction": "read add edit",
}  # fmt: skip

RIGHTS: dict[str, Rights] = {
    Role.ADMIN: {
        **_on(EVERYTHING, "read"),
        "department": "read add edit delete", "delegation": "read add edit", "staff": "read add edit import reveal",
        **_on("estate building unit", "read add edit delete import"), "scope_item": "read add edit delete",
        "owner": "read reveal", "lead": "read reveal", "contractor": "read reveal",
        "renovation_application": "read reveal", "resident": "read reveal", "worker": "read reveal",
        "champion": "read add edit", "season": "read add edit delete", "policy": "read add edit", "user": "read manage", "added_field": "read manage",
        "journal": "read", "made_register": "read manage", "list_view": "read manage", "webhook": "read manage",
        "reminder": "read manage",
        "option_tree": "read add edit export rename_choice",
        "appearance": "read manage", "print_layout": "read manage",
        "mail": "read manage",
    },
    Role.GENERAL_MANAGER: {
        "list_view": "read manage",
        **_on(EVERYTHING, "read export"), "lead": "read export reopen", "closure": "read export recall",
        "penalty_ticket": "read add edit export decide", "permit": "read export print",
        "receipt": "read export print", "refund": "read export print", "violation": "read export print",
        "transfer_slip": "read export print",
        "commission_run": "read export approve send_back", "policy": "read", "journal": "read",
    },
    Role.SERVICE_MANAGER: {
        "list_view": "read manage",
        **_CLERK, **_on(f"{HOMES} {HOUSEHOLDS}", "read add edit export import"),
        "contractor": "read add edit export import suspend bar restore",
        **_on("credential worker skill_certificate", "read add edit attach export"),
        **{table: f"{verbs} export" for table, verbs in _PAPERWORK.items()},
        "renovation_application": _CLERK["renovation_application"]
        + " approve send_back reject export reveal",
        "permit": "read print revoke export issue_pass issue_passes", "pass": f"{_CLERK['pass']} export",
        "gate_event": "read export", "acceptance": "read print export", "charge": "read export",
        "acceptance_item": "read attach inspect export", "refund": "read print export",
        "patrol": "read add attach export", "deduction": "read add edit export",
        "violation": f"{_CLERK['violation']} report_to_authority export",
        "receipt": "read print export void", "delegation": "read add edit revoke", "policy": "read",
    },
    Role.RENOVATION_CLERK: _CLERK,
    Role.SERVICE_CLERK: {
        **_on(HOMES, "read"), **_on(HOUSEHOLDS, "read add edit"), **_on(RENOVATION, "read"),
    },
    Role.CASHIER: {
        **_on(HOMES, "read"), **_on("owner scope_item renovation_application permit", "read"),
        "charge": "read add void split take_payment refund export", "receipt": "read print void export",
        "refund": "read print export", "deduction": "read", "violation": "read",
    },
    Role.GATE: {
        "unit": "read", "permit": "read", "pass": "read enter leave report_lost", "gate_event": "read",
    },
    Role.ENGINEER: {
        **_on(HOMES, "read"), **_on(RENOVATION, "read"), **_on(BUILDERS, "read"),
        "patrol": "read add attach", "violation": "read add edit attach rectify print",
        "acceptance": "read print", "acceptance_item": "read attach inspect",
    },
    Role.ACCOUNT_MANAGER: {
        "lead": "read add edit export import claim decide_claim dispatch reassign propose_invalid"
        " measure sign_contract withdraw_contract follow_up show_home",
        "follow_up": "read export", "call_entry": "read export", "penalty_ticket": "read add edit export appeal",
        **_on("dispatch contract champion season", "read export"), "claim": "read add export", "closure": "read file recall export",
        "transfer_slip": "read print export", "decline_request": "read decide export",
        "champion": "read add edit export", "season": "read add edit export", "commission_line": "read",
        "list_view": "read manage",
    },
    Role.ACCOUNT_ASSISTANT: {
        "lead": "read edit propose_dead follow_up", **_on("claim transfer_slip dispatch contract follow_up call_entry", "read"),
        "closure": "read file recall", "penalty_ticket": "read appeal",
    },
    Role.FRONT_DESK: {
        "lead": "read add edit claim follow_up show_home", "claim": "read add", "commission_line": "read",
        "follow_up": "read", "call_entry": "read add", "penalty_ticket": "read appeal",
    },
    Role.SALESPERSON: {
        "lead": "read add edit claim follow_up show_home", "claim": "read add", "transfer_slip": "read add edit void print",
        "follow_up": "read", "penalty_ticket": "read appeal",
        "dispatch": "read", "commission_line": "read", "phone_list": "read", "phone_list_entry": "read mark",
    },
    Role.MARKETING_MANAGER: {
        "list_view": "read manage",
        "lead": "read add edit export import claim file_daily follow_up show_home", "claim": "read add export",
        "dispatch": "read export", "follow_up": "read export", "penalty_ticket": "read appeal",
        "transfer_slip": "read export print sign_market void", "delegation": "read add edit revoke",
        "phone_list": "read add edit export compare", "phone_list_entry": "read add edit export import mark",
    },
    Role.STORE_MANAGER: {
        "list_view": "read manage",
        **_on("lead claim dispatch contract follow_up", "read"), "transfer_slip": "read print sign_store",
        "penalty_ticket": "read appeal",
        "delegation": "read add edit revoke",
    },
    Role.DESIGN_MANAGER: {
        "list_view": "read manage",
        "lead": "read confirm_invalid confirm_dead refuse_closure",
        **_on("claim dispatch closure contract champion season follow_up", "read"),
        "penalty_ticket": "read add edit appeal",
        "decline_request": "read agree", "delegation": "read add edit revoke",
    },
    Role.DESIGNER: {
        "lead": "read measure sign_contract follow_up", "dispatch": "read request_decline", "contract": "read",
        "decline_request": "read", "follow_up": "read", "penalty_ticket": "read appeal",
    },
    Role.HUMAN_RESOURCES: {
        "department": "read add edit export", "staff": "read add edit export import leave_company reveal",
        "delegation": "read export", "transfer_slip": "read export print copy_to_hr",
        "contract": "read export", "commission_run": "read add edit export compute lock send_back",
        "commission_line": "read export void", "penalty_ticket": "read export",
    },
    Role.AUDITOR: {**_on(EVERYTHING, "read export"), "option_tree": "read export", "policy": "read", "journal": "read export"},
}  # fmt: skip


#: R-4.4.5: what a delegation adds, while it is in force (see sessions.py)
DEPUTIES: dict[str, Rights] = {
    "marketing_manager_deputy": {"transfer_slip": "read print sign_market", "lead": "read"},
    "store_manager_deputy": {"transfer_slip": "read print sign_store", "lead": "read"},
}


def table_of_rights() -> dict[str, dict[str, frozenset[str]]]:
    """RIGHTS with what everyone has and what registers declare of themselves, as sets."""
    table = {
        str(role): {
            table: frozenset(f"{COMMON.get(table, '')} {rights.get(table, '')}".split()) for table in {*COMMON, *rights}
        }
        for role, rights in {**RIGHTS, **DEPUTIES}.items()
    }
    for name, register in all_registers().items():
        for role, given in register.rights.items():
            table[role][name] = table[role].get(name, frozenset()) | frozenset(given.verbs.split())
    for name, role in writers():
        if "read" in table[role].get(name, ()):
            table[role][name] |= {"edit"}
    return table
