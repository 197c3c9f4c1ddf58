"""When a customer may be told to be called again. No database, no clock."""

from datetime import date

from app.core.blockers import Blocker
from app.core.words import Words, say


class Way(Words):
    PHONE = "phone", "电话"
    VISIT = "visit", "面谈", "Face to face"
    MESSAGE = "message", "微信/短信", "Message"


def blockers_to_follow_up(*, next_on: date | None, today: date) -> list[Blocker]:
    """R-4.7.3: the next contact lies ahead."""
    if next_on is None or next_on > today:
        return []
    return [
        Blocker("not_ahead", "R-4.7.3", say("下次联系日期须在今天之后。", "The next contact has to lie ahead."),
                say("请填写以后的日期，或留空。", "Give a later day, or none."))
    ]  # fmt: skip


class Visit(Words):
    """What became of an appointment in the show home."""

    CAME = "came", "已参观", "Came"
    DID_NOT = "did_not", "未到", "Did not come"


def blockers_to_show_home(
    *, appointed_on: date | None, told: bool, visit: Visit | None, ideas: str | None, again_on: date | None, today: date
) -> list[Blocker]:
    """R-4.7.3: of an appointment whose day has come; who came had ideas, which are kept."""
    blockers = []
    if appointed_on is None or appointed_on > today:
        blockers.append(
            Blocker("no_visit_due", "R-4.7.3", say("没有到期的参观约定。", "No visit has fallen due."),
                    say("先在客户单上约定参观日期。", "Agree on a day first, on the lead."))
        )  # fmt: skip
    if told:
        blockers.append(
            Blocker("visit_kept_already", "R-4.7.3", say("这次参观已经登记。", "This visit is kept already."),
                    say("如有补充，请修改客户单上的样板房想法。", "To add to it, edit the ideas on the lead."))
        )  # fmt: skip
    if visit is Visit.CAME and not ideas:
        blockers.append(
            Blocker("ideas_missing", "R-4.7.3", say("没有写客户的想法。", "The customer's ideas are missing."),
                    say("请填写客户看样板房后的想法。", "Write down what they thought of the show home."))
        )  # fmt: skip
    return blockers + blockers_to_follow_up(next_on=again_on, today=today)
