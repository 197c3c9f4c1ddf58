"""The menu on one page: every register, by heading, in the order staff see them."""

from typing import Any

from flask_appbuilder import AppBuilder

from app.contractors.views import (
    ContractorRegister,
    CredentialRegister,
    SkillCertificateRegister,
    WorkerRegister,
)
from app.core import menu
from app.core.api import TableApi
from app.core.appearance.pages import AppearancePages
from app.core.colleague_api import ColleagueApi
from app.core.draft_views import DraftPages
from app.core.exporting.pages import ExportPages
from app.core.frame_views import Finding, FollowingView, Keys, Notices
from app.core.graphql.pages import GraphQl
from app.core.home import Health
from app.core.jobs.pages import JobPages
from app.core.openapi import OpenApi
from app.core.policy_pages import PolicyPages
from app.core.policy_views import PolicyRegister
from app.core.printing.pages import LayoutPages, PrintPages
from app.core.receipts.pages import ReceiptPages
from app.core.trees.views import OptionTreeRegister
from app.core.words import Say, say
from app.fees.views import (
    CashierDay,
    ChargeRegister,
    ReceiptPrint,
    ReceiptRegister,
    RefundPrint,
    RefundRegister,
)
from app.leads.views import (
    CallEntryRegister,
    ChampionRegister,
    ClaimRegister,
    ClosureRegister,
    CommissionLineRegister,
    CommissionRunRegister,
    ContractRegister,
    DeclineRequestRegister,
    DepartmentReport,
    DispatchBoard,
    DispatchRegister,
    Fairness,
    FollowUpRegister,
    FrontDesk,
    Funnel,
    LeadRegister,
    PenaltyTicketRegister,
    PhoneListEntryRegister,
    PhoneListRegister,
    Reasons,
    SeasonRegister,
    SlipPrint,
    TransferSlipRegister,
    YearEndBonus,
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
from app.renovation.reports import RenovationReport
from app.renovation.views import (
    AcceptanceItemRegister,
    AcceptancePrint,
    AcceptanceRegister,
    AgreementPrint,
    AgreementRegister,
    ApplicationDocumentRegister,
    CasePrint,
    DeductionRegister,
    DrawingPrint,
    DrawingRegister,
    GateEventRegister,
    GatePage,
    MissingToday,
    NoticePrint,
    NoticeReceiptRegister,
    PassCheck,
    PassPrint,
    PassRegister,
    PatrolRegister,
    PatrolsOfToday,
    PermitCheck,
    PermitPrint,
    PermitRegister,
    RenovationApplicationRegister,
    ScopeItemRegister,
    UndertakingPrint,
    UndertakingRegister,
    ViolationPrint,
    ViolationRegister,
)
from app.security.account_views import AccountView
from app.security.added_views import AddedFieldPages
from app.security.hook_views import WebhookPages
from app.security.journal_views import JournalPages
from app.security.key_views import KeyPages, OwnKeys
from app.security.made_views import MadeRegisterPages
from app.security.mail_views import MailPages, OwnMail
from app.security.reminder_views import ReminderPages
from app.security.roles_views import RolesPages
from app.security.users_views import UserPages

#: every view here has a `label`, an `icon` and a `route_base`; a line is shown to whoever may read it
MENU: dict[Say, list[Any]] = {
    say("装修", "Renovation"): [
        RenovationApplicationRegister,
        MissingToday,
        PermitRegister,
        GatePage,
        PassRegister,
        GateEventRegister,
        PatrolsOfToday,
        PatrolRegister,
        ViolationRegister,
        AcceptanceRegister,
        DeductionRegister,
        RenovationReport,
        UndertakingRegister,
        DrawingRegister,
        ScopeItemRegister,
    ],
    say("装修企业", "Contractors"): [
        ContractorRegister,
        CredentialRegister,
        WorkerRegister,
        SkillCertificateRegister,
    ],
    say("收费", "Fees"): [
        ChargeRegister,
        ReceiptRegister,
        RefundRegister,
        CashierDay,
    ],
    say("客户与派单", "Leads"): [
        FrontDesk,
        LeadRegister,
        DispatchBoard,
        TransferSlipRegister,
        DispatchRegister,
        DeclineRequestRegister,
        ClaimRegister,
        FollowUpRegister,
        CallEntryRegister,
        ClosureRegister,
        ContractRegister,
        ChampionRegister,
        SeasonRegister,
        PhoneListRegister,
        PhoneListEntryRegister,
        CommissionRunRegister,
        CommissionLineRegister,
        PenaltyTicketRegister,
    ],
    say("报表", "Reports"): [
        DepartmentReport,
        Funnel,
        Fairness,
        Reasons,
        YearEndBonus,
    ],
    say("小区与业主", "Estates and owners"): [
        UnitRegister,
        OwnerRegister,
        OwnershipRegister,
        ResidentRegister,
        BuildingRegister,
        EstateRegister,
    ],
    say("人员", "People"): [
        StaffRegister,
        DepartmentRegister,
        DelegationRegister,
    ],
    say("系统", "System"): [
        UserPages,
        PolicyPages,
        RolesPages,
        MadeRegisterPages,
        AddedFieldPages,
        OptionTreeRegister,
        WebhookPages,
        ReminderPages,
        AppearancePages,
        LayoutPages,
        MailPages,
        JournalPages,
    ],
}

#: registers that are reached from a record's page, and views without a menu line
INLINE: list[Any] = [
    ApplicationDocumentRegister,
    AcceptanceItemRegister,
    AcceptancePrint,
    AgreementRegister,
    NoticeReceiptRegister,
    CasePrint,
    AgreementPrint,
    UndertakingPrint,
    DrawingPrint,
    NoticePrint,
    PermitPrint,
    PermitCheck,
    PassPrint,
    PassCheck,
    ViolationPrint,
    ReceiptPrint,
    RefundPrint,
    SlipPrint,
    PrintPages,
    JobPages,
    ReceiptPages,
    ExportPages,
    Finding,
    Notices,
    DraftPages,
    FollowingView,
    AccountView,
    OwnKeys,
    KeyPages,
    OwnMail,
    Keys,
    PolicyRegister,
    Health,
    OpenApi,
    GraphQl,
    TableApi,
    ColleagueApi,
]


def add_views(builder: AppBuilder) -> None:
    """Hand every view to Flask-AppBuilder, and the menu to the pages."""
    from flask import current_app

    for view in [*(view for views in MENU.values() for view in views), *INLINE]:
        builder.add_view_no_menu(view)
    menu.init_app(current_app, MENU)
