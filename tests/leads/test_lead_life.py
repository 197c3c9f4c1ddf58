"""A lead from the inquiry to its end (R-4.2, R-4.5): the examples 1, 14 and 15, and its bounds."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.core import here
from app.core.answers import Faulty
from app.leads.models import Closure, Contract, Dispatch, Lead

WORDS = {"customer_words": "不装修了", "designer_words": "已联系三次"}
INVALID = {"reason": "no_plan", "customer_words": "暂时不装"}
DEAD = {"reason": "price", "customer_words": "别家便宜"}


@pytest.fixture
def measured(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    office.do("lead", lead, "measure", "director", on="2026-11-16")
    return lead


def _state(office, lead):
    return office.row("lead", lead).state


# --- entering -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget_fen", "tier"),
    [(29_999_99, "small"), (30_000_00, "medium"), (50_000_00, "medium"), (50_000_01, "large"),
     (None, None)],
)  # fmt: skip
def test_the_tier_follows_the_budget(office, budget_fen, tier):
    lead = office.lead(budget_fen=budget_fen)
    assert office.row("lead", lead).tier == tier
    assert office.row("lead", lead).number == "KH-2026-000001"


def test_an_old_lead_keeps_the_bounds_of_its_day(office):
    old = office.lead(inquiry_on="2025-12-31", renovation_on="2027-01-01")
    office.policy("lead_medium_to_fen", 35_000_00)  # from 2026 on
    assert office.row("lead", office.lead()).tier == "large"
    lead = office.row("lead", old)
    lead.remarks = "改一处"
    office.session.commit()
    assert office.row("lead", old).tier == "medium"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"floor_area": 0}, "floor_area"),
        ({"budget_fen": -1}, "budget_fen"),
        ({"inquiry_on": "2026-11-17"}, "inquiry_on"),
        ({"inquiry_on": "2026-11-10", "renovation_on": "2026-11-09"}, "renovation_on"),
        ({"inquiry_on": "2026-11-10", "show_home_on": "2026-11-09"}, "show_home_on"),
        ({"phone": "1380000"}, "phone"),
        ({"source": "moon"}, "source"),
        ({"customer_name": ""}, "customer_name"),
        ({"state": "signed"}, "state"),
        ({"designer": 1}, "designer"),
        ({"tier": "large"}, "tier"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(office, values, field):
    with pytest.raises(Faulty) as refused:
        office.lead(**values)
    assert field in refused.value.faults
    assert office.lead() > 0


def test_a_phone_is_on_one_live_lead_and_free_again_when_that_is_closed(office):
    first = office.lead(phone="13577272786")
    with pytest.raises(Faulty) as refused:
        office.lead(phone="135 7727 2786")
    assert "phone" in refused.value.faults
    office.do("lead", first, "propose_invalid", "account_manager", **INVALID)
    office.do("lead", first, "confirm_invalid", "design_manager", **WORDS)
    assert office.lead(phone="13577272786") != first


# --- measuring and signing ------------------------------------------------------------------


def test_a_lead_is_measured_and_signed_and_the_contract_has_a_number(office, measured):
    signed = office.do("lead", measured, "sign_contract", "director", amount_fen=4_200_000, on="2026-11-16")
    assert signed.also["contract"]["number"] == "HT-2026-000001"
    contract = office.rows("contract", lead_id=measured)[0]
    assert (contract.number, contract.amount_fen) == ("HT-2026-000001", 4_200_000)
    assert contract.designer_id == office.staff("director")
    assert _state(office, measured) == "signed"


def test_a_withdrawn_contract_leaves_the_lead_measured_to_be_signed_again(office, measured):
    sign = ("lead", measured, "sign_contract", "director")
    withdraw = ("lead", measured, "withdraw_contract", "account_manager")
    office.do(*sign, amount_fen=1, on="2026-11-16")
    assert office.refused(*withdraw, reason="变卦", on="2026-11-15") == ["too_early"]
    office.do(*withdraw, reason="变卦", on="2026-11-16")
    assert _state(office, measured) == "measured"
    office.do(*sign, amount_fen=2, on="2026-11-16")
    first, second = office.rows("contract", lead_id=measured)
    assert (first.withdraw_reason, second.withdrawn_on) == ("变卦", None)


def test_a_contract_needs_a_measured_home_and_an_amount(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    sign = ("lead", lead, "sign_contract", "director")
    assert office.refused(*sign, amount_fen=1, on="2026-11-16") == ["wrong_state"]
    office.do("lead", lead, "measure", "director", on="2026-11-16")
    assert office.refused(*sign, amount_fen=0, on="2026-11-16") == ["amount_missing"]
    assert office.refused(*sign, amount_fen=1, on="2026-11-17") == ["in_future"]


# --- closing --------------------------------------------------------------------------------


def test_invalid_is_before_measuring_and_dead_after_it(office, measured):
    new = office.lead()
    assert office.refused("lead", measured, "propose_invalid", "account_manager", **INVALID) == ["wrong_state"]
    assert office.refused("lead", new, "propose_dead", "account_assistant", **DEAD) == ["wrong_state"]
    office.do("lead", measured, "propose_dead", "account_assistant", **DEAD)
    office.do("lead", new, "propose_invalid", "account_manager", **INVALID)
    assert (_state(office, measured), _state(office, new)) == ("dead_proposed", "invalid_proposed")


def test_nobody_confirms_what_they_proposed_even_with_both_posts(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    office.do("lead", lead, "propose_invalid", "both_managers", **INVALID)
    assert office.refused("lead", lead, "confirm_invalid", "both_managers", **WORDS) == ["same_person"]
    office.do("lead", lead, "confirm_invalid", "design_manager", **WORDS)
    assert _state(office, lead) == "invalid"


def test_a_closure_keeps_both_statements_both_people_and_ends_the_dispatch(office, clock, measured):
    office.do("lead", measured, "propose_dead", "account_assistant", **DEAD)
    clock.at(17)
    office.do("lead", measured, "confirm_dead", "design_manager", **WORDS)
    closure = office.rows("closure", lead_id=measured)[0]
    assert (closure.kind, closure.reason, closure.from_state) == ("dead", "price", "measured")
    assert (closure.customer_words, closure.confirmed_words) == ("别家便宜", "不装修了")
    assert closure.designer_words == "已联系三次"
    assert closure.proposed_by_id == office.staff("account_assistant")
    assert closure.confirmed_by_id == office.staff("design_manager")
    assert closure.proposed_at < closure.confirmed_at
    assert office.rows("dispatch", lead_id=measured)[0].end_kind == "closed"


@pytest.mark.parametrize("dispatched", [False, True])
def test_a_refused_closing_goes_back_to_where_it_came_from(office, dispatched):
    lead = office.lead()
    if dispatched:
        office.dispatch(lead, "director")
    office.do("lead", lead, "propose_invalid", "account_manager", **INVALID)
    office.do("lead", lead, "refuse_closure", "design_manager", reason="客户又来电")
    assert _state(office, lead) == ("dispatched" if dispatched else "new")
    office.do("lead", lead, "propose_invalid", "account_manager", **INVALID)
    assert [each.state for each in office.rows("closure", lead_id=lead)] == ["refused", "proposed"]


@pytest.mark.parametrize("kind", ["new", "dispatched", "measured"])
def test_the_general_manager_reopens_where_it_stood_with_its_designer(office, clock, kind):
    lead = office.lead()
    if kind != "new":
        office.dispatch(lead, "director")
    if kind == "measured":
        office.do("lead", lead, "measure", "director", on="2026-11-16")
        office.do("lead", lead, "propose_dead", "account_assistant", **DEAD)
        office.do("lead", lead, "confirm_dead", "design_manager", **WORDS)
    else:
        office.do("lead", lead, "propose_invalid", "account_manager", **INVALID)
        office.do("lead", lead, "confirm_invalid", "design_manager", **WORDS)
    clock.at(18)
    office.do("lead", lead, "reopen", "general_manager", reason="客户回头")
    assert _state(office, lead) == kind
    live = [each.ended_at for each in office.rows("dispatch", lead_id=lead)]
    assert live == ([] if kind == "new" else [None])
    closure = office.rows("closure", lead_id=lead)[0]
    assert (closure.state, closure.reopen_reason) == ("reopened", "客户回头")


def test_a_closed_lead_is_not_reopened_beside_a_live_one_of_the_same_phone(office):
    lead = office.lead(phone="13577272786")
    office.do("lead", lead, "propose_invalid", "account_manager", **INVALID)
    office.do("lead", lead, "confirm_invalid", "design_manager", **WORDS)
    office.lead(phone="13577272786")
    assert office.refused("lead", lead, "reopen", "general_manager", reason="回头") == ["customer_taken"]


def test_a_closure_is_filed_once_with_its_cause(office, measured):
    office.do("lead", measured, "propose_dead", "account_assistant", **DEAD)
    closure = office.rows("closure", lead_id=measured)[0].id
    file = ("closure", closure, "file", "design_manager")
    assert office.refused(*file, cause="报价慢") == ["wrong_state"]
    office.do("lead", measured, "confirm_dead", "design_manager", **WORDS)
    office.do(*file, cause="报价慢", responsible=office.staff("director"), penalty="扣 50 元")
    kept = office.row("closure", closure)
    assert (kept.cause, kept.responsible_id) == ("报价慢", office.staff("director"))
    assert kept.filed_at is not None
    assert office.refused(*file, cause="报价慢") == ["already_filed"]


@pytest.mark.parametrize(("verb", "reason"), [("propose_invalid", "price"), ("propose_dead", "no_plan")])
def test_each_kind_of_closing_has_its_own_reasons(office, measured, verb, reason):
    lead = measured if verb == "propose_dead" else office.lead()
    with pytest.raises(Faulty) as refused:
        office.do("lead", lead, verb, "account_manager", reason=reason, customer_words="…")
    assert "reason" in refused.value.faults
    offered = office.would("lead", lead, verb, "account_manager")["choices"]["reason"]
    assert "other" in {each["id"] for each in offered}
    assert reason not in {each["id"] for each in offered}
    office.do("lead", lead, verb, "account_manager", reason="other", customer_words="…")


# --- what the database itself refuses -------------------------------------------------------


def _lead_row(**values):
    return Lead(
        **{"number": "KH-9", "customer_name": "傅", "phone": "13577272786", "source": "web",
           "state": "new", "inquiry_on": date(2026, 11, 16), **values}
    )  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"source": "moon"},
        {"floor_area": 0},
        {"budget_fen": -1},
        {"phone": "123"},
        {"state": "dispatched"},
        {"state": "measured"},
        {"measured_on": date(2026, 11, 16)},
    ],
)
def test_the_database_refuses_a_lead_that_can_not_be(office, values):
    with here.as_house():
        office.session.add(_lead_row(**values))
        with pytest.raises(IntegrityError):
            office.session.commit()
        office.session.rollback()
        office.session.add(_lead_row())
        office.session.commit()


def test_the_database_keeps_one_live_dispatch_and_one_live_contract_for_a_lead(office, measured):
    director, at = office.staff("director"), here.now()
    second = {
        "dispatch": Dispatch(number="PD-9", lead_id=measured, designer_id=director, by_id=director, at=at),
        "contract": Contract(
            number="HT-9", lead_id=measured, designer_id=director, amount_fen=1, signed_on=here.today()
        ),
    }  # fmt: skip
    office.do("lead", measured, "sign_contract", "director", amount_fen=1, on="2026-11-16")
    for row in second.values():
        with here.as_house():
            office.session.add(row)
            with pytest.raises(IntegrityError):
                office.session.commit()
            office.session.rollback()


def test_the_database_keeps_the_two_people_of_a_closing_apart(office, measured):
    director = office.staff("director")
    with here.as_house():
        office.session.add(
            Closure(
                lead_id=measured, kind="dead", reason="price", state="confirmed", from_state="measured",
                proposed_by_id=director, proposed_at=here.now(), customer_words="…",
                confirmed_by_id=director, confirmed_at=here.now(), confirmed_words="…",
                designer_words="…",
            )
        )  # fmt: skip
        with pytest.raises(IntegrityError):
            office.session.commit()
        office.session.rollback()
