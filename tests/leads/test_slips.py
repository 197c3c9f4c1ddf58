"""Transfer slips through their verbs (R-4.4): the examples 12 and 13 of the requirements."""

from datetime import date

import pytest

from app.core.answers import Faulty, NotFound
from app.people.models import Delegation


@pytest.fixture
def lead(office):
    return office.lead("salesperson", source="marketing")


@pytest.fixture
def slip(office, lead):
    return office.enter("transfer_slip", "salesperson", lead=lead, remarks="周末量房")


def _sign(office, slip):
    office.do("transfer_slip", slip, "sign_market", "marketing_manager")
    office.do("transfer_slip", slip, "sign_store", "store_manager")


def _delegate(office, who, to, first, last, *, revoked=False):
    office.session.add(
        Delegation(
            number=f"SQ-{who}-{to}", from_staff_id=office.staff(who), to_staff_id=office.staff(to),
            starts_on=first, ends_on=last, reason="出差", revoked=revoked,
        )
    )  # fmt: skip
    office.session.commit()


def test_a_marketing_lead_is_dispatched_only_with_both_signatures(office, lead, slip):
    director = {"designer": office.staff("director")}
    dispatch = ("lead", lead, "dispatch", "account_manager")
    assert office.refused(*dispatch, **director) == ["slip_missing"]
    office.do("transfer_slip", slip, "sign_market", "marketing_manager")
    assert office.refused(*dispatch, **director) == ["slip_missing"]
    office.do("transfer_slip", slip, "sign_store", "store_manager")
    assert office.do(*dispatch, **director).state == "dispatched"
    kept = office.row("transfer_slip", slip)
    assert (kept.state, kept.designer_id) == ("dispatched", office.staff("director"))


def test_the_slip_has_a_number_its_salesperson_and_signatures_in_their_own_name(office, slip):
    _sign(office, slip)
    kept = office.row("transfer_slip", slip)
    assert kept.number == "CD-2026-000001"
    assert kept.salesperson_id == office.staff("salesperson")
    assert (kept.market_signed_by_id, kept.market_signed_for_id) == (
        office.staff("marketing_manager"), None,
    )  # fmt: skip
    assert (kept.store_signed_by_id, kept.store_signed_for_id) == (
        office.staff("store_manager"), None,
    )  # fmt: skip


def test_the_store_manager_does_not_sign_first(office, slip):
    assert office.refused("transfer_slip", slip, "sign_store", "store_manager") == ["wrong_state"]


def test_the_filler_does_not_sign_even_as_a_delegate(office, slip):
    _delegate(office, "marketing_manager", "salesperson", date(2026, 11, 16), date(2026, 11, 18))
    assert office.refused("transfer_slip", slip, "sign_market", "salesperson") == ["same_person"]


def test_a_manager_who_filled_the_slip_has_it_signed_by_somebody_elses_authority(office):
    lead = office.lead("marketing_manager", source="marketing")
    slip = office.enter("transfer_slip", "marketing_manager", lead=lead)
    assert office.refused("transfer_slip", slip, "sign_market", "marketing_manager") == ["same_person"]
    _delegate(office, "marketing_manager", "salesperson2", date(2026, 11, 16), date(2026, 11, 18))
    assert office.refused("transfer_slip", slip, "sign_market", "salesperson2") == ["same_person"]


@pytest.mark.parametrize("day", [16, 17])
def test_a_delegate_signs_for_the_manager_on_the_days_of_the_delegation(office, clock, slip, day):
    _delegate(office, "marketing_manager", "salesperson2", date(2026, 11, 16), date(2026, 11, 17))
    clock.at(day)
    office.do("transfer_slip", slip, "sign_market", "salesperson2")
    kept = office.row("transfer_slip", slip)
    assert (kept.market_signed_by_id, kept.market_signed_for_id) == (
        office.staff("salesperson2"), office.staff("marketing_manager"),
    )  # fmt: skip


def test_on_the_day_after_its_end_a_delegates_signature_is_refused(office, clock, slip):
    _delegate(office, "marketing_manager", "account_assistant", date(2026, 11, 16), date(2026, 11, 17))
    clock.at(18)
    assert office.refused("transfer_slip", slip, "sign_market", "account_assistant") == ["not_authorised"]


