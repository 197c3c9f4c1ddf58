"""R-3.4.8: each rule of `issue_permit` alone refuses, whichever way one comes, and changes
nothing; with that one thing put right the same door lets it through."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.record import table_named
from tests.doors import DOORS
from tests.renovation.conftest import BOSS, CASE, CASHIER, CLERK, SECOND, Counter

DAY = timedelta(days=1)
Cure = Callable[[], dict[str, Any]]
Fault = Callable[[Counter], tuple[int, dict[str, Any], Cure]]


def prepared(counter: Counter, skip: str = "", **values: Any) -> int:
    """An approved and paid case that lacks the one thing."""
    case = counter.apply(**values)
    for what, bring in (
        ("documents", lambda: counter.check_all(case)),
        ("agreement", lambda: counter.sign_agreement(case, "applicant", "contractor", "property")),
        ("undertaking", lambda: counter.sign_all("undertaking", case)),
        ("notice", lambda: counter.sign_all("notice_receipt", case)),
        ("drawing", lambda: counter.draw(case)),
    ):
        if what != skip:
            bring()
    counter.approve(case)
    return case


def given(counter: Counter, receipt: str = "", **changed: Any) -> dict[str, Any]:
    return {"receipt_number": receipt, **counter.dates(), **changed}


def wrong_state(counter: Counter) -> Any:
    case, receipt = counter.ready()
    counter.issue(case, receipt)
    other, number = counter.ready()
    return case, given(counter, receipt), lambda: {"_case": other, **given(counter, number)}


def documents_incomplete(counter: Counter) -> Any:
    case = prepared(counter, "documents")
    receipt = counter.pay(case).number
    return case, given(counter, receipt), lambda: counter.check_all(case) or {}


def credential_expired(counter: Counter) -> Any:
    case = prepared(counter)
    receipt = counter.pay(case).number
    counter.check(case, "contractor_licence", valid_until=str(counter.ends - DAY))
    return case, given(counter, receipt), lambda: counter.check(case, "contractor_licence") or {}


def contractor_not_active(counter: Counter) -> Any:
    contractor = counter.contractor()
    case, receipt = counter.ready(contractor=contractor)
    counter.do("contractor", contractor, "suspend", BOSS, reason="夜间施工")
    return (
        case,
        given(counter, receipt),
        lambda: counter.do("contractor", contractor, "restore", BOSS, reason="已整改") and {},
    )


def agreement_unsigned(counter: Counter) -> Any:
    case = prepared(counter, "agreement")
    counter.sign_agreement(case, "applicant", "contractor")
    receipt = counter.pay(case).number
    return case, given(counter, receipt), lambda: counter.sign_agreement(case, "property") or {}


def undertaking_unsigned(counter: Counter) -> Any:
    case = prepared(counter, "undertaking", scope=counter.items("painting", "gas_pipes_covered"))
    receipt = counter.pay(case).number
    return case, given(counter, receipt), lambda: counter.sign_all("undertaking", case) or {}


def notice_unsigned(counter: Counter) -> Any:
    case = prepared(counter, "notice")
    receipt = counter.pay(case).number
    return case, given(counter, receipt), lambda: counter.sign_all("notice_receipt", case) or {}


def drawing_unsigned(counter: Counter) -> Any:
    """Drawn, but nobody has signed it."""
    case = prepared(counter, "drawing")
    counter.draw(case, parties=())
    receipt = counter.pay(case).number

    def cure() -> dict[str, Any]:
        [drawing] = counter.ids("drawing", application_id=case)
        for party in ("applicant", "site_manager"):
            counter.do("drawing", drawing, "sign", CLERK, party=party)
        counter.do("drawing", drawing, "archive_copy", CLERK)
        return {}

    return case, given(counter, receipt), cure


def charges_unpaid(counter: Counter) -> Any:
    """One of two charges is paid; its receipt alone does not do."""
    case = prepared(counter)
    first, *others = counter.ids("charge", application_id=case)
    receipt = counter.one("receipt", counter.do("charge", [first], "take_payment", CASHIER, method="cash")).number
    return (
        case,
        given(counter, receipt),
        lambda: counter.do("charge", others, "take_payment", CASHIER, method="cash") and {},
    )


def receipt_invalid(counter: Counter) -> Any:
    """The receipt of somebody else's application."""
    _, foreign = counter.ready()
    case, receipt = counter.ready()
    return case, given(counter, foreign), lambda: {"receipt_number": receipt}


