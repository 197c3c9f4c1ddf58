"""The menu on one page: every register, by heading, in the order staff see them."""

from dataclasses import dataclass
from typing import Any

from flask_appbuilder import AppBuilder

from app.contractors.views import (
    ContractorRegister,
    CredentialRegister,
    SkillCertificateRegister,
    WorkerRegister,
)
from app.core.api import TableApi
from app.core.home import Health, menu_for
from app.core.openapi import OpenApi
from app.core.policy_views import PolicyRegister
from app.core.words import Say, say
from app.fees.views import ChargeRegister, ReceiptPrint, ReceiptRegister
from app.leads.views import (
    ChampionRegister,
    ClaimRegister,
    ClosureRegister,
    ContractRegister,
    DeclineRequestRegister,
    DispatchRegister,
    LeadRegister,
    SeasonRegister,
    SlipPrint,
    TransferSlipRegister,
)
from app.owners.views import (
    BuildingRegister,
    EstateRegister,
    OwnerRegister,
    OwnershipRegister,
    ResidentRegister,
    UnitRegister,
)
from app.people.views import DelegationRegister, DepartmentRegister, StaffRegister
from app.renovation.views import (
    AgreementRegister,
    ApplicationDocumentRegister,
    DrawingRegister,
    NoticeReceiptRegister,
    PermitCheck,
    PermitPrint,
    PermitRegister,
    RenovationApplicationRegister,
    ScopeItemRegister,
    UndertakingRegister,
)
from app.security.journal_views import JournalPages
from app.security.roles_views import RolesPage
from app.security.users_views import UserPages


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to whoever may read the table."""

    label: Say
    view: Any
    icon: str

    @property
    def table(self) -> str:
        return str(self.view.class_permission_name)

    @property
    def url(self) -> str:
        return f"{self.view.route_base}/"


def line(zh: str, en: str, view: Any, icon: str) -> Entry:
    return Entry(say(zh, en), view, icon)


MENU: dict[Say, list[Entry]] = {
    say("装修", "Renovation"): [
        line("装修申请", "Applications", RenovationApplicationRegister, "clipboard-list"),
        line("施工许可", "Permits", PermitRegister, "shield-check"),
        line("承诺书", "Undertakings", UndertakingRegister, "file-text"),
        line("图纸", "Drawings", DrawingRegister, "file"),
        line("装修内容目录", "Scope items", ScopeItemRegister, "list-details"),
    ],
    say("装修企业", "Contractors"): [
        line("装修企业", "Contractors", ContractorRegister, "truck"),
        line("资质证照", "Credentials", CredentialRegister, "certificate"),
        line("施工人员", "Workers", WorkerRegister, "users"),
        line("技能证书", "Skill certificates", SkillCertificateRegister, "id"),
    ],
    say("收费", "Fees"): [
        line("应收费用", "Charges", ChargeRegister, "coin"),
        line("收据", "Receipts", ReceiptRegister, "receipt"),
    ],
    say("客户与派单", "Leads"): [
        line("客户单", "Leads", LeadRegister, "address-book"),
        line("传递单", "Transfer slips", TransferSlipRegister, "send"),
        line("派单记录", "Dispatches", DispatchRegister, "route"),
        line("不接单申请", "Decline requests", DeclineRequestRegister, "ban"),
        line("客户认定", "Claims", ClaimRegister, "scale"),
        line("跑单记录", "Closures", ClosureRegister, "x"),
        line("合同", "Contracts", ContractRegister, "file-text"),
        line("签单状元", "Champions", ChampionRegister, "trophy"),
        line("淡旺季", "Seasons", SeasonRegister, "calendar"),
    ],
    say("小区与业主", "Estates and owners"): [
        line("房屋", "Units", UnitRegister, "home"),
        line("业主", "Owners", OwnerRegister, "user"),
        line("产权关系", "Ownerships", OwnershipRegister, "key"),
        line("住户", "Residents", ResidentRegister, "users"),
        line("楼栋", "Buildings", BuildingRegister, "building"),
        line("小区", "Estates", EstateRegister, "building"),
    ],
    say("人员", "People"): [
        line("员工", "Staff", StaffRegister, "id"),
        line("部门", "Departments", DepartmentRegister, "building"),
        line("签字授权", "Delegations", DelegationRegister, "clipboard-check"),
    ],
    say("系统", "System"): [
        line("账号", "Accounts", UserPages, "user-check"),
        line("规则参数", "Policy", PolicyRegister, "settings"),
        line("岗位权限", "Rights", RolesPage, "shield"),
        line("操作日志", "Journal", JournalPages, "history"),
    ],
}

#: registers that are reached from a record's page, and views without a menu line
INLINE: list[Any] = [
    ApplicationDocumentRegister, AgreementRegister, NoticeReceiptRegister,
    PermitPrint, PermitCheck, ReceiptPrint, SlipPrint, Health, OpenApi, TableApi,
]  # fmt: skip


def add_views(builder: AppBuilder) -> None:
    """Hand every view to Flask-AppBuilder, and the menu to the pages."""
    from flask import current_app

    for entries in MENU.values():
        for entry in entries:
            builder.add_view_no_menu(entry.view)
    for view in INLINE:
        builder.add_view_no_menu(view)
    current_app.context_processor(lambda: {"menu": menu_for(MENU)})
