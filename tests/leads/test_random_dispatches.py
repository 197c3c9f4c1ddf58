"""Ten thousand random dispatches, reassignments, declines and champions while months go by: no cap is ever
broken, and the fair order always holds. What is checked is counted here, from the rows, not by the house."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app.core import here
from app.core.answers import Refusal
from app.core.blockers import NotAllowed
from app.core.runner import would
from app.core.verbs import verb_named
from app.demo import names
from app.demo.desk import Desk

STEPS, SEED = 10_000, 20261124
A_DAY, A_WEEK, LOW, HIGH = 2, 6, 2, 4
TIER_OF = {
    "assistant": "small", "designer": "small", "deputy_director": "small", "director": "medium", "chief": "large",
}  # fmt: skip
BUDGETS = {"small": 2_000_000, "medium": 4_000_000, "large": 9_000_000}
START = datetime(2026, 2, 2, 1, tzinfo=UTC)


class Moving(datetime):
    instant = START

    @classmethod
    def now(cls, tz=None):
        return cls.instant


class Months:
    def __init__(self, session):
        self.desk, self.random, self.done = Desk(session), random.Random(SEED), Counter()
        staff = [self.desk.one("staff", each) for each in self.desk.ids("staff")]
        self.designers = {each.id: each.designer_grade for each in staff if each.designer_grade != "none"}
        self.username = {self.desk.staff_id(f"designer{n}" if n > 1 else "designer"): f"designer{n}" if n > 1 else "designer"
                         for n in range(1, 13)}  # fmt: skip
        self.entered, self.new = 0, {tier: [] for tier in BUDGETS}
        self.desk.enter("season", "account_manager", kind="high", starts_on="2026-04-01", ends_on="2026-05-31")

    def step(self):
        Moving.instant += timedelta(minutes=self.random.randrange(2, 18))
        roll = self.random.random()
        if roll < 0.75:
            self.dispatch()
        elif roll < 0.83:
            self.tried("reassign", self.reassign)
        elif roll < 0.90:
            self.tried("request_decline", self.ask)
        elif roll < 0.98:
            self.tried("decline", self.answer)
        elif roll < 0.985:
            self.tried("champion", self.crown)
        else:
            self.in_fair_order()

    def tried(self, name, work):
        try:
            work()
        except (NotAllowed, Refusal, IndexError):
            self.done["refused"] += 1
        else:
            self.done[name] += 1

    def dispatch(self):
        tier = self.random.choice(list(BUDGETS))
        if not self.new[tier]:
            self.new[tier].append(self.lead(tier))
        lead = self.new[tier][0]
        # mostly somebody whose grade takes it: the others are refused whatever their load
        fitting = [each for each, grade in self.designers.items() if TIER_OF[grade] == tier]
        designer = self.random.choice(fitting if self.random.random() < 0.9 else list(self.designers))
        try:
            self.desk.do("lead", lead, "dispatch", "account_manager", designer=designer)
        except (NotAllowed, Refusal):
            self.done["refused"] += 1
            return
        self.new[tier].pop(0)
        self.done["dispatch"] += 1
        assert TIER_OF[self.designers[designer]] == tier

    def lead(self, tier):
        self.entered += 1
        return self.desk.enter(
            "lead", "front_desk", customer_name="傅欣", phone=names.phone(20_000 + self.entered), floor_area=90,
            budget_fen=BUDGETS[tier], renovation_on="2099-01-10", source="walk_in", inquiry_on=str(here.today()),
        )  # fmt: skip

    def live(self):
        return self.desk.ids("dispatch", ended_at=None)[-20:]

    def reassign(self):
        held = self.desk.one("dispatch", self.random.choice(self.live()))
        self.desk.do("lead", held.lead_id, "reassign", "account_manager",
                     designer=self.random.choice(list(self.designers)), reason="客户要求")  # fmt: skip

    def ask(self):
        held = self.random.choice(self.live())
        self.desk.do(
            "dispatch",
            held,
            "request_decline",
            self.username[self.desk.one("dispatch", held).designer_id],
            reason="家中有事",
        )

    def answer(self):
        request = self.random.choice(self.desk.ids("decline_request")[-6:])
        if self.desk.one("decline_request", request).state == "asked":
            decision = self.random.choice(["reassign", "force"])
            taker = (
                self.random.choice([*self.designers, None])
                if decision == "force"
                else self.random.choice(list(self.designers))
            )
            self.desk.do(
                "decline_request",
                request,
                "decide",
                "account_manager",
                decision=decision,
                designer=taker,
                reason="统筹",
            )
        else:
            self.desk.do("decline_request", request, "agree", "design_manager")

    def crown(self):
        today = here.today()
        self.desk.enter(
            "champion", "account_manager", staff=self.random.choice(list(self.designers)), kind="quarter",
            earned_period=f"{today}", valid_from=str(today), valid_until=str(today + timedelta(days=20)),
        )  # fmt: skip

    def in_fair_order(self):
        """Eligible first; of those the preferred, then the fewest this week, then the longest since their last."""
        lead = self.lead(self.random.choice(list(BUDGETS)))
        self.new[{v: k for k, v in BUDGETS.items()}[self.desk.one("lead", lead).budget_fen]].append(lead)
        with here.acting_as(self.desk.person("account_manager")):
            offered = would(self.desk.session, verb_named("lead", "dispatch"), [lead])["choices"]["designer"]
        free = [each["id"] for each in offered if each["eligible"]]
        assert [each["eligible"] for each in offered] == sorted((each["eligible"] for each in offered), reverse=True)
        counts, last = counted(self.desk.session)
        week = monday(here.today())
        wanted = sorted(free, key=lambda each: (counts[each, week], last.get(each, ""), each))
        assert [(counts[each, week], last.get(each, "")) for each in free] == [
            (counts[each, week], last.get(each, "")) for each in wanted
        ]
        self.done["order"] += 1


def monday(day):
    return day - timedelta(days=day.weekday())


def house_day(at):
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC).astimezone(here.house_zone()).date()


def rows_of(session):
    return session.connection().execute(
        text("SELECT designer_id, at, ended_at, end_kind, privilege_id FROM dispatch ORDER BY id")
    ).all()  # fmt: skip


def counted(session):
    counts, last = Counter(), {}
    for row in rows_of(session):
        last[row.designer_id] = max(str(row.at), last.get(row.designer_id, ""))
        if row.end_kind != "reassigned":
            counts[row.designer_id, monday(house_day(row.at))] += 1
    return counts, last


def in_season(day):
    return HIGH if date(2026, 4, 1) <= day <= date(2026, 5, 31) else LOW


def no_cap_was_ever_broken(session):
    """Replayed dispatch by dispatch: at the moment of each, what counted then."""
    rows = rows_of(session)
    by_designer = defaultdict(list)
    for row in rows:
        by_designer[row.designer_id].append(row)
    most = Counter()
    for given in by_designer.values():
        for place, row in enumerate(given):
            day, at = house_day(row.at), str(row.at)
            reassigned_later = partial(_gone_before, at)
            before = [each for each in given[: place + 1] if not reassigned_later(each)]
            today = sum(house_day(each.at) == day for each in before)
            week = [each for each in before if monday(house_day(each.at)) == monday(day)]
            in_hand = [each for each in week if each.ended_at is None or str(each.ended_at) > at]
            assert today <= A_DAY, row
            assert len(week) <= A_WEEK, row
            assert len(in_hand) <= in_season(day) or row.privilege_id is not None, row
            most["day"], most["week"] = max(most["day"], today), max(most["week"], len(week))
            most["in_hand"] = max(most["in_hand"], len(in_hand))
    return most


def _gone_before(at, row):
    return row.end_kind == "reassigned" and row.ended_at is not None and str(row.ended_at) <= at


@pytest.mark.on("sqlite")
def test_ten_thousand_random_steps_break_no_cap_and_no_order(session, monkeypatch):
    monkeypatch.setattr(here, "datetime", Moving)
    Moving.instant = START
    months = Months(session)
    for _ in range(STEPS):
        months.step()
    print(dict(months.done))
    for each in ("dispatch", "reassign", "request_decline", "decline", "champion", "order"):
        assert months.done[each], months.done
    most = no_cap_was_ever_broken(session)
    assert most["day"] == A_DAY  # the caps were reached, or nothing is shown by keeping them
    assert most["in_hand"] > LOW
    held = Counter(session.connection().execute(text("SELECT lead_id FROM dispatch WHERE ended_at IS NULL")).scalars())
    assert max(held.values()) == 1
