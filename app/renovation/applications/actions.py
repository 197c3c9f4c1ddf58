"""The life of an application, verb by verb. The permit itself is in `permits/actions.py`."""

from collections.abc import Sequence
from datetime import date

from app.core.blockers import Blocker
from app.core.kinds import Date, LongText, Text
from app.core.verbs import Act, Verb, ask, reason
from app.core.words import Say, say
from app.fees.charging import all_goes_back, charge_by_tariff, void_what_is_due
from app.owners.models import Unit
from app.renovation.acceptance.actions import begin_sheet, close_sheet, failed_items, unseen_items
from app.renovation.acceptance.rules import SheetState, blockers_to_accept, told_of_unseen
from app.renovation.applications.models import RenovationApplication
from app.renovation.applications.rules import (
    APPLICATION_MOVES,
    WorkMode,
    blockers_to_approve,
    blockers_to_extend,
    blockers_to_have_told,
    blockers_to_submit,
)
from app.renovation.patrols.facts import violations_open
from app.renovation.patrols.rules import blockers_while_open
from app.renovation.permits.actions import permit_of, renovating, set_permit_state
from app.renovation.permits.facts import contractor_is_active, scope_facts
from app.renovation.permits.rules import PermitState

TABLE = "renovation_application"


class Submit(Verb):
    """R-3.3.1: handed in for approval."""

    undo = "send_back"
    table, label, moves, clause, icon = TABLE, say("提交", "Submit"), APPLICATION_MOVES, "R-3.3.1", "send"

    def blockers(self, row: RenovationApplication, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_submit(
            scope=scope_facts(row), mode=WorkMode(row.work_mode), ends_on=row.ends_on, today=act.today,
            contractor_active=contractor_is_active(row, act),
        )  # fmt: skip


class Approve(Verb):
    """R-3.3.1: approved by another person; the charges of the tariff fall due (R-3.1.12)."""

    table, label, moves, clause, icon = TABLE, say("批准", "Approve"), APPLICATION_MOVES, "R-3.3.1", "check"

    def blockers(self, row: RenovationApplication, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return blockers_to_approve(entered_by_self=row.created_by_id == act.person.staff_id, scope=scope_facts(row))

    def do(self, row: RenovationApplication, act: Act) -> None:  # type: ignore[override]
        row.approved_by_id, row.state_reason = act.by_id, None
        charge_by_tariff(
            act, application_id=row.id, unit=act.db.get_one(Unit, row.unit_id), payer_name=row.applicant_name
        )


class _WithReason(Verb):
    """The reason stands beside the state."""

    moves, clause = APPLICATION_MOVES, "R-3.3.1"
    reason = reason()

    def do(self, row: RenovationApplication, act: Act, reason: str) -> None:  # type: ignore[override]
        row.state_reason = reason


class SendBack(_WithReason):
    """To be corrected and handed in again."""

    undo = "submit"
    table, label, icon = TABLE, say("退回修改", "Send back"), "arrow-left"


class Reject(_WithReason):
    """Refused for good."""

    table, label, danger, icon = TABLE, say("驳回", "Reject"), True, "x"


class Cancel(_WithReason):
    """Given up before any work; what is still due is not owed any more, a deposit goes back."""

    table, label, danger, icon = TABLE, say("取消申请", "Cancel"), True, "ban"

    def do(self, row: RenovationApplication, act: Act, reason: str) -> None:  # type: ignore[override]
        super().do(row, act, reason)
        void_what_is_due(act, application_id=row.id, reason=reason)
        all_goes_back(act, row.id)


class Stop(_WithReason):
    """R-3.5: work stops at once, and the permit with it."""

    undo = "resume"
    table, label, clause, danger, icon = TABLE, say("责令停工", "Stop the work"), "R-3.5.14", True, "player-pause"

    def do(self, row: RenovationApplication, act: Act, reason: str) -> None:  # type: ignore[override]
        super().do(row, act, reason)
        set_permit_state(act.db, row, PermitState.STOPPED)


class Resume(_WithReason):
    """R-3.5: the cause is gone, work goes on."""

    undo = "stop"
    table, label, clause, icon = TABLE, say("恢复施工", "Resume"), "R-3.5.14", "player-play"

    def do(self, row: RenovationApplication, act: Act, reason: str) -> None:  # type: ignore[override]
        super().do(row, act, reason)
        set_permit_state(act.db, row, PermitState.VALID)


class RequestAcceptance(Verb):
    """R-3.1.5: the work is said to be done."""

    table, label, moves, clause = TABLE, say("申请验收", "Ask for acceptance"), APPLICATION_MOVES, "R-3.1.5"
    icon = "flag"

    def do(self, row: RenovationApplication, act: Act) -> None:  # type: ignore[override]
        begin_sheet(act, row)


class Accept(Verb):
    """R-3.1.5: looked at and found right, nothing forbidden left; the permit is closed."""

    table, label, moves, clause, icon = TABLE, say("验收合格", "Accept"), APPLICATION_MOVES, "R-3.1.5", "check"

    def blockers(self, row: RenovationApplication, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        return [
            *blockers_while_open(violations_open(row, act)),
            *blockers_to_accept(failed_items(act.db, row.id)),
        ]

    def told(self, row: RenovationApplication, act: Act) -> Sequence[Say]:  # type: ignore[override]
        return told_of_unseen(unseen_items(act.db, row.id))

    def do(self, row: RenovationApplication, act: Act) -> None:  # type: ignore[override]
        close_sheet(act, row, SheetState.ACCEPTED)
        set_permit_state(act.db, row, PermitState.CLOSED)
        renovating(act.db, row, False)


class FailAcceptance(Verb):
    """R-3.1.5: found wanting; back to work."""

    table, label, moves, clause = TABLE, say("验收不合格", "Fail the acceptance"), APPLICATION_MOVES, "R-3.1.5"
    danger, icon = True, "x"
    findings = ask(LongText(size=1000), "验收问题", "Findings")

    def do(self, row: RenovationApplication, act: Act, findings: str) -> None:  # type: ignore[override]
        row.state_reason = findings
        close_sheet(act, row, SheetState.FAILED, findings)


class Extend(Verb):
    """R-3.4.8: a later end, with its reason; history keeps the earlier one."""

    table, label, moves, clause, icon = TABLE, say("延期", "Extend"), APPLICATION_MOVES, "R-3.4.8", "calendar"
    valid_until = ask(Date(), "新的截止日", "New last day")
    reason = reason()

    def blockers(  # type: ignore[override]
        self, row: RenovationApplication, act: Act, valid_until: date | None = None, reason: str | None = None
    ) -> Sequence[Blocker]:
        permit = permit_of(act.db, row)
        return blockers_to_extend(
            current=permit.valid_until if permit else row.ends_on, wanted=valid_until, today=act.today
        )

    def do(self, row: RenovationApplication, act: Act, valid_until: date, reason: str) -> None:  # type: ignore[override]
        permit = permit_of(act.db, row)
        if permit is not None:
            permit.valid_until = valid_until
        row.permitted_until, row.state_reason = valid_until, reason


class TellNeighbours(Verb):
    """R-3.4.5: that the neighbours know; no permit depends on it, a complaint is answered with it."""

    table, label, moves, clause = TABLE, say("登记告知邻居", "Neighbours told"), APPLICATION_MOVES, "R-3.4.5"
    icon = "users"
    on = ask(Date(), "告知日期", "Told on")
    how = ask(
        Text(size=64),
        "告知方式",
        "How",
        help=say("如：上下左右四户张贴告示。", "Such as: a note at the four doors around."),
    )

    def blockers(  # type: ignore[override]
        self, row: RenovationApplication, act: Act, on: date | None = None, how: str | None = None
    ) -> Sequence[Blocker]:
        return blockers_to_have_told(on=on, today=act.today)

    def defaults(self, row: RenovationApplication, act: Act) -> dict[str, object]:  # type: ignore[override]
        return {"on": act.today}

    def do(self, row: RenovationApplication, act: Act, on: date, how: str) -> None:  # type: ignore[override]
        row.neighbours_told_on, row.neighbours_told_how = on, how
