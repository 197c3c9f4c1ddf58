"""The standing of a contractor: active, suspended, barred, and back."""

import pytest

from app.contractors.rules import CONTRACTOR_MOVES, ContractorState
from app.core.moves import wrong_state

S = ContractorState


@pytest.mark.parametrize(
    ("verb", "starts", "end"),
    [
        ("suspend", {S.ACTIVE}, S.SUSPENDED),
        ("bar", {S.ACTIVE, S.SUSPENDED}, S.BARRED),
        ("restore", {S.SUSPENDED, S.BARRED}, S.ACTIVE),
    ],
)
def test_each_verb_starts_only_where_the_table_says(verb, starts, end):
    step = CONTRACTOR_MOVES[verb]
    assert {state for state in S if not wrong_state(step, state, "")} == starts
    assert step.end is end


def test_the_three_verbs_are_all_there_are():
    assert set(CONTRACTOR_MOVES) == {"suspend", "bar", "restore"}
