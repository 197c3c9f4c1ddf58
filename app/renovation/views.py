"""The registers of renovation; the printed permit and its public check are in `permits/views.py`."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_appbuilder import expose
from sqlalchemy import func, select

from app.core import here
from app.core.answers import Faulty
from app.core.blockers import Blocker, NotAllowed
from app.core.doors import door
from app.core.gate import all_rows, everything, through
from app.core.pages.form_pages import Form
from app.core.register import Register
from app.core.routes import row_number
from app.core.verbs import Act
from app.core.words import Say, say
from app.extensions import db
from app.renovation import queues as queues
from app.renovation.acceptance.models import Acceptance, AcceptanceItem
from app.renovation.acceptance.views import AcceptancePrint, sheet_part, sheet_shown
from app.renovation.applications import actions as application_actions  # noqa: F401  (the verbs)
from app.renovation.applications.counter import catalogue, foreseen
from app.renovation.applications.models import RenovationApplication, ScopeItem
from app.renovation.applications.proposing import FROM, choices_so_far, completed
from app.renovation.applications.rules import (
    ENDED,
    PREPARING,
    ApplicationState,
    ScopeKind,
    of_the_rule_book,
    unit_taken,
)
from app.renovation.checklist import checklist
from app.renovation.missing import MissingToday
from app.renovation.papers import actions as paper_actions  # noqa: F401  (the verbs)
from app.renovation.papers.facts import drawing_facts
from app.renovation.papers.making import forget_the_earlier_contractor, make_papers
from app.renovation.papers.models import (
    Agreement,
    ApplicationDocument,
    Drawing,
    NoticeReceipt,
    Undertaking,
)
from app.renovation.papers.rules import already_signed, blockers_to_add_drawing
from app.renovation.papers.views import (
    AgreementPrint,
    CasePrint,
    DrawingPrint,
    NoticePrint,
    SignedRegister,
    UndertakingPrint,
)
from app.renovation.passes import actions as pass_actions  # noqa: F401  (the verbs)
from app.renovation.passes.models import GateEvent, Pass
from app.renovation.passes.views import GatePage, PassCheck, PassPrint
from app.renovation.patrols.actions import entering_patrol, entering_violation
from app.renovation.patrols.facts import record_of
from app.renovation.patrols.models import Patrol, Violation
from app.renovation.patrols.views import PatrolsOfToday, ViolationPrint
from app.renovation.permits import actions as permit_actions  # noqa: F401  (the verbs)
from app.renovation.permits.models import Permit
from app.renovation.permits.views import PermitCheck, PermitPrint, permit_rows
from app.renovation.settlement.actions import entering_deduction
from app.renovation.settlement.models import Deduction

CASES = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "service_clerk", "cashier",
    "engineer", "auditor",
)  # fmt: skip
OF_A_CASE = {role: through("application") for role in CASES}


class RenovationApplicationRegister(Register):
    model = RenovationApplication
    printed = True
    label, icon = say("装修申请", "Applications"), "clipboard-list"
    rows = CASES
    list_columns = "number unit applicant_name applicant_phone work_mode contractor starts_on ends_on state"
    form_columns = (
        "unit applicant_kind applicant_name applicant_phone applicant_id_number work_mode contractor"
        " site_manager_name site_manager_phone starts_on ends_on scope neighbours_told_on neighbours_told_how description"
    )
    form_template = "renovation/application_form.html"
    form_layout = "steps"
    shown_when = dict.fromkeys(("contractor", "site_manager_name", "site_manager_phone"), "work_mode=contractor")
    show_columns = (
        "number state unit applicant_kind applicant_name applicant_phone applicant_id_number work_mode"
        " contractor site_manager_name site_manager_phone starts_on ends_on permitted_until scope neighbours_told_on neighbours_told_how"
        " description approved_by state_reason created_by created_at updated_at"
    )
    search = "number applicant_name applicant_phone"
    due = "permitted_until state=under_work,stopped"
    fieldsets = (
        (
            say("房屋与申报人", "Unit and applicant"),
            "unit applicant_kind applicant_name applicant_phone applicant_id_number",
        ),
        (
            say("施工", "Works"),
            "work_mode contractor site_manager_name site_manager_phone starts_on ends_on permitted_until scope description",
        ),
        (
            say("告知与批准", "Neighbours and approval"),
            "neighbours_told_on neighbours_told_how approved_by state_reason",
        ),
    )
    filters = "state unit work_mode applicant_kind contractor starts_on ends_on permitted_until created_by"
    related = (
        "permit.application charge.application application_document.application drawing.application"
        " undertaking.application notice_receipt.application agreement.application"
        " patrol.application violation.application acceptance.application deduction.application"
    )
    editable_in = "draft"
    on_home = True

    @expose("/preview", methods=["POST"])
    @door("add")
    def preview(self) -> str:
        """The counter's side, for what is chosen so far."""
        row_id = request.form.get("row_id", 0, type=row_number)
        return render_template(
            "renovation/foreseen.html", **_foreseen(row_id, request.form, request.form.getlist("scope"))
        )

    def _given(self, sent: Form, *, editing: bool) -> dict[str, Any]:
        return {**super()._given(sent, editing=editing), FROM: sent.get(FROM, "")}

    @classmethod
    def completed(cls, given: Mapping[str, Any], act: Act) -> Mapping[str, Any]:
        return completed(given, act)

    @classmethod
    def form_context(cls, row_id: int | None, given: Mapping[str, Any]) -> dict[str, Any]:
        chosen = [str(each) for each in given.get("scope") or []]
        ticks = {"catalogue": catalogue(Act(db.session, here.me())), "chosen_scope": chosen}
        return {**ticks, **_foreseen(row_id or 0, given, chosen)}

    @classmethod
    def faults_so_far(cls, row: Any, act: Act) -> Mapping[str, Say]:
        other = _other_live_application(row, act) if row.unit_id else None
        return {"unit": unit_taken(other)} if other is not None else {}

    @classmethod
    def before_create(cls, row: RenovationApplication, act: Act) -> None:
        _one_live_application(row, act)

    @classmethod
    def after_create(cls, row: RenovationApplication, act: Act) -> None:
        make_papers(row, act)

    @classmethod
    def before_edit(cls, row: RenovationApplication, act: Act) -> None:
        _one_live_application(row, act)
        forget_the_earlier_contractor(row, act)
        make_papers(row, act)

    @classmethod
    def parts(cls, row: Any, act: Any) -> list[tuple[str, dict[str, Any]]]:
        if row.state not in PREPARING:
            return sheet_part(act, row.id)
        items = checklist(row, act)
        left = sum(1 for item in items if not item.done and not item.optional)
        groups = {item.group: [each for each in items if each.group == item.group] for item in items}
        return [
            *_record_of_the_contractor(row, act),
            ("renovation/checklist.html", {"groups": groups, "left": left, "application_id": row.id}),
        ]


