"""R-4.2.1, R-4.2.3: small, medium, large; and whose word the state table is."""

from datetime import date

import pytest

from app.core.moves import wrong_state
from app.leads import __doc__ as story
from app.leads.declining.rules import DECLINE_MOVES
from app.leads.rules import (
    LEAD_MOVES,
    LeadState,
    Tier,
    TierBounds,
    blockers_to_measure,
    blockers_to_sign_contract,
    blockers_to_withdraw_contract,
    not_known,
    tier_of,
)
from app.leads.slips.rules import SLIP_MOVES

S = LeadState
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.mark.parametrize(
    ("budget_fen", "tier"),
    [
        (0, Tier.SMALL),
        (29_999_99, Tier.SMALL),
        (30_000_00, Tier.MEDIUM),
        (50_000_00, Tier.MEDIUM),
        (50_000_01, Tier.LARGE),
        (None, None),
    ],
)
def test_the_budget_makes_the_tier(budget_fen, tier):
    assert tier_of(budget_fen, TierBounds()) is tier


@pytest.mark.parametrize(
    ("budget_fen", "tier"),
    [(30_000_00, Tier.SMALL), (30_000_01, Tier.MEDIUM),
     (49_999_99, Tier.MEDIUM), (50_000_00, Tier.LARGE)],
)  # fmt: skip
def test_the_company_may_leave_the_bounds_out_of_medium(budget_fen, tier):
    outside = TierBounds(from_included=False, to_included=False)
    assert tier_of(budget_fen, outside) is tier


def test_the_company_may_move_the_bounds():
    assert tier_of(40_000_00, TierBounds(medium_from=40_000_01)) is Tier.SMALL
    assert tier_of(60_000_00, TierBounds(medium_to=60_000_00)) is Tier.MEDIUM


@pytest.mark.parametrize(
    ("verb", "starts", "end"),
    [
        ("dispatch", {S.NEW}, S.DISPATCHED),
        ("reassign", {S.DISPATCHED, S.MEASURED}, None),
        ("measure", {S.DISPATCHED}, S.MEASURED),
        ("sign_contract", {S.MEASURED}, S.SIGNED),
        ("withdraw_contract", {S.SIGNED}, S.MEASURED),
        ("propose_invalid", {S.NEW, S.DISPATCHED}, S.INVALID_PROPOSED),
        ("confirm_invalid", {S.INVALID_PROPOSED}, S.INVALID),
        ("propose_dead", {S.MEASURED}, S.DEAD_PROPOSED),
        ("confirm_dead", {S.DEAD_PROPOSED}, S.DEAD),
        ("refuse_closure", {S.INVALID_PROPOSED, S.DEAD_PROPOSED}, None),
        ("reopen", {S.INVALID, S.DEAD}, None),
    ],
)
def test_each_verb_starts_and_ends_where_the_source_says(verb, starts, end):
    step = LEAD_MOVES[verb]
    assert (step.start, step.end) == (starts, end)
    for state in LeadState:
        assert bool(wrong_state(step, state, "R-4")) is (state not in starts)


@pytest.mark.parametrize("moves", [LEAD_MOVES, SLIP_MOVES, DECLINE_MOVES])
def test_the_story_draws_every_move(moves):
    drawn = {line.strip() for line in story.splitlines() if "-->" in line}
    for verb, step in moves.items():
        if verb in ("claim", "decide_claim", "follow_up", "show_home"):
            continue  # they change nothing in the lead's state
        for start in step.start:
            assert any(
                line.startswith(f"{start} --> {step.end or ''}".strip()) and f": {verb}" in line for line in drawn
            ), f"{start} {verb}"


@pytest.mark.parametrize(("on", "rules"), [(MONDAY, []), (TUESDAY, ["in_future"]), (None, [])])
def test_measuring_can_not_lie_ahead(on, rules):
    assert [b.rule for b in blockers_to_measure(on=on, today=MONDAY)] == rules


@pytest.mark.parametrize(
    ("amount_fen", "on", "rules"),
    [
        (1, TUESDAY, []),
        (1, MONDAY, []),
        (0, TUESDAY, ["amount_missing"]),
        (1, date(2026, 11, 15), ["too_early"]),
        (1, date(2026, 11, 18), ["in_future"]),
        (None, None, []),
    ],
)
def test_a_contract_has_an_amount_and_is_signed_after_measuring(amount_fen, on, rules):
    told = blockers_to_sign_contract(amount_fen=amount_fen, on=on, measured_on=MONDAY, today=TUESDAY)
    assert [b.rule for b in told] == rules


@pytest.mark.parametrize(
    ("on", "rules"),
    [(MONDAY, []), (TUESDAY, []), (date(2026, 11, 15), ["too_early"]),
     (date(2026, 11, 18), ["in_future"])],
)  # fmt: skip
def test_a_contract_is_withdrawn_after_it_was_signed(on, rules):
    told = blockers_to_withdraw_contract(on=on, signed_on=MONDAY, today=TUESDAY)
    assert [b.rule for b in told] == rules


def test_nothing_is_missing_when_everything_is_known():
    assert not_known([(True, "anything")]) is None
