"""R-4.2: who may take a lead, and who is asked first. Each refusal beside its permitted twin."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.core.words import speaking
from app.leads.dispatching.facts import Candidate, Caps, DesignerLoad, LeadFacts, SeasonKind
from app.leads.dispatching.rules import (
    blockers_to_dispatch,
    in_order,
    season_on,
    seasons_overlap,
    uses_privilege,
    week_of,
)
from app.leads.rules import LeadSource, Tier

LEAD = LeadFacts(tier=Tier.MEDIUM, has_renovation_date=True, has_area=True, has_phone=True)
LIN = DesignerLoad(staff_id=7, name="林青", grade="director")
LOW, HIGH = Caps(), Caps(season=SeasonKind.HIGH, in_hand=4)


def rules(lead=LEAD, load=LIN, caps=LOW):
    return [each.rule for each in blockers_to_dispatch(lead=lead, load=load, caps=caps)]


def test_a_complete_medium_lead_goes_to_a_free_director():
    assert rules() == []


@pytest.mark.parametrize("grade", ["assistant", "designer", "deputy_director", "director", "chief"])
@pytest.mark.parametrize("tier", list(Tier))
def test_a_designer_takes_only_their_own_tier(grade, tier):
    own = {"director": Tier.MEDIUM, "chief": Tier.LARGE}.get(grade, Tier.SMALL)
    told = blockers_to_dispatch(lead=replace(LEAD, tier=tier), load=replace(LIN, grade=grade), caps=LOW)
    assert [(b.rule, b.clause) for b in told] == ([] if tier is own else [("tier_mismatch", "R-4.2.3")])


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ({"has_renovation_date": False}, "计划装修日期"),
        ({"has_area": False}, "房屋面积"),
        ({"has_phone": False}, "联系电话"),
        ({"tier": None}, "预算"),
    ],
)
def test_what_the_customer_was_not_asked_stops_the_dispatch_and_is_named(missing, word):
    told = blockers_to_dispatch(lead=replace(LEAD, **missing), load=None, caps=LOW)
    assert [b.rule for b in told] == ["facts_missing"]
    assert word in str(told[0].message)


@pytest.mark.parametrize("source", list(LeadSource))
def test_leads_of_marketing_and_phone_lists_need_a_slip_signed_by_both(source):
    needs = source in (LeadSource.MARKETING, LeadSource.PHONE_LIST)
    lead = replace(LEAD, source=source)
    assert rules(lead) == (["slip_missing"] if needs else [])
    assert rules(replace(lead, slip_signed=True)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"grade": "none"}, "not_a_designer"),
        ({"left": True}, "designer_left"),
        ({"absent": True}, "designer_absent"),
        ({"grade": "deputy_director"}, "tier_mismatch"),
        ({"in_hand": 2}, "in_hand_full"),
        ({"today": 2}, "day_full"),
        ({"this_week": 6}, "week_full"),
    ],
)
def test_each_reason_alone_refuses_a_designer(change, rule):
    assert rules(load=replace(LIN, **change)) == [rule]


def test_a_lead_does_not_go_to_the_designer_who_holds_it():
    assert rules(replace(LEAD, held_by=7)) == ["already_dispatched"]
    assert rules(replace(LEAD, held_by=8)) == []


@pytest.mark.parametrize(
    ("in_hand", "today", "this_week", "caps", "told"),
    [
        (1, 1, 5, LOW, []),
        (2, 1, 5, LOW, ["in_hand_full"]),
        (2, 1, 5, HIGH, []),
        (3, 1, 5, HIGH, []),
        (4, 1, 5, HIGH, ["in_hand_full"]),
        (1, 2, 5, LOW, ["day_full"]),
        (1, 1, 6, LOW, ["week_full"]),
        (2, 2, 6, LOW, ["in_hand_full", "day_full", "week_full"]),
    ],
)
def test_the_caps_stop_at_their_figure_and_not_before(in_hand, today, this_week, caps, told):
    load = replace(LIN, in_hand=in_hand, today=today, this_week=this_week)
    assert rules(load=load, caps=caps) == told


@pytest.mark.parametrize(
    ("in_hand", "today", "this_week", "told"),
    [
        (2, 0, 2, []),
        (5, 1, 5, []),
        (2, 2, 2, ["day_full"]),
        (6, 0, 6, ["week_full"]),
    ],
)
def test_a_champion_may_hold_more_but_not_take_more_in_a_day_or_a_week(in_hand, today, this_week, told):
    champion = replace(LIN, in_hand=in_hand, today=today, this_week=this_week, champion=True)
    assert rules(load=champion) == told


@pytest.mark.parametrize(("champion", "in_hand", "used"), [(True, 1, False), (True, 2, True), (False, 2, False)])
def test_the_privilege_is_used_only_when_it_was_needed(champion, in_hand, used):
    assert uses_privilege(replace(LIN, champion=champion, in_hand=in_hand), LOW) is used


def test_every_reason_is_told_at_once_in_the_order_in_which_a_clerk_clears_them():
    lead = LeadFacts(
        tier=Tier.LARGE, has_renovation_date=False, has_area=True, has_phone=True,
        source=LeadSource.MARKETING, held_by=7,
    )  # fmt: skip
    load = replace(LIN, absent=True, in_hand=2, today=2, this_week=6)
    assert rules(lead, load) == [
        "facts_missing", "slip_missing", "designer_absent", "tier_mismatch",
        "in_hand_full", "day_full", "week_full", "already_dispatched",
    ]  # fmt: skip


def test_a_reason_speaks_both_languages_with_its_figures():
    told = blockers_to_dispatch(lead=LEAD, load=replace(LIN, in_hand=2), caps=LOW)[0]
    assert str(told.message) == "林青 本周手中已有 2 单，淡季满 2 单停止派单。"
    with speaking("en"):
        assert str(told.message) == "林青 holds 2 of this week's dispatches; Low season stops at 2."


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
        (date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
    ],
)
def test_a_week_runs_from_monday_to_sunday(day, monday, sunday):
    assert week_of(day) == (monday, sunday)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2026, 8, 31), SeasonKind.LOW),
        (date(2026, 9, 1), SeasonKind.HIGH),
        (date(2026, 11, 30), SeasonKind.HIGH),
        (date(2026, 12, 1), SeasonKind.LOW),
    ],
)
def test_outside_every_season_it_is_low(day, season):
    seasons = [(SeasonKind.HIGH, date(2026, 9, 1), date(2026, 11, 30))]
    assert season_on(day, seasons) is season


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ((date(2026, 5, 1), date(2026, 8, 31)), False),
        ((date(2026, 5, 1), date(2026, 9, 1)), True),
        ((date(2026, 10, 1), date(2026, 10, 2)), True),
        ((date(2026, 12, 1), date(2026, 12, 2)), False),
    ],
)
def test_seasons_overlap_when_they_share_a_day(other, overlap):
    assert seasons_overlap((date(2026, 9, 1), date(2026, 11, 30)), other) is overlap


def _designer(staff_id, this_week=0, last_hour=None, *, preferred=False, blocked=False):
    last_at = None if last_hour is None else datetime(2026, 11, 16, last_hour, tzinfo=UTC)
    load = replace(LIN, staff_id=staff_id, this_week=this_week, last_at=last_at)
    blockers = blockers_to_dispatch(lead=LEAD, load=replace(LIN, today=2), caps=LOW)
    return Candidate(load, preferred=preferred, blockers=tuple(blockers) if blocked else ())


def test_the_fewest_this_week_come_first_then_the_longest_wait():
    offered = in_order(
        [_designer(1, 2, 8), _designer(2, 1, 9), _designer(3, 1, 8), _designer(4, 1), _designer(5, 0, 12)]
    )
    assert [each.load.staff_id for each in offered] == [5, 4, 3, 2, 1]


def test_the_preferred_designer_is_offered_first_but_only_if_they_may_take_it():
    free = in_order([_designer(1), _designer(2, 5, preferred=True)])
    full = in_order([_designer(1), _designer(2, 5, preferred=True, blocked=True)])
    assert [each.load.staff_id for each in free] == [2, 1]
    assert [each.load.staff_id for each in full] == [1, 2]
