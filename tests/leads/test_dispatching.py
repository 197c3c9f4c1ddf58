"""Dispatch through its verbs (R-4.2): the examples 2, 3 and 4 of the requirements, and the board."""

import pytest
from sqlalchemy import event

from app.core.answers import Faulty
from app.people.models import Staff


def _champion(office, username, first="2026-10-01", last="2026-12-31"):
    office.enter(
        "champion", "account_manager", staff=office.staff(username), kind="quarter",
        earned_period="2026Q3", valid_from=first, valid_until=last,
    )  # fmt: skip


def test_a_dispatch_gives_the_lead_to_the_designer(office):
    lead = office.lead()
    outcome = office.dispatch(lead, "director")
    assert (outcome.id, outcome.state) == (lead, "dispatched")
    made = office.rows("dispatch", lead_id=lead)[0]
    assert outcome.also["dispatch"]["number"] == made.number == "PD-2026-000001"
    assert (made.designer_id, made.by_id) == (office.staff("director"), office.staff("account_manager"))
    assert office.row("lead", lead).designer_id == office.staff("director")


def test_a_medium_lead_goes_to_a_director_and_not_to_a_deputy(office):
    lead = office.lead()
    assert office.refused("lead", lead, "dispatch", "account_manager", designer=office.staff("deputy")) == [
        "tier_mismatch"
    ]
    assert office.dispatch(lead, "director").state == "dispatched"


def test_a_small_lead_does_not_go_to_a_chief(office):
    lead = office.lead(budget_fen=29_999_99)
    params = {"designer": office.staff("chief")}
    assert office.refused("lead", lead, "dispatch", "account_manager", **params) == ["tier_mismatch"]
    assert office.dispatch(lead, "deputy").state == "dispatched"