def _foreseen(row_id: int, given: Mapping[str, Any], scope: list[str]) -> dict[str, Any]:
    act = Act(db.session, here.me())
    chosen = choices_so_far(given, scope, act)
    return {"chosen": chosen, "seen": foreseen(chosen, row_id, act)}


def _record_of_the_contractor(row: RenovationApplication, act: Act) -> list[tuple[str, dict[str, Any]]]:
    """R-3.5: shown before the next approval."""
    if row.contractor_id is None:
        return []
    return [("renovation/contractor.html", {"record": record_of(row.contractor_id, act), "id": row.contractor_id})]


def _one_live_application(row: RenovationApplication, act: Act) -> None:
    other = _other_live_application(row, act)
    if other is not None:
        raise Faulty({"unit": unit_taken(other)})


def _other_live_application(row: RenovationApplication, act: Act) -> str | None:
    query = select(RenovationApplication.number).where(
        RenovationApplication.unit_id == row.unit_id,
        RenovationApplication.state.not_in(ENDED),
        RenovationApplication.id != (row.id or 0),
    )
    with act.db.no_autoflush:
        return act.db.execute(query).scalar()


class PatrolRegister(Register):
    model = Patrol
    label, icon = say("巡查记录", "Patrols"), "map-pin"
    rows = OF_A_CASE
    list_columns = "number application unit at by findings"
    form_columns = "application findings"
    search = "number findings"
    filters = "unit at by application"
    order = "-at"
    related = "violation.patrol"

    @classmethod
    def before_create(cls, row: Patrol, act: Act) -> None:
        entering_patrol(row, act)


