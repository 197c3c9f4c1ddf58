"""The schema on one page: every table, by domain, in the order a newcomer should meet them."""

from app.contractors.models import Contractor, Credential, SkillCertificate, Worker
from app.core.added.definitions import AddedField
from app.core.appearance.table import Appearance
from app.core.comments import Comment, LeftComment
from app.core.drafts import Draft
from app.core.editions import Edition
from app.core.exporting.kept import ExportFile
from app.core.exporting.receipts import ExportReceipt
from app.core.exporting.schedules import ExportSchedule
from app.core.files import StoredFile
from app.core.following import Following
from app.core.hooks.table import Webhook, WebhookDelivery
from app.core.importing.memory import ImportMemory
from app.core.jobs.table import Job
from app.core.journal import JournalEntry, JournalHead
from app.core.listing.saved import ListView
from app.core.made.definitions import MadeRecord, MadeRegister
from app.core.notices import Notice
from app.core.numbering import Counter
from app.core.once import Once
from app.core.opened import Opened
from app.core.policy import Policy
from app.core.printing.table import PrintLayout
from app.core.receipts.table import Batch, BatchLine
from app.core.reminding.table import Reminder
from app.core.trees.kept import OptionTree
from app.fees.models import Charge, Receipt, Refund
from app.leads.commissions.models import CommissionLine, CommissionRun
from app.leads.desk.models import CallEntry
from app.leads.following.models import FollowUp
from app.leads.models import (
    Champion,
    Claim,
    Closure,
    Contract,
    DeclineRequest,
    Dispatch,
    Lead,
    Season,
    TransferSlip,
)
from app.leads.penalties.models import PenaltyTicket
from app.leads.phone_lists.models import PhoneList, PhoneListEntry
from app.owners.models import Building, Estate, Owner, Ownership, Resident, Unit
from app.people.models import Delegation, Department, Staff
from app.renovation.models import (
    Acceptance,
    AcceptanceItem,
    Agreement,
    ApplicationDocument,
    Deduction,
    Drawing,
    GateEvent,
    NoticeReceipt,
    Pass,
    Patrol,
    Permit,
    RenovationApplication,
    ScopeItem,
    Undertaking,
    Violation,
)
from app.security.models import Account, ApiKey, RightChange, SignIn

__all__ = [
    # People
    "Department", "Staff", "Delegation",
    # Owners
    "Estate", "Building", "Unit", "Owner", "Ownership", "Resident",
    # Contractors
    "Contractor", "Credential", "Worker", "SkillCertificate",
    # Renovation
    "ScopeItem", "RenovationApplication", "ApplicationDocument", "Agreement", "Undertaking",
    "NoticeReceipt", "Drawing", "Permit", "Pass", "GateEvent",
    "Patrol", "Violation", "Acceptance", "AcceptanceItem", "Deduction",
    # Fees
    "Charge", "Receipt", "Refund",
    # Leads
    "Lead", "Claim", "TransferSlip", "Dispatch", "DeclineRequest", "Closure", "Contract",
    "Champion", "Season", "FollowUp", "CallEntry", "PenaltyTicket", "CommissionRun", "CommissionLine", "PhoneList", "PhoneListEntry",
    # The house itself
    "Comment", "LeftComment", "Job", "Batch", "BatchLine", "ImportMemory", "ExportReceipt", "ExportFile", "ExportSchedule", "Following", "ListView",
    "Policy", "Counter", "Once", "Draft", "Edition", "Notice", "Opened", "StoredFile", "JournalEntry", "JournalHead", "Account", "SignIn", "RightChange",
    "ApiKey", "PrintLayout", "AddedField", "OptionTree", "MadeRegister", "MadeRecord", "Webhook", "WebhookDelivery", "Reminder", "Appearance",
]  # fmt: skip
