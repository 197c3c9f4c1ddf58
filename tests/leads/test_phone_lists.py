"""An estate's phone numbers (R-4.3.6): called once, marked, and nobody else's data shown."""

import pytest

from app.core.answers import Faulty
from app.leads.phone_lists.rules import CallResult, blockers_to_mark, result_of

C = CallResult


@pytest.mark.parametrize(
    ("is_lead", "has_contract", "marked", "result"),
    [
        (False, False, C.OPEN, C.OPEN), (True, False, C.OPEN, C.VISITED), (True, True, C.OPEN, C.SIGNED),
        (True, False, C.DO_NOT_CALL, C.DO_NOT_CALL), (True, True, C.DO_NOT_CALL, C.DO_NOT_CALL),
        (False, False, C.VISITED, C.VISITED), (True, True, C.VISITED, C.SIGNED),
    ],
)  # fmt: skip
def test_the_registers_mark_a_number(is_lead, has_contract, marked, result):
    assert result_of(is_lead=is_lead, has_contract=has_contract, marked=marked) is result


@pytest.mark.parametrize(
    ("now", "wanted", "told"),
    [
        ("open", "visited", []), ("open", "do_not_call", []), ("visited", "open", []), ("open", None, []),
        ("open", "signed", ["known_by_contract"]), ("signed", "open", ["known_by_contract"]),
        ("do_not_call", "open", ["do_not_call"]), ("do_not_call", None, ["do_not_call"]),
    ],
)  # fmt: skip
def test_who_asked_not_to_be_called_stays_so(now, wanted, told):
    assert [each.rule for each in blockers_to_mark(C(now), C(wanted) if wanted else None)] == told


@pytest.fixture
def a_list(office):
    return office.enter("phone_list", "marketing_manager", name="丽景家园一期", estate_name="丽景家园")


def entry(office, a_list, phone):
    return office.enter("phone_list_entry", "marketing_manager", phone_list=a_list, phone=phone, contact_name="王")


def test_a_known_number_is_marked_when_it_is_entered_and_when_it_is_compared(office, a_list):
    lead = office.row("lead", office.lead())
    known, new = entry(office, a_list, lead.phone), entry(office, a_list, "13900139000")
    assert office.row("phone_list_entry", known).result == "visited"
    assert office.row("phone_list_entry", new).result == "open"
    assert office.row("phone_list_entry", new).estate_name == "丽景家园"
    office.lead(phone="13900139000")
    office.dispatch(lead.id, "director")
    office.do("lead", lead.id, "measure", "director", on="2026-11-16")
    office.do("lead", lead.id, "sign_contract", "director", amount_fen=100, on="2026-11-16")
    office.do("phone_list", a_list, "compare", "marketing_manager")
    assert [each.result for each in office.rows("phone_list_entry")] == ["signed", "visited"]
    assert all(each.note is None for each in office.rows("phone_list_entry"))


def test_a_mark_is_made_by_whoever_called_and_do_not_call_stays(office, a_list):
    row = entry(office, a_list, "13900139000")
    office.do("phone_list_entry", row, "mark", "salesperson", result="do_not_call", note="请勿再打")
    assert office.refused("phone_list_entry", row, "mark", "salesperson", result="open") == ["do_not_call"]
    office.lead(phone="13900139000")
    office.do("phone_list", a_list, "compare", "marketing_manager")
    assert office.row("phone_list_entry", row).result == "do_not_call"


def test_a_number_is_once_in_a_list(office, a_list):
    entry(office, a_list, "13900139000")
    with pytest.raises(Faulty):
        entry(office, a_list, "139 0013 9000")
