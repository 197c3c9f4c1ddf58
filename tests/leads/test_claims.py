"""Claims through their verbs and their register (R-4.3): the example 16 of the requirements."""

import pytest

from app.core.answers import Faulty, NotFound
from app.core.blockers import NotAllowed

PHONE = "13577272786"


@pytest.fixture
def lead(office):
    """Entered by the first salesperson at nine on Monday, complete."""
    return office.lead("salesperson", phone=PHONE)


def _claim(office, username, kind="first_contact", at="2026-11-16T08:00", **more):
    return office.enter("claim", username, phone=PHONE, kind=kind, at=at, evidence="登记本第 3 页", **more)


def test_entering_a_complete_lead_is_a_first_contact(office, lead):
    claim = office.rows("claim", lead_id=lead)[0]
    assert (claim.kind, claim.standing) == ("first_contact", "first")
    assert claim.number == "RD-2026-000001"
    assert office.row("lead", lead).claimant_id == office.staff("salesperson")


@pytest.mark.parametrize("missing", ["address", "floor_area"])
def test_entering_an_incomplete_lead_is_none(office, missing):
    lead = office.lead("salesperson", **{missing: None})
    assert office.rows("claim", lead_id=lead) == []
    assert office.row("lead", lead).claimant_id is None


def test_the_front_desk_claims_nothing_by_entering(office):
    assert office.rows("claim", lead_id=office.lead("front_desk")) == []


def test_the_second_salesperson_learns_only_that_the_customer_is_taken(office, lead):
    number = office.row("lead", lead).number
    with pytest.raises(Faulty) as refused:
        office.lead("salesperson2", phone=PHONE)
    told = str(refused.value.faults["phone"])
    assert "已有人登记" in told
    assert number not in told
    assert "salesperson" not in told
    assert list(refused.value.faults) == ["phone"]
    assert lead not in office.seen("lead", "salesperson2")


def test_both_claims_are_kept_and_the_earlier_first_contact_holds(office, lead):
    later = _claim(office, "salesperson2", at="2026-11-16T09:00")
    first, second = office.rows("claim", lead_id=lead)
    assert second.id == later
    assert (first.standing, second.standing) == ("first", "later")
    assert office.row("lead", lead).claimant_id == office.staff("salesperson")


def test_an_earlier_first_contact_that_comes_late_holds_and_the_board_says_why(office, lead):
    earlier = _claim(office, "salesperson2", at="2026-11-16T08:00")
    assert office.row("lead", lead).claimant_id == office.staff("salesperson2")
    choices = office.would("lead", lead, "decide_claim", "account_manager")["choices"]
    assert choices["winner"] == {
        "id": earlier, "staff": office.staff("salesperson2"),
        "reason": "认定：资料完整且时间最早（「第一接触」，2026-11-16 08:00）。",
    }  # fmt: skip
    assert [each["standing"] for each in choices["claim"]] == [
        "未认定：已有更早的认定", "认定：资料完整且时间最早",
    ]  # fmt: skip


def test_a_salesperson_sees_their_own_claims_only(office, lead):
    theirs = _claim(office, "salesperson2", at="2026-11-16T09:00")
    assert office.seen("claim", "salesperson2") == {theirs}
    assert theirs not in office.seen("claim", "salesperson")
    assert lead not in office.seen("lead", "salesperson2")


def test_claiming_a_customer_nobody_has_is_refused_at_the_phone(office):
    with pytest.raises(Faulty) as refused:
        _claim(office, "salesperson2")
    assert list(refused.value.faults) == ["phone"]
    with pytest.raises(Faulty) as refused:
        office.enter("claim", "salesperson2", kind="invited", at="2026-11-16T08:00", evidence="短信")
    assert list(refused.value.faults) == ["phone"]


def test_a_first_contact_needs_a_complete_lead_by_verb_and_by_phone(office):
    lead = office.lead("front_desk", phone=PHONE, address=None)
    with pytest.raises(NotAllowed) as refused:
        _claim(office, "salesperson2")
    assert [each.rule for each in refused.value.blockers] == ["facts_missing"]
    params = {"kind": "first_contact", "at": "2026-11-16T08:00", "evidence": "登记本"}
    assert office.refused("lead", lead, "claim", "account_manager", **params) == ["facts_missing"]
    params["kind"] = "invited"
    made = office.do("lead", lead, "claim", "account_manager", **params)
    assert made.also["claim"]["number"] == "RD-2026-000001"
    assert office.row("lead", lead).claimant_id == office.staff("account_manager")


def test_the_front_desk_records_whom_the_customer_named(office):
    lead = office.lead("front_desk")
    params = {"kind": "named_by_customer", "at": "2026-11-16T08:00", "evidence": "客户口述"}
    named = {"staff": office.staff("salesperson2")}
    office.do("lead", lead, "claim", "front_desk", **params, **named)
    assert office.row("lead", lead).claimant_id == office.staff("salesperson2")
    own = office.lead("salesperson")
    assert office.refused("lead", own, "claim", "salesperson", **params, **named) == ["not_authorised"]


def test_a_claim_does_not_lie_ahead(office, lead):
    params = {"kind": "invited", "evidence": "短信"}
    claim = ("lead", lead, "claim", "salesperson")
    assert office.refused(*claim, at="2026-11-16T09:01", **params) == ["in_future"]
    assert "claim" in office.do(*claim, at="2026-11-16T09:00", **params).also


def test_a_dispute_is_decided_and_the_decision_kept(office, lead):
    later = _claim(office, "salesperson2", kind="named_by_customer")
    decide = ("lead", lead, "decide_claim", "account_manager")
    office.do(*decide, claim=later, reason="客户当面确认")
    kept = office.row("claim", later)
    assert (kept.standing, kept.decision_reason) == ("decided", "客户当面确认")
    assert kept.decided_by_id == office.staff("account_manager")
    assert office.rows("claim", lead_id=lead)[0].standing == "overruled"
    assert office.row("lead", lead).claimant_id == office.staff("salesperson2")
    assert office.refused(*decide, claim=later, reason="再次") == ["wrong_claim"]


def test_a_dispute_is_decided_for_a_claim_on_this_lead(office, lead):
    other = office.lead("salesperson")
    foreign = office.rows("claim", lead_id=other)[0].id
    assert office.refused("lead", lead, "decide_claim", "account_manager", claim=foreign, reason="错") == [
        "wrong_claim"
    ]


def test_a_lead_out_of_reach_is_not_claimed_by_its_id(office, lead):
    with pytest.raises(NotFound):
        office.do("lead", lead, "claim", "salesperson2", kind="invited", at="2026-11-16T08:00", evidence="短信")
    with pytest.raises(Faulty) as refused:
        office.enter("claim", "salesperson2", lead=lead, kind="invited", at="2026-11-16T08:00", evidence="短信")
    assert "lead" in refused.value.faults
