"""Random dispatches, reassignments, declines and champions while months go by: no cap is ever broken, and the
fair order always holds. Ten thousand on the rules, with a company in memory; some more through the verbs
and the database. What is checked is counted here, from what happened, not by the house."""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
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
from app.leads.dispatching.facts import Candidate, Caps, DesignerLoad, LeadFacts, SeasonKind
from app.leads.dispatching.rules import blockers_of_a_designer, blockers_to_dispatch, in_order, uses_privilege
from app.leads.rules import Tier

STEPS, SEED = 10_000, 20261124
#: through the verbs and the database a step costs eight milliseconds; DISPATCH_STEPS=10000 asks all of them
THROUGH_THE_VERBS = int(os.environ.get("DISPATCH_STEPS", "1200"))
A_DAY, A_WEEK, LOW, HIGH = 2, 6, 2, 4
TIER_OF = {
    "assistant": "small", "designer": "small", "deputy_director": "small", "director": "medium", "chief": "large",
}  # fmt: skip
BUDGETS = {"small": 2_000_000, "medium": 4_000_000, "large": 9_000_000}
START = datetime(2026, 2, 2, 1, tzinfo=UTC)
HIGH_FROM, HIGH_TO = date(2026, 2, 9), date(2026, 4, 30)


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
        self.desk.enter("season", "account_manager", kind="high", starts_on=str(HIGH_FROM), ends_on=str(HIGH_TO))

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
    return HIGH if HIGH_FROM <= day <= HIGH_TO else LOW


def no_cap_was_ever_broken(rows):
    """Replayed dispatch by dispatch: at the moment of each, what counted then."""
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
def test_random_steps_through_the_verbs_break_no_cap_and_no_order(session, monkeypatch):
    monkeypatch.setattr(here, "datetime", Moving)
    Moving.instant = START
    months = Months(session)
    for _ in range(THROUGH_THE_VERBS):
        months.step()
    print(dict(months.done))
    for each in ("dispatch", "reassign", "request_decline", "decline", "champion", "order"):
        assert months.done[each], months.done
    most = no_cap_was_ever_broken(rows_of(session))
    assert most["day"] == A_DAY  # the caps were reached, or nothing is shown by keeping them
    assert most["in_hand"] > LOW
    held = Counter(session.connection().execute(text("SELECT lead_id FROM dispatch WHERE ended_at IS NULL")).scalars())
    assert max(held.values()) == 1


@dataclass
class Given:
    """A dispatch of the company in memory."""

    lead: int
    designer_id: int
    at: datetime
    privilege_id: int | None = None
    ended_at: datetime | None = None
    end_kind: str | None = None


class InMemory:
    """Twelve designers, their dispatches and privileges; the rules are the house's, the counting is the test's."""

    def __init__(self):
        self.random, self.now, self.done = random.Random(SEED), START, Counter()
        self.grades = dict(enumerate(TIER_OF, 1)) | dict(enumerate(TIER_OF, 6)) | {11: "director", 12: "chief"}
        self.given, self.champion_until = [], {}
        self.of, self.live = defaultdict(list), {}

    @property
    def today(self):
        return self.now.astimezone(here.house_zone()).date()

    def load(self, designer):
        week = [
            each
            for each in self.of[designer]
            if monday(house_day(each.at)) == monday(self.today) and each.end_kind != "reassigned"
        ]
        return DesignerLoad(
            designer, f"D{designer}", self.grades[designer], today=sum(house_day(each.at) == self.today for each in week),
            this_week=len(week), in_hand=sum(each.ended_at is None for each in week),
            champion=self.champion_until.get(designer, date.min) >= self.today,
            last_at=max((each.at for each in self.of[designer]), default=None),
        )  # fmt: skip

    def caps(self):
        season = SeasonKind.HIGH if in_season(self.today) == HIGH else SeasonKind.LOW
        return Caps(season=season, in_hand=in_season(self.today), a_day=A_DAY, a_week=A_WEEK)

    def lead(self, tier, held_by=None, preferred=None):
        return LeadFacts(
            tier=Tier(tier),
            has_renovation_date=True,
            has_area=True,
            has_phone=True,
            held_by=held_by,
            preferred=preferred,
        )

    def step(self, number):
        self.now += timedelta(minutes=self.random.randrange(2, 18))
        designer = self.random.choice(list(self.grades))
        match self.random.random():
            case roll if roll < 0.75:
                fitting = [
                    each for each, grade in self.grades.items() if TIER_OF[grade] == TIER_OF[self.grades[designer]]
                ]
                tier = (
                    TIER_OF[self.grades[designer]] if self.random.random() < 0.9 else self.random.choice(list(BUDGETS))
                )
                self.give(number, tier, self.random.choice(fitting))
            case roll if roll < 0.90 and self.live:
                held = self.random.choice(list(self.live.values()))
                self.give(held.lead, TIER_OF[self.grades[held.designer_id]], designer, held)
            case roll if roll < 0.95 and self.live:
                held = self.random.choice(list(self.live.values()))
                held.ended_at, held.end_kind = self.now, "closed"
                del self.live[held.lead]
            case roll if roll < 0.96:
                self.champion_until[designer] = self.today + timedelta(days=20)
                self.done["champion"] += 1
            case _:
                self.fair()

    def give(self, lead, tier, designer, held=None):
        load, caps = self.load(designer), self.caps()
        if blockers_to_dispatch(lead=self.lead(tier, held.designer_id if held else None), load=load, caps=caps):
            self.done["refused"] += 1
            return
        assert TIER_OF[self.grades[designer]] == tier
        if held:
            held.ended_at, held.end_kind = self.now, "reassigned"
        made = Given(lead, designer, self.now, privilege_id=1 if uses_privilege(load, caps) else None)
        self.of[designer].append(made)
        self.given.append(made)
        self.live[lead] = made
        self.done["reassigned" if held else "dispatched"] += 1

    def fair(self):
        tier, preferred = self.random.choice(list(BUDGETS)), self.random.choice(list(self.grades))
        lead, caps, loads = self.lead(tier, preferred=preferred), self.caps(), [self.load(each) for each in self.grades]
        offered = in_order(
            Candidate(each, each.staff_id == preferred, tuple(blockers_of_a_designer(lead, each, caps)))
            for each in loads
        )
        free = [each for each in offered if each.eligible]
        assert offered[: len(free)] == free
        keys = [
            (not each.preferred, each.load.this_week, each.load.last_at or START - timedelta(days=999)) for each in free
        ]
        assert keys == sorted(keys)
        self.done["order"] += 1


def test_ten_thousand_random_steps_on_the_rules_break_no_cap_and_no_order():
    company = InMemory()
    for number in range(STEPS):
        company.step(number)
    for each in ("dispatched", "reassigned", "champion", "order", "refused"):
        assert company.done[each] > 20, company.done
    most = no_cap_was_ever_broken(company.given)
    assert (most["day"], most["week"]) == (A_DAY, A_WEEK)
    assert most["in_hand"] >= HIGH