def test_a_lead_is_dispatched_once(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    params = {"designer": office.staff("director")}
    assert office.refused("lead", lead, "dispatch", "account_manager", **params) == [
        "wrong_state", "already_dispatched",
    ]  # fmt: skip


def test_low_season_stops_at_two_in_hand_and_a_champion_goes_on(office, clock):
    director = {"designer": office.staff("director")}
    for day in (16, 17):
        clock.at(day)
        office.dispatch(office.lead(), "director")
    clock.at(18)
    third = office.lead()
    assert office.refused("lead", third, "dispatch", "account_manager", **director) == ["in_hand_full"]
    _champion(office, "director")
    office.dispatch(third, "director")
    privileged = office.rows("dispatch", lead_id=third)[0]
    assert privileged.privilege_id is not None
    assert [each.privilege_id for each in office.rows("dispatch")[:2]] == [None, None]


def test_the_champions_privilege_is_over_after_its_days(office, clock):
    _champion(office, "director", last="2026-11-16")
    for _ in range(2):
        office.dispatch(office.lead(), "director")
    clock.at(17)
    third = office.lead()
    director = {"designer": office.staff("director")}
    assert office.refused("lead", third, "dispatch", "account_manager", **director) == ["in_hand_full"]


def test_two_a_day_and_six_a_week_hold_even_for_a_champion(office, clock):
    _champion(office, "director")
    director = {"designer": office.staff("director")}
    for day in (16, 17, 18):
        clock.at(day)
        office.dispatch(office.lead(), "director")
        office.dispatch(office.lead(), "director")
        if day == 16:
            assert office.refused("lead", office.lead(), "dispatch", "account_manager", **director) == ["day_full"]
    clock.at(19)
    seventh = office.lead()
    assert office.refused("lead", seventh, "dispatch", "account_manager", **director) == ["week_full"]
    clock.at(23)  # the next Monday
    assert office.dispatch(seventh, "director").state == "dispatched"


def test_the_week_turns_at_midnight_on_the_houses_clock(office, clock):
    clock.at(22, 23, 59)  # Sunday
    for _ in range(2):
        office.dispatch(office.lead(), "director")
    third = office.lead()
    director = {"designer": office.staff("director")}
    assert office.refused("lead", third, "dispatch", "account_manager", **director) == [
        "in_hand_full", "day_full",
    ]  # fmt: skip
    clock.at(23, 0, 0)
    assert office.dispatch(third, "director").state == "dispatched"


def test_high_season_stops_at_four_in_hand(office, clock):
    office.enter("season", "account_manager", kind="high", starts_on="2026-11-01", ends_on="2026-11-30")
    for day in (16, 16, 17, 17):
        clock.at(day)
        office.dispatch(office.lead(), "director")
    clock.at(18)
    director = {"designer": office.staff("director")}
    assert office.refused("lead", office.lead(), "dispatch", "account_manager", **director) == ["in_hand_full"]


def test_the_figures_are_the_companys(office):
    office.policy("dispatch_in_hand_low", 1)
    office.dispatch(office.lead(), "director")
    director = {"designer": office.staff("director")}
    assert office.refused("lead", office.lead(), "dispatch", "account_manager", **director) == ["in_hand_full"]


def test_what_was_reassigned_away_counts_no_more_and_what_was_closed_is_no_more_in_hand(office):
    first, second, third = office.lead(), office.lead(), office.lead()
    office.dispatch(first, "director")
    office.dispatch(second, "director")
    office.do("lead", first, "reassign", "account_manager", designer=office.staff("director2"), reason="出差")
    load = _offered(office, third)["director"]
    assert (load["today"], load["this_week"], load["in_hand"]) == (1, 1, 1)
    office.do("lead", second, "propose_invalid", "account_manager", reason="other", customer_words="不装了")
    office.do("lead", second, "confirm_invalid", "design_manager", customer_words="不装", designer_words="是")
    load = _offered(office, third)["director"]
    assert (load["today"], load["this_week"], load["in_hand"]) == (1, 1, 0)


def test_reassigning_asks_the_same_rules_and_keeps_the_old_dispatch(office):
    lead = office.lead()
    office.dispatch(lead, "director")
    reassign = ("lead", lead, "reassign", "account_manager")
    assert office.refused(*reassign, designer=office.staff("director"), reason="换人") == ["already_dispatched"]
    assert office.refused(*reassign, designer=office.staff("chief"), reason="换人") == ["tier_mismatch"]
    assert office.do(*reassign, designer=office.staff("director2"), reason="换人").state == "dispatched"
    old, new = office.rows("dispatch", lead_id=lead)
    assert (old.end_kind, old.end_reason, new.ended_at) == ("reassigned", "换人", None)
    assert old.ended_at is not None
    assert office.row("lead", lead).designer_id == office.staff("director2")


def test_whoever_is_away_or_has_left_is_not_given_leads(office, clock):
    staff = office.row("staff", office.staff("director"))
    lead, director = office.lead(), {"designer": office.staff("director")}
    staff.absent_from, staff.absent_until = clock.instant.date(), clock.instant.date()
    office.session.commit()
    assert office.refused("lead", lead, "dispatch", "account_manager", **director) == ["designer_absent"]
    clock.at(17)
    staff = office.row("staff", office.staff("director"))
    staff.left_on = clock.instant.date()
    office.session.commit()
    assert office.refused("lead", lead, "dispatch", "account_manager", **director) == ["designer_left"]
    assert office.refused("lead", lead, "dispatch", "account_manager", designer=office.staff("front_desk")) == [
        "not_a_designer"
    ]


def _offered(office, lead):
    answer = office.would("lead", lead, "dispatch", "account_manager")
    return {each["name"]: each for each in answer["choices"]["designer"]}


def test_the_board_lists_every_designer_the_eligible_first_with_reasons_for_the_others(office):
    lead = office.lead()
    answer = office.would("lead", lead, "dispatch", "account_manager")
    assert answer["allowed"] is True
    offered = answer["choices"]["designer"]
    assert [each["name"] for each in offered[:2]] == ["director", "director2"]
    assert [each["eligible"] for each in offered] == [True, True, False, False, False]
    assert {each["blockers"][0]["rule"] for each in offered[2:]} == {"tier_mismatch"}
    assert answer["choices"]["caps"] == {"season": "low", "in_hand": 2, "a_day": 2, "a_week": 6}


def test_the_board_offers_whoever_has_the_fewest_then_whoever_waited_longest(office, clock):
    office.dispatch(office.lead(), "director")
    clock.at(16, 10)
    assert list(_offered(office, office.lead()))[:2] == ["director2", "director"]
    office.dispatch(office.lead(), "director2")
    assert list(_offered(office, office.lead()))[:2] == ["director", "director2"]


def test_the_board_takes_the_same_number_of_statements_for_any_number_of_designers(office):
    def count(lead):
        seen = []
        listen = (office.session.get_bind(), "before_cursor_execute")
        event.listen(*listen, note := lambda *args: seen.append(args[2]))
        office.would("lead", lead, "dispatch", "account_manager")
        event.remove(*listen, note)
        return len(seen)

    lead = office.lead()
    few = count(lead)
    design = office.row("staff", office.staff("director")).department_id
    office.session.add_all(
        Staff(number=f"YG-9{n}", name=f"设计师{n}", department_id=design, designer_grade="director") for n in range(40)
    )
    office.session.commit()
    assert count(lead) == few


def test_a_lead_lacking_facts_is_told_before_a_designer_is_named(office):
    lead = office.lead(renovation_on=None, floor_area=None)
    answer = office.would("lead", lead, "dispatch", "account_manager")
    assert [each.rule for each in answer["blockers"]] == ["facts_missing"]
    assert answer["allowed"] is False


def test_a_seasons_days_belong_to_one_season_only(office):
    enter = {"kind": "high", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    office.enter("season", "account_manager", **enter)
    with pytest.raises(Faulty) as refused:
        office.enter("season", "account_manager", kind="low", starts_on="2026-11-30", ends_on="2026-12-31")
    assert "starts_on" in refused.value.faults
    office.enter("season", "account_manager", kind="low", starts_on="2026-12-01", ends_on="2026-12-31")
    with pytest.raises(Faulty):
        office.enter("season", "account_manager", kind="low", starts_on="2027-02-02", ends_on="2027-02-01")
