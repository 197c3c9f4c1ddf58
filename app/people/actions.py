"""What is done with people: they leave, a delegation is taken back."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core.blockers import Blocker
from app.core.kinds import Date
from app.core.verbs import Act, Verb, ask
from app.core.words import say
from app.people.models import Delegation, Staff
from app.people.rules import blockers_to_leave

#: what else has to happen when somebody leaves: `security` ends their account here
on_leaving: list[Callable[[Session, Staff], None]] = []
#: what somebody still has in hand, as sentences: upper domains add theirs
open_work: list[Callable[[Session, Staff], Sequence[str]]] = []


class LeaveCompany(Verb):
    """The account and its sessions end; work still in hand is listed for handing over."""

    table, label, clause = "staff", say("办理离职", "Leave the company"), "R-2.4.3"
    danger, icon = True, "logout"
    on = ask(Date(), "离职日期", "Last day")

    def blockers(self, row: Any, act: Act, on: date | None = None, **params: Any) -> Sequence[Blocker]:
        return blockers_to_leave(
            oneself=row.id == act.person.staff_id, left_on=row.left_on, hired_on=row.hired_on, on=on
        )

    def choices(self, row: Any, act: Act) -> dict[str, Any]:
        return {"open_work": [line for ask_domain in open_work for line in ask_domain(act.db, row)]}

    def do(self, row: Any, act: Act, on: date) -> None:  # type: ignore[override]
        row.left_on = on
        for end in on_leaving:
            end(act.db, row)


class Revoke(Verb):
    """R-4.4.5: a delegation taken back before its end."""

    table, label, clause = "delegation", say("撤销授权", "Revoke"), "R-4.4.5"
    danger, icon = True, "ban"

    def blockers(self, row: Delegation, act: Act) -> Sequence[Blocker]:  # type: ignore[override]
        if not row.revoked:
            return []
        return [
            Blocker(
                "wrong_state",
                "R-4.4.5",
                say("已撤销。", "It was revoked already."),
                say("无须再办。", "Nothing more is needed."),
            )
        ]

    def do(self, row: Delegation, act: Act) -> None:  # type: ignore[override]
        row.revoked = True
