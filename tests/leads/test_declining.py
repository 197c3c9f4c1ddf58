"""A designer asks to be relieved, two managers decide (R-4.2.6)."""

import pytest

from app.core.answers import NotFound


@pytest.fixture
def lead(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    return lead


@pytest.fixture
def request_id(office, lead):
    dispatch = office.rows("dispatch", lead_id=lead)[0].id
    outcome = office.do("dispatch", dispatch, "request_decline", "director", reason="与客户有亲属关系")
    return outcome.also["decline_request"]["id"]


def _decide(office, request_id, decision, designer=None, who="account_manager"):
    named = {"designer": office.staff(designer)} if designer else {}
    office.do("decline_request", request_id, "decide", who, decision=decision, reason="属实", **named)


def test_asking_changes_nothing_yet(office, lead, request_id):
    assert office.rows("dispatch", lead_id=lead)[0].ended_at is None
    dispatch = office.rows("dispatch", lead_id=lead)[0].id
    assert office.refused("dispatch", dispatch, "request_decline", "director", reason="再问") == ["already_asked"]


def test_another_designer_does_not_reach_the_dispatch(office, lead):
    dispatch = office.rows("dispatch", lead_id=lead)[0].id
    with pytest.raises(NotFound):
        office.do("dispatch", dispatch, "request_decline", "director2", reason="他不想接")


def test_a_manager_does_not_ask_in_the_designers_place(office, lead):
    dispatch = office.rows("dispatch", lead_id=lead)[0].id
    assert office.refused("dispatch", dispatch, "request_decline", "design_manager", reason="…") == ["not_authorised"]


def test_it_is_reassigned_only_when_the_design_manager_agrees(office, lead, request_id):
    _decide(office, request_id, "reassign", "director2")
    assert office.row("lead", lead).designer_id == office.staff("director")
    office.do("decline_request", request_id, "agree", "design_manager")
    old, new = office.rows("dispatch", lead_id=lead)
    assert (old.end_kind, new.designer_id, new.forced) == (
        "reassigned", office.staff("director2"), False,
    )  # fmt: skip
    kept = office.row("decline_request", request_id)
    assert (kept.state, kept.decided_by_id, kept.agreed_by_id) == (
        "agreed", office.staff("account_manager"), office.staff("design_manager"),
    )  # fmt: skip


def test_forced_it_stays_with_the_designer_and_is_marked(office, lead, request_id):
    _decide(office, request_id, "force")
    assert office.rows("dispatch", lead_id=lead)[0].forced is False
    office.do("decline_request", request_id, "agree", "design_manager")
    (only,) = office.rows("dispatch", lead_id=lead)
    assert (only.forced, only.ended_at) == (True, None)


def test_forced_on_another_designer_it_obeys_the_same_caps(office, lead, request_id):
    _decide(office, request_id, "force", "director2")
    for _ in range(2):
        office.dispatch(office.lead(), "director2")
    agree = ("decline_request", request_id, "agree", "design_manager")
    assert office.refused(*agree) == ["in_hand_full", "day_full"]
    office.policy("dispatch_in_hand_low", 4)
    office.policy("dispatch_a_day", 4)
    office.do(*agree)
    assert office.rows("dispatch", lead_id=lead)[1].forced is True


def test_reassigning_names_a_designer_who_may_take_it(office, request_id):
    decide = ("decline_request", request_id, "decide", "account_manager")
    assert office.refused(*decide, decision="reassign", reason="…") == ["designer_missing"]
    chief, holder = office.staff("chief"), office.staff("director")
    assert office.refused(*decide, decision="reassign", reason="…", designer=chief) == ["tier_mismatch"]
    assert office.refused(*decide, decision="reassign", reason="…", designer=holder) == ["already_dispatched"]


def test_nobody_agrees_to_their_own_decision(office, request_id):
    _decide(office, request_id, "force", who="both_managers")
    agree = ("decline_request", request_id, "agree")
    assert office.refused(*agree, "both_managers") == ["same_person"]
    office.do(*agree, "design_manager")


def test_it_is_decided_before_it_is_agreed_to_and_may_be_decided_anew(office, request_id):
    agree = ("decline_request", request_id, "agree", "design_manager")
    assert office.refused(*agree) == ["wrong_state"]
    _decide(office, request_id, "reassign", "director2")
    _decide(office, request_id, "force")
    office.do(*agree)
    assert office.row("decline_request", request_id).decision == "force"


def test_a_request_lapses_when_the_dispatch_ends_otherwise(office, lead, request_id):
    office.do("lead", lead, "reassign", "account_manager", designer=office.staff("director2"), reason="病假")
    assert office.row("decline_request", request_id).state == "lapsed"
    assert "wrong_state" in office.refused(
        "decline_request", request_id, "decide", "account_manager", decision="force", reason="…"
    )