def prohibited_scope(counter: Counter) -> Any:
    """A thing that came to be forbidden after the case was approved."""
    case, receipt = counter.ready()
    item = table_named("scope_item").__table__

    def kind(word: str) -> dict[str, Any]:
        counter.session.execute(item.update().where(item.c.code == "painting").values(kind=word))
        counter.session.commit()
        return {}

    kind("prohibited")
    return case, given(counter, receipt), lambda: kind("ordinary")


def outside_dates(counter: Counter) -> Any:
    case, receipt = counter.ready()
    return (
        case,
        given(counter, receipt, valid_from=str(counter.starts - DAY)),
        lambda: {"valid_from": str(counter.starts)},
    )


def same_person(counter: Counter) -> Any:
    case, receipt = counter.ready(username=SECOND)
    return case, given(counter, receipt), lambda: {"_by": CLERK}


FAULTS: list[Fault] = [
    wrong_state, documents_incomplete, credential_expired, contractor_not_active, agreement_unsigned,
    undertaking_unsigned, notice_unsigned, drawing_unsigned, charges_unpaid, receipt_invalid,
    prohibited_scope, outside_dates, same_person,
]  # fmt: skip


def standing(counter: Counter, case: int) -> Any:
    """Whatever a permit would change, and the number that the next one gets."""
    row = counter.one(CASE, case)
    series = counter.ids("permit")
    return row.state, row.version, counter.one("unit", row.unit_id).is_renovating, series


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__)
def test_one_missing_thing_refuses_and_its_twin_passes(counter: Counter, doors: Any, fault: Fault, door: str) -> None:
    case, params, cure = fault(counter)
    before = standing(counter, case)
    assert doors.do(door, CASE, case, "issue_permit", SECOND, **params) == [fault.__name__]
    assert standing(counter, case) == before
    put_right = cure()
    case, username = put_right.pop("_case", case), put_right.pop("_by", SECOND)
    assert doors.do(door, CASE, case, "issue_permit", username, **{**params, **put_right}) == []
    assert counter.one(CASE, case).state == "under_work"


def test_each_refusal_names_its_clause_and_what_would_satisfy_it(counter: Counter, api: Any) -> None:
    """The same on both databases, through the API's contract."""
    case = counter.apply(scope=counter.items("painting", "gas_pipes_covered"))
    counter.approve(case)
    answer = api(SECOND).post(f"{CASE}/{case}/issue_permit", **given(counter, "SJ-2026-000009"))
    assert answer.status_code == 422
    assert answer.json["message"]
    told = {each["rule"]: each["clause"] for each in answer.json["blockers"]}
    assert told == {
        "documents_incomplete": "R-3.3.1", "agreement_unsigned": "R-3.3.5", "undertaking_unsigned": "R-3.4.4",
        "notice_unsigned": "R-3.4.6", "drawing_unsigned": "R-3.4.7", "charges_unpaid": "R-3.4.8",
        "receipt_invalid": "R-3.4.8",
    }  # fmt: skip
    assert all(each["message"] and each["fix"] for each in answer.json["blockers"])
    asked = api(SECOND).get(f"{CASE}/{case}/issue_permit").json
    assert asked["allowed"] is False
    assert {each["rule"] for each in asked["blockers"]} == set(told) - {"receipt_invalid"}
