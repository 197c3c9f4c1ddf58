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
