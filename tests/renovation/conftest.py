"""The renovation counter: a clerk, a second clerk, the service manager and the cashier at work."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core import here, saving
from app.core.blockers import Blocker, NotAllowed
from app.core.declaration import register_of
from app.core.runner import would
from app.core.verbs import verb_named
from app.demo import names
from app.demo.desk import Desk

CASE = "renovation_application"
CLERK, SECOND, BOSS, CASHIER = "renovation_clerk", "renovation_clerk2", "service_manager", "cashier"
BY_CONTRACTOR = ("applicant", "contractor", "property")


class Counter(Desk):
    """`counter.apply()` enters a case; `counter.clear(case)` brings every paper; `counter.pay(case)`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.today = here.today()
        self.starts, self.ends = self.today + timedelta(days=3), self.today + timedelta(days=63)
        self._units = self.ids("unit")
        self._entered = 0

    # --- entering -------------------------------------------------------------------------

    def contractor(self, valid_until: date | None = None, **values: Any) -> int:
        """An active one, both credentials on file."""
        self._entered += 1
        made = self.enter(
            "contractor", BOSS, name=f"云山装饰{self._entered}",
            credit_code=names.credit_code(self._entered), **values,
        )  # fmt: skip
        for kind in ("business_licence", "qualification"):
            self.credential(made, kind, valid_until or self.ends)
        return made

    def credential(self, contractor: int, kind: str, valid_until: date | None) -> int:
        self._entered += 1
        return self.enter(
            "credential", BOSS, contractor=contractor, kind=kind, credential_number=f"Z{self._entered}",
            valid_until=str(valid_until) if valid_until else None,
        )  # fmt: skip

    def apply(self, username: str = CLERK, **values: Any) -> int:
        """An owner's case with a contractor, on a unit of its own, unless told otherwise."""
        self._entered += 1
        if "contractor" not in values and values.get("work_mode") != "self_managed":
            values["contractor"] = self.contractor()
        given = {
            "unit": self._units[self._entered % len(self._units)], "applicant_kind": "owner", "applicant_name": "林晓",
            "applicant_phone": "13812345678", "applicant_id_number": names.identity_card(3),
            "work_mode": "contractor", "site_manager_name": "周宁", "site_manager_phone": "13912345678",
            "starts_on": str(self.starts), "ends_on": str(self.ends), "scope": self.items("painting"),
        }  # fmt: skip
        return self.enter(CASE, username, **{**given, **values})

    def items(self, *codes: str) -> list[int]:
        """Ids of scope items by their codes."""
        return [self.ids("scope_item", code=code)[0] for code in codes]

    def edit(self, table: str, row_id: int, username: str = CLERK, **values: Any) -> None:
        register = register_of(table)
        assert register is not None
        with here.acting_as(self.person(username)):
            saving.edit(self.session, register, row_id, values, from_json=True)

    # --- the counter's work -----------------------------------------------------------------

    def papers(self, table: str, case: int, **where: Any) -> list[Any]:
        return [self.one(table, each) for each in self.ids(table, application_id=case, **where)]

    def check(self, case: int, *kinds: str, **values: Any) -> None:
        """Documents of these kinds, each with every tick, unless told otherwise."""
        for document in self.papers("application_document", case):
            if document.kind in kinds:
                ticks = {
                    "copy_kept": True, "original_seen": True, "red_seal": True, "marked_for_unit": True,
                    "valid_until": str(self.ends),
                }  # fmt: skip
                self.do("application_document", document.id, "check", CLERK, **{**ticks, **values})

    def check_all(self, case: int) -> None:
        self.check(case, *[each.kind for each in self.papers("application_document", case)])

    def sign_agreement(self, case: int, *parties: str) -> None:
        [agreement] = self.ids("agreement", application_id=case)
        for party in parties:
            self.do("agreement", agreement, "sign", CLERK, party=party, signer_name="林晓")

    def sign_all(self, table: str, case: int) -> None:
        for each in self.ids(table, application_id=case):
            self.do(table, each, "sign", CLERK, signer_name="林晓")

    def draw(self, case: int, version: int = 1, parties: tuple[str, ...] = ("applicant", "site_manager")) -> int:
        drawing = self.enter("drawing", CLERK, application=case, drawing_version=version)
        for party in parties:
            self.do("drawing", drawing, "sign", CLERK, party=party)
        if parties:
            self.do("drawing", drawing, "archive_copy", CLERK)
        return drawing

    def clear(self, case: int) -> None:
        """Every paper of the case in order."""
        self.check_all(case)
        by_contractor = self.one(CASE, case).work_mode == "contractor"
        self.sign_agreement(case, *(BY_CONTRACTOR if by_contractor else ("applicant", "property")))
        self.sign_all("undertaking", case)
        self.sign_all("notice_receipt", case)
        self.draw(case)

    def approve(self, case: int) -> None:
        self.do(CASE, case, "submit", CLERK)
        self.do(CASE, case, "approve", BOSS)

    def pay(self, case: int) -> Any:
        """The receipt over everything that is due."""
        due = self.ids("charge", application_id=case, state="due")
        return self.one("receipt", self.do("charge", due, "take_payment", CASHIER, method="cash"))

    def ready(self, **values: Any) -> tuple[int, str]:
        """A case that lacks nothing but its permit, and its receipt's number."""
        case = self.apply(**values)
        self.clear(case)
        self.approve(case)
        return case, self.pay(case).number

    def issue(self, case: int, receipt: str, username: str = SECOND, **values: Any) -> Any:
        """The permit."""
        self.do(CASE, case, "issue_permit", username, **{**self.dates(), "receipt_number": receipt, **values})
        [permit] = self.papers("permit", case)
        return permit

    def dates(self) -> dict[str, str]:
        return {"valid_from": str(self.starts), "valid_until": str(self.ends)}

    # --- refusals ---------------------------------------------------------------------------

    def refused(self, table: str, row_id: int | list[int], verb: str, username: str, **params: Any) -> list[Blocker]:
        """Why it is refused; fails when it is not."""
        with pytest.raises(NotAllowed) as refused:
            self.do(table, row_id, verb, username, **params)
        return list(refused.value.blockers)

    def not_issued(self, case: int, receipt: str, username: str = SECOND, **values: Any) -> list[str]:
        params = {**self.dates(), "receipt_number": receipt, **values}
        return [each.rule for each in self.refused(CASE, case, "issue_permit", username, **params)]

    def would(self, case: int, verb: str, username: str = SECOND) -> list[Blocker]:
        found = verb_named(CASE, verb)
        assert found is not None
        with here.acting_as(self.person(username)):
            return list(would(self.session, found, [case])["blockers"])


@pytest.fixture
def counter(session: Session) -> Iterator[Counter]:
    yield Counter(session)
    session.rollback()
