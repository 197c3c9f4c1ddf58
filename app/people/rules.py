"""What the house says about its people. No database, no clock."""

from collections.abc import Mapping
from datetime import date

from app.core.blockers import Blocker
from app.core.words import Words, say

SHORTEST_DELEGATION_DAYS = 2


class DepartmentKind(Words):
    CUSTOMER_SERVICE = "customer_service", "客户服务"
    PROPERTY_SERVICE = "property_service", "物业服务"
    MARKETING = "marketing", "市场"
    DESIGN = "design", "设计"
    ENGINEERING = "engineering", "工程"
    FINANCE = "finance", "财务"
    HUMAN_RESOURCES = "human_resources", "人力资源"
    GATE = "gate", "门岗"
    ADMINISTRATION = "administration", "行政"
    GENERAL_MANAGER = "general_manager", "总经办", "General manager's office"


class DesignerGrade(Words):
    """R-4.2.1: what a designer may take on depends on it."""

    NONE = "none", "无", "Not a designer"
    ASSISTANT = "assistant", "助理设计师", "Assistant designer"
    DESIGNER = "designer", "设计师"
    DEPUTY_DIRECTOR = "deputy_director", "副主任设计师", "Deputy director designer"
    DIRECTOR = "director", "主任设计师", "Director designer"
    CHIEF = "chief", "首席设计师", "Chief designer"


def leads_back(start: int, upward: Mapping[int, int | None], to: int) -> bool:
    """Whether going up from `start` arrives at `to`: then `to` can't be put below `start`."""
    seen: set[int] = set()
    at: int | None = start
    while at is not None and at not in seen:
        if at == to:
            return True
        seen.add(at)
        at = upward.get(at)
    return False


def days_covered(starts_on: date, ends_on: date) -> int:
    """Both days count."""
    return (ends_on - starts_on).days + 1


def is_live(*, starts_on: date, ends_on: date, revoked: bool, on: date) -> bool:
    """Whether a delegation holds on a day (R-4.4.5: outside its period it is refused)."""
    return not revoked and starts_on <= on <= ends_on


def blockers_to_leave(*, oneself: bool, left_on: date | None, hired_on: date | None, on: date | None) -> list[Blocker]:
    """Why a member of staff can't be recorded as having left."""
    blockers = []
    if oneself:
        blockers.append(
            Blocker("same_person", "R-2.4.3", say("不能给自己办理离职。", "You can't record your own leaving."),
                    say("请由其他人事人员办理。", "Another person in human resources has to do it."))
        )  # fmt: skip
    if left_on is not None:
        blockers.append(
            Blocker("already_left", "R-2.4.3", say("已于 {on} 离职。", "Left on {on} already.", on=left_on),
                    say("无须再办。", "Nothing more is needed."))
        )  # fmt: skip
    if on is not None and hired_on is not None and on < hired_on:
        blockers.append(
            Blocker("outside_dates", "R-2.4.3", say("离职日期早于入职日期 {on}。", "Before the day of hiring, {on}.", on=hired_on),
                    say("请更正离职日期。", "Correct the date."))
        )  # fmt: skip
    return blockers