def test_a_revoked_delegation_and_one_from_somebody_else_authorise_nothing(office, slip):
    days = (date(2026, 11, 16), date(2026, 11, 20))
    _delegate(office, "marketing_manager", "account_assistant", *days, revoked=True)
    _delegate(office, "design_manager", "account_assistant", *days)
    assert office.refused("transfer_slip", slip, "sign_market", "account_assistant") == ["not_authorised"]


def test_a_delegate_reaches_the_slip_only_while_the_delegation_is_in_force(office, clock, slip):
    assert slip not in office.seen("transfer_slip", "salesperson2")
    _delegate(office, "marketing_manager", "salesperson2", date(2026, 11, 17), date(2026, 11, 18))
    assert slip not in office.seen("transfer_slip", "salesperson2")
    clock.at(18)
    assert slip in office.seen("transfer_slip", "salesperson2")
    clock.at(19)
    assert slip not in office.seen("transfer_slip", "salesperson2")
    with pytest.raises(NotFound):
        office.do("transfer_slip", slip, "sign_market", "salesperson2")


def test_a_store_managers_delegate_reaches_every_slip(office, slip):
    _delegate(office, "store_manager", "design_manager", date(2026, 11, 16), date(2026, 11, 18))
    assert slip in office.seen("transfer_slip", "design_manager")
    office.do("transfer_slip", slip, "sign_market", "marketing_manager")
    office.do("transfer_slip", slip, "sign_store", "design_manager")
    assert office.row("transfer_slip", slip).store_signed_for_id == office.staff("store_manager")


def test_there_is_one_live_slip_for_a_lead(office, lead, slip):
    with pytest.raises(Faulty) as refused:
        office.enter("transfer_slip", "salesperson", lead=lead)
    assert "lead" in refused.value.faults
    office.do("transfer_slip", slip, "void", "salesperson", reason="填错")
    again = office.enter("transfer_slip", "salesperson", lead=lead)
    assert office.row("transfer_slip", again).number == "CD-2026-000002"


def test_a_slip_is_filled_before_its_customer_is_dispatched(office):
    lead = office.lead("salesperson")
    office.dispatch(lead, "director")
    with pytest.raises(Faulty) as refused:
        office.enter("transfer_slip", "salesperson", lead=lead)
    assert "lead" in refused.value.faults


def test_a_dispatched_slip_is_not_voided_and_is_copied_to_human_resources_once(office, lead, slip):
    copy = ("transfer_slip", slip, "copy_to_hr", "human_resources")
    assert office.refused(*copy) == ["wrong_state"]
    _sign(office, slip)
    office.dispatch(lead, "director")
    assert office.refused("transfer_slip", slip, "void", "salesperson", reason="错") == ["wrong_state"]
    office.do(*copy)
    assert office.row("transfer_slip", slip).hr_copied_on == date(2026, 11, 16)
    assert office.refused(*copy) == ["already_copied"]


def test_the_salespersons_preferred_designer_is_offered_first_and_kept(office):
    lead = office.lead("salesperson", source="marketing")
    office.dispatch(office.lead(), "director2")  # by fairness the other one would come first
    slip = office.enter("transfer_slip", "salesperson", lead=lead, preferred_designer=office.staff("director2"))
    _sign(office, slip)
    offered = office.would("lead", lead, "dispatch", "account_manager")["choices"]["designer"]
    assert (offered[0]["name"], offered[0]["preferred"]) == ("director2", True)
    office.dispatch(lead, "director2")
    assert office.rows("dispatch", lead_id=lead)[0].preferred is True


def test_reassigning_a_marketing_lead_tells_the_slip_its_new_designer(office, lead, slip):
    _sign(office, slip)
    office.dispatch(lead, "director")
    office.do("lead", lead, "reassign", "account_manager", designer=office.staff("director2"), reason="出差")
    kept = office.row("transfer_slip", slip)
    assert (kept.state, kept.designer_id) == ("dispatched", office.staff("director2"))
