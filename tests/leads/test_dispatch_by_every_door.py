"""R-4.2: each rule of `dispatch` alone refuses, whichever way one comes, and changes nothing;
with that one thing put right the same door lets it through."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core import here, saving
from app.core.declaration import register_of
from app.demo.desk import Desk
from app.people.models import Staff
from tests.doors import DOORS

MANAGER = "account_manager"
LEAD = {
    "customer_name": "傅欣", "estate_name": "丽景家园", "address": "13栋2503", "floor_area": 89.5,
    "budget_fen": 40_000_00, "renovation_on": "2099-01-10", "source": "walk_in",
}  # fmt: skip
Fault = Callable[["Board"], tuple[int, int, Callable[[], dict[str, Any]]]]


class Board(Desk):
    """Leads of a known size, and directors who take them."""

    def __init__(self, session: Any) -> None:
        super().__init__(session)
        self.directors = self.ids("staff", designer_grade="director")
        self._phones = 13_800_000_000

    def lead(self, username: str = "front_desk", **values: Any) -> int:
        self._phones += 1
        return self.enter("lead", username, **{**LEAD, "phone": str(self._phones), **values})

    def edit(self, lead: int, **values: Any) -> dict[str, Any]:
        register = register_of("lead")
        assert register is not None
        with here.acting_as(self.person(MANAGER)):
            saving.edit(self.session, register, lead, values, from_json=True)
        return {}

    def staff(self, staff_id: int, **values: Any) -> dict[str, Any]:
        """As the personnel file says from now on."""
        table = Staff.__table__
        self.session.execute(table.update().where(table.c.id == staff_id).values(**values))
        self.session.commit()
        return {}

    def give(self, times: int, director: int) -> None:
        for _ in range(times):
            self.do("lead", self.lead(), "dispatch", MANAGER, designer=director)

    def policy(self, name: str, value: Any) -> None:
        from app.core.policy import Policy

        self.session.add(Policy(name=name, value=value, valid_from=here.today()))
        self.session.commit()


def wrong_state(board: Board) -> Any:
    """Closing was proposed; refused, the lead can be dispatched again."""
    lead = board.lead()
    board.do("lead", lead, "propose_invalid", MANAGER, reason="no_plan", customer_words="不装了")

    def cure() -> dict[str, Any]:
        board.do("lead", lead, "refuse_closure", "design_manager", reason="客户改变主意")
        return {}

    return lead, board.directors[0], cure


def facts_missing(board: Board) -> Any:
    lead = board.lead(floor_area=None)
    return lead, board.directors[0], lambda: board.edit(lead, floor_area=89.5)


def slip_missing(board: Board) -> Any:
    lead = board.lead("salesperson", source="marketing")

    def cure() -> dict[str, Any]:
        slip = board.enter("transfer_slip", "salesperson", lead=lead)
        board.do("transfer_slip", slip, "sign_market", "marketing_manager")
        board.do("transfer_slip", slip, "sign_store", "store_manager")
        return {}

    return lead, board.directors[0], cure


def not_a_designer(board: Board) -> Any:
    return board.lead(), board.staff_id("salesperson"), lambda: {"designer": board.directors[0]}


def designer_left(board: Board) -> Any:
    gone, yesterday = board.directors[0], here.today() - timedelta(days=1)
    board.staff(gone, left_on=yesterday)
    return board.lead(), gone, lambda: board.staff(gone, left_on=None)


def designer_absent(board: Board) -> Any:
    away = board.directors[0]
    board.staff(away, absent_from=here.today(), absent_until=here.today())
    return board.lead(), away, lambda: board.staff(away, absent_from=None, absent_until=None)


def tier_mismatch(board: Board) -> Any:
    """Example 2: medium goes to a director, not to a deputy."""
    deputy = board.ids("staff", designer_grade="deputy_director")[0]
    return board.lead(), deputy, lambda: {"designer": board.directors[0]}


def in_hand_full(board: Board) -> Any:
    """Example 3: with the champion's privilege the third goes through."""
    board.policy("dispatch_a_day", 9)
    director = board.directors[0]
    board.give(2, director)
    today = here.today()

    def cure() -> dict[str, Any]:
        board.enter(
            "champion", MANAGER, staff=director, kind="quarter", earned_period="2026-Q3",
            valid_from=str(today), valid_until=str(today),
        )  # fmt: skip
        return {}

    return board.lead(), director, cure


def day_full(board: Board) -> Any:
    board.policy("dispatch_in_hand_low", 9)
    board.give(2, board.directors[0])
    return board.lead(), board.directors[0], lambda: {"designer": board.directors[1]}


def week_full(board: Board) -> Any:
    board.policy("dispatch_in_hand_low", 9)
    board.policy("dispatch_a_day", 9)
    board.give(6, board.directors[0])
    return board.lead(), board.directors[0], lambda: {"designer": board.directors[1]}


FAULTS: list[Fault] = [
    wrong_state, facts_missing, slip_missing, not_a_designer, designer_left, designer_absent,
    tier_mismatch, in_hand_full, day_full, week_full,
]  # fmt: skip


@pytest.fixture
def board(session: Any) -> Board:
    return Board(session)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__)
def test_one_reason_refuses_and_its_twin_passes(board: Board, doors: Any, fault: Fault, door: str) -> None:
    lead, designer, cure = fault(board)
    before = board.one("lead", lead).version, board.ids("dispatch")
    assert doors.do(door, "lead", lead, "dispatch", MANAGER, designer=designer) == [fault.__name__]
    assert (board.one("lead", lead).version, board.ids("dispatch")) == before
    put_right = cure()
    assert doors.do(door, "lead", lead, "dispatch", MANAGER, **{"designer": designer, **put_right}) == []
    assert board.one("lead", lead).state == "dispatched"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("door", DOORS)
def test_a_lead_that_is_with_a_designer_is_not_dispatched_again(board: Board, doors: Any, door: str) -> None:
    lead, (first, second, *_) = board.lead(), board.directors
    assert doors.do(door, "lead", lead, "dispatch", MANAGER, designer=first) == []
    assert set(doors.do(door, "lead", lead, "dispatch", MANAGER, designer=second)) == {
        "wrong_state",
        "already_dispatched",
    }
    assert len(board.ids("dispatch")) == 1
    assert doors.do(door, "lead", lead, "reassign", MANAGER, designer=first, reason="换人") == ["already_dispatched"]
    assert doors.do(door, "lead", lead, "reassign", MANAGER, designer=second, reason="换人") == []


@pytest.mark.on("sqlite")
def test_many_leads_at_once_tell_each_ones_fate(board: Board, sign_in: Any) -> None:
    """Three for one director in low season: two go, the third is told why not."""
    leads, browser = [board.lead() for _ in range(3)], sign_in(MANAGER)
    asked = "&".join(f"ids={each}" for each in leads)
    dialog = browser.get(f"/lead/do/dispatch?{asked}")
    assert dialog.text.count("可以") >= 3
    answer = browser.post("/lead/do/dispatch", {"ids": leads, "designer": board.directors[0], "once_token": "a1"})
    receipt = browser.get(answer.location).text
    assert "办成 2 条，未办 1 条" in receipt
    assert "R-4.2.5" in receipt
    again = browser.post("/lead/do/dispatch", {"ids": leads, "designer": board.directors[0], "once_token": "a1"})
    assert again.location == answer.location
    assert len(board.ids("dispatch")) == 2