class ViolationRegister(Register):
    model = Violation
    label, icon = say("违规记录", "Violations"), "alert-triangle"
    printed = True
    rows = OF_A_CASE
    list_columns = "number unit contractor scope_item found_at deadline state"
    form_columns = "application patrol scope_item description deadline"
    edit_columns = "description deadline"
    search = "number description"
    due = "deadline state=open"
    fieldsets = (
        (say("违规", "Violation"), "application unit contractor patrol scope_item found_at found_by description photo"),
        (say("整改", "Putting right"), "deadline rectified_at reported_to outcome"),
    )
    filters = "state deadline unit contractor scope_item found_at application"
    editable_in = "open"
    related = "deduction.violation"
    on_home = True

    @classmethod
    def before_create(cls, row: Violation, act: Act) -> None:
        entering_violation(row, act)


class DeductionRegister(Register):
    """Deductions 押金扣款: entered between acceptance and settlement."""

    model = Deduction
    label, icon = say("押金扣款", "Deductions"), "minus"
    rows = OF_A_CASE
    list_columns = "reason application violation amount_fen"
    form_columns = "application violation reason amount_fen"
    edit_columns = "reason amount_fen"
    search = "reason"
    filters = "application amount_fen"

    @classmethod
    def before_create(cls, row: Deduction, act: Act) -> None:
        entering_deduction(row, act)

    @classmethod
    def before_edit(cls, row: Deduction, act: Act) -> None:
        entering_deduction(row, act)


class AcceptanceRegister(Register):
    """Inspection sheets 验收单: made when acceptance is asked for, filled in on the site."""

    model = Acceptance
    label, icon = say("验收单", "Inspection sheets"), "clipboard-check"
    printed = True
    rows = OF_A_CASE
    list_columns = "number unit application round state decided_by decided_at findings"
    search = "number findings"
    filters = "state unit round decided_by decided_at application"
    entered_by_hand = False

    @classmethod
    def parts(cls, row: Any, act: Any) -> list[tuple[str, dict[str, Any]]]:
        return [sheet_shown(act, row)]


class AcceptanceItemRegister(Register):
    model = AcceptanceItem
    rows = {role: through("acceptance") for role in CASES}
    list_columns = "acceptance subject result finding checked_by checked_at"
    search = "finding"
    filters = "acceptance subject result"
    order = "id"
    icon = "clipboard-check"
    entered_by_hand = False


class ScopeItemRegister(Register):
    model = ScopeItem
    small = True
    label, icon = say("装修内容目录", "Scope items"), "list-details"
    rows = CASES
    list_columns = "code label kind clause"
    search = "label code"
    filters = "kind"
    order = "id"

    @classmethod
    def blockers_to_delete(cls, row: ScopeItem, act: Act) -> list[Blocker]:
        return of_the_rule_book(ScopeKind(row.kind), row.clause)


class ApplicationDocumentRegister(Register):
    model = ApplicationDocument
    rows = OF_A_CASE
    list_columns = "application kind required copy_kept original_seen red_seal marked_for_unit valid_until checked_by"
    filters = "application kind required"
    order = "id"
    icon = "file"
    entered_by_hand = False


