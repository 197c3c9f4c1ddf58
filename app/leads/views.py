"""The pages of leads: what a customer's register is here, the others' in their folders."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.core.answers import Faulty
from app.core.register import Register
from app.core.verbs import Act
from app.core.words import Say, say
from app.leads import actions as actions  # a register without its verbs would be half a page
from app.leads import queues as queues
from app.leads.claims.holding import add_first_claims, customer_facts
from app.leads.claims.rules import ClaimKind
from app.leads.claims.views import ClaimRegister
from app.leads.closing.views import ClosureRegister
from app.leads.commissions.views import CommissionLineRegister, CommissionRunRegister
from app.leads.declining.views import DeclineRequestRegister
from app.leads.desk.views import CallEntryRegister, FrontDesk
from app.leads.dispatching.board import DispatchBoard
from app.leads.dispatching.views import ChampionRegister, DispatchRegister, SeasonRegister
from app.leads.following.views import FollowUpRegister
from app.leads.models import CUSTOMER_TAKEN, Contract, Lead
from app.leads.penalties.views import PenaltyTicketRegister
from app.leads.phone_lists.views import PhoneListEntryRegister, PhoneListRegister
from app.leads.reports.bonus import YearEndBonus
from app.leads.reports.departments import DepartmentReport
from app.leads.reports.fairness import Fairness
from app.leads.reports.funnel import Funnel
from app.leads.reports.reasons import Reasons
from app.leads.rules import CLOSED
from app.leads.scopes import CONTRACTS, LEADS
from app.leads.slips.views import SlipPrint, TransferSlipRegister

__all__ = [
    "CallEntryRegister", "DepartmentReport", "DispatchBoard", "Fairness", "FollowUpRegister", "FrontDesk", "Funnel",
    "PenaltyTicketRegister", "Reasons", "YearEndBonus", "ChampionRegister", "ClaimRegister", "ClosureRegister",
    "CommissionLineRegister", "CommissionRunRegister",
    "ContractRegister", "DeclineRequestRegister", "DispatchRegister", "LeadRegister", "PhoneListEntryRegister",
    "PhoneListRegister", "SeasonRegister", "SlipPrint", "TransferSlipRegister",
]  # fmt: skip

AUTOMATIC = "登记客户时资料完整（姓名、地址、面积、电话），自动记为第一接触。"


class LeadRegister(Register):
    """Leads 客户. A salesperson who enters a complete one has made the first contact."""

    model = Lead
    label, icon = say("客户单", "Leads"), "address-book"
    rows = LEADS
    list_columns = "number customer_name phone estate_name tier source state claimant designer inquiry_on"
    form_columns = (
        "customer_name phone estate_name address floor_area budget_fen renovation_on source"
        " inquiry_on show_home_on show_home_ideas remarks"
    )
    fieldsets = (
        (say("客户", "Customer"), "customer_name phone estate_name address floor_area"),
        (say("装修意向", "What they want"), "budget_fen renovation_on show_home_on show_home_ideas remarks"),
        (say("来源", "Where from"), "source inquiry_on tier claimant filed_on"),
        (say("跟进", "Follow-up"), "designer measured_on touched_on next_contact_on"),
    )
    search = "number customer_name phone estate_name address"
    search_related = False  # a million rows; whose they are is a filter
    due = "next_contact_on state=new,dispatched,measured"
    filters = (
        "state source tier claimant designer estate_name budget_fen inquiry_on renovation_on created_by"
        " touched_on next_contact_on show_home_on show_home_ideas filed_on"
    )
    editable_in = "new dispatched measured"
    related = "follow_up.lead transfer_slip.lead claim.lead dispatch.lead closure.lead contract.lead"
    on_home = True
    import_columns = (
        "customer_name phone estate_name address floor_area budget_fen renovation_on source inquiry_on remarks"
    )
    import_words = {
        "customer_name": ("客户姓名", "姓名", "客户"),
        "phone": ("联系电话", "电话", "手机"),
        "estate_name": ("小区", "小区名称"),
        "address": ("装修地址", "地址"),
        "floor_area": ("房屋面积（㎡）", "房屋面积", "面积"),
        "budget_fen": ("预算（元）", "预算"),
        "renovation_on": ("计划装修日期", "装修日期"),
        "source": ("来源",),
        "inquiry_on": ("咨询日期",),
        "remarks": ("备注",),
    }

    @classmethod
    def before_create(cls, row: Lead, act: Act) -> None:
        """R-4.3.4: a customer somebody else has is taken: neither by whom nor the number."""
        if refused := cls.before_create_many([row], act):
            raise Faulty(refused[0])

    @classmethod
    def before_create_many(cls, rows: Sequence[Lead], act: Act) -> Mapping[int, Mapping[str, Say]]:
        phones = [row.phone for row in rows]
        taken = set(act.db.scalars(select(Lead.phone).where(Lead.phone.in_(phones), Lead.state.not_in(CLOSED))))
        return {place: {"phone": CUSTOMER_TAKEN} for place, phone in enumerate(phones) if phone in taken}

    @classmethod
    def after_create(cls, row: Lead, act: Act) -> None:
        cls.after_create_many([row], act)

    @classmethod
    def after_create_many(cls, rows: Sequence[Lead], act: Act) -> None:
        if "salesperson" in act.person.roles:
            complete = [row for row in rows if customer_facts(row).complete]
            add_first_claims(complete, act, staff_id=act.by_id, kind=ClaimKind.FIRST_CONTACT, evidence=AUTOMATIC)


class ContractRegister(Register):
    """Contracts 装修合同: made and withdrawn by a lead's verbs."""

    model = Contract
    label, icon = say("合同", "Contracts"), "file-text"
    rows = CONTRACTS
    list_columns = "number lead designer amount_fen signed_on withdrawn_on"
    filters = "lead designer amount_fen signed_on withdrawn_on"
    entered_by_hand = False
