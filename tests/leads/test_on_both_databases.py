"""What only real databases show: fifty at once (example 4), on SQLite and on PostgreSQL."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy.exc import IntegrityError

from app.core import here
from app.core.answers import Busy, Conflict, Faulty
from app.core.blockers import NotAllowed
from app.core.constraints import fault_of
from app.core.policy import Policy
from app.demo.desk import Desk
from app.extensions import db
from app.leads.models import CUSTOMER_TAKEN, Lead

LEAD = {
    "customer_name": "傅欣", "address": "13栋2503", "floor_area": 89.5, "budget_fen": 40_000_00,
    "renovation_on": "2099-01-10", "source": "walk_in",
}  # fmt: skip
AT_ONCE = 50


@pytest.fixture
def desk(session):
    return Desk(session)


def _lead(desk, phone, who="front_desk", **values):
    return desk.enter("lead", who, **{**LEAD, "phone": str(phone), **values})


def _director(desk):
    return desk.ids("staff", designer_grade="director")[0]


def _all_at_once(app, jobs):
    """What each of the jobs, run by a thread of its own, was answered."""

    def one(job):
        with app.app_context():
            try:
                job(Desk(db.session))
            except (NotAllowed, Conflict, Faulty, Busy) as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(one, jobs))


def test_fifty_at_once_for_a_designers_last_place_give_one_dispatch(app, desk):
    director = _director(desk)
    desk.do("lead", _lead(desk, 13_800_000_000), "dispatch", "account_manager", designer=director)
    leads = [_lead(desk, 13_900_000_000 + n) for n in range(AT_ONCE)]
    answers = _all_at_once(
        app,
        [
            lambda own, lead=lead: own.do("lead", lead, "dispatch", "account_manager", designer=director)
            for lead in leads
        ],
    )
    assert answers["done"] == 1
    assert set(answers) <= {"done", "NotAllowed", "Conflict"}
    assert len(desk.ids("dispatch", designer_id=director)) == 2
    states = Counter(desk.one("lead", lead).state for lead in leads)
    assert states == {"dispatched": 1, "new": AT_ONCE - 1}


def test_caps_hold_across_midnight_and_the_weeks_end_for_fifty_at_once(app, desk, monkeypatch):
    """Sunday 23:59:50 and Monday 00:00:10 in the house's time, twenty-five threads each, one designer with five
    of the week's six places taken: one more on Sunday, two on Monday, whoever comes first."""
    director, clock = _director(desk), _Clock(monkeypatch)
    with here.as_house():
        for name in ("dispatch_in_hand_low", "dispatch_in_hand_high"):
            desk.session.add(Policy(name=name, value=50, valid_from=date(2026, 1, 1)))
        desk.session.commit()
    leads = [_lead(desk, 13_900_000_000 + n, inquiry_on="2026-11-01") for n in range(5 + AT_ONCE)]
    for number in range(5):
        clock.own.instant = datetime(2026, 11, 16 + number, 2, tzinfo=UTC)  # Monday to Friday, ten in the morning
        desk.do("lead", leads[number], "dispatch", "account_manager", designer=director)

    def job(own, lead, instant):
        clock.own.instant = instant
        own.do("lead", lead, "dispatch", "account_manager", designer=director)

    sunday, monday = datetime(2026, 11, 22, 15, 59, 50, tzinfo=UTC), datetime(2026, 11, 22, 16, 0, 10, tzinfo=UTC)
    answers = _all_at_once(
        app,
        [partial(job, lead=lead, instant=(sunday, monday)[place % 2]) for place, lead in enumerate(leads[5:])],
    )
    assert answers["done"] == 3
    assert set(answers) <= {"done", "NotAllowed", "Conflict"}
    days = Counter(here.in_house_time(desk.one("dispatch", each).at).date() for each in desk.ids("dispatch"))
    assert (days[date(2026, 11, 22)], days[date(2026, 11, 23)]) == (1, 2)


class _Clock:
    """Each thread's own: `clock.own.instant`."""

    def __init__(self, monkeypatch):
        self.own = own = threading.local()

        class Stopped(datetime):
            @classmethod
            def now(cls, tz=None):
                return getattr(own, "instant", datetime(2026, 11, 22, 12, tzinfo=UTC))

        monkeypatch.setattr(here, "datetime", Stopped)


def test_fifty_at_once_for_one_lead_give_one_dispatch(app, desk):
    director, lead = _director(desk), _lead(desk, 13_800_000_000)
    answers = _all_at_once(
        app,
        [lambda own: own.do("lead", lead, "dispatch", "account_manager", designer=director) for _ in range(AT_ONCE)],
    )
    assert answers["done"] == 1
    assert set(answers) <= {"done", "NotAllowed", "Conflict"}
    assert len(desk.ids("dispatch", lead_id=lead)) == 1


def test_ten_at_once_with_one_phone_give_one_lead(app, desk):
    answers = _all_at_once(app, [lambda own: _lead(own, 13_577_272_786, "salesperson") for _ in range(10)])
    assert answers == {"done": 1, "Faulty": 9}
    assert len(desk.ids("lead")) == 1


def test_a_taken_phone_is_told_in_the_same_words_however_it_is_noticed(app, desk):
    _lead(desk, 13_577_272_786)
    with here.as_house(), pytest.raises(IntegrityError) as broken:
        desk.session.add(Lead(number="KH-9", customer_name="蒋", phone="13577272786", source="web", state="new"))
        desk.session.commit()
    desk.session.rollback()
    assert list(fault_of(broken.value)) == ["phone"]
    with pytest.raises(Faulty) as refused:
        _lead(desk, 13_577_272_786)
    assert refused.value.faults == {"phone": CUSTOMER_TAKEN}


def test_a_lead_goes_from_the_door_to_a_contract(app, desk):
    director = _director(desk)
    lead = _lead(desk, 13_577_272_786)
    today = str(here.today())
    desk.do("lead", lead, "dispatch", "account_manager", designer=director)
    account = desk.one("staff", director).user_id
    username = desk.session.get(User, account).username
    desk.do("lead", lead, "measure", username, on=today)
    desk.do("lead", lead, "sign_contract", username, amount_fen=4_200_000, on=today)
    assert desk.one("lead", lead).state == "signed"
    contract = desk.one("contract", desk.ids("contract", lead_id=lead)[0])
    assert contract.number == f"HT-{here.today().year}-000001"
