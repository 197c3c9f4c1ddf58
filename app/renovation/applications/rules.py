"""The life of an application. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.blockers import Blocker
from app.core.moves import move
from app.core.words import Say, Words, say


class ApplicationState(Words):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审批"
    APPROVED = "approved", "已批准"
    UNDER_WORK = "under_work", "施工中"
    STOPPED = "stopped", "已停工"
    AWAITING_ACCEPTANCE = "awaiting_acceptance", "待验收"
    COMPLETED = "completed", "已完工"
    SETTLED = "settled", "已结算"
    REJECTED = "rejected", "已驳回"
    CANCELLED = "cancelled", "已取消"


class ApplicantKind(Words):
    OWNER = "owner", "产权人"
    TENANT = "tenant", "使用人"


class WorkMode(Words):
    CONTRACTOR = "contractor", "委托装修企业", "By a contractor"
    SELF_MANAGED = "self_managed", "自行装修", "Self-managed"


class ScopeKind(Words):
    ORDINARY = "ordinary", "一般"
    UNDERTAKING = "undertaking", "须承诺", "Needs an undertaking"
    PROHIBITED = "prohibited", "禁止"


S = ApplicationState
APPLICATION_MOVES = {
    "submit": move(S.DRAFT, to=S.SUBMITTED),
    "approve": move(S.SUBMITTED, to=S.APPROVED),
    "issue_permit": move(S.APPROVED, to=S.UNDER_WORK),
    "stop": move(S.UNDER_WORK, to=S.STOPPED),
    "resume": move(S.STOPPED, to=S.UNDER_WORK),
    "request_acceptance": move(S.UNDER_WORK, to=S.AWAITING_ACCEPTANCE),
    "accept": move(S.AWAITING_ACCEPTANCE, to=S.COMPLETED),
    "fail_acceptance": move(S.AWAITING_ACCEPTANCE, to=S.UNDER_WORK),
    "settle": move(S.COMPLETED, to=S.SETTLED),
    "send_back": move(S.SUBMITTED, to=S.DRAFT),
    "reject": move(S.SUBMITTED, to=S.REJECTED),
    "cancel": move(S.DRAFT, S.SUBMITTED, S.APPROVED, to=S.CANCELLED),
    "extend": move(S.UNDER_WORK),
    "tell_neighbours": move(S.DRAFT, S.SUBMITTED, S.APPROVED, S.UNDER_WORK, S.STOPPED),
}
#: over and done: another application may be made for the unit
ENDED = (S.SETTLED, S.REJECTED, S.CANCELLED)
#: while the papers are still being brought
PREPARING = (S.DRAFT, S.SUBMITTED, S.APPROVED)


@dataclass(frozen=True)
class ScopeFacts:
    """One thing that is to be done: its word, kind and clause."""

    label: Say
    kind: ScopeKind
    clause: str


def prohibited(scope: Sequence[ScopeFacts]) -> list[Blocker]:
    """R-3.5.1–14: each forbidden thing, by its own clause."""
    return [
        Blocker(
            "prohibited_scope", item.clause,
            say("申报内容含禁止行为「{item}」。", "The scope contains a prohibited act: “{item}”.", item=item.label),
            say("请退回草稿，删去该项。", "Send it back to draft and take the item out."),
        )
        for item in scope if item.kind is ScopeKind.PROHIBITED
    ]  # fmt: skip


def same_person(clause: str) -> Blocker:
    """Who entered an application may not approve it or issue its permit."""
    return Blocker(
        "same_person", clause,
        say("这份申请由您本人登记。", "You entered this application yourself."),
        say("请由另一位同事办理。", "Another colleague has to do it."),
    )  # fmt: skip


def blockers_to_submit(
    *, scope: Sequence[ScopeFacts], mode: WorkMode, contractor_active: bool, ends_on: date, today: date
) -> list[Blocker]:
    """R-3.3.1, R-3.3.3, R-3.5: what the counter would turn away."""
    blockers = []
    if not scope:
        blockers.append(
            Blocker("scope_missing", "R-3.3.1", say("没有填写装修内容。", "The scope of work is empty."),
                    say("请选择至少一项装修内容。", "Choose at least one item."))
        )  # fmt: skip
    if mode is WorkMode.CONTRACTOR and not contractor_active:
        blockers.append(contractor_not_active())
    if ends_on < today:
        blockers.append(
            Blocker("outside_dates", "R-3.3.1", say("施工期已过（至 {on}）。", "The works would end on {on}, which is past.", on=ends_on),
                    say("请更正施工日期。", "Correct the dates."))
        )  # fmt: skip
    return blockers + prohibited(scope)


def contractor_not_active() -> Blocker:
    return Blocker(
        "contractor_not_active", "R-3.3.3",
        say("装修企业未登记，或已暂停、禁入。", "There is no contractor, or it is suspended or barred."),
        say("请更换装修企业，或待其恢复。", "Choose another contractor, or wait until it is restored."),
    )  # fmt: skip


def blockers_to_approve(*, entered_by_self: bool, scope: Sequence[ScopeFacts]) -> list[Blocker]:
    """R-3.3.1: approved by another person than the one who entered it."""
    return prohibited(scope) + ([same_person("R-3.3.1")] if entered_by_self else [])


def blockers_to_extend(*, current: date, wanted: date | None, today: date) -> list[Blocker]:
    """R-3.4.8: a permit is made longer, never shorter."""
    if wanted is None or (wanted > current and wanted >= today):
        return []
    return [
        Blocker("outside_dates", "R-3.4.8", say("新的截止日期须晚于 {on}。", "The new end has to be after {on}.", on=max(current, today)),
                say("请填写更晚的日期。", "Give a later date."))
    ]  # fmt: skip


class Urgency(Words):
    """How near the first day of the works is, for whoever still has papers to bring."""

    LATE = "late", "开工日已过"
    TODAY = "today", "今天开工"
    SOON = "soon", "即将开工"
    LATER = "later", "以后开工"


SOON_DAYS = 7


def urgency(starts_on: date, today: date) -> Urgency:
    """R-3.3.1: works that begin within a week stand out; both bounds belong to it."""
    days = (starts_on - today).days
    if days <= 0:
        return Urgency.TODAY if days == 0 else Urgency.LATE
    return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def blockers_to_have_told(*, on: date | None, today: date) -> list[Blocker]:
    """R-3.4.5: what has not happened yet is not entered."""
    if on is None or on <= today:
        return []
    return [
        Blocker("in_the_future", "R-3.4.5", say("告知日期在今天之后。", "That day has not come yet."),
                say("请填写实际告知的日期。", "Give the day on which they were told."))
    ]  # fmt: skip


def unit_taken(number: str) -> Say:
    """One live application per unit."""
    return say("这套房屋已有办理中的装修申请 {number}。", "This unit has a live application: {number}.", number=number)


def of_the_rule_book(kind: ScopeKind, clause: str) -> list[Blocker]:
    """R-3.4.1–4, R-3.5.1–14: what needs an undertaking and what is forbidden stays in the catalogue."""
    if kind is ScopeKind.ORDINARY:
        return []
    return [
        Blocker("of_the_rule_book", clause, say("这一项是制度规定的。", "The rule book has this item."),
                say("制度规定的项目不能删除。", "What the rule book names is not deleted."))
    ]  # fmt: skip