class AgreementRegister(SignedRegister):
    model = Agreement
    printed = True
    rows = OF_A_CASE
    list_columns = "application applicant_signer contractor_signer property_signer"
    search = "applicant_signer contractor_signer property_signer"
    filters = "application"
    icon = "file-text"
    entered_by_hand = False


class UndertakingRegister(SignedRegister):
    model = Undertaking
    printed = True
    label, icon = say("承诺书", "Undertakings"), "file-text"
    rows = OF_A_CASE
    list_columns = "application scope_item signer_name signed_at"
    search = "signer_name"
    filters = "application scope_item signed_at"
    entered_by_hand = False


class NoticeReceiptRegister(SignedRegister):
    model = NoticeReceipt
    printed = True
    rows = OF_A_CASE
    list_columns = "application notice recipient signer_name signed_at"
    search = "signer_name"
    filters = "application notice recipient signed_at"
    icon = "file-text"
    entered_by_hand = False


class DrawingRegister(SignedRegister):
    model = Drawing
    label, icon = say("图纸", "Drawings"), "file"
    printed = True
    rows = OF_A_CASE
    list_columns = "application drawing_version remarks applicant_signer applicant_signed_at site_manager_signer site_manager_signed_at archived_at"
    form_columns = "application drawing_version remarks"
    search = "remarks"
    filters = "application drawing_version"
    edit_columns = "remarks"

    @classmethod
    def before_create(cls, row: Drawing, act: Act) -> None:
        """R-3.4.7: versions are counted up, while the case is being prepared."""
        query = select(RenovationApplication.state).where(RenovationApplication.id == row.application_id)
        state = act.db.execute(query.with_for_update()).scalar_one()
        newest = select(func.max(Drawing.drawing_version)).where(Drawing.application_id == row.application_id)
        refused = blockers_to_add_drawing(
            state=ApplicationState(state), version=row.drawing_version, newest=act.db.execute(newest).scalar()
        )
        if refused:
            raise NotAllowed(refused)

    @classmethod
    def blockers_to_edit(cls, row: Drawing, act: Act) -> list[Blocker]:
        return [already_signed("R-3.4.7")] if drawing_facts(row).signed_by else []


class PermitRegister(Register):
    model = Permit
    label, icon = say("施工许可", "Permits"), "shield-check"
    printed = True
    rows = permit_rows(CASES)
    list_columns = "number unit application issued_by issued_at valid_from valid_until state"
    search = "number"
    filters = "state unit valid_until valid_from issued_by"
    related = "pass.permit"
    entered_by_hand = False
    on_home = True


class PassRegister(Register):
    model = Pass
    printed = True
    label, icon = say("出入证", "Passes"), "id"
    rows = {**{role: through("permit") for role in CASES if role != "cashier"}, "gate": everything}
    list_columns = "number worker_name unit valid_from valid_until state inside"
    show_columns = (
        "number worker_name unit permit valid_from valid_until state inside state_reason created_by created_at"
    )
    search = "number worker_name"
    filters = "state inside unit valid_until permit"
    related = "gate_event.pass"
    entered_by_hand = False
    on_home = True


class GateEventRegister(Register):
    model = GateEvent
    label, icon = say("进出记录", "Gate events"), "door-enter"
    rows = {role: through("pass") for role in PassRegister.rows}
    list_columns = "at pass direction result reason by"
    search = "reason"
    filters = "direction result at pass"
    entered_by_hand = False


__all__ = [
    "AcceptancePrint",
    "MissingToday",
    "AgreementPrint",
    "CasePrint",
    "DrawingPrint",
    "NoticePrint",
    "UndertakingPrint",
    "GatePage",
    "PassCheck",
    "PassPrint",
    "PatrolsOfToday",
    "PermitCheck",
    "PermitPrint",
    "ViolationPrint",
]
